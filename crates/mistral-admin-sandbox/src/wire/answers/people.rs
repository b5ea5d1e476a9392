//! Members and invitations.

use super::workspaces::AccessOut;
use crate::instant;
use crate::organization::{Invitation, Member, Organization, Spelling};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// The vendor's `AdminOrganizationMemberOUT`.
#[derive(Debug, Serialize)]
pub(crate) struct MemberOut<'a> {
    uuid: Uuid,
    oid_id: Option<Uuid>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    is_sso_outsider: Option<bool>,
    workspaces: Option<Vec<AccessOut<'a>>>,
    subscriptions: &'a [Value],
    raw_roles: &'a [Spelling],
    raw_role: Option<&'a Spelling>,
    subscription_types: Option<Vec<&'static str>>,
    #[serde(with = "instant")]
    created_at: Timestamp,
}

impl<'a> MemberOut<'a> {
    /// A member of an organization.
    pub(crate) fn of(organization: &'a Organization, member: &'a Member) -> Self {
        let access = organization.access(member);
        Self {
            uuid: member.uuid,
            oid_id: member.oid_id,
            name: member.name.as_deref(),
            email: member.email.as_deref(),
            is_sso_outsider: member.is_sso_outsider,
            workspaces: access.map(|access| access.into_iter().map(AccessOut::from).collect()),
            subscriptions: &member.subscriptions,
            raw_roles: &member.roles,
            raw_role: member.roles.first(),
            subscription_types: member.held.map(|seats| seats.iter().map(|seat| seat.api_name()).collect()),
            created_at: member.created_at,
        }
    }
}

/// The vendor's `AdminUserOUT`.
#[derive(Debug, Serialize)]
pub(crate) struct UserOut<'a> {
    #[serde(flatten)]
    member: MemberOut<'a>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
}

impl<'a> UserOut<'a> {
    /// A member of an organization.
    pub(crate) fn of(organization: &'a Organization, member: &'a Member) -> Self {
        Self {
            member: MemberOut::of(organization, member),
            first_name: member.first_name.as_deref(),
            last_name: member.last_name.as_deref(),
        }
    }
}

/// The vendor's `OrganizationInviteOUT`: an invitation on a page of users.
#[derive(Debug, Serialize)]
pub(crate) struct InvitationOut<'a> {
    uuid: Uuid,
    raw_roles: &'a [Spelling],
    raw_role: Option<&'a Spelling>,
    email: &'a str,
    expired: bool,
    #[serde(with = "instant")]
    created_at: Timestamp,
    workspace_uuids: &'a [Uuid],
}

impl<'a> InvitationOut<'a> {
    /// An invitation as it is at a time.
    pub(crate) fn at(now: Timestamp, invitation: &'a Invitation) -> Self {
        Self {
            uuid: invitation.uuid,
            raw_roles: &invitation.roles,
            raw_role: invitation.roles.first(),
            email: &invitation.email,
            expired: invitation.expired(now),
            created_at: invitation.created_at,
            workspace_uuids: &invitation.workspace_uuids,
        }
    }
}

/// The vendor's `OrganizationUserInviteOUT`: an invitation in the unpaged list.
#[derive(Debug, Serialize)]
pub(crate) struct ListedInvitationOut<'a> {
    invite_uuid: Uuid,
    email: &'a str,
    roles: &'a [Spelling],
    role: Option<&'a Spelling>,
}

impl<'a> From<&'a Invitation> for ListedInvitationOut<'a> {
    fn from(invitation: &'a Invitation) -> Self {
        Self {
            invite_uuid: invitation.uuid,
            email: &invitation.email,
            roles: &invitation.roles,
            role: invitation.roles.first(),
        }
    }
}

/// The vendor's `OrganizationAdminUsersOUT`: members, then invitations.
#[derive(Debug, Serialize)]
pub(crate) struct UsersPage<'a> {
    pub(crate) members: Vec<MemberOut<'a>>,
    pub(crate) invites: Vec<InvitationOut<'a>>,
    pub(crate) total: usize,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
}
