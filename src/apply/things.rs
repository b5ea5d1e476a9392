//! Changes of workspaces and groups.

use super::known::Known;
use super::report::Verdict;
use super::settle::Settling;
use super::{groups, workspaces};
use crate::plan::{Operation, Resource};
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
        _ if operation.resource() == Resource::Person => None,
        _ if operation.resource() == Resource::Workspace => {
            workspaces::send(operation, known, settling).await
        }
        _ => groups::send(operation, known, settling).await,
    }
}
