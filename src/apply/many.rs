//! Lists of people that go out in as few requests as possible, and what became of each.

use super::batch::MAX_BATCH;
use super::known::Known;
use super::report::{Status, Verdict};
use super::single::reason;
use crate::api::ApiError;
use crate::escape;
use crate::plan::Reference;
use uuid::Uuid;

/// The most people that a reason names.
const NAMED: usize = 5;

/// People for whom an operation failed, and why.
#[derive(Debug, Default)]
pub(super) struct Failures {
    all: Vec<(Vec<String>, String)>,
    /// For how many it could not even be tried.
    not_tried: usize,
}

impl Failures {
    /// Notes people with a common reason.
    pub(super) fn add(&mut self, people: Vec<String>, reason: impl Into<String>) {
        if !people.is_empty() {
            self.all.push((people, reason.into()));
        }
    }

    /// Notes people for whom there was nothing to try: what they depend on was not made.
    pub(super) fn missing(&mut self, people: Vec<String>, reason: impl Into<String>) {
        self.not_tried += people.len();
        self.add(people, reason);
    }

    /// Notes people for whom a request failed, or was not sent.
    pub(super) fn error(&mut self, people: Vec<String>, error: &ApiError) {
        if error.was_not_sent() {
            self.missing(people, reason(error))
        } else {
            self.add(people, reason(error))
        }
    }

    /// What came of the whole, which was for so many.
    pub(super) fn verdict(self, total: usize) -> Verdict {
        if self.all.is_empty() {
            return (Status::Done, None);
        }
        let status = if self.not_tried == total { Status::NotTried } else { Status::Failed };
        let each = self.all.into_iter().map(|(people, reason)| {
            let shown: Vec<String> = people.iter().take(NAMED).map(|name| escape::excerpt(name)).collect();
            let more = match people.len().saturating_sub(shown.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more}: {reason}", shown.join(", "))
        });
        (status, Some(each.collect::<Vec<_>>().join("; ")))
    }
}

/// Finds the identifiers of people; who has none could not be made, and is a failure.
pub(super) fn identified<T: Clone>(
    all: &[T],
    who: impl Fn(&T) -> &Reference,
    known: &Known,
    failures: &mut Failures,
) -> Vec<(Uuid, T)> {
    let mut found = Vec::with_capacity(all.len());
    let mut missing = Vec::new();
    for one in all {
        match known.person(who(one)) {
            Some(id) => found.push((id, one.clone())),
            None => missing.push(who(one).name.clone()),
        }
    }
    failures.missing(missing, "the account was not made");
    found
}

/// Sends a list in parts of [`MAX_BATCH`]. A part that is rejected as a whole is taken apart, so that one bad entry
/// does not stop the others. `send` notes what the answer says of single people.
pub(super) async fn in_parts<T>(
    all: &[T],
    name: impl Fn(&T) -> String,
    failures: &mut Failures,
    mut send: impl AsyncFnMut(&[T], &mut Failures) -> Result<(), ApiError>,
) {
    let mut open: Vec<&[T]> = all.chunks(MAX_BATCH).rev().collect();
    while let Some(part) = open.pop() {
        let Err(error) = send(part, failures).await else { continue };
        match part.split_at_checked(part.len() / 2).filter(|_| part.len() > 1 && error.is_rejection()) {
            Some((first, second)) => open.extend([second, first]),
            None => failures.error(part.iter().map(&name).collect(), &error),
        }
    }
}
