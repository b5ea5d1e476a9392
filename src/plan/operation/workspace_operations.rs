//! Operations on workspaces.

use super::reference::Reference;
use crate::model::{WorkspaceRole, WorkspaceRoles, WorkspaceSettings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Creates a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceCreate {
    pub workspace: Reference,
    pub after: WorkspaceSettings,
    /// The first admin, whom the vendor demands and who stays in the workspace.
    pub admin: Reference,
}

/// Changes what is set on a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceUpdate {
    pub workspace: Reference,
    pub before: WorkspaceSettings,
    pub after: WorkspaceSettings,
}

/// Archives a workspace, which can't be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceArchive {
    pub workspace: Reference,
    pub before: WorkspaceSettings,
}

/// Adds people to a workspace and sets the roles of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceMembersSet {
    pub workspace: Reference,
    pub members: Vec<Membership>,
}

/// Removes people from a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceMembersRemove {
    pub workspace: Reference,
    /// Each without roles after.
    pub members: Vec<Membership>,
}

/// A person's roles in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    pub member: Reference,
    /// The roles that the vendor shows, inherited ones among them.
    #[schemars(with = "Vec<WorkspaceRole>")]
    pub before: WorkspaceRoles,
    /// The direct roles.
    #[schemars(with = "Vec<WorkspaceRole>")]
    pub after: WorkspaceRoles,
}
