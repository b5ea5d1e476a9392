//! Defers grants through groups until other access is revoked.
//!
//! Groups grant before they revoke, so that no person loses access in between. But suppose that a group is assigned to
//! a workspace while it still has a member whom the plan removes from it: that member would temporarily have access to
//! the workspace. Such a grant is deferred to the last phases. So is nesting that would form a cycle with old nesting.

use super::action::{Action, Phase};
use super::operation::{GroupChange, Key, Operation, Reference};
use super::state::{EffectiveAccess, GroupGraph, InheritedRoles};
use crate::model::Live;

/// Defers the grants that would temporarily give a person access that they have neither before nor after the plan.
pub(super) fn defer(live: &Live, actions: &mut [Action]) {
    if !actions.iter().any(|action| is_deferrable(&action.operation)) {
        return;
    }
    let before = GroupGraph::of(live);
    let end = before.clone().after(actions.iter().map(|action| &action.operation));
    let allowed = allowed(live, actions, &before, &end);
    let fits = |groups: &GroupGraph, through: Option<&Key>| groups.inherited(through).is_within(&allowed);
    let mut now = before;
    let leavers = actions.iter().filter(|action| action.phase == Phase::Revoke);
    leavers.for_each(|action| now.revoke(&action.operation));
    let mut all = now.clone();
    actions.iter().for_each(|action| all.grant(&action.operation));
    if fits(&all, None) && !all.has_cycle() {
        return;
    }
    for phase in [Phase::Create, Phase::Populate, Phase::Assign] {
        for action in actions.iter_mut().filter(|action| action.phase == phase) {
            let Some(group) = grants_through(&action.operation) else {
                now.grant(&action.operation);
                continue;
            };
            let mut then = now.clone();
            // A role is exchanged in one step.
            if changes_settings(&action.operation) {
                then.revoke(&action.operation);
            }
            then.grant(&action.operation);
            if fits(&then, Some(&group.key())) && !then.is_nested_in_itself(&group.key()) {
                now = then;
            } else {
                action.phase = deferred_phase(&action.operation);
            }
        }
        let done = actions.iter().filter(|action| action.phase == phase);
        let step = done.filter(|action| !changes_settings(&action.operation));
        step.for_each(|action| now.revoke(&action.operation));
    }
}

/// Whether an operation can be deferred.
fn is_deferrable(operation: &Operation) -> bool {
    grants_through(operation).is_some()
}

/// Whether an operation can be deferred to a phase.
pub(super) fn can_be_deferred_to(phase: Phase, operation: &Operation) -> bool {
    is_deferrable(operation) && phase == deferred_phase(operation)
}

/// The phase of an operation that is deferred. New roles replace old ones, which may be more: nobody may join a group
/// concurrently.
fn deferred_phase(operation: &Operation) -> Phase {
    match operation {
        Operation::GroupWorkspacesSet(_) => Phase::DeferredRoles,
        operation if changes_settings(operation) => Phase::DeferredRoles,
        _ => Phase::DeferredMembers,
    }
}

/// The group through which an operation grants, if it does.
fn grants_through(operation: &Operation) -> Option<&Reference> {
    match operation {
        Operation::GroupMembersAdd(op) => Some(&op.group),
        Operation::GroupWorkspacesSet(op) => Some(&op.group),
        Operation::GroupUpdate(op) => {
            let grants = match &op.change {
                GroupChange::Settings { before, after } => {
                    before.organization_role != after.organization_role
                }
                GroupChange::Parents { .. } => op.change.nests_deeper(),
            };
            grants.then_some(&op.group)
        }
        _ => None,
    }
}

fn changes_settings(operation: &Operation) -> bool {
    matches!(operation, Operation::GroupUpdate(op) if matches!(op.change, GroupChange::Settings { .. }))
}

/// The access that people may have during an apply: what they have before or after it.
fn allowed(live: &Live, actions: &[Action], before: &GroupGraph, end: &GroupGraph) -> EffectiveAccess {
    let mut allowed = before.inherited(None);
    allowed.add_all(&end.inherited(None));
    for member in &live.members {
        let key = Key::Live(member.id);
        allowed.add_roles(&key, member.access.roles);
        for (workspace, access) in &member.workspaces {
            let locked = access.locked_roles.iter().cloned().collect();
            allowed.add(&key, &Key::Live(*workspace), &InheritedRoles { roles: access.roles, locked });
        }
    }
    for action in actions {
        match &action.operation {
            Operation::MemberUpdate(op) => allowed.add_roles(&Key::Live(op.member_id), op.after.roles),
            Operation::MemberCreate(op) => {
                allowed.add_roles(&Key::New(op.email.to_string()), op.after.roles);
            }
            Operation::WorkspaceMembersSet(op) => {
                for membership in &op.members {
                    let direct = InheritedRoles { roles: membership.after, ..InheritedRoles::default() };
                    allowed.add(&membership.member.key(), &op.workspace.key(), &direct);
                }
            }
            _ => {}
        }
    }
    allowed
}
