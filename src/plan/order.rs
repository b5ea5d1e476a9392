//! The order of an apply: a pure, total order.

use super::action::{Action, GroupOperation, Kind, Operation, PersonOperation, Phase, WorkspaceOperation};
use super::late;
use crate::model::{Live, Role};
use crate::source::Span;

/// Gives each operation its phase and puts them in order.
pub(super) fn order(operations: Vec<(Operation, Vec<Span>)>, live: &Live) -> Vec<Action> {
    let mut actions: Vec<Action> = operations
        .into_iter()
        .map(|(operation, sources)| Action { phase: phase(&operation), operation, sources, origin: None })
        .collect();
    sort(&mut actions);
    late::put_off(live, &mut actions);
    sort(&mut actions);
    actions
}

/// Puts actions that have their phases in order.
pub(super) fn sort(actions: &mut [Action]) {
    actions.sort_by(|a, b| key(a).cmp(&key(b)));
}

fn key(action: &Action) -> (Phase, Kind, &str, String) {
    let operation = &action.operation;
    (action.phase, operation.kind(), operation.target(), operation.part())
}

/// The phases in which an operation can stand: its own, and where it can be put off, the last.
pub(super) fn phases(operation: &Operation) -> impl Iterator<Item = Phase> {
    let late = late::can_wait(operation).then_some(Phase::Late);
    std::iter::once(phase(operation)).chain(late)
}

/// The phase of an operation.
fn phase(operation: &Operation) -> Phase {
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
