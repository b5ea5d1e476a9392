//! States that the organization was in a short while ago, for lists that lag behind.

use crate::organization::Organization;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most states that are kept: of changes that follow each other faster, the first one's counts for all.
const MOST: u32 = 64;

/// The states before the latest changes. Nothing is kept unless a fault asks for it.
#[derive(Debug, Default)]
pub(super) struct History {
    reach: Option<Duration>,
    /// When a change came, and what was there before it; the oldest first.
    states: VecDeque<(Instant, Arc<Organization>)>,
}

impl History {
    /// Keeps states of the last so many milliseconds from now on, or none.
    pub(super) fn keep(&mut self, reach: Option<Duration>) {
        self.reach = reach;
        self.forget(Instant::now());
    }

    /// The state before a change that comes now, if it is to be kept.
    pub(super) fn before(&mut self, now: Instant, state: &Organization) -> Option<Arc<Organization>> {
        self.forget(now);
        let pause = self.reach? / MOST;
        let covered = self.states.back().is_some_and(|(then, _)| now.duration_since(*then) < pause);
        (!covered).then(|| Arc::new(state.clone()))
    }

    /// Keeps the state before a change that came.
    pub(super) fn push(&mut self, now: Instant, state: Arc<Organization>) {
        self.states.push_back((now, state));
    }

    /// The state of so long ago; nothing where it is still the current one.
    pub(super) fn past(&self, now: Instant, age: Duration) -> Option<Arc<Organization>> {
        let state = self.states.iter().find(|(then, _)| now.duration_since(*then) < age)?;
        Some(Arc::clone(&state.1))
    }

    fn forget(&mut self, now: Instant) {
        let reach = self.reach.unwrap_or_default();
        while self.states.front().is_some_and(|(then, _)| now.duration_since(*then) >= reach) {
            self.states.pop_front();
        }
    }
}
