//! Operations on members.

use super::is_false;
use crate::model::{Access, Email, RemovalCause};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Creates an account at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberCreate {
    pub email: Email,
    pub first_name: String,
    pub last_name: String,
    pub after: Access,
}

/// Sets a member's roles, seats or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberUpdate {
    /// The address in the files.
    pub email: Email,
    /// The vendor's identifier.
    pub member_id: Uuid,
    pub before: Access,
    /// Seats of products that the files don't manage are carried along.
    pub after: Access,
    /// The second of a person's two operations, which takes the seats. It needs the first to succeed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_second: bool,
}

/// Removes a member from the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberRemove {
    /// The live address.
    pub email: Email,
    /// The vendor's identifier.
    pub member_id: Uuid,
    pub before: Access,
    /// Why the member is removed.
    pub cause: RemovalCause,
    /// What stays in the organization without its owner.
    pub leaves: LeftBehind,
}

/// What a person leaves behind in the organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftBehind {
    /// Names of workspaces in which nobody who stays is an admin.
    pub workspaces: Vec<String>,
    /// How many API keys the person has created; null if the list can't be read.
    pub api_keys: Option<usize>,
}
