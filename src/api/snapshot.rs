//! The live organization as a document, with the vendor's own objects.
//!
//! Writes the document for `--live` and the seeds of sandboxes. Reads it into the same [`Live`] organization as a fresh
//! reading.

use super::api_keys::{ApiKeys, ListedKey, RawApiKey};
use super::audit::{ListedEvent, RawEvent, stored_events};
use super::client::{Client, Items, Listed};
use super::groups::{Assignment, Group, WholeGroup};
use super::invitations::Invitation;
use super::live::Parts;
use super::roles::{RoleList, RoleNames};
use super::transport::{ApiError, Request};
use super::users::{Member, People};
use super::workspaces::Workspace;
use crate::model::{AuditEvent, Live};
use crate::{clock, escape};
use jiff::{Timestamp, Unit};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::Read;
use uuid::Uuid;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The live organization at a point in time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Snapshot {
    /// The version of this format.
    format_version: String,
    /// When it was taken (RFC 3339, UTC).
    taken_at: String,
    /// The organization's identifier; null if the audit log was empty or could not be read.
    #[schemars(with = "Option<String>")]
    organization_uuid: Option<Uuid>,
    /// The members, as in the vendor's `AdminOrganizationMemberOUT`.
    #[schemars(with = "Vec<Object>")]
    members: Vec<RawObject>,
    /// The invitations, expired ones included, as in the vendor's `OrganizationInviteOUT`.
    #[schemars(with = "Vec<Object>")]
    invitations: Vec<RawObject>,
    /// The roles, as in the vendor's `RolesOut`.
    #[schemars(with = "Object")]
    roles: Box<RawValue>,
    /// The active workspaces, as in the vendor's `WorkspaceOUT`.
    #[schemars(with = "Vec<Object>")]
    workspaces: Vec<RawObject>,
    /// The groups, as in the vendor's `AdminUserGroupOut`, each with `members` (identifiers of users) and `workspaces`
    /// (as in the vendor's `GroupWorkspaceAssignmentOut`); null if the organization has no groups at all.
    #[schemars(with = "Option<Vec<Object>>")]
    groups: Option<Vec<WholeGroup<RawGroup, RawObject>>>,
    /// The API keys, as in the vendor's `APIKeyExtendedOUT`, never with the secret; null if the list can't be read.
    #[schemars(with = "Option<Vec<Object>>")]
    api_keys: Option<Vec<RawApiKey>>,
    /// The entries of the audit log in the last days, as in the vendor's `AuditLogOut`, the newest first; absent if they
    /// were not asked for, or can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Object>", default)]
    audit_logs: Option<Vec<RawEvent>>,
}

/// What a snapshot holds.
#[derive(Debug)]
pub struct StoredOrganization {
    pub live: Live,
    /// When it was taken; `None` if it does not say that.
    pub taken_at: Option<Timestamp>,
    /// The events of the audit log, the newest first; `None` if it has none.
    pub events: Option<Vec<AuditEvent>>,
}

/// An object of the API.
type Object = serde_json::Map<String, serde_json::Value>;

/// Why a snapshot can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It can't be read, is not JSON, or does not have the documented shape.
    #[error("{}", escape::excerpt(&.0.to_string()))]
    Shape(#[from] serde_json::Error),
    /// A version of the format that this program doesn't read.
    #[error("this orgsync reads version {FORMAT_VERSION} of snapshots, not `{}`", escape::excerpt(.0))]
    Version(String),
}

impl Snapshot {
    /// Reads the live organization from a snapshot, and what else it holds.
    ///
    /// # Errors
    ///
    /// What is wrong with the document, with line and column.
    pub fn read_live(document: impl Read) -> Result<StoredOrganization, SnapshotError> {
        let stored: Stored = serde_json::from_reader(document)?;
        if stored.format_version.split('.').next() != FORMAT_VERSION.split('.').next() {
            return Err(SnapshotError::Version(stored.format_version));
        }
        let parts = Parts {
            members: stored.members,
            invitations: stored.invitations,
            workspaces: stored.workspaces,
            groups: stored.groups,
            organization_id: stored.organization_uuid,
            api_keys: stored.api_keys.map(|keys| ApiKeys { keys }),
        };
        let live = parts.convert(&RoleNames::new(stored.roles.unwrap_or_default()));
        Ok(StoredOrganization {
            live,
            taken_at: stored.taken_at.and_then(|time| time.as_str()?.parse().ok()),
            events: stored.audit_logs.map(stored_events),
        })
    }
}

