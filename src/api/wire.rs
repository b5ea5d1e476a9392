//! What the vendor sends, as it comes.
//!
//! Takes JSON; gives values that nobody has judged yet. Fields that orgsync has no use for are ignored, and words
//! whose list may grow (roles, products) stay texts: [`convert`](super::convert) decides about them. The names are
//! those of the vendor's schema (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `OrganizationAdminUsersOUT`: a page of members and invitations.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) members: Vec<Member>,
    pub(super) invites: Vec<Invitation>,
    /// Members and invitations of all pages together.
    pub(super) total: Option<u64>,
    pub(super) page_size: Option<u64>,
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
