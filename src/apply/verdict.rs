//! The verdict on one action, from the answers to its requests.

use super::report::Status;
use crate::api::{ApiError, Deletion};
use crate::escape;
use uuid::Uuid;

/// The most people that a reason names.
const NAMED: usize = 5;

/// What to do if the API does not remove a person from a workspace.
pub(super) const STILL_THERE: &str = "run apply again, or remove the person in the members panel";

/// The status of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    /// The reason, if any. Escaped text.
    pub(super) reason: Option<String>,
    /// What to do about a failure, unless the reason says it.
    pub(super) help: Option<&'static str>,
}

impl Verdict {
    pub(super) const DONE: Self = Self { status: Status::Done, reason: None, help: None };

    pub(super) fn done(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::DONE }
    }

    pub(super) fn already(reason: impl Into<String>) -> Self {
        Self { status: Status::Already, ..Self::done(reason) }
    }

    pub(super) fn failed(reason: impl Into<String>, help: Option<&'static str>) -> Self {
        Self { status: Status::Failed, reason: Some(reason.into()), help }
    }

    /// The same with another reason, if it has one.
    pub(super) fn map_reason(self, change: impl FnOnce(String) -> String) -> Self {
        Self { reason: self.reason.map(change), ..self }
    }
}

/// The outcome of an action that was sent.
pub(super) struct Sent {
    pub(super) verdict: Verdict,
    /// The identifier of the created resource.
    pub(super) created: Option<Uuid>,
}

impl From<Verdict> for Sent {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, created: None }
    }
}

/// The outcome of a creation.
pub(super) fn created(answer: Result<Uuid, ApiError>) -> Sent {
    match answer {
        Ok(id) => Sent { verdict: Verdict::DONE, created: Some(id) },
        Err(error) => of_error(&error).into(),
    }
}

/// The verdict on a change.
pub(super) fn changed(answer: Result<(), ApiError>) -> Verdict {
    answer.map_or_else(|error| of_error(&error), |()| Verdict::DONE)
}

/// The verdict on a deletion.
pub(super) fn deleted(answer: Result<Deletion, ApiError>) -> Verdict {
    match answer {
        Ok(Deletion::Done) => Verdict::DONE,
        Ok(Deletion::AlreadyGone) => Verdict::already("it was already gone"),
        Err(error) => of_error(&error),
    }
}

/// The verdict on the deletion of an API key. Some can't be deleted with the API.
pub(super) fn key_deleted(answer: Result<Deletion, ApiError>) -> Verdict {
    let verdict = deleted(answer);
    let help = verdict.help.map(|_| "delete the key in the panel, or run apply again");
    Verdict { help, ..verdict }
}

/// The verdict on an action without a resource that it needs.
pub(super) fn not_tried(reason: impl Into<String>) -> Verdict {
    Verdict { status: Status::NotTried, ..Verdict::done(reason) }
}

/// The verdict on a failed request. A request that was never sent counts as not tried.
pub(super) fn of_error(error: &ApiError) -> Verdict {
    if error.was_not_sent() { not_tried(reason(error)) } else { Verdict::failed(reason(error), help(error)) }
}

/// What to do about an error, unless its reason says it.
pub(super) fn help(error: &ApiError) -> Option<&'static str> {
    (!error.may_have_changed()).then(|| error.hint())
}

/// An error, with a remark if the change may have been made although its answer was lost.
pub(super) fn reason(error: &ApiError) -> String {
    let doubt = if error.may_have_changed() {
        "; the change may still have been made: plan again to check"
    } else {
        ""
    };
    format!("{error}{doubt}")
}

/// The parts of an action that failed, by name, and why.
#[derive(Debug, Default)]
pub(super) struct Failures {
    all: Vec<(Vec<String>, String)>,
    /// What to do about the first one.
    help: Option<&'static str>,
    /// How many parts could not even be tried.
    not_tried: usize,
}

impl Failures {
    /// Sets what to do about the failures, unless it is set.
    pub(super) fn help(&mut self, help: Option<&'static str>) {
        self.help = self.help.or(help);
    }

    /// Records parts that failed for the same reason.
    pub(super) fn add(&mut self, names: Vec<String>, reason: impl Into<String>) {
        if !names.is_empty() {
            self.all.push((names, reason.into()));
        }
    }

    /// Records parts that could not be tried, because a resource was not created.
    pub(super) fn missing(&mut self, names: Vec<String>, reason: impl Into<String>) {
        self.not_tried += names.len();
        self.add(names, reason);
    }

    /// Records parts whose request failed or was not sent.
    pub(super) fn error(&mut self, names: Vec<String>, error: &ApiError) {
        if error.was_not_sent() {
            return self.missing(names, reason(error));
        }
        self.help(help(error));
        self.add(names, reason(error));
    }

    /// The verdict on the whole action, which has `total` parts.
    pub(super) fn verdict(self, total: usize) -> Verdict {
        if self.all.is_empty() {
            return Verdict::DONE;
        }
        let status = if self.not_tried == total { Status::NotTried } else { Status::Failed };
        let each = self.all.into_iter().map(|(names, reason)| {
            let shown: Vec<String> = names.iter().take(NAMED).map(|name| escape::excerpt(name)).collect();
            let more = match names.len().saturating_sub(shown.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more}: {reason}", shown.join(", "))
        });
        Verdict { status, reason: Some(each.collect::<Vec<_>>().join("; ")), help: self.help }
    }
}
