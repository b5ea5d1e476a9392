//! The snapshot document: what a seed is read from and the state is written to.

use super::instant;
use super::organization::{
    FARTHEST_DAYS, Invitation, Member, Organization, Parts, RoleList, Spelling, has_access, product_of,
};
use super::wire::{InvitationOut, UserOut};
use crate::model::{Product, Seats};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The version that is written. Another minor version is read too, another major one is not.
const FORMAT_VERSION: &str = "1.0";

/// A document as it is read. Extra keys of the vendor's objects are ignored, of the document itself refused by
/// [`Seed`](super::Seed).
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) members: Vec<MemberIn>,
    #[serde(default)]
    pub(crate) invitations: Vec<InvitationIn>,
    #[serde(default)]
    pub(crate) roles: Option<RoleList>,
    #[serde(default)]
    pub(crate) workspaces: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) groups: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) sandbox: Option<Beside>,
}

/// The keys of a document.
pub(crate) const KEYS: [&str; 8] =
    ["format_version", "taken_at", "members", "invitations", "roles", "workspaces", "groups", "sandbox"];

/// What the Admin API tells to nobody.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Beside {
    purchased: BTreeMap<Product, u32>,
    invitation_seats: BTreeMap<Uuid, Vec<Product>>,
    advanced_days: Days,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Days(u32);

impl TryFrom<u32> for Days {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, String> {
        if days > FARTHEST_DAYS {
            return Err(format!("the clock can be advanced by at most {FARTHEST_DAYS} days"));
        }
        Ok(Self(days))
    }
}

impl From<Days> for u32 {
    fn from(days: Days) -> Self {
        days.0
    }
}

/// A member in the shape of the vendor's `AdminUserOUT`.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a member")]
pub(crate) struct MemberIn {
    pub(crate) uuid: Uuid,
    #[serde(default)]
    oid_id: Option<Uuid>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    is_sso_outsider: Option<bool>,
    #[serde(default)]
    workspaces: Option<Vec<Value>>,
    #[serde(default)]
    subscriptions: Vec<Value>,
    raw_roles: SomeRoles,
    #[serde(default)]
    subscription_types: Option<Vec<Seat>>,
    #[serde(with = "instant")]
    created_at: Timestamp,
}

/// An invitation in the shape of the vendor's `OrganizationInviteOUT`.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an invitation")]
pub(crate) struct InvitationIn {
    pub(crate) uuid: Uuid,
    raw_roles: SomeRoles,
    email: String,
    #[serde(default)]
    expired: bool,
    #[serde(with = "instant")]
    created_at: Timestamp,
    #[serde(default)]
    workspace_uuids: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Seat {
    #[serde(rename = "CHAT")]
    Chat,
    #[serde(rename = "MISTRAL_CODE")]
    MistralCode,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Spelling>")]
struct SomeRoles(Vec<Spelling>);

impl TryFrom<Vec<Spelling>> for SomeRoles {
    type Error = &'static str;

    fn try_from(roles: Vec<Spelling>) -> Result<Self, &'static str> {
        if roles.is_empty() { Err("everybody has at least one role") } else { Ok(Self(roles)) }
    }
}

impl From<MemberIn> for Member {
    fn from(member: MemberIn) -> Self {
        let held = member.subscription_types.map(|seats| {
            let product = |seat: &Seat| match seat {
                Seat::Chat => Product::LeChat,
                Seat::MistralCode => Product::MistralCode,
            };
            seats.iter().map(product).collect::<Seats>()
        });
        let usable = member.subscriptions.iter().filter(|entry| has_access(entry));
        let told: Seats = usable.filter_map(product_of).collect();
        let seats = held.unwrap_or(told);
        let mut result = Self {
            uuid: member.uuid,
            oid_id: member.oid_id,
            name: member.name,
            first_name: member.first_name,
            last_name: member.last_name,
            email: member.email,
            is_sso_outsider: member.is_sso_outsider,
            workspaces: member.workspaces,
            subscriptions: member.subscriptions,
            roles: member.raw_roles.0,
            held,
            created_at: member.created_at,
        };
        if held.is_some() || !seats.is_empty() {
            result.hold(seats);
        }
        result
    }
}

impl Document {
    /// The organization that the document describes.
    pub(crate) fn into_parts(self) -> Parts {
        let mut beside = self.sandbox.unwrap_or_default();
        let mut invitation = |invitation: InvitationIn| Invitation {
            uuid: invitation.uuid,
            email: invitation.email,
            roles: invitation.raw_roles.0,
            created_at: invitation.created_at,
            lapsed: invitation.expired,
            workspace_uuids: invitation.workspace_uuids,
            seats: beside.invitation_seats.remove(&invitation.uuid).into_iter().flatten().collect(),
        };
        Parts {
            members: self.members.into_iter().map(Member::from).collect(),
            invitations: self.invitations.into_iter().map(&mut invitation).collect(),
            roles: self.roles.unwrap_or_default(),
            workspaces: self.workspaces.unwrap_or_default(),
            groups: self.groups.unwrap_or_default(),
            purchased: beside.purchased,
            advanced_days: beside.advanced_days.0,
        }
    }
}

#[derive(Serialize)]
struct DocumentOut<'a> {
    format_version: &'static str,
    #[serde(with = "instant")]
    taken_at: Timestamp,
    members: Vec<UserOut<'a>>,
    invitations: Vec<InvitationOut<'a>>,
    roles: &'a RoleList,
    workspaces: &'a [Value],
    groups: &'a [Value],
    sandbox: Beside,
}

/// The whole state of an organization as a document.
pub(crate) fn write(organization: &Organization, now: Timestamp) -> serde_json::Result<Vec<u8>> {
    let (_, members) = organization.members(None);
    let (_, invitations) = organization.invitations(None);
    let invitations: Vec<&Invitation> = invitations.collect();
    let remembered = invitations.iter().filter(|invitation| !invitation.seats.is_empty());
    let (workspaces, groups) = organization.untouched();
    serde_json::to_vec_pretty(&DocumentOut {
        format_version: FORMAT_VERSION,
        taken_at: now,
        members: members.map(UserOut::from).collect(),
        roles: organization.roles(),
        workspaces,
        groups,
        sandbox: Beside {
            purchased: organization.purchased().clone(),
            invitation_seats: remembered.map(|one| (one.uuid, one.seats.iter().collect())).collect(),
            advanced_days: Days(organization.advanced_days()),
        },
        invitations: invitations.into_iter().map(|one| InvitationOut::at(now, one)).collect(),
    })
}
