//! A request as a value.
//!
//! The resources construct requests. The value decides whether the request may be retried.

use reqwest::Method;
use serde_json::{Map, Value, json};

/// One request, relative to the base URL.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::api) struct Request {
    pub(in crate::api) method: Method,
    pub(in crate::api) path: String,
    pub(in crate::api) query: Vec<(&'static str, u64)>,
    /// Parameters that are texts. One with several values occurs several times.
    pub(in crate::api) filters: Vec<(&'static str, String)>,
    pub(in crate::api) body: Option<Value>,
}

impl Request {
    pub(in crate::api) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), filters: Vec::new(), body: None }
    }

    pub(in crate::api) fn with_body(method: Method, path: impl Into<String>, body: impl Into<Value>) -> Self {
        Self { body: Some(body.into()), ..Self::new(method, path) }
    }

    /// One page of a list; the first is 1.
    pub(in crate::api) fn page(path: impl Into<String>, page: u64, page_size: u64) -> Self {
        Self { query: vec![("page", page), ("page_size", page_size)], ..Self::new(Method::GET, path) }
    }

    /// A change of the texts that differ.
    pub(in crate::api) fn with_changed<const N: usize>(
        path: String,
        before: [(&'static str, &str); N],
        after: [(&'static str, &str); N],
    ) -> Self {
        let changed = before.into_iter().zip(after).filter(|(before, after)| before != after);
        let body: Map<_, _> = changed.map(|(_, (field, text))| (field.to_owned(), json!(text))).collect();
        Self::with_body(Method::PATCH, path, body)
    }

    /// Whether it is idempotent. Updates have complete sets, and deletions and additions to groups have no effect the
    /// second time. Any other POST could create a second object or send a second mail, because the API has no
    /// idempotency keys.
    pub(in crate::api) fn is_idempotent(&self) -> bool {
        self.method != Method::POST || self.path.ends_with("/members")
    }

    /// Whether it changes the organization.
    pub(in crate::api) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    pub(super) fn is_deletion(&self) -> bool {
        self.method == Method::DELETE
    }

    /// Whether its path names an object, so that 404 means that this object is gone.
    pub(super) fn names_object(&self) -> bool {
        self.path.trim_start_matches('/').contains('/')
    }
}
