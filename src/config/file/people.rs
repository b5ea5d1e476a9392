//! People in the files: members, what they have by default, and teams.

use super::super::values::{Address, Date};
use super::super::yaml::{Entries, Field};
use super::WorkspaceRoleList;
use crate::model::{Product, Role, Seats};
use schemars::JsonSchema;
use serde_json::json;

/// What members have who don't say otherwise.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Defaults {
    /// # Default roles
    ///
    /// Organization roles of members who have no `roles` of their own.
    #[schemars(
        length(min = 1),
        extend("uniqueItems" = true, "default" = [Role::DEFAULT]),
        example = [Role::Member, Role::Billing]
    )]
    pub(crate) roles: Field<Vec<Field<Role>>>,
    /// # Default seats
    ///
    /// Product seats of members who have no `seats` of their own.
    #[schemars(extend("uniqueItems" = true, "default" = Seats::empty()), example = [Product::LeChat])]
    pub(crate) seats: Field<Vec<Field<Product>>>,
}

/// # Team
///
/// A bundle of roles and seats, in workspaces too: its members have them beside what they have anyway.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "members": ["alan@acme.example"], "seats": ["mistral_code"] }))]
pub(crate) struct Team {
    /// # Members of the team
    ///
    /// Addresses of people who are declared under `members`. Default: nobody.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(crate) members: Field<Vec<Field<Address>>>,
    /// # Roles of the team
    ///
    /// Organization roles that the members have too. Default: none.
    #[schemars(length(min = 1), extend("uniqueItems" = true), example = [Role::Billing])]
    pub(crate) roles: Field<Vec<Field<Role>>>,
    /// # Seats of the team
    ///
    /// Product seats that the members have too. Default: none.
    #[schemars(extend("uniqueItems" = true), example = [Product::MistralCode])]
    pub(crate) seats: Field<Vec<Field<Product>>>,
    /// # Roles in workspaces
    ///
    /// Roles in workspaces that the members have too, by the name of a workspace that is declared under `workspaces`.
    /// Default: none.
    #[schemars(example = json!({ "Research": ["dev"] }))]
    pub(crate) workspaces: Field<Entries<String, WorkspaceRoleList>>,
}

/// # Member
///
/// One person. Nothing after the colon, or `{}`: all the defaults.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "name": "Ada Lovelace", "roles": ["admin"], "seats": ["le_chat"] }))]
pub(crate) struct Member {
    /// # Name
    ///
    /// For display, and for `onboarding: create`, which splits it at the last space. Never makes a change. Default:
    /// none.
    #[schemars(example = "Ada Lovelace")]
    pub(crate) name: Field<String>,
    /// # Roles
    ///
    /// Organization roles; they replace those of `defaults`. Default: those of `defaults`.
    #[schemars(length(min = 1), extend("uniqueItems" = true), example = [Role::Admin])]
    pub(crate) roles: Field<Vec<Field<Role>>>,
    /// # Seats
    ///
    /// Product seats; they replace those of `defaults`, and `[]` is none. Default: those of `defaults`.
    #[schemars(extend("uniqueItems" = true), example = [Product::LeChat])]
    pub(crate) seats: Field<Vec<Field<Product>>>,
    /// # External
    ///
    /// The address may be outside `organization.domains`.
    #[schemars(example = true, extend("default" = bool::default()))]
    pub(crate) external: Field<bool>,
    /// # Last day
    ///
    /// The last day of access, in UTC. The day after, the person counts as `removed`. Default: none.
    #[schemars(example = "2026-12-31")]
    pub(crate) expires: Field<Date>,
    /// # Former address
    ///
    /// The same person's former address: who is live under it is kept, not removed and invited anew. Default: none.
    #[schemars(example = "m.smith@acme.example")]
    pub(crate) previously: Field<Address>,
}
