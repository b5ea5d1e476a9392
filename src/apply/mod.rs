//! Carrying out an approved plan.
//!
//! Takes an [`Approved`](crate::check::Approved) plan and the client, gives a [`Report`] with one line for each action.
//! Phases are barriers; within one, requests go out concurrently. Each failure is named with its reason, and what does
//! not depend on it goes on.

mod admission;
mod batches;
mod executor;
mod journal;
mod progress;
mod read_back;
mod report;
mod revalidate;
mod send_groups;
mod send_people;
mod send_workspaces;
mod verdict;

pub use executor::{Options, apply};
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use journal::fuzzing;
pub use journal::{Ending, Journal, Lock, LockError, Past, PastError};
pub use read_back::ExpectedObject;
pub use report::{Outcome, Report, ReportDocument, Status};
pub use revalidate::Revalidation;
