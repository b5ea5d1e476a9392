//! The live organization as a document: the vendor's own objects, kept for later.
//!
//! Takes what was read, and gives a document that serves as `--live` and as the seed of a sandbox; takes such a
//! document, and gives the [`Live`] organization just as a fresh reading would.

use super::convert::{self, RoleNames, UnknownValue};
use super::wire::{Invitation, Member, RoleList};
use crate::escape;
use crate::model::Live;
use jiff::{Timestamp, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::Read;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The live organization as the vendor had it at one time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Snapshot {
    /// The version of this format.
    format_version: String,
    /// When it was taken (RFC 3339, UTC).
    taken_at: String,
    /// The members, as in the vendor's `AdminOrganizationMemberOUT`.
    #[schemars(with = "Vec<Object>")]
    members: Vec<Box<RawValue>>,
    /// The invitations, expired ones included, as in the vendor's `OrganizationInviteOUT`.
    #[schemars(with = "Vec<Object>")]
    invitations: Vec<Box<RawValue>>,
    /// The roles, as in the vendor's `RolesOut`.
    #[schemars(with = "Object")]
    roles: Box<RawValue>,
}

/// An object of the vendor's.
type Object = serde_json::Map<String, serde_json::Value>;

/// Why a snapshot can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It can't be read, is no JSON, or is not of the documented shape.
    #[error("{}", escape::excerpt(&.0.to_string()))]
    Shape(#[from] serde_json::Error),
    /// A version of the format that this program doesn't read.
    #[error("this orgsync reads version {FORMAT_VERSION} of snapshots, not `{}`", escape::excerpt(.0))]
    Version(String),
    /// A word that this program doesn't know.
    #[error(transparent)]
    Unknown(#[from] UnknownValue),
}

impl Snapshot {
    pub(super) fn new(
        members: Vec<Box<RawValue>>,
        invitations: Vec<Box<RawValue>>,
        roles: Box<RawValue>,
    ) -> Self {
        let now = Timestamp::now();
        let taken_at = now.round(Unit::Second).unwrap_or(now).to_string();
        Self { format_version: FORMAT_VERSION.to_owned(), taken_at, members, invitations, roles }
    }

    /// Reads the live organization from a snapshot.
    ///
    /// # Errors
    ///
    /// What is wrong with the document, with line and column.
    pub fn read_live(document: impl Read) -> Result<Live, SnapshotError> {
        let stored: Stored = serde_json::from_reader(document)?;
        if stored.format_version.split('.').next() != FORMAT_VERSION.split('.').next() {
            return Err(SnapshotError::Version(stored.format_version));
        }
        let roles = stored.roles.unwrap_or(RoleList { organization_roles: Vec::new() });
        Ok(convert::live(stored.members, stored.invitations, &RoleNames::new(roles))?)
    }
}

/// A snapshot as it is read: what orgsync has no use for is passed over.
#[derive(Deserialize)]
#[serde(expecting = "a snapshot of an organization")]
struct Stored {
    format_version: String,
    members: Vec<Member>,
    #[serde(default)]
    invitations: Vec<Invitation>,
    roles: Option<RoleList>,
}
