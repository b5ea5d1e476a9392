//! `orgsync seats`.

use super::args::SeatsArgs;
use super::config::{self, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::formats::Format;
use super::{live, output};
use crate::plan;
use crate::query;
use crate::render::seats_text;

pub(super) fn run(args: &SeatsArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(config) = config::load(&args.config, &args.source.live, today(None), console)? else {
        return Ok(Exit::Refused);
    };
    let (live, _) = live::read(&args.source, console)?;
    let report = query::seats(&config.desired, &live, &plan::plan(&config.desired, &live));
    match args.format {
        Format::Text => seats_text(console.out(), &report)?,
        Format::Json => write!(console.out(), "{}", output::json(&report)?)?,
    }
    Ok(Exit::Done)
}
