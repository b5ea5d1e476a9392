//! Workspace roles.

use super::Product;
use enumset::{EnumSet, EnumSetType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A set of workspace roles; permissions add up.
pub type WorkspaceRoles = EnumSet<WorkspaceRole>;

/// The most active workspaces that an organization can have
/// (<https://docs.mistral.ai/admin/admin-api/overview>).
pub const MOST_WORKSPACES: usize = 500;

/// The longest name or description of a workspace or group, in characters.
pub const LONGEST_NAME: usize = 255;

/// The longest icon of a workspace, in characters: an emoji may be two.
pub const LONGEST_ICON: usize = 2;

/// A workspace role that the Admin API can write, under the API's own name.
#[derive(Debug, Hash, PartialOrd, Ord, EnumSetType, IntoStaticStr, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[enumset(serialize_repr = "list")]
pub enum WorkspaceRole {
    /// Manages the workspace and its members.
    WorkspaceAdmin,
    /// Works in the workspace; the vendor's default.
    WorkspaceContributor,
    /// Uses what the workspace offers.
    User,
    /// Contributes content.
    Contributor,
    /// Builds with the API.
    Dev,
    /// Builds with the API and contributes content.
    DevContributor,
    /// Uses Mistral Code.
    MistralCodeUser,
    /// Uses cloud resources.
    CloudUser,
    /// Runs workflows.
    WorkflowExecutor,
    /// Sees traces and metrics.
    ObservabilityViewer,
    /// Sees what the workspace costs.
    Billing,
}

impl WorkspaceRole {
    /// What a person gets in the workspaces that their invitation carries
    /// (<https://docs.mistral.ai/admin/admin-api/manage-users>).
    pub const ON_ACCEPTANCE: Self = Self::WorkspaceContributor;

    /// The product whose seat the role needs.
    #[must_use]
    pub fn needs_seat(self) -> Option<Product> {
        (self == Self::MistralCodeUser).then_some(Product::MistralCode)
    }

    /// The name in files, in output and in `role_names` of the Admin API.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The names of workspace roles, one after the other.
#[must_use]
pub fn workspace_role_names(roles: WorkspaceRoles) -> String {
    roles.into_iter().map(WorkspaceRole::name).collect::<Vec<_>>().join(", ")
}
