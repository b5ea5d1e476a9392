//! `orgsync due`.

use super::config::{self, ConfigArgs, TodayArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{HistoryArgs, of_snapshot};
use super::live::{self, SourceArgs};
use super::output;
use crate::check::check_due;
use crate::model::{Allowance, History};
use crate::plan::{Scope, plan_for};
use crate::query;
use crate::render::{due_calendar, due_text};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(super) struct DueArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    today: TodayArgs,
    /// List what is due within this many days
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u16,
    /// Print the list in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = DueFormat::Text)]
    format: DueFormat,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DueFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// A calendar (iCalendar)
    Ics,
}

pub(super) fn run(args: &DueArgs, console: &mut Console) -> Result<Exit, Failure> {
    let today = today(Some(&args.today));
    let Some(config) = config::load(&args.config, &args.source.live.key, today, console)? else {
        return Ok(Exit::Refused);
    };
    let desired = &config.desired;
    // Without a key, the files alone tell a lot.
    let live = if live::can_read(&args.source) {
        let (name, stored) = (&desired.organization, |events| of_snapshot(&args.history, events).log);
        let (live, _, log) =
            live::read_with(&args.source, name, console, stored, async |connection, live| {
                connection.read_events(&args.history, desired, live, today, &Scope::Whole).await
            })?;
        let history = History { log, today: Some(today), ..History::default() };
        let make = |scope| plan_for(desired, &live, &history, scope);
        let checked = check_due(make, desired, &Allowance { irreversible: true, ..Allowance::default() });
        Some((live, checked))
    } else {
        console.say("Without a key or --live, only the files are looked at, not invitations.")?;
        None
    };
    let read = live.as_ref().map(|(live, checked)| (live, checked.plan()));
    let report = query::due(desired, &config.sources, read, today, args.days);
    match args.format {
        DueFormat::Text => {
            let layout = console.out_layout(false);
            due_text(console.out(), &report, layout)?;
        }
        DueFormat::Json => write!(console.out(), "{}", output::json(&report)?)?,
        DueFormat::Ics => write!(console.out(), "{}", due_calendar(&report))?,
    }
    Ok(Exit::Done)
}
