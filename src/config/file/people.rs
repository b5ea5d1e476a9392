//! People in the files: members, what they have by default, and teams.

use super::super::values::{Address, ByAddress, Date};
use super::super::yaml::{Entries, Field};
use super::WorkspaceRoleList;
use crate::model::{Product, Role};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::borrow::Cow;

/// What members have who don't say otherwise.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Defaults {
    /// Organization roles.
    #[schemars(length(min = 1), extend("uniqueItems" = true, "default" = ["member"]))]
    pub(in crate::config) roles: Field<Vec<Field<Role>>>,
    /// Product seats.
    #[schemars(extend("uniqueItems" = true, "default" = []))]
    pub(in crate::config) seats: Field<Vec<Field<Product>>>,
}

/// A bundle of roles and seats, in workspaces too: its members have them beside what they have anyway.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Team {
    /// Addresses of people who are declared under `members`.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(in crate::config) members: Field<Vec<Field<Address>>>,
    /// Organization roles that the members have too.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(in crate::config) roles: Field<Vec<Field<Role>>>,
    /// Product seats that the members have too.
    #[schemars(extend("uniqueItems" = true))]
    pub(in crate::config) seats: Field<Vec<Field<Product>>>,
    /// Roles in workspaces that the members have too, by the name of a workspace that is declared under `workspaces`.
    #[schemars(example = serde_json::json!({ "Research": ["dev"] }))]
    pub(in crate::config) workspaces: Field<Entries<WorkspaceRoleList>>,
}

/// People by address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(transparent)]
pub(in crate::config) struct Members(pub(in crate::config) Entries<Option<Member>>);

impl JsonSchema for Members {
    fn schema_name() -> Cow<'static, str> {
        "Members".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = ByAddress::<Option<Member>>::json_schema(generator);
        schema.insert("description".into(), "People by address.".into());
        schema
    }
}

/// One person.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Member {
    /// For display, and for `onboarding: create`, which splits it at the last space. Never makes a change.
    #[schemars(example = "Ada Lovelace")]
    pub(in crate::config) name: Field<String>,
    /// Organization roles; replaces those of `defaults`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(in crate::config) roles: Field<Vec<Field<Role>>>,
    /// Product seats; replaces those of `defaults`. `[]` is none.
    #[schemars(extend("uniqueItems" = true))]
    pub(in crate::config) seats: Field<Vec<Field<Product>>>,
    /// The address may be outside `organization.domains`.
    #[schemars(extend("default" = false))]
    pub(in crate::config) external: Field<bool>,
    /// The last day of access, in UTC. The day after, the person counts as `removed`.
    #[schemars(example = "2026-12-31")]
    pub(in crate::config) expires: Field<Date>,
    /// The same person's former address: who is live under it is kept, not removed and invited anew.
    #[schemars(example = "m.smith@acme.example")]
    pub(in crate::config) previously: Field<Address>,
}
