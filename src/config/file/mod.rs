//! The shape of a configuration file, version 1.
//!
//! These types are what serde reads and what the JSON Schema is generated from: the doc comments are the titles and
//! descriptions that people see in their editor. Defaults are those that [`lower`](super::lower) fills in. Values that
//! need more than a type (addresses, dates) are checked there.

mod resources;

pub(crate) use super::values::Address;
pub(crate) use super::yaml::{Entries, Field, Item};
pub(crate) use resources::{Defaults, Group, List, Member, Team, Terms, Workspace, WorkspaceRoleList};

use super::leaver_keys::LeaverKeysFile;
use super::snippets;
use super::values::{
    Days, Domain, ExpiredFile, MaxRemovals, Name, OrganizationId, UnmanagedFile, name, name_message,
};
use crate::model::{Departed, Language, LeaverKeys, Limit, MIN_ADMINS, Onboarding, Unmanaged};
use crate::source::Span;
use schemars::JsonSchema;
use serde_json::json;

/// The version of the file format that this program reads.
pub(crate) const VERSION: u32 = 1;

/// What is wrong where one product has two budgets.
pub(crate) const ONE_PRODUCT: &str = "`vibe` is another name of `le_chat`: the product is declared twice";

/// # orgsync configuration
///
/// A configuration file of orgsync: the members, roles, product seats, workspaces and groups of an organization on
/// Mistral AI.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// # Version of the file format
    ///
    /// Always 1. Required with `organization`, `include`, `seats`, `policy` or `defaults`; not allowed in included
    /// files.
    #[schemars(extend("const" = VERSION))]
    pub(crate) version: Field<u32>,
    /// # Organization
    ///
    /// The organization. Default: the one of the key.
    #[schemars(example = json!({ "name": "Acme", "domains": ["acme.example"] }))]
    pub(crate) organization: Field<Organization>,
    /// # Included files
    ///
    /// More files, as patterns relative to this file. They may have `members`, `teams`, `workspaces`, `groups` and
    /// `removed`, and can't include more files. Default: none.
    #[schemars(example = ["teams/*.yaml"])]
    pub(crate) include: Field<Vec<Field<String>>>,
    /// # Seat budget
    ///
    /// The seats that the organization has bought, per product. A product without an entry is not managed: people keep
    /// its seats. Default: no product is managed.
    #[schemars(example = json!({ "le_chat": { "purchased": 50, "reserve": 2 } }))]
    pub(crate) seats: Field<SeatBudgets>,
    /// # Policy
    ///
    /// How orgsync makes changes, and what it never does. Default: that of each key.
    #[schemars(example = json!({ "unmanaged": "report", "max_removals": "10%" }))]
    pub(crate) policy: Field<PolicyFile>,
    /// # Defaults for members
    ///
    /// The access of members without keys of their own. Default: that of each key.
    #[schemars(example = json!({ "roles": ["member"], "seats": ["le_chat"] }))]
    pub(crate) defaults: Field<Defaults>,
    /// # Members
    ///
    /// The people in the organization, by address. A person without a value has only the defaults. Default: none.
    #[schemars(
        example = json!({ "ada@acme.example": { "roles": ["admin"], "seats": ["le_chat"] } }),
        extend("allOf" = snippets::members())
    )]
    pub(crate) members: Field<Entries<Address, Option<Member>>>,
    /// # Teams
    ///
    /// Bundles of roles and seats, by name. They exist only in the files, and add to the access of their members.
    /// Default: none.
    #[schemars(
        example = json!({ "research": { "members": ["alan@acme.example"], "seats": ["mistral_code"] } }),
        extend("allOf" = snippets::teams())
    )]
    pub(crate) teams: Field<Entries<Name, Team>>,
    /// # Workspaces
    ///
    /// Workspaces, by name. Undeclared ones are left alone. Default: none.
    #[schemars(
        example = json!({ "Research": { "members": { "ada@acme.example": ["workspace_admin"] } } }),
        extend("allOf" = snippets::workspaces())
    )]
    pub(crate) workspaces: Field<Entries<Name, Workspace>>,
    /// # Groups
    ///
    /// Groups of people, by name. For undeclared groups, see `policy.unmanaged`. Default: none.
    #[schemars(
        example = json!({ "Interns": { "members": ["alan@acme.example"] } }),
        extend("allOf" = snippets::groups())
    )]
    pub(crate) groups: Field<Entries<Name, Group>>,
    /// # Removed people
    ///
    /// Addresses of people to remove, whatever `policy.unmanaged` says. Default: none.
    #[schemars(extend("uniqueItems" = true), example = ["bob@acme.example"])]
    pub(crate) removed: Field<Vec<Field<Address>>>,
}

