//! Carrying out an approved plan.
//!
//! Takes an [`Approved`](crate::check::Approved) plan and the client, gives a [`Report`] with one line for each action.
//! Phases are barriers; within one, requests go out concurrently. Whatever fails is named with its reason, and what
//! does not depend on it goes on.

mod admission;
mod answer;
mod batch;
mod executor;
mod groups;
mod known;
mod many;
mod report;
mod single;
mod things;
mod workspaces;

pub use executor::apply;
pub use report::{Outcome, Report, ReportDocument, Status};
