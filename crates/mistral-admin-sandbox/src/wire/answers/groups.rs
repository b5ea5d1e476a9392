//! User groups, and what is in them.

use crate::instant;
use crate::organization::{Assignment, Group, Member, Organization, TargetType};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The vendor's `AdminUserGroupOut`.
#[derive(Debug, Serialize)]
pub(crate) struct GroupOut<'a> {
    uuid: Uuid,
    name: &'a str,
    description: Option<&'a str>,
    externally_managed: Option<bool>,
    target_type: Option<TargetType>,
    organization_role: Option<&'a str>,
    parent_group_ids: &'a BTreeSet<Uuid>,
}

impl<'a> From<&'a Group> for GroupOut<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            uuid: group.uuid,
            name: &group.name,
            description: group.description.as_deref(),
            externally_managed: group.externally_managed,
            target_type: group.target_type,
            organization_role: group.organization_role.as_deref(),
            parent_group_ids: &group.parents,
        }
    }
}

/// The vendor's `AdminUserGroupsOut`.
#[derive(Debug, Serialize)]
pub(crate) struct GroupsPage<'a> {
    pub(crate) total: usize,
    pub(crate) items: Vec<GroupOut<'a>>,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
}

/// The vendor's `AdminUserGroupMemberOut`.
#[derive(Debug, Serialize)]
pub(crate) struct GroupMemberOut<'a> {
    user_uuid: Uuid,
    name: Option<&'a str>,
    email: Option<&'a str>,
}

impl<'a> From<&'a Member> for GroupMemberOut<'a> {
    fn from(member: &'a Member) -> Self {
        Self { user_uuid: member.uuid, name: member.name.as_deref(), email: member.email.as_deref() }
    }
}

/// The vendor's `AdminUserGroupMembersOut`.
#[derive(Debug, Serialize)]
pub(crate) struct GroupMembersPage<'a> {
    pub(crate) total: usize,
    pub(crate) members: Vec<GroupMemberOut<'a>>,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
}

/// The vendor's `WorkspaceRoleRef`.
#[derive(Debug, Serialize)]
struct RoleRef {
    name: String,
    uuid: Uuid,
}

/// The vendor's `GroupWorkspaceAssignmentOut`.
#[derive(Debug, Serialize)]
pub(crate) struct AssignmentOut<'a> {
    role_uuid: Option<Uuid>,
    role_name: Option<String>,
    roles: Vec<RoleRef>,
    workspace_uuid: Uuid,
    workspace_name: &'a str,
    #[serde(with = "instant")]
    created: Timestamp,
}

impl<'a> AssignmentOut<'a> {
    /// The assignment of a group of an organization to a workspace.
    pub(crate) fn of(
        organization: &'a Organization,
        (workspace, assignment): (&Uuid, &'a Assignment),
    ) -> Self {
        let roles = assignment.roles.iter().map(|role| {
            let name = organization.roles().workspace_role_name(*role);
            RoleRef { name: name.map_or_else(|| role.to_string(), str::to_owned), uuid: *role }
        });
        let roles: Vec<RoleRef> = roles.collect();
        Self {
            role_uuid: roles.first().map(|role| role.uuid),
            role_name: roles.first().map(|role| role.name.clone()),
            roles,
            workspace_uuid: *workspace,
            workspace_name: organization.workspace(*workspace).map_or("", |workspace| &workspace.name),
            created: assignment.created,
        }
    }
}

/// The vendor's `GroupWorkspaceAssignmentsOut`.
#[derive(Debug, Serialize)]
pub(crate) struct AssignmentsPage<'a> {
    pub(crate) total: usize,
    pub(crate) items: Vec<AssignmentOut<'a>>,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
}

/// The vendor's `NestedGroupRef`.
#[derive(Debug, Serialize)]
struct GroupRef<'a> {
    uuid: Uuid,
    name: &'a str,
}

/// The vendor's `NestedGroupsOut`.
#[derive(Debug, Serialize)]
pub(crate) struct NestedOut<'a> {
    children: Vec<GroupRef<'a>>,
}

impl<'a> FromIterator<&'a Group> for NestedOut<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Group>>(groups: I) -> Self {
        let children = groups.into_iter().map(|group| GroupRef { uuid: group.uuid, name: &group.name });
        Self { children: children.collect() }
    }
}
