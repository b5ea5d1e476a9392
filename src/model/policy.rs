//! The policy of an organization: how orgsync makes changes, and what it never does.

use super::Email;
use crate::source::Span;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// The fewest live admins that a plan may leave by default, and the smallest number that the files can set.
pub const MIN_ADMINS: u32 = 1;

/// How many days after joining a person gets what had to wait, without a review, by default.
pub const COMPLETE_WITHIN: u16 = 30;

/// The most days after joining that the files can set for that; one more, whatever the time of the day.
pub const LONGEST_COMPLETION: u16 = 366;

/// The `policy` of the configuration, with the defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How a declared person joins who is neither a member nor invited.
    pub onboarding: Onboarding,
    pub unmanaged: UnmanagedPolicy,
    /// What happens to the expired invitation of a declared person.
    pub expired_invitations: ExpiredInvitations,
    /// What happens to declared people who left, or whom somebody removed by hand.
    pub departed: Departed,
    /// What happens to what people leave behind.
    pub offboarding: Offboarding,
    /// How many days after joining a person gets what had to wait, without a review.
    pub complete_within: u16,
    /// A plan may not lower the number of live admins below this; at least 1.
    pub min_admins: u32,
    /// The most that one plan may remove of each kind.
    pub max_removals: Limit,
    /// People who are never removed or demoted.
    pub protected: BTreeMap<Email, Span>,
    /// `None` means the vendor's default.
    pub invitation_language: Option<Language>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            onboarding: Onboarding::default(),
            unmanaged: UnmanagedPolicy::default(),
            expired_invitations: ExpiredInvitations::default(),
            departed: Departed::default(),
            offboarding: Offboarding::default(),
            complete_within: COMPLETE_WITHIN,
            min_admins: MIN_ADMINS,
            max_removals: Limit::DEFAULT,
            protected: BTreeMap::new(),
            invitation_language: None,
        }
    }
}

impl Policy {
    /// Whether a person joined so lately that they get what had to wait for that without a review.
    #[must_use]
    pub fn is_new(&self, joined: Timestamp, today: Date) -> bool {
        let day = TimeZone::UTC.to_datetime(joined).date();
        today.duration_since(day).as_hours() / 24 <= i64::from(self.complete_within)
    }
}

/// How people join the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Onboarding {
    /// orgsync sends an invitation, and the person accepts it.
    #[default]
    Invite,
    /// orgsync creates the account, and the person signs in through account recovery. Needs a `name`.
    Create,
    /// The person joins at the first sign-in through the identity provider; orgsync sends nothing.
    Sso,
}

/// What happens to live resources that no file declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unmanaged {
    /// They are listed and left alone.
    #[default]
    Report,
    /// They are removed.
    Remove,
}

/// What happens to admins and billing managers whom no file declares, and to admins of declared workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UndeclaredAdmins {
    /// They are listed first, with a warning, and count as drift.
    #[default]
    Report,
    /// The plan is refused.
    Refuse,
    /// They are only listed.
    Ignore,
}

/// [`Unmanaged`] for each kind of resource, and its position, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmanagedPolicy {
    /// Members whom no file declares.
    pub members: (Unmanaged, Option<Span>),
    /// Invitations of people whom no file declares.
    pub invitations: (Unmanaged, Option<Span>),
    /// Groups that no file declares.
    pub groups: (Unmanaged, Option<Span>),
    /// Members of a declared workspace that its list of members does not name.
    pub workspace_members: (Unmanaged, Option<Span>),
    /// Members of a declared group that its list of members does not name.
    pub group_members: (Unmanaged, Option<Span>),
    /// Power that no file grants.
    pub admins: (UndeclaredAdmins, Option<Span>),
    /// Holders of such power that no file can declare, such as service accounts: addresses in lower case, or
    /// identifiers.
    pub acknowledged: BTreeSet<String>,
}

impl Default for UnmanagedPolicy {
    /// Everything is reported, but a group that lists its members has no others.
    fn default() -> Self {
        let report = (Unmanaged::Report, None);
        Self {
            members: report,
            invitations: report,
            groups: report,
            workspace_members: report,
            group_members: (Unmanaged::Remove, None),
            admins: (UndeclaredAdmins::Report, None),
            acknowledged: BTreeSet::new(),
        }
    }
}

