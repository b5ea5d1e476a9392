//! The verdict on one action, from the answers to its requests.

use super::report::Status;
use crate::api::{ApiError, Deletion};
use crate::escape;
use uuid::Uuid;

/// The most people that a reason names.
const NAMED: usize = 5;

/// The status of an action, and the reason if any.
pub(super) type Verdict = (Status, Option<String>);

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
        Ok(id) => Sent { verdict: (Status::Done, None), created: Some(id) },
        Err(error) => of_error(&error).into(),
    }
}

/// The verdict on a change.
pub(super) fn changed(answer: Result<(), ApiError>) -> Verdict {
    answer.map_or_else(|error| of_error(&error), |()| (Status::Done, None))
}

/// The verdict on a deletion.
pub(super) fn deleted(answer: Result<Deletion, ApiError>) -> Verdict {
    match answer {
        Ok(Deletion::Done) => (Status::Done, None),
        Ok(Deletion::AlreadyGone) => (Status::Already, Some("it was already gone".to_owned())),
        Err(error) => of_error(&error),
    }
}

/// The verdict on an action without a resource that it needs.
pub(super) fn not_tried(reason: impl Into<String>) -> Verdict {
    (Status::NotTried, Some(reason.into()))
}

/// The verdict on a failed request. A request that was never sent counts as not tried.
pub(super) fn of_error(error: &ApiError) -> Verdict {
    let status = if error.was_not_sent() { Status::NotTried } else { Status::Failed };
    (status, Some(reason(error)))
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
    /// How many parts could not even be tried.
    not_tried: usize,
}

impl Failures {
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
        if error.was_not_sent() { self.missing(names, reason(error)) } else { self.add(names, reason(error)) }
    }

    /// The verdict on the whole action, which has `total` parts.
    pub(super) fn verdict(self, total: usize) -> Verdict {
        if self.all.is_empty() {
            return (Status::Done, None);
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
        (status, Some(each.collect::<Vec<_>>().join("; ")))
    }
}
