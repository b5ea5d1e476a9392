//! Reads back whether a write is visible.
//!
//! The API has no idempotency keys, and its lists may lag behind a write. So a request that could create an object
//! twice is retried only after the lists have had time to show it.

use crate::api::{ApiError, Cancellation, Client};
use crate::escape;
use crate::model::Live;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// The first and the longest pause between two readings.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How often a request is sent if its answers are lost.
pub(super) const SENDINGS: u32 = 3;

/// An object that was created, or may have been, as the organization's lists would show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedObject {
    /// A member or an invitation.
    Person {
        /// In lower case.
        email: String,
        /// Deleted invitations, which a list that lags behind may still show. Shared, because an earlier run can have
        /// deleted thousands for thousands of people.
        except: Arc<BTreeSet<Uuid>>,
    },
    /// A workspace, by name.
    Workspace(String),
    /// A group, by name.
    Group(String),
}

/// For messages. Escaped.
impl fmt::Display for ExpectedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { email, .. } => f.write_str(&escape::excerpt(email)),
            Self::Workspace(name) => write!(f, "the workspace `{}`", escape::excerpt(name)),
            Self::Group(name) => write!(f, "the group `{}`", escape::excerpt(name)),
        }
    }
}

/// The lists, indexed: thousands of objects may be expected in them.
pub(super) struct Visible<'l> {
    members: HashSet<&'l str>,
    /// Address and identifier of each invitation that can be accepted.
    invitations: HashMap<&'l str, Vec<Uuid>>,
    workspaces: HashSet<&'l str>,
    groups: HashSet<&'l str>,
}

impl<'l> Visible<'l> {
    pub(super) fn new(live: &'l Live) -> Self {
        let mut invitations = HashMap::<_, Vec<_>>::new();
        for invitation in live.invitations.iter().filter(|invitation| !invitation.expired) {
            if let Some(email) = &invitation.email {
                invitations.entry(email.as_str()).or_default().push(invitation.id);
            }
        }
        Self {
            members: live.members.iter().filter_map(|member| Some(member.email.as_ref()?.as_str())).collect(),
            invitations,
            workspaces: live.workspaces.iter().map(|workspace| workspace.settings.name.as_str()).collect(),
            groups: live.groups.iter().flatten().map(|group| group.settings.name.as_str()).collect(),
        }
    }

    /// Whether the lists show an object.
    pub(super) fn shows(&self, expected: &ExpectedObject) -> bool {
        match expected {
            ExpectedObject::Person { email, except } => {
                let invitations = self.invitations.get(email.as_str());
                self.members.contains(email.as_str())
                    || invitations.into_iter().flatten().any(|id| !except.contains(id))
            }
            ExpectedObject::Workspace(name) => self.workspaces.contains(name.as_str()),
            ExpectedObject::Group(name) => self.groups.contains(name.as_str()),
        }
    }

    /// Whether the lists show all of these objects.
    pub(super) fn shows_all(&self, expected: &[ExpectedObject]) -> bool {
        expected.iter().all(|one| self.shows(one))
    }
}

/// Reads until the write is visible, until `limit` is over, or until the run is cancelled. Returns the last reading.
pub(super) async fn wait_until_visible<T, E>(
    limit: Duration,
    cancellation: &Cancellation,
    mut read: impl AsyncFnMut() -> Result<T, E>,
    is_visible: impl Fn(&T) -> bool,
) -> Result<T, E> {
    let until = Instant::now() + limit;
    let mut pause = PAUSES.0;
    loop {
        let seen = read().await?;
        let left = until.saturating_duration_since(Instant::now());
        if is_visible(&seen) || left.is_zero() {
            return Ok(seen);
        }
        tokio::select! {
            () = tokio::time::sleep(pause.min(left)) => pause = (pause * 2).min(PAUSES.1),
            () = cancellation.cancelled() => return Ok(seen),
        }
    }
}

/// A client, and how long its lists may lag behind a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadBack<'c> {
    pub(super) client: &'c Client,
    pub(super) settle: Duration,
}

impl ReadBack<'_> {
    /// See [`wait_until_visible`].
    pub(super) async fn until_visible<T>(
        &self,
        read: impl AsyncFnMut() -> Result<T, ApiError>,
        is_visible: impl Fn(&T) -> bool,
    ) -> Result<T, ApiError> {
        wait_until_visible(self.settle, self.client.cancellation(), read, is_visible).await
    }

    /// Reads until the lists show all expected objects or the time is over. Returns the last reading.
    pub(super) async fn expect(&self, expected: &[ExpectedObject]) -> Result<Live, ApiError> {
        let are_people = expected.iter().all(|one| matches!(one, ExpectedObject::Person { .. }));
        let read = async || match are_people {
            true => self.client.read_people().await,
            false => self.client.read_names().await,
        };
        self.until_visible(read, |live| Visible::new(live).shows_all(expected)).await
    }

    /// Creates an object that must not be created twice, and returns its identifier. `find` searches for it if the
    /// answer is lost.
    pub(super) async fn create(
        &self,
        expected: ExpectedObject,
        send: impl AsyncFn() -> Result<Uuid, ApiError>,
        find: impl Fn(&Live) -> Option<Uuid>,
    ) -> Result<Uuid, ApiError> {
        let mut sent = 0;
        loop {
            sent += 1;
            let error = match send().await {
                Ok(id) => return Ok(id),
                Err(error) => error,
            };
            // If the second request is refused because the object exists, the first one succeeded.
            let is_clash = sent > 1 && error.is_rejection();
            if !error.may_have_changed() && !is_clash {
                return Err(error);
            }
            let Ok(live) = self.expect(std::slice::from_ref(&expected)).await else { return Err(error) };
            if let Some(id) = find(&live) {
                return Ok(id);
            }
            if is_clash || sent >= SENDINGS || self.client.cancellation().reason().is_some() {
                return Err(error);
            }
        }
    }
}
