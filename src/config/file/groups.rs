//! Groups in the files.

use super::super::values::{Address, length, length_told};
use super::super::yaml::{Entries, Field};
use super::WorkspaceRoleList;
use crate::model::{LONGEST_NAME, Role};
use schemars::JsonSchema;
use serde_json::json;

/// # Group
///
/// One group of people. `{}` manages nothing of it but that it is there.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "description": "Summer", "members": ["alan@acme.example"] }))]
pub(crate) struct Group {
    /// # Description
    ///
    /// What it is for, in at most 255 characters; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_NAME), "patternErrorMessage" = length_told(0, LONGEST_NAME)),
        example = &"Summer"
    )]
    pub(crate) description: Field<String>,
    /// # Members of the group
    ///
    /// Addresses of people who are declared under `members`. Who is live in the group and not listed is taken out of
    /// it, unless `policy.unmanaged` says otherwise. Default: nobody is put in or taken out.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(crate) members: Field<Vec<Field<Address>>>,
    /// # Parents
    ///
    /// Names of declared groups in which this one is nested: what they have, its members have too. `[]` is none.
    /// Default: left as they are.
    #[schemars(extend("uniqueItems" = true), example = ["Students"])]
    pub(crate) parents: Field<Vec<Field<String>>>,
    /// # Organization role
    ///
    /// The organization role that members have through the group. Default: left as it is.
    #[schemars(example = Role::Member)]
    pub(crate) organization_role: Field<Role>,
    /// # Roles in workspaces
    ///
    /// Roles that members have through the group, by the name of a workspace that is declared under `workspaces`. `{}`
    /// is none. Default: left as they are.
    #[schemars(example = json!({ "Research": ["user"] }))]
    pub(crate) workspaces: Field<Entries<String, WorkspaceRoleList>>,
    /// # Former name
    ///
    /// The same group's former name: the one that is live under it is renamed. Default: none.
    #[schemars(
        extend("pattern" = length(1, LONGEST_NAME), "patternErrorMessage" = length_told(1, LONGEST_NAME)),
        example = &"Students"
    )]
    pub(crate) previously: Field<String>,
}
