//! Groups (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>).

use super::Listed;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `AdminUserGroupOut`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Group {
    pub(in crate::api) uuid: Uuid,
    pub(in crate::api) name: String,
    pub(in crate::api) description: Option<String>,
    pub(in crate::api) externally_managed: Option<bool>,
    pub(in crate::api) organization_role: Option<String>,
    #[serde(default)]
    pub(in crate::api) parent_group_ids: Vec<Uuid>,
}

/// A group with what the vendor lists apart from it; as snapshots hold it.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::api) struct WholeGroup<G, A> {
    #[serde(flatten)]
    pub(in crate::api) group: G,
    #[serde(default)]
    pub(in crate::api) members: Vec<Uuid>,
    #[serde(default = "Vec::new")]
    pub(in crate::api) workspaces: Vec<A>,
}

/// `AdminUserGroupMemberOut`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct GroupMember {
    pub(in crate::api) user_uuid: Uuid,
}

/// `GroupWorkspaceAssignmentOut`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Assignment {
    pub(in crate::api) workspace_uuid: Uuid,
    pub(in crate::api) roles: Vec<RoleRef>,
}

/// `WorkspaceRoleRef`. The vendor gives both; people who write a seed may give one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawRoleRef")]
pub(in crate::api) enum RoleRef {
    Named(String),
    Identified(Uuid, Option<String>),
}

#[derive(Deserialize)]
struct RawRoleRef {
    uuid: Option<Uuid>,
    name: Option<String>,
}

impl TryFrom<RawRoleRef> for RoleRef {
    type Error = &'static str;

    fn try_from(raw: RawRoleRef) -> Result<Self, Self::Error> {
        match (raw.uuid, raw.name) {
            (Some(uuid), name) => Ok(Self::Identified(uuid, name)),
            (None, Some(name)) => Ok(Self::Named(name)),
            (None, None) => Err("a role has a `uuid` or a `name`"),
        }
    }
}

impl Listed for Group {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl Listed for GroupMember {
    fn uuid(&self) -> Uuid {
        self.user_uuid
    }
}

impl Listed for Assignment {
    fn uuid(&self) -> Uuid {
        self.workspace_uuid
    }
}
