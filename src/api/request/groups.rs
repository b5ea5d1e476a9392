//! Requests about groups (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>).

use super::workspaces::workspace_role_names;
use super::{Request, role_letter};
use crate::model::{GroupSettings, Role, WorkspaceRoles};
use reqwest::Method;
use serde_json::{Map, json};
use uuid::Uuid;

/// A change of a group. What is absent is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupChange {
    /// The name to have.
    pub name: Option<String>,
    /// The description to have.
    pub description: Option<String>,
    /// All groups in which it is to be nested.
    pub parents: Option<Vec<Uuid>>,
}

impl Request {
    /// One page of the groups; the first is 1.
    pub(in crate::api) fn groups(page: u64, page_size: u64) -> Self {
        Self::page("/user-groups", page, page_size)
    }

    /// One page of a group's members; the first is 1.
    pub(in crate::api) fn group_members(id: Uuid, page: u64, page_size: u64) -> Self {
        Self::page(format!("/user-groups/{id}/members"), page, page_size)
    }

    /// One page of the workspaces to which a group is assigned; the first is 1.
    pub(in crate::api) fn group_workspaces(id: Uuid, page: u64, page_size: u64) -> Self {
        Self::page(format!("/user-groups/{id}/workspaces"), page, page_size)
    }

    /// Makes a group. Its organization role is set by a request of its own.
    pub(in crate::api) fn create_group(new: &GroupSettings) -> Self {
        let mut body = Map::from_iter([("name".to_owned(), json!(new.name))]);
        if !new.description.is_empty() {
            body.insert("description".to_owned(), json!(new.description));
        }
        Self::with_body(Method::POST, "/user-groups", body)
    }

    /// Changes a group.
    pub(in crate::api) fn update_group(id: Uuid, change: &GroupChange) -> Self {
        let mut body = Map::new();
        if let Some(name) = &change.name {
            body.insert("name".to_owned(), json!(name));
        }
        if let Some(description) = &change.description {
            body.insert("description".to_owned(), json!(description));
        }
        if let Some(parents) = &change.parents {
            body.insert("parent_group_ids".to_owned(), json!(parents));
        }
        Self::with_body(Method::PATCH, format!("/user-groups/{id}"), body)
    }

    /// Deletes a group.
    pub(in crate::api) fn delete_group(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/user-groups/{id}"))
    }

    /// Sets the organization role of a group's members. It takes a letter or a UUID, no name.
    pub(in crate::api) fn set_group_role(id: Uuid, role: Role) -> Self {
        let path = format!("/user-groups/{id}/organization-role");
        Self::with_body(Method::PATCH, path, json!({"organization_role": role_letter(role)}))
    }

    /// Adds members to a group.
    pub(in crate::api) fn add_group_members(id: Uuid, members: &[Uuid]) -> Self {
        let body = json!({"user_uuids": members});
        Self::with_body(Method::POST, format!("/user-groups/{id}/members"), body)
    }

    /// Takes members out of a group.
    pub(in crate::api) fn remove_group_members(id: Uuid, members: &[Uuid]) -> Self {
        let body = json!({"user_uuids": members});
        Self::with_body(Method::DELETE, format!("/user-groups/{id}/members"), body)
    }

    /// Gives a group roles in a workspace in which it has none.
    pub(in crate::api) fn assign_group(id: Uuid, workspace: Uuid, roles: WorkspaceRoles) -> Self {
        let body = json!({"workspace_uuid": workspace, "role_names": workspace_role_names(roles)});
        Self::with_body(Method::POST, format!("/user-groups/{id}/workspaces"), body)
    }

    /// Sets the roles that a group has in a workspace.
    pub(in crate::api) fn update_assignment(id: Uuid, workspace: Uuid, roles: WorkspaceRoles) -> Self {
        let body = json!({"role_names": workspace_role_names(roles)});
        Self::with_body(Method::PATCH, format!("/user-groups/{id}/workspaces/{workspace}"), body)
    }

    /// Takes from a group all roles that it has in a workspace.
    pub(in crate::api) fn remove_assignment(id: Uuid, workspace: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/user-groups/{id}/workspaces/{workspace}"))
    }
}
