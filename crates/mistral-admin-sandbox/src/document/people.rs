//! Members and invitations, as a document has them.

use super::places::AccessIn;
use crate::instant;
use crate::organization::{Invitation, Member, Spelling, has_access, product_of};
use crate::product::{Product, Seats};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

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
    pub(crate) workspaces: Option<Vec<AccessIn>>,
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
            unlisted: member.workspaces.is_none(),
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

impl InvitationIn {
    /// The invitation, which remembers these seats.
    pub(crate) fn with(self, seats: Seats) -> Invitation {
        Invitation {
            uuid: self.uuid,
            email: self.email,
            roles: self.raw_roles.0,
            created_at: self.created_at,
            lapsed: self.expired,
            workspace_uuids: self.workspace_uuids,
            seats,
        }
    }
}
