//! Requests about workspaces (<https://docs.mistral.ai/api/endpoint/beta/admin/workspaces>).

use super::Request;
use crate::model::{WorkspaceRole, WorkspaceRoles, WorkspaceSettings};
use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A change of a workspace. What is absent is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceChange {
    /// The name to have.
    pub name: Option<String>,
    /// The description to have.
    pub description: Option<String>,
    /// The icon to have.
    pub icon: Option<String>,
}

impl Request {
    /// One page of the active workspaces; the first is 1.
    pub(in crate::api) fn workspaces(page: u64, page_size: u64) -> Self {
        Self::page("/workspaces", page, page_size)
    }

    /// Makes a workspace, with its first admin.
    pub(in crate::api) fn create_workspace(new: &WorkspaceSettings, admin: Uuid) -> Self {
        let mut body = json!({"name": new.name, "admin_user_id": admin});
        for (field, text) in [("description", &new.description), ("icon", &new.icon)] {
            if let (false, Some(body)) = (text.is_empty(), body.as_object_mut()) {
                body.insert(field.to_owned(), json!(text));
            }
        }
        Self::with_body(Method::POST, "/workspaces", body)
    }

    /// Changes a workspace.
    pub(in crate::api) fn update_workspace(id: Uuid, change: &WorkspaceChange) -> Self {
        let fields = [("name", &change.name), ("description", &change.description), ("icon", &change.icon)];
        let body: Map<_, _> = fields
            .into_iter()
            .filter_map(|(field, text)| Some((field.to_owned(), json!(text.as_ref()?))))
            .collect();
        Self::with_body(Method::PATCH, format!("/workspaces/{id}"), body)
    }

    /// Archives a workspace.
    pub(in crate::api) fn archive_workspace(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/workspaces/{id}"))
    }

    /// Adds people to a workspace, or sets the roles of those who are there.
    pub(in crate::api) fn set_workspace_members(id: Uuid, members: &[(Uuid, WorkspaceRoles)]) -> Self {
        let member = |(id, roles): &(Uuid, WorkspaceRoles)| json!({"user_uuid": id, "role_names": workspace_role_names(*roles)});
        let members: Vec<Value> = members.iter().map(member).collect();
        Self::with_body(Method::PATCH, format!("/workspaces/{id}/users"), json!({"members": members}))
    }

    /// Takes people out of a workspace.
    pub(in crate::api) fn remove_workspace_members(id: Uuid, members: &[Uuid]) -> Self {
        let members: Vec<Value> = members.iter().map(|id| json!({"user_uuid": id})).collect();
        let path = format!("/workspaces/{id}/remove-users");
        Self::with_body(Method::DELETE, path, json!({"members": members}))
    }
}

/// `role_names` spells roles by name, where `roles` takes letters or UUIDs.
pub(super) fn workspace_role_names(roles: WorkspaceRoles) -> Value {
    roles.iter().map(WorkspaceRole::name).collect()
}
