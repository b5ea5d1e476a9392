//! The organization as it is.

use super::{Access, Email, Roles};
use uuid::Uuid;

/// Everything orgsync has read of the live organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// The people who have joined.
    pub members: Vec<LiveMember>,
    /// The people who have been invited, expired invitations included.
    pub invitations: Vec<LiveInvitation>,
}

/// Somebody who has joined the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMember {
    /// The vendor's identifier.
    pub id: Uuid,
    /// The address, or nothing where the vendor tells none or one that orgsync can't write.
    pub email: Option<Email>,
    /// What to call this person where there is no `email`. Hostile text: escape before showing.
    pub label: String,
    /// The display name. Hostile text: escape before showing.
    pub name: Option<String>,
    /// The roles that the API can write, and all seats, those of unmanaged products included.
    pub access: Access,
    /// Names of roles that the API can't write (custom ones). Not empty: the roles are locked. Hostile text.
    pub locked_roles: Vec<String>,
}

/// Somebody who has been invited and has not joined yet.
///
/// The vendor doesn't tell which seats an invitation carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveInvitation {
    /// The vendor's identifier.
    pub id: Uuid,
    /// The address, or nothing where it is one that orgsync can't write.
    pub email: Option<Email>,
    /// What to call this person where there is no `email`. Hostile text: escape before showing.
    pub label: String,
    /// The roles that the invitation gives.
    pub roles: Roles,
    /// Names of roles that the API can't write (custom ones). Hostile text.
    pub locked_roles: Vec<String>,
    /// Expired: can't be accepted any more.
    pub expired: bool,
}
