//! Output: results go to stdout; everything else, including the log, goes to stderr.
//!
//! Terminal styles are dropped without a terminal or with `NO_COLOR`. A closed pipe does not stop the run: the
//! remaining output is discarded.

use super::failure::{Exit, UNWRITTEN};
use super::status_line;
use crate::render::Layout;
use crate::wrap::{NARROWEST, wrapped_words};
use anstream::AutoStream;
use std::fmt;
use std::io::{self, BufWriter, Write};
use terminal_size::{Height, Width, terminal_size_of};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

/// The environment variable that sets how much is logged: `error`, `warn`, `info`, `debug` or `trace`.
pub(super) const LOG_VARIABLE: &str = "ORGSYNC_LOG";

/// The environment variable that sets the format of the log: `text` or `json`.
pub(super) const LOG_FORMAT_VARIABLE: &str = "ORGSYNC_LOG_FORMAT";

/// Standard output and standard error.
pub(super) struct Console {
    out: BufWriter<Patient<AutoStream<io::Stdout>>>,
    err: Patient<AutoStream<io::Stderr>>,
}

impl Console {
    pub(super) fn new() -> Self {
        Self {
            out: BufWriter::new(Patient(AutoStream::auto(io::stdout()))),
            err: Patient(AutoStream::auto(io::stderr())),
        }
    }

    /// For results.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// For everything else. Flushes earlier results first.
    pub(super) fn err(&mut self) -> &mut dyn Write {
        let _ = self.out.flush();
        &mut self.err
    }

    /// The layout of a plan on stdout.
    pub(super) fn out_layout(&self, verbose: bool) -> Layout {
        layout(verbose, terminal_size_of(io::stdout()))
    }

    /// The layout of a plan on stderr.
    pub(super) fn err_layout(&self, verbose: bool) -> Layout {
        layout(verbose, terminal_size_of(io::stderr()))
    }

    /// A text after a title, wrapped if stderr is a terminal. Further lines are aligned below it.
    pub(super) fn wrap_err(&self, text: &str, title: &str) -> String {
        wrap_below(text, title, err_columns())
    }

    /// Writes a remark to stderr, wrapped on a terminal.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        let text = self.wrap_err(text, "");
        writeln!(self.err(), "{text}")
    }

    /// Writes a warning to stderr, wrapped if it is a terminal.
    pub(super) fn warn(&mut self, text: &str) -> io::Result<()> {
        let text = self.wrap_err(text, "warning: ");
        writeln!(self.err(), "warning: {text}")
    }

    /// Logs what this program does, and nothing of the libraries below it: they know the key. Without a log, warnings
    /// are written as the rest of the program writes them.
    pub(super) fn start_log(&mut self) {
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
        let level = self.log_level();
        let own = Targets::new().with_target(env!("CARGO_PKG_NAME"), level.unwrap_or(LevelFilter::WARN));
        let registry = tracing_subscriber::registry().with(own);
        let _ = match (self.is_json_log(), level) {
            (true, _) => registry.with(lines.json().flatten_event(true)).try_init(),
            (false, Some(_)) => registry.with(lines).try_init(),
            (false, None) => registry.with(lines.event_format(Plain)).try_init(),
        };
    }

    fn is_json_log(&mut self) -> bool {
        let format = std::env::var(LOG_FORMAT_VARIABLE).unwrap_or_default();
        if !matches!(format.as_str(), "" | "text" | "json") {
            let _ = self.warn(&format!("{LOG_FORMAT_VARIABLE} must be text or json: the log is text"));
        }
        format == "json"
    }

    fn log_level(&mut self) -> Option<LevelFilter> {
        let level = std::env::var(LOG_VARIABLE).ok()?;
        let level = level.parse::<LevelFilter>().ok();
        if level.is_none() {
            let levels = "off, error, warn, info, debug, trace";
            let _ = self.warn(&format!("{LOG_VARIABLE} must be one of {levels}: logging is off"));
        }
        level
    }

    /// Flushes all output. A result that can't be written is a failure.
    pub(super) fn finish(mut self, exit: Exit) -> Exit {
        match self.out.flush() {
            Ok(()) => exit,
            Err(error) => {
                let _ =
                    writeln!(self.err, "error: the result can't be written: {error}\n  help: {UNWRITTEN}");
                // The output is lost, but the exit status still says that the plan was refused, or the run stopped.
                match exit {
                    Exit::Refused | Exit::Interrupted | Exit::Terminated => exit,
                    _ => Exit::Failed,
                }
            }
        }
    }
}

fn layout(verbose: bool, size: Option<(Width, Height)>) -> Layout {
    Layout { verbose, columns: size.map(|(Width(columns), _)| usize::from(columns)) }
}

/// The columns of the terminal that shows stderr; `None` without one.
pub(super) fn err_columns() -> Option<usize> {
    layout(false, terminal_size_of(io::stderr())).columns
}

fn wrap_below(text: &str, title: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else { return text.to_owned() };
    let lines = wrapped_words(text, columns.saturating_sub(title.len()).max(NARROWEST));
    lines.join(&format!("\n{:indent$}", "", indent = title.len()))
}

/// A stream that ignores a closed pipe.
#[derive(Debug)]
struct Patient<S>(S);

impl<S: Write> Write for Patient<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// Formats log lines like other messages: `warning: …` or `error: …`.
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
        let title = if *event.metadata().level() == Level::ERROR { "error: " } else { "warning: " };
        let mut text = String::new();
        context.format_fields(Writer::new(&mut text), event)?;
        let columns = err_columns();
        writeln!(writer, "{}{title}{}", status_line::erasure(), wrap_below(&text, title, columns))
    }
}
