//! Reads back whether a write is visible.
//!
//! The API has no idempotency keys, and its lists may lag behind a write. So a request that could create an object
//! twice is retried only after the lists have had time to show it.

use crate::api::{ApiError, Cancellation, Client};
use crate::model::{Email, Live};
use std::collections::BTreeSet;
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
        /// Deleted invitations, which a list that lags behind may still show.
        except: BTreeSet<Uuid>,
    },
    /// A workspace, by name.
    Workspace(String),
    /// A group, by name.
    Group(String),
}

impl ExpectedObject {
    /// Whether the lists show it.
    pub fn is_visible(&self, live: &Live) -> bool {
        match self {
            Self::Person { email, except } => {
                let is = |other: &Option<Email>| other.as_ref().is_some_and(|other| other.as_str() == email);
                live.members.iter().any(|member| is(&member.email))
                    || live.invitations.iter().any(|invitation| {
                        is(&invitation.email) && !invitation.expired && !except.contains(&invitation.id)
                    })
            }
            Self::Workspace(name) => live.workspaces.iter().any(|workspace| workspace.settings.name == *name),
            Self::Group(name) => live.groups.iter().flatten().any(|group| group.settings.name == *name),
        }
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
        self.until_visible(read, |live| expected.iter().all(|one| one.is_visible(live))).await
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