/// What happens to an expired invitation of a declared person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpiredInvitations {
    /// orgsync deletes it and sends a new one, without end.
    Renew,
    /// It is listed and left alone.
    Report,
    /// It is sent again, but not for ever.
    #[serde(untagged)]
    Limited(RenewalLimit),
}

/// How often an unanswered invitation is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewalLimit {
    /// The most mails after the first.
    pub renew: u32,
    /// The fewest days between two mails.
    pub every: u16,
}

impl Default for RenewalLimit {
    fn default() -> Self {
        Self { renew: 3, every: INVITATION_DAYS }
    }
}

impl Default for ExpiredInvitations {
    fn default() -> Self {
        Self::Limited(RenewalLimit::default())
    }
}

/// How many days an invitation can be accepted, according to the vendor
/// (<https://docs.mistral.ai/admin/user-management-organizations/members>).
pub const INVITATION_DAYS: u16 = 7;

/// What happens to declared people who are not in the organization any more, because they left or somebody removed them
/// by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Departed {
    /// They are listed, and not invited again.
    #[default]
    Report,
    /// They are invited again.
    Invite,
}

/// What happens to what people leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offboarding {
    /// What happens to the API keys of people who leave or have left.
    pub api_keys: LeaverKeys,
}

/// What happens to the API keys of people who leave or have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaverKeys {
    /// They are listed, and go on working.
    #[default]
    Report,
    /// orgsync deletes them.
    Revoke,
    /// orgsync deletes those that are not used any more.
    #[serde(untagged)]
    RevokeUnused { revoke: UnusedKeys },
}

/// Which API keys are not used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnusedKeys {
    /// Those whose last use, or else creation, is more than this many days ago (UTC).
    pub unused_for: u16,
}

/// Languages in which the vendor sends invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// German.
    De,
    /// Italian.
    It,
    /// Brazilian Portuguese.
    PtBr,
    /// Polish.
    Pl,
    /// Arabic.
    Ar,
    /// Dutch.
    Nl,
}

/// Kinds of removal that the guard counts, each against the live number of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RemovalKind {
    /// Members who leave the organization.
    Members,
    /// Invitations that are revoked and not sent again.
    Invitations,
    /// Admin roles that people lose, by demotion or by leaving.
    AdminRoles,
    /// Seats that people lose, by giving up or by leaving.
    Seats,
    /// Group memberships that end, deleted groups included.
    GroupMembers,
    /// Memberships of workspaces that end.
    WorkspaceMembers,
    /// Groups that are deleted.
    Groups,
}

impl RemovalKind {
    /// All kinds, in the order in which they are reported.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in options and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The most that may be removed of one kind: a number, or a share such as `25%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Limit {
    /// A count.
    Count(u32),
    /// A share of the live number, rounded down but never to nothing.
    Percent(
        #[serde(with = "percent")]
        #[schemars(with = "String")]
        u8,
    ),
}

impl Limit {
    /// The limit if the files set none.
    pub const DEFAULT: Self = Self::Percent(25);

    /// The most removals for this number of live resources.
    #[must_use]
    pub fn of(self, live: usize) -> usize {
        match self {
            Self::Count(count) => count as usize,
            Self::Percent(0) => 0,
            Self::Percent(percent) => (live * usize::from(percent) / 100).max(1),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// A share as text: `25%`.
mod percent {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(percent: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{percent}%"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_suffix('%').and_then(|digits| digits.parse().ok());
        number
            .filter(|percent| *percent <= 100)
            .ok_or_else(|| de::Error::custom("expected a share such as `25%`"))
    }
}

/// What the command line allows for one run beyond the policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowance {
    /// Removals beyond [`Policy::max_removals`] (`--allow-removals`).
    pub removals: BTreeMap<RemovalKind, usize>,
    /// Changes that can't be undone (`--allow-irreversible`).
    pub irreversible: bool,
    /// People who are not the same person as one with the same name (`--two-people`).
    pub two_people: BTreeSet<Email>,
}
