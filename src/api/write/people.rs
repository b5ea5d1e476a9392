//! Members and invitations.

use super::Deletion;
use crate::api::convert;
use crate::api::fault::Fault;
use crate::api::request::{InvitationBatch, MemberChange, NewMember, Request};
use crate::api::wire::{Created, Invited, Member};
use crate::api::{ApiError, Client};
use crate::model::{Roles, Seats};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a member has after a change, as the answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedMember {
    /// The roles that the API can write.
    pub roles: Roles,
    /// All seats.
    pub seats: Seats,
    /// The number of roles that the API can't write.
    pub other_roles: usize,
}

/// What became of invitations. Addresses are in lower case, and may be hostile text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvitationAnswer {
    /// Not invited.
    pub invalid: BTreeSet<String>,
    /// Not invited, being members.
    pub already_members: BTreeSet<String>,
    /// The number of invitations made, where the answer tells it.
    pub invited: Option<u64>,
}

/// What became of new accounts. Addresses are in lower case, and may be hostile text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreationAnswer {
    /// The account was made; with its identifier, where the answer tells one that can be used.
    pub created: BTreeMap<String, Option<Uuid>>,
    /// It was not.
    pub invalid: BTreeSet<String>,
}

impl Client {
    /// Sets a member's roles, seats or both.
    ///
    /// # Errors
    ///
    /// The change was refused, or its outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn update_member(&self, id: Uuid, change: MemberChange) -> Result<ObservedMember, ApiError> {
        // First, so that nothing but the answer itself can fail once the change is made.
        let roles = self.role_names().await?;
        let request = Request::update_member(id, change);
        let answer: Member = self.send(&request).await?;
        let member = convert::member(answer, roles)
            .map_err(|unknown| self.error(&request, Fault::Unconfirmed(Box::new(Fault::Unknown(unknown)))))?;
        Ok(ObservedMember {
            roles: member.access.roles,
            seats: member.access.seats,
            other_roles: member.locked_roles.len(),
        })
    }

    /// Removes a member from the organization.
    ///
    /// # Errors
    ///
    /// The removal was refused, or its outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn remove_member(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete(&Request::remove_member(id)).await
    }

    /// Deletes an invitation.
    ///
    /// # Errors
    ///
    /// The deletion was refused, or its outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn revoke_invitation(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete(&Request::revoke_invitation(id)).await
    }

    /// Invites people. Success can be partial.
    ///
    /// # Errors
    ///
    /// All was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). Never sent twice then.
    pub async fn invite(&self, batch: &InvitationBatch) -> Result<InvitationAnswer, ApiError> {
        let answer: Invited = self.send(&Request::invite(batch)).await?;
        Ok(InvitationAnswer {
            invalid: folded(answer.invalid_emails),
            already_members: folded(answer.already_members),
            invited: answer.invited_members_count,
        })
    }

    /// Makes accounts. Success can be partial.
    ///
    /// # Errors
    ///
    /// All was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). Never sent twice then.
    pub async fn create_members(&self, people: &[NewMember]) -> Result<CreationAnswer, ApiError> {
        let answer: Created = self.send(&Request::create_members(people)).await?;
        Ok(CreationAnswer {
            created: answer
                .email_to_user_id
                .into_iter()
                .map(|(email, id)| (fold(&email), Uuid::try_parse(&id).ok()))
                .collect(),
            invalid: folded(answer.invalid_emails),
        })
    }
}

/// The one spelling in which addresses are compared.
fn folded(addresses: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    addresses.into_iter().map(|address| fold(&address)).collect()
}

fn fold(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}
