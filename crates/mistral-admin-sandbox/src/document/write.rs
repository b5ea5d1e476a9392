//! Writes the organization down.

use super::Days;
use crate::instant;
use crate::organization::{ApiKey, Group, Invitation, Member, Organization, RoleList, RolesByWorkspace};
use crate::product::Product;
use crate::wire::{AssignmentOut, GroupOut, InvitationOut, UserOut, WorkspaceOut};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The version that is written. Another minor version is read too, another major one is not.
const FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct DocumentOut<'a> {
    format_version: &'static str,
    #[serde(with = "instant")]
    taken_at: Timestamp,
    organization_uuid: Uuid,
    members: Vec<UserOut<'a>>,
    invitations: Vec<InvitationOut<'a>>,
    roles: &'a RoleList,
    workspaces: Vec<WorkspaceOut<'a>>,
    groups: Option<Vec<FullGroupOut<'a>>>,
    sandbox: BesideOut<'a>,
}

/// A group with what several requests tell.
#[derive(Serialize)]
struct FullGroupOut<'a> {
    #[serde(flatten)]
    group: GroupOut<'a>,
    members: &'a BTreeSet<Uuid>,
    workspaces: Vec<AssignmentOut<'a>>,
}

/// What the Admin API tells to nobody, as [`Beside`](super::Beside) reads it.
#[derive(Serialize)]
struct BesideOut<'a> {
    purchased: &'a BTreeMap<Product, u32>,
    invitation_seats: BTreeMap<Uuid, Vec<Product>>,
    advanced_days: Days,
    workspace_members: &'a RolesByWorkspace,
    archived_workspaces: Vec<WorkspaceOut<'a>>,
    unlisted_members: Vec<Uuid>,
    api_keys: Vec<&'a ApiKey>,
}

/// The whole state of an organization as a document.
pub(crate) fn write(organization: &Organization, now: Timestamp) -> serde_json::Result<Vec<u8>> {
    let (_, members) = organization.members(None);
    let members: Vec<&Member> = members.collect();
    let (_, invitations) = organization.invitations(None);
    let invitations: Vec<&Invitation> = invitations.collect();
    let remembered = invitations.iter().filter(|invitation| !invitation.seats.is_empty());
    let workspace = |workspace| WorkspaceOut::of(organization, workspace);
    let group = |group| full(organization, group);
    let unlisted = members.iter().filter(|member| member.unlisted);
    serde_json::to_vec_pretty(&DocumentOut {
        format_version: FORMAT_VERSION,
        taken_at: now,
        organization_uuid: organization.uuid(),
        roles: organization.roles(),
        workspaces: organization.workspaces(false, None).map(workspace).collect(),
        groups: organization.groups().ok().map(|groups| groups.iter().map(group).collect()),
        sandbox: BesideOut {
            purchased: organization.purchased(),
            invitation_seats: remembered.map(|one| (one.uuid, one.seats.iter().collect())).collect(),
            advanced_days: Days(organization.advanced_days()),
            workspace_members: organization.memberships().all(),
            archived_workspaces: organization.archived().iter().map(workspace).collect(),
            unlisted_members: unlisted.map(|member| member.uuid).collect(),
            api_keys: organization.api_keys(None).collect(),
        },
        members: members.into_iter().map(|member| UserOut::of(organization, member)).collect(),
        invitations: invitations.into_iter().map(|one| InvitationOut::at(now, one)).collect(),
    })
}

fn full<'a>(organization: &'a Organization, group: &'a Group) -> FullGroupOut<'a> {
    let assignments = group.assignments.iter();
    FullGroupOut {
        group: GroupOut::from(group),
        members: &group.members,
        workspaces: assignments.map(|row| AssignmentOut::of(organization, row)).collect(),
    }
}
