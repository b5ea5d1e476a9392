//! `orgsync apply`.

mod arguments;
mod carry_out;
mod events;
mod provenance;
mod saved;
mod session;

pub(super) use arguments::ApplyArgs;

use super::config::{self, today};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::history::{completing, report_withheld};
use super::runtime::{Signals, runtime};
use super::{live, output, plan};
use crate::apply::{
    Ending, Outcome, OutcomeKind, Report, ReportDocument, Revalidation, RunRecord, Status, Step,
};
use crate::clock;
use crate::model::{Allowance, History};
use crate::plan_file::PlanContext;
use crate::render::{View, plan_text, report_markdown, report_text};
use arguments::ApplyFormat;
use carry_out::{Job, approve};
use events::Events;
use jiff::{SignedDuration, Timestamp};
use provenance::Provenance;
use session::Session;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn run(args: &ApplyArgs, signals: &Signals, console: &mut Console) -> Result<Exit, Failure> {
    let events = Events::new(args.format);
    let ended = plan_and_apply(args, &events, signals, console);
    events.end(ended)
}

fn plan_and_apply(
    args: &ApplyArgs,
    events: &Events,
    signals: &Signals,
    console: &mut Console,
) -> Result<Exit, Failure> {
    // The plan and the question are shown on stderr: the user must see them and be able to answer.
    let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !args.yes && !can_ask {
        let message = "apply asks before it changes anything, but there is no terminal";
        return Err(Failure::usage(message, "to apply without asking, add --yes"));
    }
    // On another day, an apply would remove people whose access has not ended.
    if args.today.is_some() && !live::is_sandbox(&args.live)? {
        let help = "plan for the day instead: `orgsync plan --today DATE`";
        return Err(Failure::usage("--today of an apply is for sandboxes alone", help));
    }
    // Refuse as much as possible before using the network.
    let source = match &args.plan {
        Some(path) => Source::Saved(Box::new(saved::read(path, args)?)),
        None => {
            let load = match args.scope().revokes_from() {
                Some(_) => config::load_despite_budget,
                None => config::load,
            };
            let today = args.today.unwrap_or_else(|| today(None));
            match load(&args.making.config, &args.live.key, today, console)? {
                Some(config) => Source::Fresh(Box::new(config)),
                None => return Ok(Exit::Refused),
            }
        }
    };
    runtime()?.block_on(async {
        let started_at = clock::now_in_milliseconds();
        let connection = live::connect(&args.live, source.organization(), console).await?;
        if events.is_on() {
            connection.client.observe_retries(Arc::new(events.clone()));
        }
        let mut session = Session::begin(args, &connection, console).await?;
        if let Source::Fresh(config) = &source {
            let (making, config::Config { desired, today, .. }) = (&args.making, config.as_ref());
            session.history.log = connection
                .read_events(&making.history, desired, &session.live, *today, &args.scope())
                .await?;
            session.history.today = Some(*today);
            let plan = |history: &History| {
                plan::make(config, None, &session.live, history, args.scope(), &Allowance::default())
            };
            session.history.changes =
                connection.read_changes(&making.history, &session.live, &session.history, plan).await?;
            report_withheld(&session.history.log, console)?;
        }
        let job = match &source {
            Source::Fresh(config) => fresh(config, args, &session, events, console)?,
            Source::Saved(saved) => saved::job(saved, args, &session, events, console)?,
        };
        let Some(job) = job else { return Ok(Exit::Refused) };
        let plan = job.approved.plan();
        let completing = match &source {
            Source::Fresh(config) => completing(plan, &config.desired, &session.live, &session.history),
            Source::Saved(_) => BTreeSet::new(),
        };
        let journal = session.note(plan, &job.digest, completing, &connection)?;
        let (actions, always) = match &source {
            Source::Fresh(_) => (job.approved.plan().actions.as_slice(), false),
            Source::Saved(plan) => (plan.actions(), true),
        };
        let revalidation = Revalidation {
            whole: PlanContext { actions, deleted: &session.deleted },
            read: session.read,
            always,
        };
        let settle = std_duration(args.settle);
        let (report, signal) =
            carry_out::carry_out(&job.approved, &connection.client, settle, revalidation, events, signals)
                .await;
        let ending = match (report.is_success(), connection.client.cancellation().reason()) {
            (true, _) => Ending::Done,
            (false, Some(_)) => Ending::Interrupted,
            (false, None) => Ending::Failed,
        };
        session::end(journal.as_deref(), ending, console)?;
        let sent: HashSet<String> = report.outcomes.iter().map(|outcome| outcome.id.clone()).collect();
        let report = whole(report, &job);
        for outcome in report.outcomes.iter().filter(|outcome| !sent.contains(&outcome.id)) {
            events.step(Step::Ended(outcome));
        }
        events.sum_up(&report);
        let run = record(args, &job, &session, started_at);
        let exit = report_on(args, &report, run, console);
        let exit = exit.map(|exit| if job.holds_back { exit.or_refused() } else { exit });
        // After a signal, the terminal may be gone, and the report with it.
        signal.map_or(exit, Ok)
    })
}

