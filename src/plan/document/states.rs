//! What each action finds, leaves and relies on, as data.

use super::{AccessDocument, StateDocument};
use crate::model::{Roles, Seats, WorkspaceRole, WorkspaceRoles};
use crate::plan::action::{
    Assignment, GroupOperation, GroupTraits, Membership, Operation, Participant, PersonOperation, Reference,
    WorkspaceOperation, WorkspaceTraits,
};
use serde_json::{Map, Value, json};
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
        Some(StateDocument::Access(AccessDocument { roles, seats, workspaces }))
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
        PersonOperation::MemberCreate { .. } | PersonOperation::MemberUpdate { .. } => {
            access(after_roles, Some(after_seats), &[])
        }
        PersonOperation::InvitationSend { workspaces, .. }
        | PersonOperation::InvitationRenew { workspaces, .. } => {
            access(after_roles, Some(after_seats), workspaces)
        }
    };
    (before, after)
}

fn workspace(operation: &WorkspaceOperation) -> States {
    let state = |traits: &WorkspaceTraits| {
        let WorkspaceTraits { name, description, icon } = traits.clone();
        Some(StateDocument::Workspace { name, description, icon })
    };
    let members = |members: &[Membership], roles: fn(&Membership) -> WorkspaceRoles| {
        let each = members.iter().map(|member| (member.who.name.clone(), roles_of(roles(member))));
        Some(StateDocument::WorkspaceMembers { members: each.collect() })
    };
    match operation {
        WorkspaceOperation::Create { traits, .. } => (None, state(traits)),
        WorkspaceOperation::Update { before, after, .. } => (state(before), state(after)),
        WorkspaceOperation::Archive { .. } => (None, None),
        WorkspaceOperation::MembersSet { members: all, .. }
        | WorkspaceOperation::MembersRemove { members: all, .. } => {
            (members(all, |member| member.before), members(all, |member| member.after))
        }
    }
}

fn group(operation: &GroupOperation) -> States {
    let state = |traits: &GroupTraits| {
        let GroupTraits { name, description, organization_role } = traits.clone();
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
        GroupOperation::Create { traits } => (None, state(traits)),
        GroupOperation::Update { before, after, .. } => (state(before), state(after)),
        GroupOperation::Nest { before, after, .. } => (parents(before), parents(after)),
        GroupOperation::Delete { .. } => (None, None),
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

/// What must still be so when an operation is carried out. Whatever has no identifier yet comes to be in the same plan.
pub(super) fn requires(operation: &Operation) -> Value {
    match operation {
        Operation::Person(operation) => person_requires(operation),
        Operation::Workspace(operation) => workspace_requires(operation),
        Operation::Group(operation) => group_requires(operation),
    }
}

fn person_requires(operation: &PersonOperation) -> Value {
    match operation {
        PersonOperation::MemberCreate { .. } | PersonOperation::InvitationSend { .. } => {
            json!({ "absent": true })
        }
        PersonOperation::MemberUpdate { id, before, .. }
        | PersonOperation::MemberRemove { id, before, .. } => {
            json!({ "member": id, "roles": before.roles, "seats": before.seats })
        }
        PersonOperation::InvitationRenew { id, before, expired, .. }
        | PersonOperation::InvitationRevoke { id, before, expired, .. } => {
            json!({ "invitation": id, "roles": before, "expired": expired })
        }
    }
}

fn workspace_requires(operation: &WorkspaceOperation) -> Value {
    match operation {
        WorkspaceOperation::Create { admin, .. } => json!({ "absent": true, "admin": admin.id }),
        WorkspaceOperation::Update { workspace, before, .. } => json!({
            "workspace": workspace.id,
            "name": before.name,
            "description": before.description,
            "icon": before.icon,
        }),
        WorkspaceOperation::Archive { id, .. } => json!({ "workspace": id }),
        WorkspaceOperation::MembersSet { workspace, members }
        | WorkspaceOperation::MembersRemove { workspace, members } => {
            let each = members.iter().map(|member| {
                let Membership { who, before, .. } = member;
                (who.name.clone(), json!({ "member": who.id, "roles": before }))
            });
            json!({ "workspace": workspace.id, "members": each.collect::<Map<_, _>>() })
        }
    }
}

fn group_requires(operation: &GroupOperation) -> Value {
    let ids = |references: &BTreeSet<Reference>| {
        references.iter().map(|one| (one.name.clone(), json!(one.id))).collect::<Map<_, _>>()
    };
    match operation {
        GroupOperation::Create { .. } => json!({ "absent": true }),
        GroupOperation::Update { group, before, .. } => json!({
            "group": group.id,
            "name": before.name,
            "description": before.description,
            "organization_role": before.organization_role,
        }),
        GroupOperation::Nest { group, before, .. } => json!({ "group": group.id, "parents": ids(before) }),
        GroupOperation::Delete { id, members, .. } => json!({ "group": id, "members": members }),
        GroupOperation::MembersAdd { group, members } | GroupOperation::MembersRemove { group, members } => {
            let each = members.iter().map(|who| (who.name.clone(), json!(who.id)));
            json!({ "group": group.id, "members": each.collect::<Map<_, _>>() })
        }
        GroupOperation::WorkspacesSet { group, assignments }
        | GroupOperation::WorkspacesRemove { group, assignments } => {
            let each = assignments.iter().map(|one| {
                (one.workspace.name.clone(), json!({ "workspace": one.workspace.id, "roles": one.before }))
            });
            json!({ "group": group.id, "workspaces": each.collect::<Map<_, _>>() })
        }
    }
}
