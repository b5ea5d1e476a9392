//! Workspaces, and what members have in them.

use crate::organization::{Access, Organization, Workspace};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// The vendor's `WorkspaceOUT`.
#[derive(Debug, Serialize)]
pub(crate) struct WorkspaceOut<'a> {
    uuid: Uuid,
    name: &'a str,
    description: Option<&'a str>,
    icon: Option<&'a str>,
    members_count: usize,
    spend_limit: Option<&'a Value>,
    is_default: bool,
}

impl<'a> WorkspaceOut<'a> {
    /// A workspace of an organization.
    pub(crate) fn of(organization: &'a Organization, workspace: &'a Workspace) -> Self {
        Self {
            uuid: workspace.uuid,
            name: &workspace.name,
            description: workspace.description.as_deref(),
            icon: workspace.icon.as_deref(),
            members_count: organization.holders(workspace),
            spend_limit: workspace.spend_limit.as_ref(),
            is_default: workspace.is_default,
        }
    }
}

/// The vendor's `WorkspaceEnrichedOUT`: whoever holds the key may do everything in each workspace.
#[derive(Debug, Serialize)]
pub(crate) struct MadeWorkspaceOut<'a> {
    #[serde(flatten)]
    workspace: WorkspaceOut<'a>,
    raw_roles: [&'static str; 1],
    raw_role: &'static str,
}

impl<'a> From<WorkspaceOut<'a>> for MadeWorkspaceOut<'a> {
    fn from(workspace: WorkspaceOut<'a>) -> Self {
        Self { workspace, raw_roles: ["A"], raw_role: "A" }
    }
}

/// The vendor's `WorkspacesOut`.
#[derive(Debug, Serialize)]
pub(crate) struct WorkspacesPage<'a> {
    pub(crate) total: usize,
    pub(crate) items: Vec<WorkspaceOut<'a>>,
    pub(crate) object: &'static str,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
}

/// The vendor's `MemberWorkspaceInfo`.
#[derive(Debug, Serialize)]
pub(super) struct AccessOut<'a> {
    uuid: Uuid,
    name: &'a str,
    is_default: bool,
    raw_role: Option<String>,
    raw_roles: Vec<String>,
}

impl<'a> From<Access<'a>> for AccessOut<'a> {
    fn from(access: Access<'a>) -> Self {
        Self {
            uuid: access.workspace.uuid,
            name: &access.workspace.name,
            is_default: access.workspace.is_default,
            raw_role: access.roles.first().cloned(),
            raw_roles: access.roles,
        }
    }
}
