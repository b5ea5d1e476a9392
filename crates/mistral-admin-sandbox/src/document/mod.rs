//! The snapshot document: what a seed is read from and the state is written to.

mod people;
mod places;
mod write;

pub(crate) use people::{InvitationIn, MemberIn};
pub(crate) use places::{AccessIn, AssignmentIn, GroupIn, RoleIn, WorkspaceIn};
pub(crate) use write::write;

use super::organization::{ApiKey, FARTHEST_DAYS, RoleList, RolesByWorkspace};
use crate::product::Product;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A document as it is read. Extra keys of the vendor's objects are ignored, of the document itself refused by
/// [`Seed`](super::Seed).
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    /// When it was taken, whatever stands there.
    #[serde(default)]
    pub(crate) taken_at: Option<Value>,
    /// What the audit log calls the organization.
    #[serde(default)]
    pub(crate) organization_uuid: Option<Uuid>,
    pub(crate) members: Vec<MemberIn>,
    #[serde(default)]
    pub(crate) invitations: Vec<InvitationIn>,
    #[serde(default)]
    pub(crate) roles: Option<RoleList>,
    #[serde(default)]
    pub(crate) workspaces: Option<Vec<WorkspaceIn>>,
    /// `null` in an organization that can't have groups.
    #[serde(default = "no_groups_yet")]
    pub(crate) groups: Option<Vec<GroupIn>>,
    #[serde(default)]
    pub(crate) sandbox: Option<Beside>,
}

fn no_groups_yet() -> Option<Vec<GroupIn>> {
    Some(Vec::new())
}

/// The keys of a document.
pub(crate) const KEYS: [&str; 9] = [
    "format_version",
    "taken_at",
    "organization_uuid",
    "members",
    "invitations",
    "roles",
    "workspaces",
    "groups",
    "sandbox",
];

/// What the Admin API tells to nobody.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Beside {
    pub(crate) purchased: BTreeMap<Product, u32>,
    pub(crate) invitation_seats: BTreeMap<Uuid, Vec<Product>>,
    pub(crate) advanced_days: Days,
    /// Direct memberships. Where they are absent, they are what lists of workspaces tell and groups do not explain.
    pub(crate) workspace_members: Option<RolesByWorkspace>,
    pub(crate) archived_workspaces: Vec<WorkspaceIn>,
    /// Members whose list of workspaces is `null` while they have access to the default one alone.
    pub(crate) unlisted_members: BTreeSet<Uuid>,
    pub(crate) api_keys: Vec<ApiKey>,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub(crate) struct Days(u32);

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
