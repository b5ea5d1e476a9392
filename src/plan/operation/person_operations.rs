//! Operations on people: members and invitations.

use super::reference::Reference;
use crate::model::{Access, Email, Language, Product, RemovalCause, Role, Roles, Seats};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Creates an account instead of an invitation.
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
    /// Products that this version doesn't know, as the API spells them: a change of seats carries them along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_seats: Vec<String>,
    /// The second of a person's two operations, which takes the seats. It needs the first to succeed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_second: bool,
}

impl MemberUpdate {
    /// The operation, or two if it takes a seat and does more: gains a role or gives up a seat. None if it does nothing.
    pub(in crate::plan) fn split(self) -> Vec<Self> {
        let (before, after) = (self.before, self.after);
        let (gained, taken) = (after.roles - before.roles, after.seats - before.seats);
        let does_more = !gained.is_empty() || !(before.seats - after.seats).is_empty();
        let is_split = !taken.is_empty() && does_more;
        let middle =
            if is_split { Access { roles: after.roles, seats: after.seats - taken } } else { before };
        let steps = [(before, middle, false), (middle, after, is_split)];
        let operation = |(before, after, is_second): (Access, Access, bool)| {
            let changes_seats = before.seats != after.seats;
            let unknown_seats = if changes_seats { self.unknown_seats.clone() } else { Vec::new() };
            Self { before, after, unknown_seats, is_second, ..self.clone() }
        };
        steps.into_iter().filter(|(before, after, _)| before != after).map(operation).collect()
    }
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
    /// What the person leaves behind.
    pub leaves: LeftBehind,
}

/// What a person leaves behind in the organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftBehind {
    /// Names of workspaces that are left without an admin.
    pub workspaces: Vec<String>,
    /// How many API keys of the person go on working; null if the list can't be read.
    pub api_keys: Option<usize>,
}

/// Deletes an API key of a person who leaves or has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyDelete {
    /// The address of the person who created it.
    pub email: Email,
    /// The vendor's identifier of the key.
    pub key_id: Uuid,
    pub before: ApiKeyState,
    /// Why the person leaves or has left.
    pub cause: RemovalCause,
    /// It is deleted because it was not used for this many days; null if that does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_for: Option<u16>,
}

/// What the vendor shows of an API key. All texts are escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyState {
    pub name: Option<String>,
    /// The key with its middle left out.
    pub hidden_key: String,
    pub workspace: Option<String>,
    /// The day on which it was last used (UTC); null if never.
    pub last_used: Option<String>,
    /// The day on which it expires; null if never.
    pub expires: Option<String>,
}

/// Invites a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationSend {
    pub email: Email,
    /// What the person gets on accepting.
    pub after: Access,
    /// The live workspaces that the person joins on accepting, as `workspace_contributor`. A file grants that role there.
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
    /// The live workspaces that the person joins on accepting, as `workspace_contributor`. A file grants that role there.
    pub workspaces: Vec<Reference>,
    /// Workspaces of the old invitation that the new one leaves out, because no file grants `workspace_contributor` there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Reference>,
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
    /// The person does not need it: they are a member, or have another invitation.
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
    /// It has expired and can no longer be accepted.
    pub expired: bool,
}

/// For `skip_serializing_if`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
