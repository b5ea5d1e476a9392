//! Applies an approved plan.
//!
//! Takes an [`Approved`](crate::check::Approved) plan and the client, and returns a [`Report`] with the outcome of each
//! action. Phases are barriers; within a phase, requests are concurrent. After a failure, actions that don't depend on
//! it continue. The report has the reason of each failure. At the end, a second look revokes direct roles that roles of
//! groups had hidden.

mod admission;
mod batches;
mod events;
mod executor;
mod journal;
mod progress;
mod read_back;
mod report;
mod revalidate;
mod second_look;
mod send_groups;
mod send_people;
mod send_workspaces;
mod verdict;

pub use events::{EndEvent, EndStatus, Event, EventDocument, PlanEvent};
pub use executor::{Options, apply};
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use journal::fuzzing;
pub use journal::{Ending, Journal, Lock, LockError, Memory, Past, PastError, Renewals};
pub use progress::Step;
pub use read_back::ExpectedObject;
pub use report::{
    FORMAT_VERSION, Outcome, OutcomeKind, Report, ReportDocument, ResultDocument, RunRecord, Status,
};
pub use revalidate::Revalidation;
