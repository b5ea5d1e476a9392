//! What the vendor sends, as it comes.
//!
//! Takes JSON; gives values that nobody has judged yet. Fields that orgsync has no use for are ignored, and words
//! whose list may grow (roles, products) stay texts: [`convert`](super::convert) decides about them. The names are
//! those of the vendor's schema (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `OrganizationAdminUsersOUT`: a page of members and invitations.
#[derive(Debug, Deserialize)]
pub(super) struct Page<M, I> {
    pub(super) members: Vec<M>,
    pub(super) invites: Vec<I>,
    /// Members and invitations of all pages together.
    pub(super) total: Option<u64>,
    pub(super) page_size: Option<u64>,
}

/// Something that a list holds, and that must stand in it once.
pub(super) trait Listed {
    /// The vendor's identifier.
    fn uuid(&self) -> Uuid;
}

/// An object of a list just as it came, for keeping.
#[derive(Debug)]
pub(super) struct Kept {
    uuid: Uuid,
    pub(super) json: Box<RawValue>,
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Identified {
            uuid: Uuid,
        }
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let Identified { uuid } = serde_json::from_str(json.get()).map_err(D::Error::custom)?;
        Ok(Self { uuid, json })
    }
}

impl Listed for Kept {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl Listed for Member {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl Listed for Invitation {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// `AdminOrganizationMemberOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    pub(super) uuid: Uuid,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) raw_roles: Vec<String>,
    pub(super) subscription_types: Option<Vec<String>>,
    #[serde(default)]
    pub(super) subscriptions: Vec<Subscription>,
}

/// `MemberSubscriptionOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Subscription {
    pub(super) r#type: String,
    pub(super) member_has_access: Option<bool>,
}

/// `OrganizationInviteOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Invitation {
    pub(super) uuid: Uuid,
    pub(super) email: Option<String>,
    pub(super) raw_roles: Vec<String>,
    pub(super) expired: bool,
}

/// `RolesOut`, without the roles of workspaces.
#[derive(Debug, Deserialize)]
pub(super) struct RoleList {
    pub(super) organization_roles: Vec<ListedRole>,
}

/// `RoleOut`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedRole {
    pub(super) uuid: Uuid,
    pub(super) name: String,
    pub(super) is_custom_role: bool,
}

/// `OrganizationInvitesCreateOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Invited {
    pub(super) invalid_emails: Vec<String>,
    pub(super) already_members: Vec<String>,
    pub(super) invited_members_count: Option<u64>,
}

/// `OrganizationUsersCreateOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    pub(super) invalid_emails: Vec<String>,
    pub(super) email_to_user_id: BTreeMap<String, String>,
}