/// Converts a duration; negative ones become zero.
fn std_duration(duration: SignedDuration) -> Duration {
    Duration::try_from(duration).unwrap_or_default()
}

/// The plan to apply.
enum Source {
    /// A plan that is made now.
    Fresh(Box<config::Config>),
    /// A plan that was made and reviewed before.
    Saved(Box<saved::Plan>),
}

impl Source {
    /// The name of the organization; may be empty.
    fn organization(&self) -> &str {
        match self {
            Self::Fresh(config) => &config.desired.organization,
            Self::Saved(saved) => saved.organization(),
        }
    }
}

fn fresh(
    config: &config::Config,
    args: &ApplyArgs,
    session: &Session,
    events: &Events,
    console: &mut Console,
) -> Result<Option<Job>, Failure> {
    let allowance = args.making.guards.allowance(args.allow_irreversible);
    let checked = plan::make(config, None, &session.live, &session.history, args.scope(), &allowance)?;
    let view = View::new(&checked, &config.desired, &config.sources);
    let verbose = args.making.verbose;
    let view = if verbose { view.in_effect(&checked, &config.desired, &session.live) } else { view };
    let layout = console.err_layout(verbose);
    plan_text(console.err(), &view, checked.refusals(), &config.sources, layout)?;
    let document = plan::document(&checked, config, session.origin.clone());
    events.plan(&document, &checked, args, &config.sources, &session.origin);
    let digest = document.digest;
    let summary = view.summary;
    let holds_back = checked.plan().held_back.iter().any(|one| !one.waits_for_seat);
    Ok(approve(checked, &summary, args, console)?.map(|approved| Job {
        organization: config.desired.organization.clone(),
        actions: approved.plan().actions.clone(),
        approved,
        digest,
        compared_at: clock::now_in_milliseconds(),
        holds_back,
    }))
}

/// What the report says about the run.
fn record(args: &ApplyArgs, job: &Job, session: &Session, started_at: Timestamp) -> RunRecord {
    let Provenance { commit, actor } = Provenance::of(args);
    RunRecord {
        digest: job.digest.clone(),
        organization: job.organization.clone(),
        organization_id: session.origin.organization_id,
        started_at,
        ended_at: clock::now_in_milliseconds(),
        commit,
        actor,
    }
}

/// The report of all actions, including those that were already applied.
fn whole(mut report: Report, job: &Job) -> Report {
    let mut outcomes = std::mem::take(&mut report.outcomes).into_iter().peekable();
    let all = job.actions.iter().enumerate().map(|(number, action)| {
        let id = action.id();
        match outcomes.next_if(|outcome| outcome.id == id) {
            Some(outcome) => Outcome { action: number, ..outcome },
            None => Outcome {
                action: number,
                id,
                kind: OutcomeKind::Planned,
                operation: action.operation.clone(),
                status: Status::Already,
                reason: Some("it was already as planned".to_owned()),
                help: None,
                at: job.compared_at,
            },
        }
    });
    let mut all: Vec<Outcome> = all.collect();
    // The second look has none in the plan.
    all.extend(outcomes.zip(job.actions.len()..).map(|(outcome, action)| Outcome { action, ..outcome }));
    Report { outcomes: all, ..report }
}

fn report_on(
    args: &ApplyArgs,
    report: &Report,
    run: RunRecord,
    console: &mut Console,
) -> Result<Exit, Failure> {
    match args.format {
        ApplyFormat::Ndjson => {}
        ApplyFormat::Text if report.outcomes.is_empty() && report.held_back.is_empty() => {}
        ApplyFormat::Text => {
            let layout = console.out_layout(args.making.verbose);
            report_text(console.out(), report, layout)?;
        }
        ApplyFormat::Markdown => write!(console.out(), "{}", report_markdown(report, &run))?,
        ApplyFormat::Json => {
            write!(console.out(), "{}", output::json(&ReportDocument::new(report, run))?)?;
        }
    }
    Ok(match report.is_success() {
        true => Exit::Done,
        false if report.is_only_held_back() => Exit::Refused,
        false => Exit::Failed,
    })
}
