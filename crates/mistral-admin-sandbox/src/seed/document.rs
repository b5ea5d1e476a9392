//! The snapshot document: seeds are read from it, and the state is written to it.

use crate::instant;
use crate::organization::{
    ApiKey, Behavior, FARTHEST_DAYS, Group, Invitation, Member, Organization, Product, RoleList,
    RolesByWorkspace, Seats, ShownInvitation, ShownMember, ShownWorkspace, WholeGroup, Workspace,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The version that is written. Each minor version of it can be read.
const FORMAT_VERSION: &str = "1.0";

/// A document as it is read. Extra keys of the vendor's objects are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    /// When it was taken, of any type.
    pub(super) taken_at: Option<Value>,
    /// The id of the organization in the audit log.
    pub(super) organization_uuid: Option<Uuid>,
    pub(super) members: Vec<Member>,
    #[serde(default)]
    pub(super) invitations: Vec<Invitation>,
    pub(super) roles: Option<RoleList>,
    pub(super) workspaces: Option<Vec<Workspace>>,
    /// `null` in an organization that can't have groups.
    #[serde(default = "no_groups_yet")]
    pub(super) groups: Option<Vec<Group>>,
    pub(super) api_keys: Option<Vec<ApiKey>>,
    pub(super) sandbox: Option<Extras>,
}

fn no_groups_yet() -> Option<Vec<Group>> {
    Some(Vec::new())
}

/// The keys of a document. The audit log of a snapshot is not taken over: the organization begins its own.
pub(super) const KEYS: [&str; 11] = [
    "format_version",
    "taken_at",
    "organization_uuid",
    "members",
    "invitations",
    "roles",
    "workspaces",
    "groups",
    "api_keys",
    "audit_logs",
    "sandbox",
];

/// The part of the state that the Admin API does not list.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Extras {
    pub(super) purchased: BTreeMap<Product, u32>,
    /// The seats of invitations.
    pub(super) invitation_seats: BTreeMap<Uuid, Vec<Product>>,
    pub(super) advanced_days: Days,
    pub(super) settings: Behavior,
    /// Direct memberships. If absent, they are the access in the lists of workspaces that groups do not explain.
    pub(super) workspace_members: Option<RolesByWorkspace>,
    pub(super) archived_workspaces: Vec<Workspace>,
    /// Members whose list of workspaces is `null` while they have access to the default one alone.
    pub(super) unlisted_members: BTreeSet<Uuid>,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub(super) struct Days(u32);

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

#[derive(Serialize)]
struct Written<'a> {
    format_version: &'static str,
    #[serde(with = "instant")]
    taken_at: Timestamp,
    organization_uuid: Uuid,
    members: Vec<ShownMember<'a>>,
    invitations: Vec<ShownInvitation<'a>>,
    roles: &'a RoleList,
    workspaces: Vec<ShownWorkspace<'a>>,
    groups: Option<Vec<WholeGroup<'a>>>,
    api_keys: &'a [ApiKey],
    sandbox: Extras,
}

/// The whole state of an organization as a document.
pub(crate) fn write(organization: &Organization, now: Timestamp) -> serde_json::Result<Vec<u8>> {
    let workspaces = organization.workspaces.iter();
    let groups = organization.groups.as_ref();
    serde_json::to_vec_pretty(&Written {
        format_version: FORMAT_VERSION,
        taken_at: now,
        organization_uuid: organization.uuid,
        members: organization.members.iter().map(|member| organization.shown(member)).collect(),
        invitations: organization.invitations.iter().map(|invitation| invitation.shown(now)).collect(),
        roles: &organization.roles,
        workspaces: workspaces.map(|workspace| organization.shown_workspace(workspace)).collect(),
        groups: groups.map(|groups| groups.iter().map(|group| organization.whole_group(group)).collect()),
        api_keys: &organization.api_keys,
        sandbox: extras(organization),
    })
}

fn extras(organization: &Organization) -> Extras {
    let remembered = organization.invitations.iter().map(|invitation| (invitation.uuid, invitation.seats));
    let remembered = remembered.filter(|(_, seats)| !seats.is_empty());
    let unlisted = organization.members.iter().filter(|member| member.workspaces.is_none());
    Extras {
        purchased: organization.purchased.clone(),
        invitation_seats: remembered.map(|(id, seats): (_, Seats)| (id, seats.iter().collect())).collect(),
        advanced_days: Days(organization.advanced_days),
        settings: organization.behavior,
        workspace_members: Some(organization.memberships.all().clone()),
        archived_workspaces: organization.archived.clone(),
        unlisted_members: unlisted.map(|member| member.uuid).collect(),
    }
}
