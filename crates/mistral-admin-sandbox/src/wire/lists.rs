//! The parameters of each list.

use super::Faults;
use super::audit_words::{ACTORS, EVENTS, TARGETS};
use super::query::{Page, Query};
use crate::organization::Logged;
use jiff::Timestamp;

/// The largest page of groups, and of their workspaces.
const MOST_GROUPS: u64 = 100;

/// The parameters of `GET /users`.
#[derive(Debug)]
pub(crate) struct UserQuery {
    pub(crate) page: Page,
    /// The only address that is asked for.
    pub(crate) email: Option<String>,
}

/// The users that a query asks for.
pub(crate) fn user_query(query: Query<'_>, faults: &mut Faults) -> UserQuery {
    UserQuery { page: Page::read(query, None, faults), email: query.text("email") }
}

/// The parameters of `GET /workspaces`.
#[derive(Debug)]
pub(crate) struct WorkspaceQuery {
    pub(crate) page: Page,
    /// Archived ones, too.
    pub(crate) archived: bool,
    pub(crate) search: Option<String>,
}

/// The workspaces that a query asks for.
pub(crate) fn workspace_query(query: Query<'_>, faults: &mut Faults) -> WorkspaceQuery {
    WorkspaceQuery {
        archived: query.truth("is_archived", faults),
        page: Page::read(query, None, faults),
        search: query.text("search"),
    }
}

/// The parameters of `GET /user-groups`.
#[derive(Debug)]
pub(crate) struct GroupQuery {
    pub(crate) page: Page,
    pub(crate) search: Option<String>,
}

/// The groups that a query asks for.
pub(crate) fn group_query(query: Query<'_>, faults: &mut Faults) -> GroupQuery {
    GroupQuery { page: assignment_query(query, faults), search: query.text("search") }
}

/// The assignments of a group that a query asks for.
pub(crate) fn assignment_query(query: Query<'_>, faults: &mut Faults) -> Page {
    Page::read(query, Some(MOST_GROUPS), faults)
}

/// The parameters of `GET /api-keys`.
#[derive(Debug)]
pub(crate) struct KeyQuery {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) name: Option<String>,
}

/// The keys that a query asks for.
pub(crate) fn key_query(query: Query<'_>, faults: &mut Faults) -> KeyQuery {
    KeyQuery {
        limit: usize::try_from(query.number("limit", 100, 0, faults)).unwrap_or(usize::MAX),
        offset: usize::try_from(query.number("offset", 0, 0, faults)).unwrap_or(usize::MAX),
        name: query.text("name"),
    }
}

/// The parameters of `GET /audit-logs`.
#[derive(Debug)]
pub(crate) struct AuditQuery {
    actors: Vec<&'static str>,
    events: Vec<&'static str>,
    targets: Vec<&'static str>,
    user: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    pub(crate) ascending: bool,
    pub(crate) limit: usize,
}

/// The entries of the audit log that a query asks for.
pub(crate) fn audit_query(query: Query<'_>, faults: &mut Faults) -> AuditQuery {
    let sort = query.words("sort", &["ascending", "descending"], faults);
    AuditQuery {
        actors: query.words("actor_type", &ACTORS, faults),
        events: query.words("event_type", &EVENTS, faults),
        targets: query.words("target_type", &TARGETS, faults),
        user: query.text("actor_user_uuid"),
        after: query.time("after", faults),
        before: query.time("before", faults),
        ascending: sort.last() == Some(&"ascending"),
        limit: usize::try_from(query.number("limit", 20, 0, faults)).unwrap_or(usize::MAX),
    }
}

impl AuditQuery {
    /// Whether an entry is asked for.
    pub(crate) fn asks_for(&self, logged: &Logged) -> bool {
        let among = |words: &[&str], word| words.is_empty() || words.contains(&word);
        among(&self.actors, logged.actor.name())
            && among(&self.events, logged.event.name())
            && among(&self.targets, logged.event.target())
            && self
                .user
                .as_ref()
                .is_none_or(|user| logged.actor.user().map(|id| id.to_string()).as_ref() == Some(user))
            && self.after.is_none_or(|after| logged.created_at > after)
            && self.before.is_none_or(|before| logged.created_at < before)
    }
}
