//! Reads the journal of an earlier run.

use super::entry::{Ending, Entry, FORMAT_VERSION};
use crate::api::Cancellation;
use crate::apply::read_back::{ExpectedObject, Visible, wait_until_visible};
use crate::clock;
use crate::escape;
use crate::model::{Email, Live, Notes};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// An earlier run, as its journal shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// How it ended; `None` if it was interrupted.
    pub ending: Option<Ending>,
    /// The number of requests that it sent.
    pub requests: usize,
    /// The number of requests without an answer.
    pub unanswered: usize,
    /// The objects that it has created, or may have created, and when: a second request could create them twice.
    created: Vec<(Timestamp, ExpectedObject)>,
    /// The invitations that it has deleted, or may have deleted.
    deleted: BTreeSet<Uuid>,
    /// The people whose invitations it was to renew, or earlier runs have deleted for that.
    renewals: BTreeMap<Uuid, Email>,
    /// The people whom it has invited, in lower case.
    invited: BTreeSet<String>,
    /// What is noted about people, this run included.
    notes: Notes,
    /// The members who got what had to wait, if it ended as planned.
    completing: BTreeSet<Email>,
}

/// What a journal tells the runs after its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The renewals of the run, and those that earlier runs may not have completed.
    pub renewals: Renewals,
    /// What earlier runs have noted about people.
    pub notes: Notes,
    /// Members who get what had to wait until they joined, if the run ends as planned.
    pub completing: BTreeSet<Email>,
}

/// Renewals that may not be complete: the old invitation is deleted before the new one is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renewals {
    /// Invitations that are deleted, or may be.
    pub deleted: BTreeSet<Uuid>,
    /// The people whose invitations these and others are.
    pub people: BTreeMap<Uuid, Email>,
}

/// Why a journal can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PastError {
    /// An invalid line.
    #[error("line {line} is invalid: {detail}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        detail: String,
    },
    /// A version of the format that this program doesn't write.
    #[error("it has format version {0}, but this orgsync reads {FORMAT_VERSION}")]
    Version(String),
    /// The journal of another organization.
    #[error("it belongs to another organization, {0}")]
    Organization(String),
}

impl Past {
    /// Reads a journal. Ignores a partial last line of an interrupted run.
    ///
    /// # Errors
    ///
    /// It is not a journal, or it is the journal of another organization.
    pub fn read(journal: &[u8], organization: &str) -> Result<Self, PastError> {
        // The last line may be incomplete, even within a character. The first line is always complete: a file that
        // starts otherwise is not a journal, and must not be overwritten.
        let whole = journal.iter().rposition(|byte| *byte == b'\n').and_then(|end| journal.get(..end));
        let text = String::from_utf8_lossy(whole.unwrap_or(journal));
        let mut past = Self::none();
        let mut open = BTreeMap::<u64, Vec<(Timestamp, ExpectedObject)>>::new();
        for (number, line) in text.lines().enumerate() {
            let wrong = |detail: &str| PastError::Line { line: number + 1, detail: escape::excerpt(detail) };
            let entry = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
            if (number == 0) != matches!(entry, Entry::Begin { .. }) {
                return Err(wrong("a journal has exactly one `begin`, on its first line"));
            }
            past.take(entry, &mut open, organization)?;
        }
        past.unanswered = open.len();
        // They may have been sent.
        past.count_mails(open.values().flatten().map(|(_, one)| one));
        past.created.extend(open.into_values().flatten());
        Ok(past)
    }

