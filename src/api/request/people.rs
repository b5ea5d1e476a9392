//! Requests about members and invitations (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

use super::Request;
use crate::model::{Email, Language, Roles, Seats};
use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A change of somebody's roles, seats or both. Each is the full set that the person is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemberChange {
    /// The roles to have, at least one; left alone where absent.
    pub roles: Option<Roles>,
    /// The seats to have; left alone where absent.
    pub seats: Option<Seats>,
}

/// People to invite alike, in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationBatch {
    /// The people, at least one.
    pub emails: Vec<Email>,
    /// The roles that they will have, at least one.
    pub roles: Roles,
    /// The seats that they will take when they accept.
    pub seats: Seats,
    /// The language of the mail; the vendor's default where absent.
    pub language: Option<Language>,
    /// The workspaces that they will join, with the vendor's default role; none where empty.
    pub workspaces: Vec<Uuid>,
}

/// A person whose account is to be made at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The address.
    pub email: Email,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The roles to have, at least one.
    pub roles: Roles,
    /// The seats to have.
    pub seats: Seats,
}

impl Request {
    /// One page of members and invitations; the first is 1.
    pub(in crate::api) fn users(page: u64, page_size: u64) -> Self {
        Self::page("/users", page, page_size)
    }

    /// Changes a member.
    pub(in crate::api) fn update_member(id: Uuid, change: MemberChange) -> Self {
        let mut body = Map::new();
        if let Some(roles) = change.roles {
            body.insert("role_names".to_owned(), role_names(roles));
        }
        if let Some(seats) = change.seats {
            body.insert("subscription_types".to_owned(), subscription_types(seats));
        }
        Self::with_body(Method::PATCH, format!("/users/{id}"), body)
    }

    /// Removes a member.
    pub(in crate::api) fn remove_member(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users/{id}"))
    }

    /// Deletes an invitation.
    pub(in crate::api) fn revoke_invitation(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users-invite/{id}"))
    }

    /// Invites people; several addresses stand in one text.
    pub(in crate::api) fn invite(batch: &InvitationBatch) -> Self {
        let emails: Vec<&str> = batch.emails.iter().map(Email::as_str).collect();
        let mut body = json!({
            "email": emails.join(","),
            "role_names": role_names(batch.roles),
            "subscription_types": subscription_types(batch.seats),
        });
        if let (Some(language), Some(body)) = (batch.language, body.as_object_mut()) {
            body.insert("email_language".to_owned(), json!(language));
        }
        if let (false, Some(body)) = (batch.workspaces.is_empty(), body.as_object_mut()) {
            body.insert("workspace_uuids".to_owned(), json!(batch.workspaces));
        }
        Self::with_body(Method::POST, "/users-invite", body)
    }

    /// Makes accounts.
    pub(in crate::api) fn create_members(people: &[NewMember]) -> Self {
        let person = |person: &NewMember| {
            json!({
                "email": person.email.as_str(),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "role_names": role_names(person.roles),
                "subscription_types": subscription_types(person.seats),
            })
        };
        let body: Vec<Value> = people.iter().map(person).collect();
        Self::with_body(Method::POST, "/users", body)
    }
}

/// `role_names` spells roles by name, where `roles` takes letters or UUIDs
/// (<https://docs.mistral.ai/admin/admin-api/manage-users>).
fn role_names(roles: Roles) -> Value {
    roles.iter().map(|role| role.api_name()).collect()
}

fn subscription_types(seats: Seats) -> Value {
    seats.iter().map(|product| product.api_name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Product, Role};

    #[test]
    fn a_change_carries_full_sets_and_leaves_out_what_stays() {
        let change = |roles, seats| Request::update_member(Uuid::nil(), MemberChange { roles, seats }).body;
        assert_eq!(
            change(Some(Role::Admin | Role::Member), None),
            Some(json!({"role_names": ["organization_admin", "member"]}))
        );
        assert_eq!(change(None, Some(Seats::empty())), Some(json!({"subscription_types": []})));
        assert_eq!(
            change(None, Some(Product::LeChat | Product::MistralCode)),
            Some(json!({"subscription_types": ["CHAT", "MISTRAL_CODE"]}))
        );
    }

    #[test]
    fn several_people_are_invited_in_one_text() {
        let emails = ["ada@acme.example", "bob@acme.example"].map(|email| Email::parse(email).unwrap());
        let request = Request::invite(&InvitationBatch {
            emails: emails.to_vec(),
            roles: Role::Member.into(),
            seats: Product::LeChat.into(),
            language: Some(Language::PtBr),
            workspaces: Vec::new(),
        });
        assert!(!request.is_repeatable());
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
