//! The order of an apply: a pure, total order. It frees seats before it assigns others, and promotes admins before it
//! demotes others; see [`Phase`] for the reasons.

use super::action::{Action, Cause, Phase};
use super::deferral;
use super::operation::{GroupChange, GroupUpdate, Kind, MemberUpdate, Operation};
use crate::model::{Live, Role};
use crate::source::Span;
use std::borrow::Cow;

/// Gives each operation its phase and sorts them.
pub(super) fn order(operations: Vec<(Operation, Vec<Span>)>, live: &Live) -> Vec<Action> {
    let mut actions: Vec<Action> = operations
        .into_iter()
        .map(|(operation, sources)| Action {
            phase: phase(&operation),
            operation,
            sources,
            causes: Cause::Declared.into(),
            origin: None,
            changed_by: None,
        })
        .collect();
    sort(&mut actions);
    deferral::defer(live, &mut actions);
    sort(&mut actions);
    actions
}

/// Sorts actions by phase, and within each phase.
pub(crate) fn sort(actions: &mut [Action]) {
    actions.sort_by(|a, b| key(a).cmp(&key(b)));
}

/// In a phase, what can't be undone comes last.
fn key(action: &Action) -> (Phase, bool, Kind, &str, Cow<'static, str>) {
    let operation = &action.operation;
    (action.phase, operation.is_irreversible(), operation.kind(), operation.target(), operation.part())
}

/// Whether an operation can be in a phase: its own, or a later one if it can be deferred.
pub(crate) fn can_be_in(operation: &Operation, place: Phase) -> bool {
    place == phase(operation) || deferral::can_be_deferred_to(place, operation)
}

/// The phase of an operation that is not deferred.
fn phase(operation: &Operation) -> Phase {
    match operation {
        Operation::MemberUpdate(op) => member_update(op),
        Operation::ApiKeyDelete(_) => Phase::Prepare,
        Operation::MemberRemove(_) | Operation::InvitationRevoke(_) => Phase::Revoke,
        Operation::MemberCreate(_) | Operation::InvitationSend(_) | Operation::InvitationRenew(_) => {
            Phase::Acquire
        }
        Operation::WorkspaceCreate(_) | Operation::WorkspaceUpdate(_) | Operation::GroupCreate(_) => {
            Phase::Create
        }
        Operation::GroupUpdate(op) => group_update(op),
        Operation::WorkspaceMembersSet(_) | Operation::GroupMembersAdd(_) => Phase::Populate,
        Operation::GroupWorkspacesSet(_) => Phase::Assign,
        Operation::WorkspaceMembersRemove(_)
        | Operation::WorkspaceArchive(_)
        | Operation::GroupMembersRemove(_)
        | Operation::GroupWorkspacesRemove(_)
        | Operation::GroupDelete(_) => Phase::Retire,
    }
}

fn member_update(op: &MemberUpdate) -> Phase {
    if !(op.after.seats - op.before.seats).is_empty() {
        Phase::Acquire
    } else if (op.after.roles - op.before.roles).contains(Role::Admin) {
        Phase::Prepare
    } else if !(op.before.roles - op.after.roles).is_empty() {
        Phase::Revoke
    } else {
        Phase::Prepare
    }
}

fn group_update(op: &GroupUpdate) -> Phase {
    match &op.change {
        // It must exist first.
        GroupChange::Settings { .. } if op.group.id.is_none() => Phase::Populate,
        GroupChange::Settings { .. } => Phase::Create,
        GroupChange::Parents { .. } if op.change.nests_deeper() => Phase::Assign,
        // Before others are nested deeper: no two groups may be nested in each other.
        GroupChange::Parents { .. } => Phase::Populate,
    }
}
