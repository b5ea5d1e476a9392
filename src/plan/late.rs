//! What groups give too early: gains that have to wait until others have lost what they are to lose.
//!
//! Groups gain before they lose, so that nobody is without access in between. But where a group gets a workspace while
//! somebody is still in it who is to be taken out, that person would get into the workspace for a moment. Such a gain
//! comes last, and so does nesting that would make a circle with what has not come to an end yet.

use super::action::{
    Action, GroupOperation, Key, Operation, PersonOperation, Phase, Reference, WorkspaceOperation,
};
use super::reach::{Given, Groups, Reach};
use crate::model::Live;

/// Puts off the gains that would give somebody what they have neither before the plan nor after it.
pub(super) fn put_off(live: &Live, actions: &mut [Action]) {
    if !actions.iter().any(|action| gains(&action.operation).is_some()) {
        return;
    }
    let before = Groups::of(live);
    let mut end = before.clone();
    actions.iter().for_each(|action| end.lose(&action.operation));
    actions.iter().for_each(|action| end.gain(&action.operation));
    let allowed = allowed(live, actions, &before, &end);
    let fits = |groups: &Groups, one: Option<&Key>| groups.reach(one).is_within(&allowed);
    let mut all = before.clone();
    let leavers = actions.iter().filter(|action| action.phase == Phase::Losses);
    leavers.for_each(|action| all.lose(&action.operation));
    let mut now = all.clone();
    actions.iter().for_each(|action| all.gain(&action.operation));
    if fits(&all, None) && !all.has_circle() {
        return;
    }
    for phase in [Phase::Made, Phase::Filled, Phase::Assigned] {
        for action in actions.iter_mut().filter(|action| action.phase == phase) {
            let Some(group) = gains(&action.operation) else {
                now.gain(&action.operation);
                continue;
            };
            let mut then = now.clone();
            // A role is exchanged in one step.
            if matches!(action.operation, Operation::Group(GroupOperation::Update { .. })) {
                then.lose(&action.operation);
            }
            then.gain(&action.operation);
            if fits(&then, Some(&group.key())) && !then.is_in_circle(&group.key()) {
                now = then;
            } else {
                action.phase = Phase::Late;
            }
        }
        let done = actions.iter().filter(|action| action.phase == phase);
        let step = done
            .filter(|action| !matches!(action.operation, Operation::Group(GroupOperation::Update { .. })));
        step.for_each(|action| now.lose(&action.operation));
    }
}

/// Whether an operation can be put off.
pub(super) fn can_wait(operation: &Operation) -> bool {
    gains(operation).is_some()
}

/// The group that gives somebody more by it, if one does.
fn gains(operation: &Operation) -> Option<&Reference> {
    let Operation::Group(operation) = operation else { return None };
    match operation {
        GroupOperation::MembersAdd { group, .. } | GroupOperation::WorkspacesSet { group, .. } => Some(group),
        GroupOperation::Nest { group, .. } => Some(group).filter(|_| operation.nests_deeper()),
        GroupOperation::Update { group, before, after } => {
            Some(group).filter(|_| before.organization_role != after.organization_role)
        }
        GroupOperation::Create { .. }
        | GroupOperation::Delete { .. }
        | GroupOperation::MembersRemove { .. }
        | GroupOperation::WorkspacesRemove { .. } => None,
    }
}

/// What people may have at any moment: what they have before or after.
fn allowed(live: &Live, actions: &[Action], before: &Groups, end: &Groups) -> Reach {
    let mut allowed = before.reach(None);
    allowed.add_all(&end.reach(None));
    for member in &live.members {
        let key = Key::Live(member.id);
        allowed.add_roles(&key, member.access.roles);
        for (workspace, access) in &member.workspaces {
            let locked = access.locked_roles.iter().cloned().collect();
            allowed.add(&key, &Key::Live(*workspace), &Given { roles: access.roles, locked });
        }
    }
    for action in actions {
        match &action.operation {
            Operation::Person(PersonOperation::MemberUpdate { id, after, .. }) => {
                allowed.add_roles(&Key::Live(*id), after.roles);
            }
            Operation::Person(PersonOperation::MemberCreate { email, access, .. }) => {
                allowed.add_roles(&Key::New(email.to_string()), access.roles);
            }
            Operation::Workspace(WorkspaceOperation::MembersSet { workspace, members }) => {
                for member in members {
                    let given = Given { roles: member.after, ..Given::default() };
                    allowed.add(&member.who.key(), &workspace.key(), &given);
                }
            }
            _ => {}
        }
    }
    allowed
}
