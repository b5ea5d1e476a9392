//! Workspaces (<https://docs.mistral.ai/api/endpoint/beta/admin/workspaces>).

use super::Listed;
use serde::Deserialize;
use uuid::Uuid;

/// `WorkspaceOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Workspace {
    pub(in crate::api) uuid: Uuid,
    pub(in crate::api) name: String,
    pub(in crate::api) description: Option<String>,
    pub(in crate::api) icon: Option<String>,
    pub(in crate::api) is_default: bool,
}

impl Listed for Workspace {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// `AddOrUpdateUsersToWorkspaceOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Placed {
    pub(in crate::api) added_members_count: u64,
    pub(in crate::api) updated_members_count: u64,
}

/// `RemoveWorkspaceMembersOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Removed {
    /// Demanded, so that an answer of another kind isn't taken for one without faults.
    #[serde(rename = "deleted_members_count")]
    _deleted: u64,
    pub(in crate::api) not_deleted_members: Option<Vec<Uuid>>,
}
