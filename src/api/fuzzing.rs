//! Any answer of the Admin API, taken as the answer to any request: for the fuzzer.

use super::api_keys::{ApiKeys, DeletedKey, ListedKey, RawApiKey};
use super::audit::{AuditEntry, ListedEvent, event};
use super::client::{self, Deleted, Items, NoContent};
use super::groups::{Assignment, Group, GroupMember, WholeGroup};
use super::invitations::{Invitation, Invited};
use super::live::Parts;
use super::roles::{RoleList, RoleNames};
use super::snapshot::{RawGroup, RawObject};
use super::transport::{self, Answer, ApiError, ApiKey, Cleaner, Request};
use super::users::{Created, Member, People};
use super::workspaces::{RemovedMembers, Workspace, WrittenMembers};
use crate::model::Live;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The key with which answers were requested.
pub const KEY: &str = "fuzz-key-0123456789";

/// The outcome of an answer.
#[derive(Debug)]
pub enum Outcome {
    /// An error, as it is shown and as it is logged.
    Error(String),
    /// The organization, as far as the answer shows it.
    Live(Box<Live>),
    /// Something else that could be read.
    Other,
}

/// Takes an answer: a line with what was asked for, the status and headers (`users 200`, `invite 400 text/html`), and
/// below it the body. Unlike [`Client`](super::Client), it sends nothing.
pub fn answer(text: &[u8]) -> Outcome {
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let (head, body) = text.split_at(end);
    let head = String::from_utf8_lossy(head);
    let mut words = head.splitn(3, ' ');
    let asked = words.next().unwrap_or_default();
    let status = words.next().and_then(|word| StatusCode::from_bytes(word.as_bytes()).ok());
    let mut headers = HeaderMap::new();
    if let Some(value) = words.next().and_then(|rest| HeaderValue::from_str(rest).ok()) {
        for name in [CONTENT_TYPE, LOCATION, RETRY_AFTER] {
            headers.insert(name, value.clone());
        }
    }
    let body = body.get(1..).unwrap_or_default().to_vec();
    let (status, Ok(key)) = (status.unwrap_or(StatusCode::OK), ApiKey::new(KEY)) else {
        return Outcome::Other;
    };
    let answer = Answer { status, headers, body: key.redact_body(body) };
    Asked { answer, key }.take(asked)
}

struct Asked {
    answer: Answer,
    key: ApiKey,
}

impl Asked {
    fn take(&self, asked: &str) -> Outcome {
        let (get, patch) = (Method::GET, Method::PATCH);
        let live = |parts| self.live(parts, RoleList::default());
        match asked {
            "users" => self.read(get, |people: People<Member, Invitation>| {
                let People { members, invitations, .. } = people;
                live(Parts { members, invitations, ..Parts::default() })
            }),
            "roles" => self.read(get, |roles: RoleList| self.live(Parts::default(), roles)),
            "workspaces" => self
                .read(get, |all: Items<Workspace>| live(Parts { workspaces: all.items, ..Parts::default() })),
            "groups" => self.read(get, |all: Items<Group>| {
                let whole = |group| WholeGroup { group, members: Vec::new(), workspaces: Vec::new() };
                live(Parts { groups: Some(all.items.into_iter().map(whole).collect()), ..Parts::default() })
            }),
            "assignments" => self.read(get, |all: Items<Assignment>| {
                let group = serde_json::json!({ "uuid": Uuid::nil(), "name": "Fuzzers" });
                let Ok(group) = serde_json::from_value(group) else { return Outcome::Other };
                let group = WholeGroup { group, members: vec![Uuid::max()], workspaces: all.items };
                live(Parts { groups: Some(vec![group]), ..Parts::default() })
            }),
            "keys" => self.read(get, |keys: ApiKeys<ListedKey>| {
                live(Parts { api_keys: Some(keys), ..Parts::default() })
            }),
            "members" => self.read(get, |_: Items<GroupMember>| Outcome::Other),
            "audit" => self.read(get, |_: Vec<AuditEntry>| Outcome::Other),
            "events" => self.read(get, |listed: Vec<ListedEvent>| {
                let _ = listed.into_iter().filter_map(event).count();
                Outcome::Other
            }),
            "kept" => self.read(get, |_: People<RawObject, RawObject>| Outcome::Other),
            "kept_keys" => self.read(get, |_: ApiKeys<RawApiKey>| Outcome::Other),
            "kept_groups" => self.read(get, |_: Items<RawGroup>| Outcome::Other),
            "update_user" => {
                self.read(patch, |member: Member| live(Parts { members: vec![member], ..Parts::default() }))
            }
            "update_workspace" => self.read(patch, |workspace: Workspace| {
                live(Parts { workspaces: vec![workspace], ..Parts::default() })
            }),
            "update_group" => self.read(patch, |_: Group| Outcome::Other),
            "invite" => self.read(Method::POST, |_: Invited| Outcome::Other),
            "create_users" => self.read(Method::POST, |_: Created| Outcome::Other),
            "create" => self.read(Method::POST, |_: client::Created| Outcome::Other),
            "place" => self.read(Method::POST, |_: WrittenMembers| Outcome::Other),
            "displace" => self.read(Method::POST, |_: RemovedMembers| Outcome::Other),
            "remove_person" => self.read(Method::DELETE, |_: Deleted| Outcome::Other),
            "delete_key" => self.read(Method::DELETE, |_: DeletedKey| Outcome::Other),
            _ => self.read(Method::DELETE, |_: NoContent| Outcome::Other),
        }
    }

    fn read<T: DeserializeOwned>(&self, method: Method, then: impl FnOnce(T) -> Outcome) -> Outcome {
        let request = Request::new(method, "/users/1");
        match transport::answer::<T>(&request, &self.answer, &Cleaner(&self.key)) {
            Ok(value) => then(value),
            Err(fault) => {
                let name = Some("GET /users/1".to_owned());
                let error = ApiError { request: name, write: request.is_write(), tries: 2, fault };
                Outcome::Error(format!("{error}\n{}\n{error:?}", error.hint()))
            }
        }
    }

    fn live(&self, parts: Parts, roles: RoleList) -> Outcome {
        Outcome::Live(Box::new(parts.convert(&RoleNames::new(roles))))
    }
}
