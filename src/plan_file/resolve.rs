//! Resolves resources by name that did not exist when the plan was made and do now, because an earlier run of the same
//! plan has created them.

use crate::model::Live;
use crate::plan::{GroupChange, Operation, Reference};

/// An operation with every identifier that is now known.
pub(super) fn resolve(operation: &Operation, live: &Live) -> Operation {
    let mut operation = operation.clone();
    match &mut operation {
        Operation::WorkspaceCreate(op) => member(&mut op.admin, live),
        Operation::WorkspaceMembersSet(op) => {
            workspace(&mut op.workspace, live);
            op.members.iter_mut().for_each(|one| member(&mut one.member, live));
        }
        Operation::WorkspaceMembersRemove(op) => {
            workspace(&mut op.workspace, live);
            op.members.iter_mut().for_each(|one| member(&mut one.member, live));
        }
        Operation::GroupUpdate(op) => {
            group(&mut op.group, live);
            if let GroupChange::Parents { before, after } = &mut op.change {
                for parents in [before, after] {
                    let resolved = std::mem::take(parents).into_iter().map(|mut one| {
                        group(&mut one, live);
                        one
                    });
                    *parents = resolved.collect();
                }
            }
        }
        Operation::GroupMembersAdd(op) => {
            group(&mut op.group, live);
            op.members.iter_mut().for_each(|one| member(one, live));
        }
        Operation::GroupMembersRemove(op) => {
            group(&mut op.group, live);
            op.members.iter_mut().for_each(|one| member(one, live));
        }
        Operation::GroupWorkspacesSet(op) => {
            group(&mut op.group, live);
            op.assignments.iter_mut().for_each(|one| workspace(&mut one.workspace, live));
        }
        Operation::GroupWorkspacesRemove(op) => {
            group(&mut op.group, live);
            op.assignments.iter_mut().for_each(|one| workspace(&mut one.workspace, live));
        }
        // They name resources that existed, or create theirs.
        Operation::MemberUpdate(_)
        | Operation::MemberRemove(_)
        | Operation::MemberCreate(_)
        | Operation::InvitationSend(_)
        | Operation::InvitationRenew(_)
        | Operation::InvitationRevoke(_)
        | Operation::WorkspaceUpdate(_)
        | Operation::WorkspaceArchive(_)
        | Operation::GroupCreate(_)
        | Operation::GroupDelete(_) => {}
    }
    operation
}

fn member(member: &mut Reference, live: &Live) {
    if member.id.is_none() {
        let found = live
            .members
            .iter()
            .find(|one| one.email.as_ref().is_some_and(|email| email.as_str() == member.name));
        member.id = found.map(|one| one.id);
    }
}

fn workspace(workspace: &mut Reference, live: &Live) {
    if workspace.id.is_none() {
        let found = live.workspaces.iter().find(|one| one.settings.name == workspace.name);
        workspace.id = found.map(|one| one.id);
    }
}

fn group(group: &mut Reference, live: &Live) {
    if group.id.is_none() {
        let found = live.groups.iter().flatten().find(|one| one.settings.name == group.name);
        group.id = found.map(|one| one.id);
    }
}
