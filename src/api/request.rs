//! The requests that orgsync can send, as values.
//!
//! Takes what is to be read or changed; gives method, path, query and body. Pure, so that tests hold every request
//! against the vendor's document. Whether a request may be sent again is a property of the value.

use crate::model::{Email, Language, Roles, Seats};
use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// One request, relative to the base URL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, u64)>,
    pub(super) body: Option<Value>,
}

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
    /// All roles, custom ones included.
    pub(super) fn roles() -> Self {
        Self::new(Method::GET, "/roles")
    }

    /// One page of members and invitations; the first is 1.
    pub(super) fn users(page: u64, page_size: u64) -> Self {
        Self { query: vec![("page", page), ("page_size", page_size)], ..Self::new(Method::GET, "/users") }
    }

    /// Changes a member.
    pub(super) fn update_member(id: Uuid, change: MemberChange) -> Self {
        let mut body = Map::new();
        if let Some(roles) = change.roles {
            body.insert("role_names".to_owned(), role_names(roles));
        }
        if let Some(seats) = change.seats {
            body.insert("subscription_types".to_owned(), subscription_types(seats));
        }
        Self { body: Some(Value::Object(body)), ..Self::new(Method::PATCH, format!("/users/{id}")) }
    }

    /// Removes a member.
    pub(super) fn remove_member(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users/{id}"))
    }

    /// Deletes an invitation.
    pub(super) fn revoke_invitation(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/users-invite/{id}"))
    }

    /// Invites people; several addresses stand in one text.
    pub(super) fn invite(batch: &InvitationBatch) -> Self {
        let emails: Vec<&str> = batch.emails.iter().map(Email::as_str).collect();
        let mut body = json!({
            "email": emails.join(","),
            "role_names": role_names(batch.roles),
            "subscription_types": subscription_types(batch.seats),
        });
        if let (Some(language), Some(body)) = (batch.language, body.as_object_mut()) {
            body.insert("email_language".to_owned(), json!(language));
        }
        Self { body: Some(body), ..Self::new(Method::POST, "/users-invite") }
    }

    /// Makes accounts.
    pub(super) fn create_members(people: &[NewMember]) -> Self {
        let person = |person: &NewMember| {
            json!({
                "email": person.email.as_str(),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "role_names": role_names(person.roles),
                "subscription_types": subscription_types(person.seats),
            })
        };
        let body = people.iter().map(person).collect();
        Self { body: Some(Value::Array(body)), ..Self::new(Method::POST, "/users") }
    }

    /// Whether sending it twice does no more than sending it once: an update carries full sets, and what is deleted
    /// can't be deleted again. A second POST could send a second mail; the vendor has no idempotency keys.
    pub(super) fn is_repeatable(&self) -> bool {
        self.method != Method::POST
    }

    /// Whether it changes the organization.
    pub(super) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether it is about one object, so that 404 means that this object is gone.
    pub(super) fn names_object(&self) -> bool {
        self.method == Method::PATCH || self.method == Method::DELETE
    }

    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: None }
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
