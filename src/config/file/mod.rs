//! The shape of a configuration file, version 1.
//!
//! These types are what serde reads and what the JSON Schema is generated from: the doc comments are the titles and
//! descriptions that people see in their editor. Defaults are those that [`lower`](super::lower) fills in. Values that
//! need more than a type (addresses, dates) are checked there.

mod resources;

pub(crate) use super::values::Address;
pub(crate) use super::yaml::{Entries, Field};
pub(crate) use resources::{Defaults, Group, Member, Team, Workspace, WorkspaceRoleList};

use super::snippets;
use super::values::{Domain, MaxRemovals, Name, OrganizationId, UnmanagedFile};
use crate::model::{ExpiredInvitations, Language, Limit, MIN_ADMINS, Onboarding, Unmanaged};
use crate::source::Span;
use schemars::JsonSchema;
use serde_json::json;

/// The version of the file format that this program reads.
pub(crate) const VERSION: u32 = 1;

/// What is wrong where one product has two budgets.
pub(crate) const ONE_PRODUCT: &str = "`vibe` is another name of `le_chat`: the product stands here twice";

/// # orgsync configuration
///
/// A configuration file of orgsync: the members, roles, product seats, workspaces and groups of an organization on
/// Mistral AI.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// # Version of the file format
    ///
    /// Always 1. Needed wherever `organization`, `include`, `seats`, `policy` or `defaults` stands; included files have
    /// none.
    #[schemars(extend("const" = VERSION))]
    pub(crate) version: Field<u32>,
    /// # Organization
    ///
    /// Which organization this is. Default: whichever the key belongs to.
    #[schemars(example = json!({ "name": "Acme", "domains": ["acme.example"] }))]
    pub(crate) organization: Field<Organization>,
    /// # Included files
    ///
    /// More files, as patterns relative to this file. They may hold `members`, `teams`, `workspaces`, `groups` and
    /// `removed`, and include nothing themselves. Default: none.
    #[schemars(example = ["teams/*.yaml"])]
    pub(crate) include: Field<Vec<Field<String>>>,
    /// # Seat budget
    ///
    /// What the organization has bought, per product. A product without an entry is not managed: who holds a seat of it
    /// keeps it. Default: no product is managed.
    #[schemars(example = json!({ "le_chat": { "purchased": 50, "reserve": 2 } }))]
    pub(crate) seats: Field<SeatBudgets>,
    /// # Policy
    ///
    /// How changes are made, and what is never done. Default: that of each key.
    #[schemars(example = json!({ "unmanaged": "report", "max_removals": "10%" }))]
    pub(crate) policy: Field<PolicyFile>,
    /// # Defaults for members
    ///
    /// What members have unless their entries say otherwise. Default: that of each key.
    #[schemars(example = json!({ "roles": ["member"], "seats": ["le_chat"] }))]
    pub(crate) defaults: Field<Defaults>,
    /// # Members
    ///
    /// The people who are in the organization, by address. A person without a value has all the defaults. Default:
    /// nobody.
    #[schemars(
        example = json!({ "ada@acme.example": { "roles": ["admin"], "seats": ["le_chat"] } }),
        extend("allOf" = snippets::members())
    )]
    pub(crate) members: Field<Entries<Address, Option<Member>>>,
    /// # Teams
    ///
    /// Bundles of roles and seats, by name. They exist in the files alone, and add to what their members have.
    /// Default: none.
    #[schemars(
        example = json!({ "research": { "members": ["alan@acme.example"], "seats": ["mistral_code"] } }),
        extend("allOf" = snippets::teams())
    )]
    pub(crate) teams: Field<Entries<String, Team>>,
    /// # Workspaces
    ///
    /// The organization's workspaces that the files manage, by name. Others are left alone. Default: none.
    #[schemars(
        example = json!({ "Research": { "members": { "ada@acme.example": ["workspace_admin"] } } }),
        extend("allOf" = snippets::workspaces())
    )]
    pub(crate) workspaces: Field<Entries<Name, Workspace>>,
    /// # Groups
    ///
    /// The organization's groups of people, by name. For groups that no file declares, see `policy.unmanaged`.
    /// Default: none.
    #[schemars(
        example = json!({ "Interns": { "members": ["alan@acme.example"] } }),
        extend("allOf" = snippets::groups())
    )]
    pub(crate) groups: Field<Entries<Name, Group>>,
    /// # Removed people
    ///
    /// Addresses of people who leave the organization, whatever `policy.unmanaged` says. Default: nobody.
    #[schemars(extend("uniqueItems" = true), example = ["bob@acme.example"])]
    pub(crate) removed: Field<Vec<Field<Address>>>,
}

