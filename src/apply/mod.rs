//! Carrying out an approved plan.
//!
//! Takes an [`Approved`](crate::check::Approved) plan and the client, gives a [`Report`] with one line for each action.
//! Phases are barriers; within one, requests go out concurrently. Whatever fails is named with its reason, and what
//! does not depend on it goes on.

mod admission;
mod answer;
mod batch;
mod executor;
mod freshness;
mod groups;
mod journal;
mod known;
mod many;
mod report;
mod settle;
mod single;
mod things;
mod trace;
mod workspaces;

pub use executor::{LookAgain, Options, apply};
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use journal::fuzzing::journal as journal_fuzzing;
pub use journal::{Ending, Journal, Lock, LockError, Past, PastError};
pub use report::{Outcome, Report, ReportDocument, Status};
pub use trace::Trace;
