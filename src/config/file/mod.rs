//! The shape of a configuration file, version 1.
//!
//! These types are what serde reads and what the JSON Schema is generated from: the doc comments are the descriptions
//! that people see in their editor. Values that need more than a type (addresses, dates) are checked in
//! [`lower`](super::lower).

mod groups;
mod people;
mod workspaces;

pub(super) use groups::Group;
pub(super) use people::{Defaults, Member, Members, Team};
pub(super) use workspaces::{Workspace, WorkspaceRoleList};

use super::values::{Address, MaxRemovals, Named, OrganizationId, UnmanagedFile};
use super::yaml::{Entries, Field};
use crate::model::{ExpiredInvitations, Language, Onboarding};
use crate::source::Span;
use schemars::JsonSchema;

/// A configuration file of orgsync: the members, roles, product seats, workspaces and groups of an organization on
/// Mistral AI.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// The version of the file format: 1. Needed wherever `organization`, `include`, `seats`, `policy` or `defaults`
    /// stands; included files have none.
    #[schemars(extend("const" = 1))]
    pub(super) version: Field<u32>,
    /// Which organization this is.
    pub(super) organization: Field<Organization>,
    /// More files, as patterns relative to this file. They may hold `members`, `teams`, `workspaces`, `groups` and
    /// `removed`, and include nothing themselves.
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
    /// The organization's workspaces that the files manage, by name. Others are left alone.
    pub(super) workspaces: Field<Named<Workspace>>,
    /// The organization's groups of people, by name. For groups that no file declares, see `policy.unmanaged`.
    pub(super) groups: Field<Named<Group>>,
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
    /// The identifier that the vendor gives it. With it, orgsync works on no other organization. Absent: any.
    #[schemars(example = "5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10")]
    pub(super) id: Field<OrganizationId>,
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
    /// What happens to what is live and stands in no file. One word is for members, invitations and groups; a mapping
    /// has a word for each kind.
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