impl ConfigFile {
    /// Keys that only the main file may have, and that need a `version` beside them.
    pub(crate) fn main_keys(&self) -> [(&'static str, Option<Span>); 5] {
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
pub(crate) struct Organization {
    /// # Name of the organization
    ///
    /// Shown in output. Default: none.
    #[schemars(example = &"Acme")]
    pub(crate) name: Field<String>,
    /// # Identifier of the organization
    ///
    /// As the vendor gives it. With it, orgsync works on no other organization. Default: any.
    #[schemars(example = "5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10")]
    pub(crate) id: Field<OrganizationId>,
    /// # Own domains
    ///
    /// The domains of the organization's own addresses, exact. Other addresses need `external: true`. Default: any.
    #[schemars(example = ["acme.example"])]
    pub(crate) domains: Field<Vec<Field<Domain>>>,
}

/// The seat budget per product.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("dependencies" = { "le_chat": { "properties": { "vibe": false }, "errorMessage": ONE_PRODUCT } }))]
pub(crate) struct SeatBudgets {
    /// # Seats of Le Chat
    ///
    /// Le Chat, which the vendor now shows as Vibe. Default: not managed.
    #[schemars(example = json!({ "purchased": 50, "reserve": 2 }))]
    pub(crate) le_chat: Field<SeatBudget>,
    /// # Seats of Vibe
    ///
    /// Another name of `le_chat`. Default: not managed.
    #[schemars(example = json!({ "purchased": 50 }))]
    pub(crate) vibe: Field<SeatBudget>,
    /// # Seats of Mistral Code
    ///
    /// Mistral Code. Default: not managed.
    #[schemars(example = json!({ "purchased": 10 }))]
    pub(crate) mistral_code: Field<SeatBudget>,
}

/// What has been bought of one product.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["purchased"]))]
pub(crate) struct SeatBudget {
    /// # Seats bought
    ///
    /// As on the contract: the vendor's API doesn't tell this number.
    #[schemars(range(max = u32::MAX), example = 50)]
    pub(crate) purchased: Field<u32>,
    /// # Seats kept free
    ///
    /// Seats that orgsync leaves for people who are added by hand.
    #[schemars(range(max = u32::MAX), example = 2, extend("default" = u32::default()))]
    pub(crate) reserve: Field<u32>,
}

/// How changes are made, and what is never done.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// # Onboarding
    ///
    /// How people get into the organization.
    #[schemars(example = Onboarding::Sso, extend("default" = Onboarding::default()))]
    pub(crate) onboarding: Field<Onboarding>,
    /// # What no file declares
    ///
    /// What happens to what is live and stands in no file. One word is for members, invitations and groups; a mapping
    /// has a word for each kind.
    #[schemars(
        example = Unmanaged::Remove, extend("default" = Unmanaged::default())
    )]
    pub(crate) unmanaged: Field<UnmanagedFile>,
    /// # Expired invitations
    ///
    /// What happens to the expired invitation of a declared person.
    #[schemars(example = ExpiredInvitations::Report, extend("default" = ExpiredInvitations::default()))]
    pub(crate) expired_invitations: Field<ExpiredInvitations>,
    /// # Fewest admins
    ///
    /// A plan that leaves fewer live admins than this is refused.
    #[schemars(range(min = MIN_ADMINS, max = u32::MAX), example = 2, extend("default" = MIN_ADMINS))]
    pub(crate) min_admins: Field<u32>,
    /// # Most removals
    ///
    /// The most that one plan may remove of each kind: a number, or a share of what is live.
    #[schemars(example = "10%", example = 5, extend("default" = Limit::DEFAULT))]
    pub(crate) max_removals: Field<MaxRemovals>,
    /// # Protected people
    ///
    /// Addresses of people who are never removed and never demoted. Default: nobody.
    #[schemars(extend("uniqueItems" = true), example = ["ada@acme.example"])]
    pub(crate) protected: Field<Vec<Field<Address>>>,
    /// # Language of invitations
    ///
    /// The language in which people are invited. Default: the vendor's.
    #[schemars(example = Language::Fr)]
    pub(crate) invitation_language: Field<Language>,
}
