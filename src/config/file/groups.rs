//! Groups in the files.

use super::super::values::Address;
use super::super::yaml::{Entries, Field};
use super::WorkspaceRoleList;
use crate::model::Role;
use schemars::JsonSchema;

/// One group of people. `{}` manages nothing of it but that it is there.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Group {
    /// What it is for, in at most 255 characters. Left as it is where absent; `""` clears it.
    #[schemars(length(max = 255), example = &"Summer")]
    pub(in crate::config) description: Field<String>,
    /// Addresses of people who are declared under `members`. Who is live in the group and not listed is taken out of
    /// it, unless `policy.unmanaged` says otherwise. Absent: nobody is put in or taken out.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(in crate::config) members: Field<Vec<Field<Address>>>,
    /// Names of declared groups in which this one is nested: what they have, its members have too. Left as it is where
    /// absent; `[]` is none.
    #[schemars(extend("uniqueItems" = true), example = ["Students"])]
    pub(in crate::config) parents: Field<Vec<Field<String>>>,
    /// The organization role that members have through the group. Left as it is where absent.
    #[schemars(example = &"member")]
    pub(in crate::config) organization_role: Field<Role>,
    /// Roles that members have through the group, by the name of a workspace that is declared under `workspaces`. Left
    /// as they are where absent; `{}` is none.
    #[schemars(example = serde_json::json!({ "Research": ["user"] }))]
    pub(in crate::config) workspaces: Field<Entries<WorkspaceRoleList>>,
    /// The same group's former name: the one that is live under it is renamed.
    #[schemars(length(min = 1, max = 255), example = &"Students")]
    pub(in crate::config) previously: Field<String>,
}
