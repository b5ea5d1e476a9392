//! Workspaces (<https://docs.mistral.ai/api/endpoint/beta/admin/workspaces>).

use super::client::{Client, Deletion, Listed, NoContent};
use super::roles::workspace_role_names;
use super::transport::{ApiError, Fault, Request};
use crate::model::{LiveWorkspace, WorkspaceRoles, WorkspaceSettings};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// `WorkspaceOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Workspace {
    uuid: Uuid,
    name: String,
    description: Option<String>,
    icon: Option<String>,
    is_default: bool,
}

impl Listed for Workspace {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// `AddOrUpdateUsersToWorkspaceOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct WrittenMembers {
    added_members_count: u64,
    updated_members_count: u64,
}

/// `RemoveWorkspaceMembersOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct RemovedMembers {
    /// Required, so that another kind of answer isn't read as one without faults.
    #[serde(rename = "deleted_members_count")]
    _deleted: u64,
    not_deleted_members: Option<Vec<Uuid>>,
}

/// One workspace, from a list or from the answer to a change.
pub(super) fn workspace(workspace: Workspace) -> LiveWorkspace {
    LiveWorkspace {
        id: workspace.uuid,
        settings: WorkspaceSettings {
            name: workspace.name,
            description: workspace.description.unwrap_or_default(),
            icon: workspace.icon.unwrap_or_default(),
        },
        is_default: workspace.is_default,
    }
}

impl Request {
    /// One page of the active workspaces; the first is 1.
    pub(super) fn workspaces(page: u64, page_size: u64) -> Self {
        Self::page("/workspaces", page, page_size)
    }

    /// Creates a workspace, with its first admin.
    pub(super) fn create_workspace(new: &WorkspaceSettings, admin: Uuid) -> Self {
        let mut body = json!({"name": new.name, "admin_user_id": admin});
        for (field, text) in [("description", &new.description), ("icon", &new.icon)] {
            if let (false, Some(body)) = (text.is_empty(), body.as_object_mut()) {
                body.insert(field.to_owned(), json!(text));
            }
        }
        Self::with_body(Method::POST, "/workspaces", body)
    }

    /// Sets the settings of a workspace that differ.
    pub(super) fn update_workspace(id: Uuid, before: &WorkspaceSettings, after: &WorkspaceSettings) -> Self {
        Self::with_changed(format!("/workspaces/{id}"), texts(before), texts(after))
    }

    pub(super) fn archive_workspace(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/workspaces/{id}"))
    }

    /// Adds people to a workspace, or sets the roles of those that are in it.
    pub(super) fn set_workspace_members(id: Uuid, members: &[(Uuid, WorkspaceRoles)]) -> Self {
        let member = |(id, roles): &(Uuid, WorkspaceRoles)| json!({"user_uuid": id, "role_names": workspace_role_names(*roles)});
        let members: Vec<Value> = members.iter().map(member).collect();
        Self::with_body(Method::PATCH, format!("/workspaces/{id}/users"), json!({"members": members}))
    }

    pub(super) fn remove_workspace_members(id: Uuid, members: &[Uuid]) -> Self {
        let members: Vec<Value> = members.iter().map(|id| json!({"user_uuid": id})).collect();
        let path = format!("/workspaces/{id}/remove-users");
        Self::with_body(Method::DELETE, path, json!({"members": members}))
    }
}

/// The settings under the vendor's names.
fn texts(settings: &WorkspaceSettings) -> [(&'static str, &str); 3] {
    [("name", &settings.name), ("description", &settings.description), ("icon", &settings.icon)]
}

impl Client {
    /// Creates a workspace and returns its identifier. Never retried if the outcome is unclear.
    pub async fn create_workspace(&self, new: &WorkspaceSettings, admin: Uuid) -> Result<Uuid, ApiError> {
        self.create(&Request::create_workspace(new, admin)).await
    }

    /// Changes the settings of a workspace.
    pub async fn update_workspace(
        &self,
        id: Uuid,
        before: &WorkspaceSettings,
        after: &WorkspaceSettings,
    ) -> Result<(), ApiError> {
        let request = Request::update_workspace(id, before, after);
        let seen = workspace(self.send(&request).await?);
        self.compare(&request, [("workspace", &id.to_string())], [("workspace", &seen.id.to_string())])?;
        self.compare(&request, texts(after), texts(&seen.settings))
    }

    /// Archives a workspace. It can't be undone.
    pub async fn archive_workspace(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<NoContent>(&Request::archive_workspace(id)).await
    }

    /// Adds people to a workspace, or sets the roles of people in it. Each set of roles is complete and not empty.
    pub async fn set_workspace_members(
        &self,
        id: Uuid,
        members: &[(Uuid, WorkspaceRoles)],
    ) -> Result<(), ApiError> {
        let request = Request::set_workspace_members(id, members);
        let answer: WrittenMembers = self.send(&request).await?;
        let written = answer.added_members_count.saturating_add(answer.updated_members_count);
        if written >= members.len() as u64 {
            return Ok(());
        }
        let fault = Fault::Incomplete { written, asked: members.len() };
        Err(ApiError { request: None, ..self.error(&request, fault) })
    }

    /// Removes people from a workspace. Returns those who were not removed. After a retry, this may include people whom
    /// the first try removed.
    pub async fn remove_workspace_members(
        &self,
        id: Uuid,
        members: &[Uuid],
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        let removed: RemovedMembers = self.send(&Request::remove_workspace_members(id, members)).await?;
        Ok(removed.not_deleted_members.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn what_a_workspace_lacks_is_empty() {
        let lacking = json!({"uuid": Uuid::nil(), "name": "W", "description": null, "icon": null,
            "is_default": true, "members_count": null});
        let seen = workspace(serde_json::from_value(lacking).unwrap());
        assert_eq!(
            (seen.settings.description.as_str(), seen.settings.icon.as_str(), seen.is_default),
            ("", "", true)
        );
    }
}
