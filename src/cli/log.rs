//! The log on stderr: warnings for everybody, requests for who asks for them.

use super::console::Console;
use std::fmt;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

/// The environment variable that sets how much is logged: `error`, `warn`, `info`, `debug` or `trace`.
const LOG_VARIABLE: &str = "ORGSYNC_LOG";

/// Logs what this program does, and nothing of the libraries below it: they know the key. Where nobody asks for a log,
/// warnings are told as the rest of the program tells them.
pub(super) fn start(console: &mut Console) {
    let own = |level| Targets::new().with_target(env!("CARGO_PKG_NAME"), level);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let Some(level) = level(console) else {
        let lines = lines.event_format(Plain);
        let _ = tracing_subscriber::registry().with(lines).with(own(LevelFilter::WARN)).try_init();
        return;
    };
    let _ = tracing_subscriber::registry().with(lines).with(own(level)).try_init();
}

fn level(console: &mut Console) -> Option<LevelFilter> {
    let level = std::env::var(LOG_VARIABLE).ok()?;
    let level = level.parse::<LevelFilter>().ok();
    if level.is_none() {
        let levels = "error, warn, info, debug, trace";
        let _ = writeln!(console.err(), "warning: {LOG_VARIABLE} is none of {levels}: there is no log");
    }
    level
}

/// A line as the rest of the program writes them: `warning: …` or `error: …`.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let is_error = *event.metadata().level() == Level::ERROR;
        write!(writer, "{}: ", if is_error { "error" } else { "warning" })?;
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
