//! The requests that orgsync can send, as values.
//!
//! Takes what is to be read or changed; gives method, path, query and body. Pure, so that tests hold every request
//! against the vendor's document. Whether a request may be sent again is a property of the value.

mod groups;
mod people;
mod workspaces;

pub use groups::GroupChange;
pub use people::{InvitationBatch, MemberChange, NewMember};
pub use workspaces::WorkspaceChange;

use crate::model::Role;
use reqwest::Method;
use serde_json::Value;

/// One request, relative to the base URL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, u64)>,
    pub(super) body: Option<Value>,
}

impl Request {
    /// All roles, custom ones included.
    pub(super) fn roles() -> Self {
        Self::new(Method::GET, "/roles")
    }

    /// API keys, from the one after the first `offset` on.
    pub(super) fn api_keys(limit: u64, offset: u64) -> Self {
        Self { query: vec![("limit", limit), ("offset", offset)], ..Self::new(Method::GET, "/api-keys") }
    }

    /// The newest entry of the audit log.
    pub(super) fn newest_audit_entry() -> Self {
        Self { query: vec![("limit", 1)], ..Self::new(Method::GET, "/audit-logs") }
    }

    /// Whether sending it twice does no more than sending it once: an update carries full sets, what is deleted can't
    /// be deleted again, and who is in a group can't join it again. Any other second POST could make a second object
    /// or send a second mail; the vendor has no idempotency keys.
    pub(super) fn is_repeatable(&self) -> bool {
        self.method != Method::POST || self.path.ends_with("/members")
    }

    /// Whether it changes the organization.
    pub(super) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether its path names an object, so that 404 means that this object is gone.
    pub(super) fn names_object(&self) -> bool {
        self.path.trim_start_matches('/').contains('/')
    }

    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: None }
    }

    fn with_body(method: Method, path: impl Into<String>, body: impl Into<Value>) -> Self {
        Self { body: Some(body.into()), ..Self::new(method, path) }
    }

    fn page(path: impl Into<String>, page: u64, page_size: u64) -> Self {
        Self { query: vec![("page", page), ("page_size", page_size)], ..Self::new(Method::GET, path) }
    }
}

/// The letter by which the vendor knows a role where no name stands.
pub(super) fn role_letter(role: Role) -> &'static str {
    match role {
        Role::Admin => "A",
        Role::Billing => "B",
        Role::Member => "M",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GroupSettings, WorkspaceRole};
    use uuid::Uuid;

    #[test]
    fn of_posts_only_that_of_group_members_may_be_sent_twice() {
        let id = Uuid::nil();
        let new = GroupSettings { name: "a".to_owned(), description: String::new(), organization_role: None };
        assert!(Request::add_group_members(id, &[id]).is_repeatable());
        assert!(!Request::create_group(&new).is_repeatable());
        assert!(!Request::assign_group(id, id, WorkspaceRole::Dev.into()).is_repeatable());
        assert!(Request::remove_workspace_members(id, &[id]).is_repeatable());
    }
}
