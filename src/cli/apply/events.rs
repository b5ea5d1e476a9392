//! Writes what happens during an apply to stdout, one JSON object a line, for `--format ndjson`.
//!
//! Each line is one write and flushed, so that a killed process leaves complete lines, except perhaps for the last.

use super::super::failure::{Exit, Failure};
use super::super::key::harmless;
use super::super::output;
use super::arguments::{ApplyArgs, ApplyFormat};
use super::provenance::Provenance;
use crate::api::{Retry, RetryObserver};
use crate::apply::{
    EndEvent, EndStatus, Event, EventDocument, FORMAT_VERSION, PlanEvent, Report, Status, Step,
};
use crate::check::Checked;
use crate::clock;
use crate::plan_file::{FindingDocument, Origin, PlanDocument};
use crate::source::Sources;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

/// The lines of a run. In other formats, nothing is written.
#[derive(Debug, Clone)]
pub(super) struct Events(Option<Arc<Mutex<State>>>);

#[derive(Debug, Default)]
struct State {
    /// The first line that could not be written.
    error: Option<io::Error>,
    summary: Option<BTreeMap<Status, usize>>,
}

impl Events {
    pub(super) fn new(format: ApplyFormat) -> Self {
        Self((format == ApplyFormat::Ndjson).then(Arc::default))
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn write(&self, event: Event) {
        let Some(state) = &self.0 else { return };
        // Held while it writes: requests are retried on other threads.
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let document = EventDocument { time: clock::now_in_milliseconds(), event };
        let written = output::json_line(&document).and_then(|line| {
            let mut out = io::stdout().lock();
            out.write_all(line.as_bytes())?;
            out.flush()
        });
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                state.error.get_or_insert(error);
            }
            _ => {}
        }
    }

    /// Writes the plan, before anything is sent.
    pub(super) fn plan(
        &self,
        document: &PlanDocument,
        checked: &Checked,
        args: &ApplyArgs,
        sources: &Sources,
        origin: &Origin,
    ) {
        if !self.is_on() {
            return;
        }
        let Provenance { commit, actor } = Provenance::of(args);
        self.write(Event::Plan(PlanEvent {
            format_version: FORMAT_VERSION.to_owned(),
            digest: document.digest.clone(),
            organization: document.organization.clone(),
            organization_id: origin.organization_id,
            commit,
            actor,
            summary: document.summary.clone(),
            refusals: checked.refusals().iter().map(|one| FindingDocument::new(one, sources)).collect(),
        }));
    }

    pub(super) fn step(&self, step: Step<'_>) {
        if self.is_on() {
            self.write(match step {
                Step::Started(id) => Event::Start { id: id.to_owned() },
                Step::Ended(outcome) => Event::Result(outcome.into()),
            });
        }
    }

    /// Keeps the numbers for the last line.
    pub(super) fn sum_up(&self, report: &Report) {
        let Some(state) = &self.0 else { return };
        state.lock().unwrap_or_else(PoisonError::into_inner).summary = Some(report.summary());
    }

    /// Writes the last line. If a line could not be written, that is the failure.
    pub(super) fn end(&self, ended: Result<Exit, Failure>) -> Result<Exit, Failure> {
        let Some(state) = &self.0 else { return ended };
        let (exit, failure) = match &ended {
            Ok(exit) => (*exit, None),
            Err(failure) => (failure.exit, Some(failure)),
        };
        let summary = state.lock().unwrap_or_else(PoisonError::into_inner).summary.take();
        self.write(Event::End(EndEvent {
            status: status(exit),
            exit_status: exit as u8,
            summary,
            message: failure.map(|failure| harmless(&failure.to_string())),
            help: failure.map(|failure| harmless(&failure.help)),
        }));
        match state.lock().unwrap_or_else(PoisonError::into_inner).error.take() {
            Some(error) if exit == Exit::Done => Err(error.into()),
            _ => ended,
        }
    }
}

fn status(exit: Exit) -> EndStatus {
    match exit {
        Exit::Done | Exit::Changes => EndStatus::Done,
        Exit::Failed => EndStatus::Failed,
        Exit::Refused => EndStatus::Refused,
        Exit::Usage => EndStatus::Usage,
        Exit::Interrupted | Exit::Terminated => EndStatus::Interrupted,
    }
}

impl RetryObserver for Events {
    fn retrying(&self, retry: Retry) {
        let Retry { request, reason, number, pause } = retry;
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.write(Event::Retry { request, reason, attempt: number, pause_ms });
    }
}