impl Client {
    /// Reads the whole organization in the vendor's format. Keeps unknown values. With `since`, also the audit log since
    /// that time.
    ///
    /// # Errors
    ///
    /// The API can't be reached or refuses, or its lists keep changing.
    pub async fn read_snapshot(&self, since: Option<Timestamp>) -> Result<Snapshot, ApiError> {
        let roles = Request::roles();
        let (roles, people, workspaces, groups, organization_uuid, api_keys) = futures::try_join!(
            self.send(&roles),
            self.list::<People<RawObject, RawObject>>(Request::users),
            self.list::<Items<RawObject>>(Request::workspaces),
            self.groups::<RawGroup, RawObject>(|_| true, |_| false),
            self.read_organization_id(),
            self.api_keys::<RawApiKey>(),
        )?;
        let audit_logs = match since {
            Some(since) => self.read_raw_log(since).await?,
            None => None,
        };
        let now = clock::now();
        Ok(Snapshot {
            format_version: FORMAT_VERSION.to_owned(),
            taken_at: now.round(Unit::Second).unwrap_or(now).to_string(),
            organization_uuid,
            members: people.members,
            invitations: people.invitations,
            roles,
            workspaces: workspaces.items,
            groups,
            api_keys: api_keys.map(|list| list.keys),
            audit_logs,
        })
    }
}

/// A snapshot as it is read; unused fields are ignored.
#[derive(Deserialize)]
#[serde(expecting = "a snapshot of an organization")]
struct Stored {
    format_version: String,
    taken_at: Option<serde_json::Value>,
    members: Vec<Member>,
    #[serde(default)]
    invitations: Vec<Invitation>,
    roles: Option<RoleList>,
    #[serde(default)]
    workspaces: Vec<Workspace>,
    /// Absent in documents without groups: an organization that has the feature, but no groups yet.
    #[serde(default = "no_groups")]
    groups: Option<Vec<WholeGroup<Group, Assignment>>>,
    organization_uuid: Option<Uuid>,
    /// Absent in documents of other programs, which is the same as null.
    api_keys: Option<Vec<ListedKey>>,
    audit_logs: Option<Vec<ListedEvent>>,
}

/// Distinguishes null from an absent list, which `Option` alone does not.
#[expect(clippy::unnecessary_wraps, reason = "stands in for a field")]
fn no_groups() -> Option<Vec<WholeGroup<Group, Assignment>>> {
    Some(Vec::new())
}

/// An unchanged object of a list. The identifier of an assignment is that of its workspace.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RawObject {
    #[serde(skip)]
    uuid: Uuid,
    json: Box<RawValue>,
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Identified {
            uuid: Option<Uuid>,
            workspace_uuid: Option<Uuid>,
        }
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let ids: Identified = serde_json::from_str(json.get()).map_err(D::Error::custom)?;
        let uuid = ids.uuid.or(ids.workspace_uuid).ok_or_else(|| D::Error::missing_field("uuid"))?;
        Ok(Self { uuid, json })
    }
}

impl Listed for RawObject {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// An unchanged group, to which members and workspaces are added.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RawGroup {
    #[serde(skip)]
    uuid: Uuid,
    fields: BTreeMap<String, Box<RawValue>>,
}

impl<'de> Deserialize<'de> for RawGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let uuid = fields.get("uuid").ok_or_else(|| D::Error::missing_field("uuid"))?;
        let uuid = serde_json::from_str(uuid.get()).map_err(D::Error::custom)?;
        // Under these names a snapshot holds what orgsync has read separately.
        fields.retain(|name, _| !matches!(name.as_str(), "members" | "workspaces"));
        Ok(Self { uuid, fields })
    }
}

impl Listed for RawGroup {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}
