//! `orgsync seats`.

use super::config::{self, LookupArgs, TodayArgs, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::live::{self, SourceArgs};
use super::output::{self, Format};
use crate::plan;
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
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

pub(super) fn run(args: &SeatsArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(config) =
        config::look_up(&args.config, &args.source.live.key, today(Some(&args.today)), console)?
    else {
        return Ok(Exit::Refused);
    };
    let (live, _) = live::read(&args.source, &config.desired.organization, console)?;
    let report = query::seats(&config.desired, &live, &plan::plan(&config.desired, &live));
    match args.format {
        Format::Text => {
            let terminal = console.out_layout(false).columns;
            seats_text(console.out(), &report, terminal)?;
        }
        Format::Json => write!(console.out(), "{}", output::json(&report)?)?,
    }
    Ok(Exit::Done)
}
