//! Whether the actions of a saved plan can still be carried out as they were reviewed.

mod group_precondition;
mod person_precondition;
mod workspace_precondition;

use crate::escape;
use crate::model::{Live, Settings};
use crate::plan::{Action, Operation};
use group_precondition::GroupPreconditions;
use person_precondition::PersonPreconditions;
use std::collections::BTreeSet;
use uuid::Uuid;
use workspace_precondition::WorkspacePreconditions;

/// How an action of a saved plan fits the organization as it is by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// What it touches is as the plan saw it.
    Holds,
    /// What it wants is there already.
    AlreadyApplied,
    /// Neither. Harmless text.
    Conflict { expected: String, found: String },
}

/// A saved plan, whichever part of it is looked at: any of it may have been done by an earlier run, or by an earlier
/// phase.
#[derive(Debug, Clone, Copy)]
pub struct PlanContext<'p> {
    /// All its actions.
    pub actions: &'p [Action],
    /// The invitations that an earlier run of it has deleted in order to send them again.
    pub deleted: &'p BTreeSet<Uuid>,
}

/// The preconditions of actions, each after those before it.
#[must_use]
pub fn preconditions(actions: &[Action], live: &Live, context: PlanContext<'_>) -> Vec<Precondition> {
    let mut people = PersonPreconditions::new(live, context);
    let workspaces = WorkspacePreconditions::new(live, context.actions);
    let mut groups = GroupPreconditions::new(live, context.actions);
    let precondition = |action: &Action| match &action.operation {
        Operation::MemberUpdate(op) => people.member_update(op),
        Operation::MemberRemove(op) => people.member_remove(op),
        Operation::MemberCreate(op) => people.newcomer(&op.email, op.after, false),
        Operation::InvitationSend(op) => people.newcomer(&op.email, op.after, true),
        Operation::InvitationRenew(op) => people.invitation_renew(op),
        Operation::InvitationRevoke(op) => people.invitation_revoke(op),
        Operation::WorkspaceCreate(op) => workspaces.create(op),
        Operation::WorkspaceUpdate(op) => workspaces.update(op),
        Operation::WorkspaceArchive(op) => workspaces.archive(op),
        Operation::WorkspaceMembersSet(op) => workspaces.members(&op.workspace, &op.members),
        Operation::WorkspaceMembersRemove(op) => workspaces.members(&op.workspace, &op.members),
        Operation::GroupCreate(op) => groups.create(op),
        Operation::GroupUpdate(op) => groups.update(op),
        Operation::GroupDelete(op) => groups.delete(op),
        Operation::GroupMembersAdd(op) => groups.members_add(op),
        Operation::GroupMembersRemove(op) => groups.members_remove(op),
        Operation::GroupWorkspacesSet(op) => groups.assignments(&op.group, &op.assignments),
        Operation::GroupWorkspacesRemove(op) => groups.assignments(&op.group, &op.assignments),
    };
    actions.iter().map(precondition).collect()
}

/// Holds what is there now against what the plan saw and wants.
fn compare<T: PartialEq>(now: &T, before: &T, after: &T, show: impl Fn(&T) -> String) -> Precondition {
    if now == after {
        Precondition::AlreadyApplied
    } else if now == before {
        Precondition::Holds
    } else {
        Precondition::Conflict { expected: show(before), found: show(now) }
    }
}

/// What was there does not exist any more.
fn gone(expected: impl Into<String>) -> Precondition {
    Precondition::Conflict { expected: expected.into(), found: "it is gone".to_owned() }
}

fn described(settings: &impl Settings) -> String {
    escape::excerpt(&settings.describe())
}
