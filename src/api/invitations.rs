//! Invitations (<https://docs.mistral.ai/api/endpoint/beta/admin/users>). Their list is that of the members.

use super::client::{Client, Deleted, Deletion, Listed};
use super::roles::{RoleNames, role_names};
use super::transport::{ApiError, Request};
use super::users::{BatchAnswer, LeftOut, address, folded, label, subscription_types};
use crate::model::{Access, Email, Language, LiveInvitation, UnknownWords};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// `OrganizationInviteOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Invitation {
    uuid: Uuid,
    email: Option<String>,
    raw_roles: Vec<String>,
    expired: bool,
    /// Any value: only the display depends on it.
    #[serde(default)]
    created_at: Value,
    #[serde(default)]
    workspace_uuids: Vec<Uuid>,
}

/// `OrganizationInvitesCreateOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct Invited {
    invalid_emails: Vec<String>,
    already_members: Vec<String>,
    invited_members_count: Option<u64>,
}

impl Listed for Invitation {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

pub(super) fn invitation(
    invitation: Invitation,
    names: &RoleNames,
    unknown: &mut UnknownWords,
) -> LiveInvitation {
    let (roles, locked_roles) = names.in_organization(&invitation.raw_roles, unknown);
    LiveInvitation {
        id: invitation.uuid,
        email: address(invitation.email.as_deref()),
        label: label(invitation.email.as_deref(), None, invitation.uuid),
        roles,
        locked_roles,
        expired: invitation.expired,
        created_at: invitation.created_at.as_str().and_then(|time| time.parse().ok()),
        workspaces: invitation.workspace_uuids.into_iter().collect(),
    }
}

/// People to invite with the same access, in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationBatch {
    /// The people, at least one.
    pub emails: Vec<Email>,
    /// The roles, at least one, and the seats that they get when they accept.
    pub access: Access,
    /// The language of the mail; the vendor's default if absent.
    pub language: Option<Language>,
    /// The workspaces that they join, with the vendor's default role; may be empty.
    pub workspaces: Vec<Uuid>,
}

impl Request {
    pub(super) fn revoke_invitation(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users-invite/{id}"))
    }

    /// Invites people. The API takes their addresses as one text.
    pub(super) fn invite(batch: &InvitationBatch) -> Self {
        let emails: Vec<&str> = batch.emails.iter().map(Email::as_str).collect();
        let mut body = json!({
            "email": emails.join(","),
            "role_names": role_names(batch.access.roles),
            "subscription_types": subscription_types(batch.access.seats),
        });
        if let (Some(language), Some(body)) = (batch.language, body.as_object_mut()) {
            body.insert("email_language".to_owned(), json!(language));
        }
        if let (false, Some(body)) = (batch.workspaces.is_empty(), body.as_object_mut()) {
            body.insert("workspace_uuids".to_owned(), json!(batch.workspaces));
        }
        Self::with_body(Method::POST, "/users-invite", body)
    }
}

impl Client {
    /// Deletes an invitation.
    pub async fn revoke_invitation(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<Deleted>(&Request::revoke_invitation(id)).await
    }

    /// Invites people. Success can be partial. Never retried if the outcome is unclear.
    pub async fn invite(&self, batch: &InvitationBatch) -> Result<BatchAnswer, ApiError> {
        Ok(self.send::<Invited>(&Request::invite(batch)).await?.of_each(&batch.emails))
    }
}

impl Invited {
    fn of_each(self, asked: &[Email]) -> BatchAnswer {
        let (invalid, members) = (folded(self.invalid_emails), folded(self.already_members));
        let named = |email: &&Email| invalid.contains(email.as_str()) || members.contains(email.as_str());
        let expected = asked.len() - asked.iter().filter(named).count();
        let uncounted = self
            .invited_members_count
            .filter(|sent| *sent < expected as u64)
            .map(|sent| LeftOut::Uncounted { sent, expected });
        let of_one = |email: &Email| match &uncounted {
            _ if invalid.contains(email.as_str()) => Err(LeftOut::NotInvited),
            _ if members.contains(email.as_str()) => Err(LeftOut::AlreadyMember),
            Some(uncounted) => Err(uncounted.clone()),
            None => Ok(None),
        };
        asked.iter().map(of_one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Product, Role};

    #[test]
    fn several_people_are_invited_in_one_text() {
        let emails = ["ada@acme.example", "bob@acme.example"].map(|email| Email::parse(email).unwrap());
        let request = Request::invite(&InvitationBatch {
            emails: emails.to_vec(),
            access: Access { roles: Role::Member.into(), seats: Product::LeChat.into() },
            language: Some(Language::PtBr),
            workspaces: Vec::new(),
        });
        assert!(!request.is_idempotent());
        assert_eq!(
            request.body,
            Some(json!({
                "email": "ada@acme.example,bob@acme.example",
                "role_names": ["member"],
                "subscription_types": ["CHAT"],
                "email_language": "pt_br",
            }))
        );
    }
}
