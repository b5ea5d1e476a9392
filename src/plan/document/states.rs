//! What each action finds, leaves and relies on, as data.

use super::{AccessDocument, StateDocument};
use crate::model::GroupSettings;
use crate::model::WorkspaceSettings;
use crate::model::{Roles, Seats, WorkspaceRole, WorkspaceRoles};
use crate::plan::action::{
    Assignment, GroupOperation, Membership, Operation, Participant, PersonOperation, Reference,
    WorkspaceOperation,
};
use std::collections::BTreeSet;

/// What is there before and after an operation.
type States = (Option<StateDocument>, Option<StateDocument>);

impl Operation {
    /// What is there before and after, as much of it as the operation is about; nothing where there is nothing.
    #[must_use]
    pub fn states(&self) -> States {
        match self {
            Self::Person(operation) => person(operation),
            Self::Workspace(operation) => workspace(operation),
            Self::Group(operation) => group(operation),
        }
    }
}

fn person(operation: &PersonOperation) -> States {
    let access = |roles: Roles, seats: Option<Seats>, workspaces: &[Reference]| {
        let (roles, seats) = (roles.into_iter().collect(), seats.map(|seats| seats.into_iter().collect()));
        let workspaces = workspaces.iter().map(|workspace| workspace.name.clone()).collect();
        let (first_name, last_name) = (None, None);
        Some(StateDocument::Access(AccessDocument { roles, seats, workspaces, first_name, last_name }))
    };
    let ((before_roles, after_roles), (before_seats, after_seats)) = (operation.roles(), operation.seats());
    let before = match operation {
        PersonOperation::MemberCreate { .. } | PersonOperation::InvitationSend { .. } => None,
        PersonOperation::MemberUpdate { .. } | PersonOperation::MemberRemove { .. } => {
            access(before_roles, Some(before_seats), &[])
        }
        PersonOperation::InvitationRenew { .. } | PersonOperation::InvitationRevoke { .. } => {
            access(before_roles, None, &[])
        }
    };
    let after = match operation {
        PersonOperation::MemberRemove { .. } | PersonOperation::InvitationRevoke { .. } => None,
        PersonOperation::MemberUpdate { .. } => access(after_roles, Some(after_seats), &[]),
        PersonOperation::MemberCreate { first_name, last_name, .. } => {
            let (first_name, last_name) = (Some(first_name.clone()), Some(last_name.clone()));
            let roles = after_roles.into_iter().collect();
            let (seats, workspaces) = (Some(after_seats.into_iter().collect()), Vec::new());
            Some(StateDocument::Access(AccessDocument { roles, seats, workspaces, first_name, last_name }))
        }
        PersonOperation::InvitationSend { workspaces, .. }
        | PersonOperation::InvitationRenew { workspaces, .. } => {
            access(after_roles, Some(after_seats), workspaces)
        }
    };
    (before, after)
}

fn workspace(operation: &WorkspaceOperation) -> States {
    let state = |traits: &WorkspaceSettings| {
        let WorkspaceSettings { name, description, icon } = traits.clone();
        Some(StateDocument::Workspace { name, description, icon })
    };
    let members = |members: &[Membership], roles: fn(&Membership) -> WorkspaceRoles| {
        let each = members.iter().map(|member| (member.who.name.clone(), roles_of(roles(member))));
        Some(StateDocument::WorkspaceMembers { members: each.collect() })
    };
    match operation {
        WorkspaceOperation::Create { settings, .. } => (None, state(settings)),
        WorkspaceOperation::Update { before, after, .. } => (state(before), state(after)),
        WorkspaceOperation::Archive { before, .. } => (state(before), None),
        WorkspaceOperation::MembersSet { members: all, .. }
        | WorkspaceOperation::MembersRemove { members: all, .. } => {
            (members(all, |member| member.before), members(all, |member| member.after))
        }
    }
}

fn group(operation: &GroupOperation) -> States {
    let state = |traits: &GroupSettings| {
        let GroupSettings { name, description, organization_role } = traits.clone();
        Some(StateDocument::Group { name, description, organization_role })
    };
    let parents = |parents: &BTreeSet<Reference>| {
        let parents = parents.iter().map(|parent| parent.name.clone()).collect();
        Some(StateDocument::Parents { parents })
    };
    let members = |members: &[Participant]| {
        Some(StateDocument::GroupMembers { members: members.iter().map(|who| who.name.clone()).collect() })
    };
    let workspaces = |all: &[Assignment], roles: fn(&Assignment) -> WorkspaceRoles| {
        let each = all.iter().map(|one| (one.workspace.name.clone(), roles_of(roles(one))));
        Some(StateDocument::Workspaces { workspaces: each.collect() })
    };
    match operation {
        GroupOperation::Create { settings } => (None, state(settings)),
        GroupOperation::Update { before, after, .. } => (state(before), state(after)),
        GroupOperation::Nest { before, after, .. } => (parents(before), parents(after)),
        GroupOperation::Delete { before, .. } => (state(before), None),
        GroupOperation::MembersAdd { members: added, .. } => (members(&[]), members(added)),
        GroupOperation::MembersRemove { members: removed, .. } => (members(removed), members(&[])),
        GroupOperation::WorkspacesSet { assignments, .. }
        | GroupOperation::WorkspacesRemove { assignments, .. } => (
            workspaces(assignments, |one| one.before.unwrap_or_default()),
            workspaces(assignments, |one| one.after),
        ),
    }
}

fn roles_of(roles: WorkspaceRoles) -> Vec<WorkspaceRole> {
    roles.into_iter().collect()
}
