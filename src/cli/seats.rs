//! `orgsync seats`.

use super::config::{self, LookupArgs, TodayArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{self, HistoryArgs};
use super::live::SourceArgs;
use super::output::{self, Format};
use crate::model::AuditEventTypes;
use crate::query;
use crate::render::seats_text;

#[derive(Debug, clap::Args)]
pub(super) struct SeatsArgs {
    #[command(flatten)]
    pub(super) config: LookupArgs,
    #[command(flatten)]
    pub(super) today: TodayArgs,
    /// Print the seats in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// List all holders on a terminal, however many there are
    #[arg(short, long)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) history: HistoryArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

pub(super) fn run(args: &SeatsArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(config) =
        config::look_up(&args.config, &args.source.live.key, today(Some(&args.today)), console)?
    else {
        return Ok(Exit::Refused);
    };
    let none = AuditEventTypes::empty();
    let (live, plan, _) = history::read_and_plan(&args.source, &args.history, &config, none, console)?;
    let report = query::seats(&config.desired, &live, &plan);
    match args.format {
        Format::Text => {
            let layout = console.out_layout(args.verbose);
            seats_text(console.out(), &report, layout)?;
        }
        Format::Json => write!(console.out(), "{}", output::json(&report)?)?,
    }
    Ok(Exit::Done)
}
