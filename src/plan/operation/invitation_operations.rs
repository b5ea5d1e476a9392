//! Operations on invitations.

use super::{Reference, is_false};
use crate::model::{Access, Email, Language, Product, RemovalCause, Role, Roles, Seats};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Invites a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationSend {
    pub email: Email,
    /// What the person gets on accepting.
    pub after: Access,
    /// The live workspaces that the person joins on accepting.
    pub workspaces: Vec<Reference>,
    /// The vendor's default if null.
    pub language: Option<Language>,
}

/// Deletes an invitation and sends it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationRenew {
    /// The address in the files.
    pub email: Email,
    /// The vendor's identifier of the old invitation.
    pub invitation_id: Uuid,
    /// The old invitation.
    pub before: InvitationState,
    /// What the person gets on accepting.
    pub after: Access,
    /// The live workspaces that the person joins on accepting.
    pub workspaces: Vec<Reference>,
    /// The vendor's default if null.
    pub language: Option<Language>,
}

/// Deletes an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationRevoke {
    pub email: Email,
    /// The vendor's identifier.
    pub invitation_id: Uuid,
    pub before: InvitationState,
    /// The seats of managed products that the invitation was counted with.
    #[schemars(with = "Vec<Product>")]
    pub pending: Seats,
    /// The person does not join through this one: they are a member already, or have another invitation.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_surplus: bool,
    /// Why it is revoked.
    pub cause: RemovalCause,
}

/// What the vendor shows of an invitation. It does not show the seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationState {
    /// The roles that the API can write.
    #[schemars(with = "Vec<Role>")]
    pub roles: Roles,
    /// It can't be accepted any more.
    pub expired: bool,
}
