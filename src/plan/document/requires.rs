//! What must still be so when an action is carried out, and the identifiers that it works with.

use crate::model::GroupSettings;
use crate::model::WorkspaceSettings;
use crate::model::{Role, Roles, Seats, WorkspaceRoles};
use crate::plan::action::{
    Assignment, GroupOperation, Membership, Operation, Participant, PersonOperation, Reference,
    WorkspaceOperation,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What an action relies on. Each kind of action has those parts that concern it; an identifier is null where the
/// thing comes to be in the same plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Requires {
    /// There is nobody and nothing of that name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// The member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Uuid>,
    /// The invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Uuid>,
    /// The workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Uuid>,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Uuid>,
    /// The organization roles that the person or the invitation has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Role>>")]
    pub roles: Option<Roles>,
    /// The seats that the person holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<crate::model::Product>>")]
    pub seats: Option<Seats>,
    /// The invitation has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<bool>,
    /// What the workspace or group is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The workspace's icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The group's organization role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_role: Option<Role>,
    /// How many members the group has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<usize>,
    /// How many of them leave the organization with the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaving_count: Option<usize>,
    /// The first admin of a new workspace: a single person, by address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub admin: BTreeMap<String, Option<Uuid>>,
    /// The people who get in or out, by address, and the roles that they are seen to have in the workspace.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, RequiredMember>,
    /// The groups in which the group is or will be nested, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parents: BTreeMap<String, Option<Uuid>>,
    /// The workspaces that an invitation carries or a group gets roles in, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub workspaces: BTreeMap<String, RequiredWorkspace>,
}

/// Somebody who gets into something, or out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredMember {
    /// The member.
    pub member: Option<Uuid>,
    /// The roles that the person is seen to have in the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<crate::model::WorkspaceRole>>")]
    pub roles: Option<WorkspaceRoles>,
}

/// A workspace that is made use of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredWorkspace {
    /// The workspace.
    pub workspace: Option<Uuid>,
    /// The roles that the group gives there; absent where it gives none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<crate::model::WorkspaceRole>>")]
    pub roles: Option<WorkspaceRoles>,
}

impl Requires {
    /// Whether it names something that is there, by its identifier.
    #[must_use]
    pub fn names_something(&self) -> bool {
        [self.member, self.invitation, self.workspace, self.group].iter().any(Option::is_some)
    }

    /// What an operation relies on.
    pub(super) fn of(operation: &Operation) -> Self {
        match operation {
            Operation::Person(operation) => person(operation),
            Operation::Workspace(operation) => workspace(operation),
            Operation::Group(operation) => group(operation),
        }
    }
}

fn person(operation: &PersonOperation) -> Requires {
    let carried = |workspaces: &[Reference]| {
        let each = workspaces.iter().map(|workspace| {
            (workspace.name.clone(), RequiredWorkspace { workspace: workspace.id, roles: None })
        });
        each.collect::<BTreeMap<_, _>>()
    };
    match operation {
        PersonOperation::MemberCreate { .. } => Requires { absent: true, ..Requires::default() },
        PersonOperation::InvitationSend { workspaces, .. } => {
            Requires { absent: true, workspaces: carried(workspaces), ..Requires::default() }
        }
        PersonOperation::MemberUpdate { id, before, .. }
        | PersonOperation::MemberRemove { id, before, .. } => Requires {
            member: Some(*id),
            roles: Some(before.roles),
            seats: Some(before.seats),
            ..Requires::default()
        },
        PersonOperation::InvitationRenew { id, before, expired, workspaces, .. } => Requires {
            invitation: Some(*id),
            roles: Some(*before),
            expired: Some(*expired),
            workspaces: carried(workspaces),
            ..Requires::default()
        },
        PersonOperation::InvitationRevoke { id, before, expired, .. } => Requires {
            invitation: Some(*id),
            roles: Some(*before),
            expired: Some(*expired),
            ..Requires::default()
        },
    }
}

fn workspace(operation: &WorkspaceOperation) -> Requires {
    match operation {
        WorkspaceOperation::Create { admin, .. } => {
            let admin = BTreeMap::from([(admin.name.clone(), admin.id)]);
            Requires { absent: true, admin, ..Requires::default() }
        }
        WorkspaceOperation::Update { workspace, before, .. } => {
            let WorkspaceSettings { name, description, icon } = before.clone();
            Requires {
                workspace: workspace.id,
                name: Some(name),
                description: Some(description),
                icon: Some(icon),
                ..Requires::default()
            }
        }
        WorkspaceOperation::Archive { id, .. } => Requires { workspace: Some(*id), ..Requires::default() },
        WorkspaceOperation::MembersSet { workspace, members }
        | WorkspaceOperation::MembersRemove { workspace, members } => {
            let each = members.iter().map(|Membership { who, before, .. }| {
                (who.name.clone(), RequiredMember { member: who.id, roles: Some(*before) })
            });
            Requires { workspace: workspace.id, members: each.collect(), ..Requires::default() }
        }
    }
}

fn group(operation: &GroupOperation) -> Requires {
    let people = |members: &[Participant]| {
        let each =
            members.iter().map(|who| (who.name.clone(), RequiredMember { member: who.id, roles: None }));
        each.collect::<BTreeMap<_, _>>()
    };
    match operation {
        GroupOperation::Create { .. } => Requires { absent: true, ..Requires::default() },
        GroupOperation::Update { group, before, .. } => {
            let GroupSettings { name, description, organization_role } = before.clone();
            Requires {
                group: group.id,
                name: Some(name),
                description: Some(description),
                organization_role,
                ..Requires::default()
            }
        }
        GroupOperation::Nest { group, before, after } => {
            let parents = before.union(after).map(|parent| (parent.name.clone(), parent.id)).collect();
            Requires { group: group.id, parents, ..Requires::default() }
        }
        GroupOperation::Delete { id, members, leaving, .. } => Requires {
            group: Some(*id),
            member_count: Some(*members),
            leaving_count: Some(*leaving),
            ..Requires::default()
        },
        GroupOperation::MembersAdd { group, members } | GroupOperation::MembersRemove { group, members } => {
            Requires { group: group.id, members: people(members), ..Requires::default() }
        }
        GroupOperation::WorkspacesSet { group, assignments }
        | GroupOperation::WorkspacesRemove { group, assignments } => {
            let each = assignments.iter().map(|Assignment { workspace, before, .. }| {
                (workspace.name.clone(), RequiredWorkspace { workspace: workspace.id, roles: *before })
            });
            Requires { group: group.id, workspaces: each.collect(), ..Requires::default() }
        }
    }
}
