//! Workspaces in the files.

use super::super::values::{Address, length, length_told};
use super::super::yaml::{Entries, Field};
use crate::model::{LONGEST_ICON, LONGEST_NAME, WorkspaceRole};
use schemars::JsonSchema;
use serde_json::json;

/// # Workspace
///
/// One workspace. `{}` manages nothing of it but that it is there.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "icon": "🔬", "members": { "ada@acme.example": ["workspace_admin"] } }))]
pub(crate) struct Workspace {
    /// # Description
    ///
    /// What it is for, in at most 255 characters; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_NAME), "patternErrorMessage" = length_told(0, LONGEST_NAME)),
        example = "Models and papers"
    )]
    pub(crate) description: Field<String>,
    /// # Icon
    ///
    /// One or two characters to tell it by, such as an emoji; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_ICON), "patternErrorMessage" = length_told(0, LONGEST_ICON)),
        example = "🔬"
    )]
    pub(crate) icon: Field<String>,
    /// # Members of the workspace
    ///
    /// Roles of people in it, by address; teams add to them. For who is live in it and not listed, see
    /// `policy.unmanaged`. Default: only what teams give is managed.
    #[schemars(example = json!({ "ada@acme.example": ["workspace_admin"] }))]
    pub(crate) members: Field<Entries<Address, WorkspaceRoleList>>,
    /// # Former name
    ///
    /// The same workspace's former name: the one that is live under it is renamed. Default: none.
    #[schemars(
        extend("pattern" = length(1, LONGEST_NAME), "patternErrorMessage" = length_told(1, LONGEST_NAME)),
        example = &"Lab"
    )]
    pub(crate) previously: Field<String>,
    /// # Archived
    ///
    /// It is to be archived. Nobody can be given a role in it then.
    #[schemars(example = true, extend("default" = bool::default()))]
    pub(crate) archived: Field<bool>,
}

/// # Roles in the workspace
///
/// What somebody may do there: at least one role.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("minItems" = 1, "uniqueItems" = true), example = ["dev"])]
pub(crate) struct WorkspaceRoleList(pub(crate) Vec<Field<WorkspaceRole>>);
