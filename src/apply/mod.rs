//! Applies an approved plan.
//!
//! Takes an [`Approved`](crate::check::Approved) plan and the client, and returns a [`Report`] with the outcome of each
//! action. Phases are barriers; within a phase, requests are concurrent. After a failure, actions that don't depend on
//! it continue. The report has the reason of each failure.

mod admission;
mod batches;
mod created_ids;
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
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use journal::fuzzing::journal as journal_fuzzing;
pub use journal::{Ending, Journal, Lock, LockError, Past, PastError};
pub use read_back::ExpectedObject;
pub use report::{Outcome, Report, ReportDocument, Status};
pub use revalidate::Revalidation;
