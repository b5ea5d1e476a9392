//! What all requests share: the organization, behind one lock, the list of requests, and the faults they meet.

use super::history::History;
use super::moments::Moments;
use crate::faults::{FaultRules, Injector, Met};
use crate::organization::{Organization, Refusal};
use crate::{document, store};
use axum::http::StatusCode;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most requests that are remembered; of more, the latest.
const MOST_NOTED: usize = 1_000_000;

/// How much of a method and of a path is remembered, in characters. What the vendor documents is much shorter.
const LONGEST_NOTED: usize = 256;

/// A request that was answered.
#[derive(Debug, Serialize)]
pub(crate) struct Noted {
    method: String,
    path: String,
    status: u16,
}

/// The organization and everything around it. It can't be printed: it holds the key.
pub(crate) struct World {
    api_key: String,
    state: Option<Utf8PathBuf>,
    /// Never locked across an `await`, nor while a file is written.
    current: Mutex<Current>,
    /// The revision that is on disk. Who holds this lock writes.
    saved: tokio::sync::Mutex<u64>,
    requests: Mutex<Requests>,
    faults: Mutex<Injector>,
}

#[derive(Default)]
struct Requests {
    latest: VecDeque<Noted>,
    /// How many there were in all.
    total: u64,
}

struct Current {
    organization: Organization,
    /// The number of changes so far.
    revision: u64,
    history: History,
    moments: Moments,
}

impl World {
    /// A world around an organization, written to `state` after every change.
    pub(crate) fn new(api_key: String, state: Option<Utf8PathBuf>, organization: Organization) -> Self {
        let mut moments = Moments::default();
        moments.push(0, organization.figures());
        Self {
            api_key,
            state,
            current: Mutex::new(Current { organization, revision: 0, history: History::default(), moments }),
            saved: tokio::sync::Mutex::default(),
            requests: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    /// The key that the Admin API demands.
    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Looks at the organization.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Organization, Timestamp) -> T) -> T {
        let current = lock(&self.current);
        let now = current.organization.now(Timestamp::now());
        look(&current.organization, now)
    }

    /// The organization of so long ago; nothing where it has not changed since.
    pub(crate) fn past(&self, age: Duration) -> Option<Arc<Organization>> {
        lock(&self.current).history.past(Instant::now(), age)
    }

    /// Looks at what was true so far.
    pub(crate) fn moments<T>(&self, look: impl FnOnce(&Moments) -> T) -> T {
        look(&lock(&self.current).moments)
    }

    /// Replaces the rules of faults, all at once.
    pub(crate) fn set_faults(&self, rules: FaultRules) {
        let injector = Injector::new(rules);
        let mut faults = lock(&self.faults);
        lock(&self.current).history.keep(injector.oldest());
        *faults = injector;
    }

    /// Looks at the rules of faults.
    pub(crate) fn faults<T>(&self, look: impl FnOnce(&FaultRules) -> T) -> T {
        look(lock(&self.faults).rules())
    }

    /// What the next request meets.
    pub(crate) fn meet(&self, method: &str, path: &str) -> Met {
        lock(&self.faults).meet(method, path)
    }

    /// Changes the organization, and has the new state on disk before anybody is told.
    pub(crate) async fn change<T>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Organization, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (result, revision) = {
            let mut current = lock(&self.current);
            let now = current.organization.now(Timestamp::now());
            let Current { organization, revision, history, moments } = &mut *current;
            let begun = Instant::now();
            let before = history.before(begun, organization);
            let result = change(organization, now)?;
            *revision += 1;
            if let Some(before) = before {
                history.push(begun, before);
            }
            moments.push(lock(&self.requests).total, organization.figures());
            (result, current.revision)
        };
        if let Some(path) = &self.state {
            self.save(path, revision).await;
        }
        Ok(result)
    }

    /// Has a revision, or a later one, on disk: of changes that come while another is written, one write serves all.
    ///
    /// A state that can't be written is logged and does not undo the change: the organization lives in memory, and
    /// the next change tries again.
    async fn save(self: &Arc<Self>, path: &Utf8Path, revision: u64) {
        let mut saved = self.saved.lock().await;
        if *saved >= revision {
            return;
        }
        let (world, to) = (Arc::clone(self), path.to_owned());
        let written = tokio::task::spawn_blocking(move || world.write(&to)).await;
        match written.map_err(io::Error::from).and_then(|written| written) {
            Ok(revision) => *saved = revision,
            Err(error) => tracing::error!(%path, %error, "the state of the sandbox could not be written"),
        }
    }

    /// Writes the current state; gives its revision.
    fn write(&self, path: &Utf8Path) -> io::Result<u64> {
        let (text, revision) = {
            let current = lock(&self.current);
            let now = current.organization.now(Timestamp::now());
            (document::write(&current.organization, now)?, current.revision)
        };
        store::write(path, &text)?;
        Ok(revision)
    }

    /// Adds to the list of requests.
    pub(crate) fn note(&self, method: &str, path: &str, status: StatusCode) {
        let mut requests = lock(&self.requests);
        requests.total += 1;
        if requests.latest.len() >= MOST_NOTED {
            requests.latest.pop_front();
        }
        requests.latest.push_back(Noted {
            method: start(method),
            path: start(path),
            status: status.as_u16(),
        });
    }

    /// Looks at the list of requests.
    pub(crate) fn noted<T>(&self, look: impl FnOnce(&VecDeque<Noted>) -> T) -> T {
        look(&lock(&self.requests).latest)
    }
}

/// The text, or the start of one that is too long to be remembered.
fn start(text: &str) -> String {
    text.chars().take(LONGEST_NOTED).collect()
}

/// A lock that outlives a panic of its holder: no change stops half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
