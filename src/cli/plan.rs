//! `orgsync plan`, and the making of a plan for `orgsync apply`.

use super::args::{Format, PlanArgs};
use super::config::{self, Config, today};
use super::console::Console;
use super::failure::Exit;
use super::{live, output};
use crate::check::{Checked, check};
use crate::escape;
use crate::model::{Allowance, Live};
use crate::plan::{self, Origin, PlanDocument};
use crate::render::{Detail, View, plan_text};
use jiff::{Timestamp, Unit};
use std::io::{self, Write};

pub(super) fn run(args: &PlanArgs, console: &mut Console) -> anyhow::Result<Exit> {
    let Some(config) =
        config::load(&args.making.config, &args.source.live, today(Some(&args.today)), console)?
    else {
        return Ok(Exit::Refused);
    };
    let (live, origin) = live::read(&args.source, console)?;
    // To show what can't be undone needs no leave; to do it does.
    let checked = make(&config, &live, &args.making.guards.allowance(true));
    let json = || output::json(&document(&checked, &config, origin));
    let json = if args.out.is_some() || args.format == Format::Json { json()? } else { String::new() };
    match args.format {
        Format::Text => write_text(console.out(), &checked, &config, args.making.verbose)?,
        Format::Json => write!(console.out(), "{json}")?,
    }
    if let Some(path) = &args.out {
        output::write_file(path, json.as_bytes())?;
        let path = escape::line(path.as_str());
        writeln!(
            console.err(),
            "The plan is saved in `{path}`: `orgsync apply {path}` carries out exactly this."
        )?;
    }
    Ok(if !checked.refusals().is_empty() {
        Exit::Refused
    } else if args.detailed_exitcode && !checked.plan().actions.is_empty() {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// Compares, plans and checks.
pub(super) fn make(config: &Config, live: &Live, allowance: &Allowance) -> Checked {
    check(plan::plan(&config.desired, live), &config.desired, allowance)
}

/// The plan as a document.
pub(super) fn document(checked: &Checked, config: &Config, origin: Origin) -> PlanDocument {
    let Config { desired, sources, today } = config;
    let now = Timestamp::now();
    let now = now.round(Unit::Second).unwrap_or(now);
    PlanDocument::new(checked.plan(), checked.refusals(), desired, sources, origin, *today, now)
}

/// Writes the plan for people.
pub(super) fn write_text(
    out: &mut dyn Write,
    checked: &Checked,
    config: &Config,
    verbose: bool,
) -> io::Result<()> {
    let view = View::new(checked, &config.desired);
    let detail = if verbose { Detail::Verbose } else { Detail::Brief };
    plan_text(out, &view, checked.refusals(), &config.sources, detail)
}