    fn take(
        &mut self,
        entry: Entry,
        open: &mut BTreeMap<u64, Vec<(Timestamp, ExpectedObject)>>,
        expected: &str,
    ) -> Result<(), PastError> {
        match entry {
            Entry::Begin { format_version, .. } if format_version != FORMAT_VERSION => {
                return Err(PastError::Version(escape::excerpt(&format_version)));
            }
            Entry::Begin { organization, .. } if organization != expected => {
                return Err(PastError::Organization(escape::excerpt(&organization)));
            }
            Entry::Begin { deleted, renewals, notes, completing, .. } => {
                self.ending = None;
                self.deleted = deleted;
                self.renewals = renewals;
                self.notes = notes;
                self.completing = completing;
            }
            Entry::Request { at, number, method, path, body } => {
                self.requests += 1;
                self.deleted.extend(deleted_invitation(&method, &path));
                let created = created_by(&method, &path, body.as_ref());
                open.insert(number, created.into_iter().map(|one| (at, one)).collect());
            }
            Entry::Answer { at, number, status, refused, .. } => {
                let mut created = open.remove(&number).unwrap_or_default();
                // The change may have been made as late as the answer.
                created.iter_mut().for_each(|(sent, _)| *sent = at);
                // A refused change was not made. Any other may have been, even after a gateway timeout.
                if status.is_some_and(|status| (400..500).contains(&status) && status != 408) {
                    created.clear();
                }
                created.retain(|(_, one)| {
                    !matches!(one, ExpectedObject::Person { email, .. } if refused.contains(email))
                });
                let is_done = status.is_some_and(|status| (200..300).contains(&status));
                let invited = created.iter().filter(|_| is_done).filter_map(|(_, one)| match one {
                    ExpectedObject::Person { email, .. } => Some(email.clone()),
                    _ => None,
                });
                self.invited.extend(invited);
                self.count_mails(created.iter().map(|(_, one)| one));
                self.created.extend(created);
            }
            Entry::End { outcome, .. } => {
                self.ending = Some(outcome);
                if outcome == Ending::Done {
                    self.notes.completed.append(&mut self.completing);
                }
            }
        }
        Ok(())
    }

    fn count_mails<'o>(&mut self, created: impl Iterator<Item = &'o ExpectedObject>) {
        for one in created {
            if let ExpectedObject::Person { email, .. } = one
                && let Ok(email) = Email::parse(email)
            {
                self.notes.mails.entry(email).or_default().sent += 1;
            }
        }
    }

    /// What it and earlier runs tell about people.
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// No earlier run.
    pub fn none() -> Self {
        Self { ending: Some(Ending::Done), ..Self::default() }
    }

    /// The invitations that it has deleted, or may have deleted.
    pub fn deleted(&self) -> &BTreeSet<Uuid> {
        &self.deleted
    }

    /// The deleted invitations that may not have been sent again: the next journal must contain them too.
    pub fn unsent(&self) -> Renewals {
        if self.ending == Some(Ending::Done) {
            return Renewals::default();
        }
        let deleted = self
            .renewals
            .iter()
            .filter(|(id, email)| self.deleted.contains(*id) && !self.invited.contains(email.as_str()));
        let people = deleted.map(|(id, email)| (*id, email.clone())).collect();
        Renewals { deleted: self.deleted.clone(), people }
    }

    /// Adds what another earlier run has created and deleted.
    pub fn add(&mut self, other: &Self) {
        self.created.extend(other.created.iter().cloned());
        self.deleted.extend(&other.deleted);
    }

    /// Forgets created objects other than these people. A run for some people needs no others.
    pub fn keep_people(&mut self, people: &BTreeSet<Email>) {
        self.created.retain(|(_, one)| match one {
            ExpectedObject::Person { email, .. } => people.iter().any(|named| named.as_str() == email),
            _ => false,
        });
    }

    /// Reads until the lists show the created objects or the time is over. Returns the last reading. `first` is the
    /// first reading; `waiting` is called before a wait, with its longest time and the objects that are not visible yet.
    ///
    /// # Errors
    ///
    /// Those of `read` and `waiting`.
    pub async fn catch_up<E>(
        &self,
        settle: SignedDuration,
        first: Live,
        mut read: impl AsyncFnMut() -> Result<Live, E>,
        waiting: impl FnOnce(Duration, &[&ExpectedObject]) -> Result<(), E>,
    ) -> Result<Live, E> {
        let now = clock::now();
        let Some((expected, until)) = self.recent(now, settle) else { return Ok(first) };
        let limit = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        let visible = Visible::new(&first);
        let missing: Vec<_> = expected.iter().filter(|one| !visible.shows(one)).collect();
        if missing.is_empty() {
            return Ok(first);
        }
        waiting(limit, &missing)?;
        let mut first = Some(first);
        let read = async || match first.take() {
            Some(live) => Ok(live),
            None => read().await,
        };
        let is_visible = |live: &Live| Visible::new(live).shows_all(&expected);
        wait_until_visible(limit, &Cancellation::default(), read, is_visible).await
    }

    /// The objects that the lists may not show yet, and until when.
    pub fn recent(&self, now: Timestamp, settle: SignedDuration) -> Option<(Vec<ExpectedObject>, Timestamp)> {
        let end = |start: Timestamp| start.checked_add(settle).unwrap_or(Timestamp::MAX);
        // A clock that went back must not make the wait longer than it can be.
        let latest = end(now);
        let deleted = Arc::new(self.deleted.clone());
        let recent = self.created.iter().filter(|(at, _)| end(*at) > now);
        let mut expected = Vec::new();
        let mut last = now;
        for (at, one) in recent {
            last = last.max(end(*at).min(latest));
            expected.push(match one {
                ExpectedObject::Person { email, .. } => {
                    ExpectedObject::Person { email: email.clone(), except: Arc::clone(&deleted) }
                }
                other => other.clone(),
            });
        }
        (!expected.is_empty()).then_some((expected, last))
    }
}

