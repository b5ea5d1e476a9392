//! Asks for approval, executes a plan, and shows the progress.

use super::super::console::Console;
use super::super::failure::{Exit, Failure};
use super::super::runtime::Signals;
use super::arguments::ApplyArgs;
use super::events::Events;
use crate::api::{Cancellation, Client};
use crate::apply::{Options, OutcomeKind, Report, Revalidation, Step, apply};
use crate::check::{Approved, Checked};
use crate::plan::Action;
use crate::render::count;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use std::cell::Cell;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

/// An approved plan, and the data for its report.
pub(super) struct Job {
    pub(super) approved: Approved,
    /// The digest of the document of the plan.
    pub(super) digest: String,
    /// The organization's name in the files.
    pub(super) organization: String,
    /// All actions of the plan, in order. Those that are not in `approved` are already applied.
    pub(super) actions: Vec<Action>,
    /// When that was known.
    pub(super) compared_at: Timestamp,
    /// A guard holds back something that is due.
    pub(super) holds_back: bool,
}

/// The approved plan, if the checks and the user approve it.
pub(super) fn approve(
    checked: Checked,
    summary: &str,
    args: &ApplyArgs,
    console: &mut Console,
) -> Result<Option<Approved>, Failure> {
    let changes = checked.plan().most_changes();
    let Some(approved) = checked.approve() else {
        return Ok(None);
    };
    if args.yes || changes == 0 {
        return Ok(Some(approved));
    }
    let summary = if summary.is_empty() { String::new() } else { format!(" ({summary})") };
    write!(console.err(), "Apply this plan{summary}? Only `yes` is accepted: ")?;
    console.err().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|error| {
        Failure::failed(
            format!("the answer can't be read: {error}"),
            "run it again, and answer with `yes` or `no`",
        )
    })?;
    if answer.trim() == "yes" {
        return Ok(Some(approved));
    }
    writeln!(console.err(), "Nothing was changed.")?;
    Ok(None)
}

/// Executes the plan. A signal lets pending requests finish, and decides the exit status; a second one stops all at
/// once.
pub(super) async fn carry_out(
    approved: &Approved,
    client: &Client,
    settle: Duration,
    revalidation: Revalidation<'_>,
    events: &Events,
    signals: &Signals,
) -> (Report, Option<Exit>) {
    let mut received = signals.next();
    let run = shown(approved, client, settle, revalidation, events);
    tokio::pin!(run);
    tokio::select! {
        report = &mut run => (report, None),
        Some((exit, name)) = received.recv() => {
            stop(client.cancellation(), name);
            (run.await, Some(exit))
        }
    }
}

fn stop(cancellation: &Cancellation, name: &'static str) {
    cancellation.cancel(name);
    let _ = writeln!(
        io::stderr(),
        "{name}: sending nothing new, waiting for pending requests. A second signal stops at once."
    );
}

/// Executes the plan and shows the progress: a bar on a terminal, a line for each tenth elsewhere.
async fn shown(
    approved: &Approved,
    client: &Client,
    settle: Duration,
    revalidation: Revalidation<'_>,
    events: &Events,
) -> Report {
    if events.is_on() {
        let watch = |step: Step<'_>| events.step(step);
        let options = Options { watch: &watch, settle, revalidation: Some(revalidation) };
        return apply(approved, client, &options).await;
    }
    let total = approved.plan().actions.len();
    if io::stderr().is_terminal() {
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        let watch = |step: Step<'_>| {
            let Step::Ended(outcome) = step else { return };
            bar.set_message(crate::escape::line(&outcome.id).into_owned());
            bar.inc(u64::from(outcome.kind == OutcomeKind::Planned));
        };
        let report =
            apply(approved, client, &Options { watch: &watch, settle, revalidation: Some(revalidation) })
                .await;
        bar.finish_and_clear();
        return report;
    }
    // The report will name every action: a log needs no more than a sign of life.
    let done = Cell::new(0_usize);
    let watch = |step: Step<'_>| {
        let Step::Ended(outcome) = step else { return };
        if outcome.kind != OutcomeKind::Planned {
            return;
        }
        let tenths = |done: usize| done * 10 / total.max(1);
        let before = done.replace(done.get() + 1);
        if tenths(before) < tenths(done.get()) {
            let _ = writeln!(io::stderr(), "{} of {}", done.get(), count(total, "change"));
        }
    };
    apply(approved, client, &Options { watch: &watch, settle, revalidation: Some(revalidation) }).await
}
