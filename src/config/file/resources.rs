//! The resources in the files: members, teams, workspaces and groups.

use super::super::values::{Address, Date, length, length_message, name, name_message};
use super::super::yaml::{Entries, Field, Item};
use crate::model::{LONGEST_ICON, LONGEST_NAME, Product, Role, Seats, WorkspaceRole};
use schemars::JsonSchema;
use serde_json::json;

/// A list of what is granted, or of people who are in something.
pub(crate) type List<T> = Vec<Field<Item<T, Terms>>>;

/// # Terms
///
/// Until when a grant lasts, and what it is for.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "until": "2026-12-31", "why": "INC-12" }))]
pub(crate) struct Terms {
    /// # Last day of the grant
    ///
    /// The last day of the grant, in UTC. From the next day, it counts as not written, and orgsync revokes what it
    /// granted. Default: no end.
    #[schemars(example = "2026-12-31")]
    pub(crate) until: Field<Date>,
    /// # Reason of the grant
    ///
    /// What it is for, such as the number of a ticket. Shown wherever the grant is shown. Default: none.
    #[schemars(
        extend("pattern" = name(None), "patternErrorMessage" = name_message(None)),
        example = &"INC-12"
    )]
    pub(crate) why: Field<String>,
}

/// What members have unless their entries say otherwise.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Defaults {
    /// # Default roles
    ///
    /// Organization roles of members without their own `roles`.
    #[schemars(
        length(min = 1),
        extend("uniqueItems" = true, "default" = [Role::DEFAULT]),
        example = [Role::Member, Role::Billing]
    )]
    pub(crate) roles: Field<List<Role>>,
    /// # Default seats
    ///
    /// Product seats of members without their own `seats`.
    #[schemars(extend("uniqueItems" = true, "default" = Seats::empty()), example = [Product::LeChat])]
    pub(crate) seats: Field<List<Product>>,
}

/// # Team
///
/// A bundle of roles, seats and workspace roles that adds to the access of its members.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "members": ["alan@acme.example"], "seats": ["mistral_code"] }))]
pub(crate) struct Team {
    /// # Members of the team
    ///
    /// Addresses of people who are declared under `members`. Default: none.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(crate) members: Field<List<Address>>,
    /// # Roles of the team
    ///
    /// Organization roles that the team grants its members. Default: none.
    #[schemars(length(min = 1), extend("uniqueItems" = true), example = [Role::Billing])]
    pub(crate) roles: Field<List<Role>>,
    /// # Seats of the team
    ///
    /// Product seats that the team grants its members. Default: none.
    #[schemars(extend("uniqueItems" = true), example = [Product::MistralCode])]
    pub(crate) seats: Field<List<Product>>,
    /// # Roles in workspaces
    ///
    /// Workspace roles that the team grants its members, by the name of a workspace under `workspaces`. Default: none.
    #[schemars(example = json!({ "Research": ["dev"] }))]
    pub(crate) workspaces: Field<Entries<String, WorkspaceRoleList>>,
}

/// # Member
///
/// One person. Nothing after the colon, or `{}`, means only defaults.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "name": "Ada Lovelace", "roles": ["admin"], "seats": ["le_chat"] }))]
pub(crate) struct Member {
    /// # Name
    ///
    /// For display, and for `onboarding: create`, which splits it at the last space. A different live name is not
    /// changed. Default: none.
    #[schemars(
        extend("pattern" = name(None), "patternErrorMessage" = name_message(None)),
        example = "Ada Lovelace"
    )]
    pub(crate) name: Field<String>,
    /// # Roles
    ///
    /// Organization roles; they replace those of `defaults`. Default: those of `defaults`.
    #[schemars(length(min = 1), extend("uniqueItems" = true), example = [Role::Admin])]
    pub(crate) roles: Field<List<Role>>,
    /// # Seats
    ///
    /// Product seats; they replace those of `defaults`, and `[]` is none. Default: those of `defaults`.
    #[schemars(extend("uniqueItems" = true), example = [Product::LeChat])]
    pub(crate) seats: Field<List<Product>>,
    /// # External
    ///
    /// The address may be outside `organization.domains`.
    #[schemars(example = true, extend("default" = bool::default()))]
    pub(crate) external: Field<bool>,
    /// # Last day
    ///
    /// The last day of access, in UTC. From the next day, the person counts as `removed`. Default: none.
    #[schemars(example = "2026-12-31")]
    pub(crate) expires: Field<Date>,
    /// # Back again
    ///
    /// A day, in UTC, on which a person who had left may join again: what the audit log tells about them up to and
    /// including that day no longer counts. Default: none.
    #[schemars(example = "2026-12-31")]
    pub(crate) rejoin: Field<Date>,
    /// # Former address
    ///
    /// The same person's former address. orgsync keeps the live member with that address. Default: none.
    #[schemars(example = "m.smith@acme.example")]
    pub(crate) previously: Field<Address>,
}