fn deleted_invitation(method: &str, path: &str) -> Option<Uuid> {
    let id = path.strip_prefix("/users-invite/").filter(|_| method == "DELETE")?;
    Uuid::try_parse(id).ok()
}

/// The objects that a request creates.
fn created_by(method: &str, path: &str, body: Option<&Value>) -> Vec<ExpectedObject> {
    let Some(body) = body.filter(|_| method == "POST") else { return Vec::new() };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let person = |email: &str| ExpectedObject::Person {
        email: email.trim().to_ascii_lowercase(),
        except: Arc::default(),
    };
    match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["users-invite"] => text(body, "email").iter().flat_map(|all| all.split(',')).map(person).collect(),
        ["users"] => {
            let people = body.as_array().into_iter().flatten();
            people.filter_map(|one| Some(person(&text(one, "email")?))).collect()
        }
        ["workspaces"] => text(body, "name").map(ExpectedObject::Workspace).into_iter().collect(),
        ["user-groups"] => text(body, "name").map(ExpectedObject::Group).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LiveInvitation, Roles};
    use std::convert::Infallible;
    use std::fmt::Write as _;
    use std::time::Instant;

    const PEOPLE: u128 = 100_000;

    fn email(number: u128) -> String {
        format!("p{number}@acme.example")
    }

    /// The journal of a run that has renewed an invitation of each person just now, in batches.
    fn journal() -> String {
        let now = clock::now();
        let mut text = format!(
            r#"{{"event":"begin","at":"{now}","format_version":"1.0","organization":"o","orgsync_version":"0","plan":""}}"#
        );
        let mut line = |number: u128, method: &str, path: &str, body: Value| {
            let body = serde_json::json!({
                "event": "request", "at": now, "number": number, "method": method, "path": path, "body": body,
            });
            let answer = serde_json::json!({ "event": "answer", "at": now, "number": number, "status": 200 });
            let _ = write!(text, "\n{body}\n{answer}");
        };
        for person in 0..PEOPLE {
            line(person, "DELETE", &format!("/users-invite/{}", Uuid::from_u128(person)), Value::Null);
        }
        for batch in 0..PEOPLE / 100 {
            let emails: Vec<_> = (batch * 100..batch * 100 + 100).map(email).collect();
            line(PEOPLE + batch, "POST", "/users-invite", serde_json::json!({ "email": emails.join(",") }));
        }
        text.push('\n');
        text
    }

    /// This many people are reinvited.
    fn live(people: u128) -> Live {
        let invitation = |number: u128| LiveInvitation {
            id: Uuid::from_u128(PEOPLE + number),
            email: Email::parse(&email(number)).ok(),
            label: String::new(),
            roles: Roles::default(),
            locked_roles: Vec::new(),
            expired: false,
            created_at: None,
            workspaces: BTreeSet::new(),
        };
        Live { invitations: (0..people).map(invitation).collect(), ..Live::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_thousand_recent_invitations_are_compared_in_linear_time() {
        let start = Instant::now();
        let past = Past::read(journal().as_bytes(), "o").unwrap();
        let mut missing = Vec::new();
        let settle = SignedDuration::from_secs(600);
        let read = async || Ok::<_, Infallible>(live(PEOPLE));
        let waiting = |_, objects: &[&ExpectedObject]| {
            missing.extend(objects.iter().map(ToString::to_string));
            Ok(())
        };
        let Ok(seen) = past.catch_up(settle, live(PEOPLE - 1), read, waiting).await;
        assert_eq!((missing, seen.invitations.len()), (vec![email(PEOPLE - 1)], 100_000));
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    }
}
