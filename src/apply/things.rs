//! Changes of workspaces and groups.

use super::known::Known;
use super::report::Verdict;
use super::settle::Settling;
use super::{groups, workspaces};
use crate::plan::Operation;
use uuid::Uuid;

/// What came of a change.
pub(super) struct Sent {
    pub(super) verdict: Verdict,
    /// The identifier of what was made.
    pub(super) made: Option<Uuid>,
}

/// Sends the requests of a change; nothing where it is one of a person.
pub(super) async fn send(operation: &Operation, known: &Known, settling: Settling<'_>) -> Option<Sent> {
    match operation {
        Operation::Person(_) => None,
        Operation::Workspace(operation) => Some(workspaces::send(operation, known, settling).await),
        Operation::Group(operation) => Some(groups::send(operation, known, settling).await),
    }
}
