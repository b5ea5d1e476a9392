//! Checks whether the actions of a saved plan can still be applied as reviewed.

mod comparison;
mod group_precondition;
mod person_precondition;
mod workspace_precondition;

pub use comparison::{PlanContext, Precondition};

use crate::model::Live;
use crate::plan::{Action, Operation};
use group_precondition::GroupPreconditions;
use person_precondition::PersonPreconditions;
use workspace_precondition::WorkspacePreconditions;

/// The precondition of each action, after the previous ones.
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
