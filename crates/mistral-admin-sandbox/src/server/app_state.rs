//! The shared state of all requests: the organization, behind one lock, the recorded requests, and the injected faults.

use super::history::{History, Timeline};
use crate::faults::{FaultRules, Injector, RequestFaults};
use crate::organization::{Organization, Refusal};
use crate::{clock, seed, state_file};
use axum::http::StatusCode;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most requests that are recorded. The latest are kept.
const MOST_REQUESTS: usize = 1_000_000;

/// The recorded length of methods and paths, in characters. Documented ones are much shorter.
const LONGEST_TEXT: usize = 256;

/// An element of the answer of `GET /sandbox/requests`.
#[derive(Debug, Serialize)]
pub(super) struct AnsweredRequest {
    method: String,
    path: String,
    status: u16,
}

/// The shared state. It has no `Debug`, because it contains the key.
pub(crate) struct AppState {
    api_key: String,
    /// The port that the sandbox listens on.
    port: u16,
    state: Option<Utf8PathBuf>,
    /// Never locked across an `await`, nor while a file is written.
    current: Mutex<Current>,
    /// The revision that is on disk. Only the holder of this lock writes.
    saved: tokio::sync::Mutex<u64>,
    requests: Mutex<Requests>,
    faults: Mutex<Injector>,
}

#[derive(Default)]
struct Requests {
    latest: VecDeque<AnsweredRequest>,
    total: u64,
}

struct Current {
    organization: Organization,
    /// The number of changes so far.
    revision: u64,
    history: History,
    timeline: Timeline,
}

impl AppState {
    pub(crate) fn new(
        api_key: String,
        port: u16,
        state: Option<Utf8PathBuf>,
        organization: Organization,
    ) -> Self {
        let mut timeline = Timeline::default();
        timeline.push(0, organization.figures());
        Self {
            api_key,
            port,
            state,
            current: Mutex::new(Current { organization, revision: 0, history: History::default(), timeline }),
            saved: tokio::sync::Mutex::default(),
            requests: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    pub(super) fn api_key(&self) -> &str {
        &self.api_key
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&Organization, Timestamp) -> T) -> T {
        let current = lock(&self.current);
        let now = current.organization.now(clock::now());
        look(&current.organization, now)
    }

    /// The organization at a time in the past. `None` if it has not changed since.
    pub(super) fn past(&self, age: Duration) -> Option<Arc<Organization>> {
        lock(&self.current).history.past(Instant::now(), age)
    }

    pub(super) fn timeline<T>(&self, look: impl FnOnce(&Timeline) -> T) -> T {
        look(&lock(&self.current).timeline)
    }

    pub(crate) fn set_faults(&self, rules: FaultRules) {
        let injector = Injector::new(rules);
        let mut faults = lock(&self.faults);
        lock(&self.current).history.keep(injector.oldest());
        *faults = injector;
    }

    pub(super) fn faults<T>(&self, look: impl FnOnce(&FaultRules) -> T) -> T {
        look(lock(&self.faults).rules())
    }

    /// The injected faults of the next request. `path` is that below the Admin API.
    pub(super) fn next_faults(&self, method: &str, path: &str) -> RequestFaults {
        lock(&self.faults).next_faults(method, path)
    }

    /// Changes the organization, and writes the new state to disk before it returns.
    pub(super) async fn change<T>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Organization, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (result, revision) = {
            let mut current = lock(&self.current);
            let now = current.organization.now(clock::now());
            let Current { organization, revision, history, timeline } = &mut *current;
            let begun = Instant::now();
            let before = history.before(begun, organization);
            let result = change(organization, now)?;
            *revision += 1;
            if let Some(before) = before {
                history.push(begun, before);
            }
            timeline.push(lock(&self.requests).total, organization.figures());
            (result, current.revision)
        };
        if let Some(path) = &self.state {
            self.save(path, revision).await;
        }
        Ok(result)
    }

    /// Writes a revision or a later one. One write covers all changes that arrive during another write.
    ///
    /// A state that can't be written is logged and does not undo the change: the organization lives in memory, and
    /// the next change tries again.
    async fn save(self: &Arc<Self>, path: &Utf8Path, revision: u64) {
        let mut saved = self.saved.lock().await;
        if *saved >= revision {
            return;
        }
        let (app, to) = (Arc::clone(self), path.to_owned());
        let written = tokio::task::spawn_blocking(move || app.write(&to)).await;
        match written.map_err(io::Error::from).and_then(|written| written) {
            Ok(revision) => *saved = revision,
            Err(error) => tracing::error!(%path, %error, "the state of the sandbox could not be written"),
        }
    }

    /// Writes the current state, and returns its revision.
    fn write(&self, path: &Utf8Path) -> io::Result<u64> {
        let (text, revision) = {
            let current = lock(&self.current);
            let now = current.organization.now(clock::now());
            (seed::write(&current.organization, now)?, current.revision)
        };
        state_file::write(path, &text)?;
        Ok(revision)
    }

    /// Records a request.
    pub(super) fn list_request(&self, method: &str, path: &str, status: StatusCode) {
        let mut requests = lock(&self.requests);
        requests.total += 1;
        if requests.latest.len() >= MOST_REQUESTS {
            requests.latest.pop_front();
        }
        requests.latest.push_back(AnsweredRequest {
            method: start(method),
            path: start(path),
            status: status.as_u16(),
        });
    }

    pub(super) fn requests<T>(&self, look: impl FnOnce(&VecDeque<AnsweredRequest>) -> T) -> T {
        look(&lock(&self.requests).latest)
    }
}

fn start(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// Takes a lock, even after a panic of its holder: no change stops half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
