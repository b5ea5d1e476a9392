//! Finds by name what had no identifier when the plan was made and has come to be since: an earlier run of the same
//! plan has made it.

use crate::model::Live;
use crate::plan::action::{
    Assignment, GroupOperation, Membership, Operation, Participant, Reference, WorkspaceOperation,
};
use std::collections::BTreeSet;

/// An operation with every identifier that can be known by now.
pub(super) fn resolve(operation: &Operation, live: &Live) -> Operation {
    let mut operation = operation.clone();
    match &mut operation {
        Operation::Person(_) => {}
        Operation::Workspace(operation) => match operation {
            WorkspaceOperation::Create { admin, .. } => person(admin, live),
            WorkspaceOperation::MembersSet { workspace, members }
            | WorkspaceOperation::MembersRemove { workspace, members } => {
                self::workspace(workspace, live);
                members.iter_mut().for_each(|Membership { who, .. }| person(who, live));
            }
            WorkspaceOperation::Update { .. } | WorkspaceOperation::Archive { .. } => {}
        },
        Operation::Group(operation) => match operation {
            GroupOperation::Create { .. } | GroupOperation::Delete { .. } => {}
            GroupOperation::Update { group, .. } => self::group(group, live),
            GroupOperation::Nest { group, before, after } => {
                self::group(group, live);
                for groups in [before, after] {
                    let known = std::mem::take(groups).into_iter().map(|mut one| {
                        self::group(&mut one, live);
                        one
                    });
                    *groups = known.collect::<BTreeSet<_>>();
                }
            }
            GroupOperation::MembersAdd { group, members }
            | GroupOperation::MembersRemove { group, members } => {
                self::group(group, live);
                members.iter_mut().for_each(|who| person(who, live));
            }
            GroupOperation::WorkspacesSet { group, assignments }
            | GroupOperation::WorkspacesRemove { group, assignments } => {
                self::group(group, live);
                assignments
                    .iter_mut()
                    .for_each(|Assignment { workspace, .. }| self::workspace(workspace, live));
            }
        },
    }
    operation
}

fn person(who: &mut Participant, live: &Live) {
    if who.id.is_none() {
        let is = |email: &crate::model::Email| email.as_str() == who.name;
        who.id =
            live.members.iter().find(|member| member.email.as_ref().is_some_and(is)).map(|member| member.id);
    }
}

fn workspace(workspace: &mut Reference, live: &Live) {
    if workspace.id.is_none() {
        workspace.id =
            live.workspaces.iter().find(|one| one.settings.name == workspace.name).map(|one| one.id);
    }
}

fn group(group: &mut Reference, live: &Live) {
    if group.id.is_none() {
        group.id = live.groups.iter().flatten().find(|one| one.settings.name == group.name).map(|one| one.id);
    }
}
