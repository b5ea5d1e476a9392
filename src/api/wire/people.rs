//! Members and invitations (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

use super::{Listed, Page};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `OrganizationAdminUsersOUT`: a page of members and invitations.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct People<M, I> {
    pub(in crate::api) members: Vec<M>,
    #[serde(rename = "invites")]
    pub(in crate::api) invitations: Vec<I>,
    /// Members and invitations of all pages together.
    total: Option<u64>,
    page_size: Option<u64>,
}

impl<M: DeserializeOwned + Listed, I: DeserializeOwned + Listed> Page for People<M, I> {
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn page_size(&self) -> Option<u64> {
        self.page_size
    }

    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        let members = self.members.iter().map(|member| (0, member.uuid()));
        members.chain(self.invitations.iter().map(|invitation| (1, invitation.uuid())))
    }

    fn append(&mut self, next: Self) {
        self.members.extend(next.members);
        self.invitations.extend(next.invitations);
    }
}

/// `AdminOrganizationMemberOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Member {
    pub(in crate::api) uuid: Uuid,
    pub(in crate::api) email: Option<String>,
    pub(in crate::api) name: Option<String>,
    pub(in crate::api) raw_roles: Vec<String>,
    pub(in crate::api) subscription_types: Option<Vec<String>>,
    #[serde(default)]
    pub(in crate::api) subscriptions: Vec<Subscription>,
    /// Null where there are none.
    pub(in crate::api) workspaces: Option<Vec<Membership>>,
}

/// `MemberWorkspaceInfo`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Membership {
    pub(in crate::api) uuid: Uuid,
    pub(in crate::api) raw_roles: Vec<String>,
}

/// `MemberSubscriptionOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Subscription {
    pub(in crate::api) r#type: String,
    pub(in crate::api) member_has_access: Option<bool>,
}

/// `OrganizationInviteOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Invitation {
    pub(in crate::api) uuid: Uuid,
    pub(in crate::api) email: Option<String>,
    pub(in crate::api) raw_roles: Vec<String>,
    pub(in crate::api) expired: bool,
}

/// `OrganizationInvitesCreateOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Invited {
    pub(in crate::api) invalid_emails: Vec<String>,
    pub(in crate::api) already_members: Vec<String>,
    pub(in crate::api) invited_members_count: Option<u64>,
}

/// `OrganizationUsersCreateOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Created {
    pub(in crate::api) invalid_emails: Vec<String>,
    pub(in crate::api) email_to_user_id: BTreeMap<String, String>,
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