/// # Workspace
///
/// One workspace. `{}` declares it without a change.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "icon": "🔬", "members": { "ada@acme.example": ["workspace_admin"] } }))]
pub(crate) struct Workspace {
    /// # Description
    ///
    /// What it is for, in at most 255 characters; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_NAME), "patternErrorMessage" = length_message(0, LONGEST_NAME)),
        example = "Models and papers"
    )]
    pub(crate) description: Field<String>,
    /// # Icon
    ///
    /// One or two characters, such as an emoji; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_ICON), "patternErrorMessage" = length_message(0, LONGEST_ICON)),
        example = "🔬"
    )]
    pub(crate) icon: Field<String>,
    /// # Members of the workspace
    ///
    /// Roles of its members, by address. Teams add to them. For unlisted members, see `policy.unmanaged`. Default: only
    /// the roles that teams grant are managed.
    #[schemars(example = json!({ "ada@acme.example": ["workspace_admin"] }))]
    pub(crate) members: Field<Entries<Address, WorkspaceRoleList>>,
    /// # Former name
    ///
    /// The same workspace's former name. orgsync renames the live workspace with that name. Default: none.
    #[schemars(
        extend("pattern" = length(1, LONGEST_NAME), "patternErrorMessage" = length_message(1, LONGEST_NAME)),
        example = &"Lab"
    )]
    pub(crate) previously: Field<String>,
    /// # Archived
    ///
    /// Archive the workspace, permanently. The files can't grant roles in it.
    #[schemars(example = true, extend("default" = bool::default()))]
    pub(crate) archived: Field<bool>,
}

/// # Roles in the workspace
///
/// The roles of a person, at least one.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("minItems" = 1, "uniqueItems" = true), example = ["dev"])]
pub(crate) struct WorkspaceRoleList(pub(crate) List<WorkspaceRole>);

/// # Group
///
/// One group of people. `{}` declares it without a change.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = json!({ "description": "Summer", "members": ["alan@acme.example"] }))]
pub(crate) struct Group {
    /// # Description
    ///
    /// What it is for, in at most 255 characters; `""` clears it. Default: left as it is.
    #[schemars(
        extend("pattern" = length(0, LONGEST_NAME), "patternErrorMessage" = length_message(0, LONGEST_NAME)),
        example = &"Summer"
    )]
    pub(crate) description: Field<String>,
    /// # Members of the group
    ///
    /// Addresses of people who are declared under `members`. orgsync removes other people from the group, unless
    /// `policy.unmanaged` says otherwise. Default: left as they are.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(crate) members: Field<List<Address>>,
    /// # Parents
    ///
    /// Names of declared groups in which this one is nested. Its members inherit their access. `[]` is none. Default:
    /// left as they are.
    #[schemars(extend("uniqueItems" = true), example = ["Students"])]
    pub(crate) parents: Field<Vec<Field<String>>>,
    /// # Organization role
    ///
    /// The organization role that its members inherit. Default: none; if a live one exists, this key is required.
    #[schemars(example = Role::Member)]
    pub(crate) organization_role: Field<Role>,
    /// # Roles in workspaces
    ///
    /// Roles that its members inherit in a workspace, by the name of a workspace under `workspaces`. `{}` is none.
    /// Default: left as they are.
    #[schemars(example = json!({ "Research": ["user"] }))]
    pub(crate) workspaces: Field<Entries<String, WorkspaceRoleList>>,
    /// # Former name
    ///
    /// The same group's former name. orgsync renames the live group with that name. Default: none.
    #[schemars(
        extend("pattern" = length(1, LONGEST_NAME), "patternErrorMessage" = length_message(1, LONGEST_NAME)),
        example = &"Students"
    )]
    pub(crate) previously: Field<String>,
}