impl ConfigFile {
    /// Keys that only the main file may have, and that require a `version`.
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
    #[schemars(
        extend("pattern" = name(None), "patternErrorMessage" = name_message(None)),
        example = &"Acme"
    )]
    pub(crate) name: Field<String>,
    /// # Identifier of the organization
    ///
    /// The vendor's identifier. orgsync then refuses any other organization. Default: any.
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
    /// Le Chat, which the vendor now calls Vibe. Default: not managed.
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
    /// The number of seats that you have bought: the API does not report it. On the Members page of the Admin Panel, add
    /// the available seats at the top of the product's column to the used ones.
    #[schemars(range(max = u32::MAX), example = 50)]
    pub(crate) purchased: Field<u32>,
    /// # Seats kept free
    ///
    /// Seats that orgsync does not assign, for example for people who are added by hand.
    #[schemars(range(max = u32::MAX), example = 2, extend("default" = u32::default()))]
    pub(crate) reserve: Field<u32>,
}

/// What happens to what people leave behind.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OffboardingFile {
    /// # API keys of leavers
    ///
    /// What happens to the API keys of people who leave or have left. Without a deletion, they go on working.
    #[schemars(example = json!({ "revoke": { "unused_for": "7d" } }), extend("default" = LeaverKeys::default()))]
    pub(crate) api_keys: Field<LeaverKeysFile>,
}

/// How changes are made, and what is never done.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// # Onboarding
    ///
    /// How people join the organization.
    #[schemars(example = Onboarding::Sso, extend("default" = Onboarding::default()))]
    pub(crate) onboarding: Field<Onboarding>,
    /// # What no file declares
    ///
    /// What happens to live resources that no file declares. A single value applies to members, invitations and groups.
    /// A mapping sets a value for each kind.
    #[schemars(
        example = Unmanaged::Remove, extend("default" = Unmanaged::default())
    )]
    pub(crate) unmanaged: Field<UnmanagedFile>,
    /// # Expired invitations
    ///
    /// What happens to the expired invitation of a declared person: how often it is sent again.
    #[schemars(example = &"report", extend("default" = json!({ "renew": 3, "every": "7d" })))]
    pub(crate) expired_invitations: Field<ExpiredFile>,
    /// # Departed people
    ///
    /// What happens to declared people who left by themselves, or whom somebody removed by hand, according to the audit
    /// log.
    #[schemars(example = Departed::Invite, extend("default" = Departed::default()))]
    pub(crate) departed: Field<Departed>,
    /// # What leavers leave behind
    ///
    /// What happens to the API keys of people who leave or have left.
    #[schemars(
        example = json!({ "api_keys": "revoke" }), extend("default" = json!({ "api_keys": "report" }))
    )]
    pub(crate) offboarding: Field<OffboardingFile>,
    /// # Time to complete people
    ///
    /// How many days after joining `apply --due` gives a person what had to wait for that: from `1d` to `365d`.
    #[schemars(example = "14d", extend("default" = "30d"))]
    pub(crate) complete_within: Field<Days>,
    /// # Fewest admins
    ///
    /// orgsync refuses a plan that leaves fewer live admins.
    #[schemars(range(min = MIN_ADMINS, max = u32::MAX), example = 2, extend("default" = MIN_ADMINS))]
    pub(crate) min_admins: Field<u32>,
    /// # Most removals
    ///
    /// The most removals of each kind in one plan: a number, or a share of the live ones.
    #[schemars(example = "10%", example = 5, extend("default" = Limit::DEFAULT))]
    pub(crate) max_removals: Field<MaxRemovals>,
    /// # Protected people
    ///
    /// Addresses of people whom orgsync never removes or demotes. Default: none.
    #[schemars(extend("uniqueItems" = true), example = ["ada@acme.example"])]
    pub(crate) protected: Field<Vec<Field<Address>>>,
    /// # Language of invitations
    ///
    /// The language of invitations. Default: the vendor's.
    #[schemars(example = Language::Fr)]
    pub(crate) invitation_language: Field<Language>,
}
