//! Workspaces and groups, as a document has them.

use crate::instant;
use crate::organization::{TargetType, WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR, Workspace};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

/// A workspace in the shape of the vendor's `WorkspaceOUT`.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a workspace")]
pub(crate) struct WorkspaceIn {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    icon: Option<String>,
    #[serde(default)]
    spend_limit: Option<Value>,
    #[serde(default)]
    pub(crate) is_default: bool,
}

impl From<WorkspaceIn> for Workspace {
    fn from(workspace: WorkspaceIn) -> Self {
        Self {
            uuid: workspace.uuid,
            name: workspace.name,
            description: workspace.description,
            icon: workspace.icon,
            spend_limit: workspace.spend_limit,
            is_default: workspace.is_default,
        }
    }
}

/// A workspace of a member, in the shape of the vendor's `MemberWorkspaceInfo`.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a workspace of a member")]
pub(crate) struct AccessIn {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) is_default: bool,
    /// As in the vendor's document, where letters stood.
    #[serde(default)]
    pub(crate) raw_roles: Vec<WorkspaceRole>,
}

impl From<&AccessIn> for Workspace {
    fn from(access: &AccessIn) -> Self {
        Self {
            uuid: access.uuid,
            name: access.name.clone(),
            description: None,
            icon: None,
            spend_limit: None,
            is_default: access.is_default,
        }
    }
}

/// The spelling of a role in a workspace: a letter or a UUID.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct WorkspaceRole(pub(crate) Uuid);

impl TryFrom<String> for WorkspaceRole {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let uuid = match text.as_str() {
            "A" => Some(WORKSPACE_ADMIN),
            "M" => Some(WORKSPACE_CONTRIBUTOR),
            other => Uuid::parse_str(other).ok(),
        };
        uuid.map(Self)
            .ok_or_else(|| format!("`{text}` is no role: write A, M or the UUID of a workspace role"))
    }
}

/// A group in the shape of the vendor's `AdminUserGroupOut`, with its members and assignments.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a user group")]
pub(crate) struct GroupIn {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) externally_managed: Option<bool>,
    #[serde(default)]
    pub(crate) target_type: Option<TargetType>,
    #[serde(default)]
    pub(crate) organization_role: Option<String>,
    #[serde(default)]
    pub(crate) parent_group_ids: Vec<Uuid>,
    #[serde(default)]
    pub(crate) members: Vec<Uuid>,
    #[serde(default)]
    pub(crate) workspaces: Vec<AssignmentIn>,
}

/// An assignment in the shape of the vendor's `GroupWorkspaceAssignmentOut`.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an assignment to a workspace")]
pub(crate) struct AssignmentIn {
    pub(crate) workspace_uuid: Uuid,
    #[serde(default)]
    pub(crate) roles: Vec<RoleIn>,
    #[serde(default, deserialize_with = "some_time")]
    pub(crate) created: Option<Timestamp>,
}

/// A role, by its UUID or by its name.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a role with its `uuid` or its `name`")]
pub(crate) struct RoleIn {
    #[serde(default)]
    pub(crate) uuid: Option<Uuid>,
    #[serde(default)]
    pub(crate) name: Option<String>,
}

fn some_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    instant::deserialize(deserializer).map(Some)
}
