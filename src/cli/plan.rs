//! `orgsync plan`, and the making of a plan for `orgsync apply`.

use super::args::{GuardArgs, PlanArgs};
use super::base::Before;
use super::config::{self, Config, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::formats::PlanFormat;
use super::{live, output};
use crate::check::{Checked, check};
use crate::diag::Diagnostic;
use crate::escape;
use crate::model::{Allowance, Live};
use crate::plan::{self, ActionOrigin, Plan};
use crate::plan_file::{Origin, PlanDocument};
use crate::render::{View, faults_github, faults_markdown, plan_github, plan_markdown, plan_text};
use crate::source::Sources;
use jiff::{Timestamp, Unit};

pub(super) fn run(args: &PlanArgs, console: &mut Console) -> Result<Exit, Failure> {
    let today = today(Some(&args.today));
    let loaded = config::read(&args.making.config.config, Some(&args.source.live), today);
    let config = match config::complete(loaded, today) {
        Ok(config) => config,
        Err((faults, sources)) => return refuse(args.format, &faults, &sources, console),
    };
    let before =
        args.base.as_deref().map(|base| Before::read(base, &args.source.live, today, console)).transpose()?;
    let (live, origin) = live::read(&args.source, console)?;
    // To show what can't be undone needs no leave; to do it does.
    let checked = make(&config, before.as_ref(), &live, &args.making.guards.allowance(true));
    let taken_at = origin.taken_at;
    let view = || View::new(&checked, &config.desired).against(taken_at, today);
    let markdown = |view: &View| plan_markdown(view, checked.refusals(), &config.sources);
    let json = || output::json(&document(&checked, &config, origin));
    let json = if args.out.is_some() || args.format == PlanFormat::Json { json()? } else { String::new() };
    match args.format {
        PlanFormat::Text => {
            let layout = console.out_layout(args.making.verbose);
            plan_text(console.out(), &view(), checked.refusals(), &config.sources, layout)?;
        }
        PlanFormat::Json => write!(console.out(), "{json}")?,
        PlanFormat::Markdown => write!(console.out(), "{}", markdown(&view()))?,
        PlanFormat::Github => {
            let view = view();
            plan_github(console.out(), &view, checked.refusals(), &config.sources, &output::checkout())?;
            output::summarize(&markdown(&view), console)?;
        }
    }
    if let Some(path) = &args.out {
        output::write_file(path, json.as_bytes())?;
        writeln!(console.err(), "{}", saved(&escape::line(path.as_str()), &checked, &args.making.guards))?;
    }
    Ok(if !checked.refusals().is_empty() {
        Exit::Refused
    } else if args.detailed_exitcode && has_changes(checked.plan()) {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// What can be done with a plan that is saved. What was allowed for it has to be allowed again.
fn saved(path: &str, checked: &Checked, guards: &GuardArgs) -> String {
    if !checked.refusals().is_empty() {
        return format!("The plan is saved in `{path}`. It is refused, and can't be applied.");
    }
    let plan = checked.plan();
    if plan.actions.is_empty() {
        return format!("The plan is saved in `{path}`. It holds nothing to do.");
    }
    let irreversible = plan.actions.iter().any(|action| action.operation.is_irreversible());
    let irreversible = if irreversible { " --allow-irreversible" } else { "" };
    let guards = guards.as_given();
    format!(
        "The plan is saved in `{path}`: `orgsync apply {path}{guards}{irreversible}` carries out exactly this."
    )
}

/// Shows faults of the files in place of a plan. Who shows plans where people review has them there, too.
fn refuse(
    format: PlanFormat,
    faults: &[Diagnostic],
    sources: &Sources,
    console: &mut Console,
) -> Result<Exit, Failure> {
    match format {
        PlanFormat::Text | PlanFormat::Json => {}
        PlanFormat::Markdown => write!(console.out(), "{}", faults_markdown(faults, sources))?,
        PlanFormat::Github => {
            faults_github(console.out(), faults, sources, &output::checkout())?;
            output::summarize(&faults_markdown(faults, sources), console)?;
        }
    }
    config::write_faults(console.err(), "configuration", faults, sources)?;
    Ok(Exit::Refused)
}

fn has_changes(plan: &Plan) -> bool {
    match plan.base {
        None => !plan.actions.is_empty(),
        Some(_) => plan.of(ActionOrigin::Change).next().is_some(),
    }
}

/// Compares, plans and checks.
pub(super) fn make(config: &Config, before: Option<&Before>, live: &Live, allowance: &Allowance) -> Checked {
    let plan = plan::plan(&config.desired, live);
    let plan = match before {
        Some(before) => before.classify(plan, live),
        None => plan,
    };
    check(plan, &config.desired, allowance)
}

/// The plan as a document.
pub(super) fn document(checked: &Checked, config: &Config, origin: Origin) -> PlanDocument {
    let Config { desired, sources, today } = config;
    let now = Timestamp::now();
    let now = now.round(Unit::Second).unwrap_or(now);
    PlanDocument::new(checked.plan(), checked.refusals(), desired, sources, origin, *today, now)
}
