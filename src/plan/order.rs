//! The order of an apply: a pure, total order.

use super::action::{Action, GroupOperation, Kind, Operation, PersonOperation, Phase, WorkspaceOperation};
use crate::model::Role;
use crate::source::Span;

/// Gives each operation its phase and puts them in order.
pub(super) fn order(operations: Vec<(Operation, Vec<Span>)>) -> Vec<Action> {
    let mut actions: Vec<Action> = operations
        .into_iter()
        .map(|(operation, sources)| Action { phase: phase(&operation), operation, sources })
        .collect();
    actions.sort_by(|a, b| key(a).cmp(&key(b)));
    actions
}

fn key(action: &Action) -> (Phase, Kind, &str, String) {
    let operation = &action.operation;
    (action.phase, operation.kind(), operation.target(), operation.part())
}

/// The phase of an operation.
pub(super) fn phase(operation: &Operation) -> Phase {
    match operation {
        Operation::Person(operation) => person(operation),
        Operation::Workspace(operation) => workspace(operation),
        Operation::Group(operation) => group(operation),
    }
}

fn person(operation: &PersonOperation) -> Phase {
    match operation {
        PersonOperation::MemberUpdate { before, after, .. } => {
            let gained = after.roles - before.roles;
            if !(after.seats - before.seats).is_empty() {
                Phase::Takes
            } else if gained.contains(Role::Admin) {
                Phase::Gains
            } else if !(before.roles - after.roles).is_empty() {
                Phase::Losses
            } else {
                Phase::Gains
            }
        }
        PersonOperation::MemberRemove { .. } | PersonOperation::InvitationRevoke { .. } => Phase::Losses,
        PersonOperation::MemberCreate { .. }
        | PersonOperation::InvitationSend { .. }
        | PersonOperation::InvitationRenew { .. } => Phase::Takes,
    }
}

fn workspace(operation: &WorkspaceOperation) -> Phase {
    match operation {
        WorkspaceOperation::Create { .. } | WorkspaceOperation::Update { .. } => Phase::Made,
        WorkspaceOperation::MembersSet { .. } => Phase::Filled,
        WorkspaceOperation::MembersRemove { .. } | WorkspaceOperation::Archive { .. } => Phase::Ended,
    }
}

fn group(operation: &GroupOperation) -> Phase {
    match operation {
        GroupOperation::Create { .. } => Phase::Made,
        // It must be there first.
        GroupOperation::Update { group, .. } if group.id.is_none() => Phase::Filled,
        GroupOperation::Update { .. } => Phase::Made,
        GroupOperation::MembersAdd { .. } => Phase::Filled,
        // Before others are nested deeper, for no two groups may be nested in each other.
        GroupOperation::Nest { .. } if !operation.nests_deeper() => Phase::Filled,
        GroupOperation::Nest { .. } | GroupOperation::WorkspacesSet { .. } => Phase::Assigned,
        GroupOperation::MembersRemove { .. }
        | GroupOperation::WorkspacesRemove { .. }
        | GroupOperation::Delete { .. } => Phase::Ended,
    }
}
