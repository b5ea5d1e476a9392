//! The shape of a configuration file, version 1.
//!
//! These types are what serde reads and what the JSON Schema is generated from: the doc comments are the descriptions
//! that people see in their editor. Values that need more than a type (addresses, dates) are checked in
//! [`lower`](super::lower).

use super::values::{Address, Date, MaxRemovals, UnmanagedFile};
use super::yaml::{Entries, Field};
use crate::model::{ExpiredInvitations, Language, Onboarding, Product, Role};
use crate::source::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::borrow::Cow;

/// A configuration file of orgsync: the members, roles and product seats of an organization on Mistral AI.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// The version of the file format: 1. Needed wherever `organization`, `include`, `seats`, `policy` or `defaults`
    /// stands; included files have none.
    #[schemars(extend("const" = 1))]
    pub(super) version: Field<u32>,
    /// Which organization this is.
    pub(super) organization: Field<Organization>,
    /// More files, as patterns relative to this file. They may hold `members`, `teams` and `removed`, and include
    /// nothing themselves.
    #[schemars(example = ["teams/*.yaml"])]
    pub(super) include: Field<Vec<Field<String>>>,
    /// The seat budget: what the organization has bought, per product. A product without an entry is not managed.
    pub(super) seats: Field<SeatBudgets>,
    /// How changes are made, and what is never done.
    pub(super) policy: Field<PolicyFile>,
    /// What members have who don't say otherwise.
    pub(super) defaults: Field<Defaults>,
    /// The people who are in the organization, by address. A person without a value has all the defaults.
    pub(super) members: Field<Members>,
    /// Bundles of roles and seats, by name. They exist in the files alone, and add to what their members have.
    pub(super) teams: Field<Entries<Team>>,
    /// Addresses of people who leave the organization, whatever `policy.unmanaged` says.
    #[schemars(extend("uniqueItems" = true), example = ["bob@acme.example"])]
    pub(super) removed: Field<Vec<Field<Address>>>,
}

impl ConfigFile {
    /// Keys that only the main file may have, and that need a `version` beside them.
    pub(super) fn main_keys(&self) -> [(&'static str, Option<Span>); 5] {
        [
            ("organization", self.organization.span),
            ("include", self.include.span),
            ("seats", self.seats.span),
            ("policy", self.policy.span),
            ("defaults", self.defaults.span),
        ]
    }
}

/// Which organization this is.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Organization {
    /// The name, as shown in output.
    pub(super) name: Field<String>,
    /// The domains of the organization's own addresses, exact. Other addresses need `external: true`. Absent: any.
    #[schemars(
        inner(regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$")),
        example = ["acme.example"]
    )]
    pub(super) domains: Field<Vec<Field<String>>>,
}

/// The seat budget per product.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SeatBudgets {
    /// Le Chat, which the vendor now shows as Vibe.
    pub(super) le_chat: Field<SeatBudget>,
    /// Another name of `le_chat`.
    pub(super) vibe: Field<SeatBudget>,
    /// Mistral Code.
    pub(super) mistral_code: Field<SeatBudget>,
}

/// What has been bought of one product.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["purchased"]))]
pub(super) struct SeatBudget {
    /// Seats bought, as on the contract. The vendor's API doesn't tell this number.
    #[schemars(range(max = u32::MAX))]
    pub(super) purchased: Field<u32>,
    /// Seats that orgsync leaves free, for people who are added by hand.
    #[schemars(range(max = u32::MAX), extend("default" = 0))]
    pub(super) reserve: Field<u32>,
}

/// How changes are made, and what is never done.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PolicyFile {
    /// How people get into the organization.
    #[schemars(extend("default" = "invite"))]
    pub(super) onboarding: Field<Onboarding>,
    /// What happens to live members and invitations that no file declares: one word for all, or a mapping by kind.
    #[schemars(extend("default" = "report"))]
    pub(super) unmanaged: Field<UnmanagedFile>,
    /// What happens to the expired invitation of a declared person.
    #[schemars(extend("default" = "renew"))]
    pub(super) expired_invitations: Field<ExpiredInvitations>,
    /// A plan that leaves fewer live admins than this is refused.
    #[schemars(range(min = 1, max = u32::MAX), extend("default" = 1))]
    pub(super) min_admins: Field<u32>,
    /// The most that one plan may remove of each kind of thing: a number, or a share of what is live.
    #[schemars(extend("default" = "25%"))]
    pub(super) max_removals: Field<MaxRemovals>,
    /// Addresses of people who are never removed and never demoted.
    #[schemars(extend("uniqueItems" = true), example = ["ada@acme.example"])]
    pub(super) protected: Field<Vec<Field<Address>>>,
    /// The language of invitations; the vendor's default where absent.
    pub(super) invitation_language: Field<Language>,
}

/// What members have who don't say otherwise.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Defaults {
    /// Organization roles.
    #[schemars(length(min = 1), extend("uniqueItems" = true, "default" = ["member"]))]
    pub(super) roles: Field<Vec<Field<Role>>>,
    /// Product seats.
    #[schemars(extend("uniqueItems" = true, "default" = []))]
    pub(super) seats: Field<Vec<Field<Product>>>,
}

/// A bundle of roles and seats: its members have them beside what they have anyway.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Team {
    /// Addresses of people who are declared under `members`.
    #[schemars(extend("uniqueItems" = true), example = ["alan@acme.example"])]
    pub(super) members: Field<Vec<Field<Address>>>,
    /// Organization roles that the members have too.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) roles: Field<Vec<Field<Role>>>,
    /// Product seats that the members have too.
    #[schemars(extend("uniqueItems" = true))]
    pub(super) seats: Field<Vec<Field<Product>>>,
}

/// People by address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Members(pub(super) Entries<Option<Member>>);

impl JsonSchema for Members {
    fn schema_name() -> Cow<'static, str> {
        "Members".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Entries::<Option<Member>>::json_schema(generator);
        schema.insert("propertyNames".into(), Address::json_schema(generator).into());
        schema.insert("description".into(), "People by address.".into());
        schema
    }
}

/// One person.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Member {
    /// For display, and for `onboarding: create`, which splits it at the last space. Never makes a change.
    #[schemars(example = "Ada Lovelace")]
    pub(super) name: Field<String>,
    /// Organization roles; replaces those of `defaults`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) roles: Field<Vec<Field<Role>>>,
    /// Product seats; replaces those of `defaults`. `[]` is none.
    #[schemars(extend("uniqueItems" = true))]
    pub(super) seats: Field<Vec<Field<Product>>>,
    /// The address may be outside `organization.domains`.
    #[schemars(extend("default" = false))]
    pub(super) external: Field<bool>,
    /// The last day of access, in UTC. The day after, the person counts as `removed`.
    #[schemars(example = "2026-12-31")]
    pub(super) expires: Field<Date>,
    /// The same person's former address: who is live under it is kept, not removed and invited anew.
    #[schemars(example = "m.smith@acme.example")]
    pub(super) previously: Field<Address>,
}
