//! The history: recent states, for stale lists, and the figures after each change, for tests of invariants.

use crate::organization::{Figures, Organization};
use serde::{Serialize, Serializer};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most states that are kept. Of changes that follow each other faster, the state before the first counts for all.
const MOST_STATES: u32 = 64;

/// The most moments that are kept: the latest.
const MOST_MOMENTS: usize = 1_000_000;

/// The states before the latest changes. Nothing is kept unless a rule of injected faults needs it.
#[derive(Debug, Default)]
pub(super) struct History {
    window: Option<Duration>,
    /// The time of each change, and the state before it; the oldest first.
    states: VecDeque<(Instant, Arc<Organization>)>,
}

impl History {
    /// From now on, keeps states for this long, or none.
    pub(super) fn keep(&mut self, window: Option<Duration>) {
        self.window = window;
        self.forget(Instant::now());
    }

    /// The state before this change, if it is to be kept.
    pub(super) fn before(&mut self, now: Instant, state: &Organization) -> Option<Arc<Organization>> {
        self.forget(now);
        let pause = self.window? / MOST_STATES;
        let covered = self.states.back().is_some_and(|(then, _)| now.duration_since(*then) < pause);
        (!covered).then(|| Arc::new(state.clone()))
    }

    pub(super) fn push(&mut self, now: Instant, state: Arc<Organization>) {
        self.states.push_back((now, state));
    }

    /// The state this long ago. `None` if it is still the current one.
    pub(super) fn past(&self, now: Instant, age: Duration) -> Option<Arc<Organization>> {
        let state = self.states.iter().find(|(then, _)| now.duration_since(*then) < age)?;
        Some(Arc::clone(&state.1))
    }

    fn forget(&mut self, now: Instant) {
        let window = self.window.unwrap_or_default();
        while self.states.front().is_some_and(|(then, _)| now.duration_since(*then) >= window) {
            self.states.pop_front();
        }
    }
}

/// The time from one change to the next.
#[derive(Debug, Serialize)]
struct Moment {
    /// The number of requests to the Admin API before it.
    requests: u64,
    /// Shared by consecutive moments with the same figures.
    #[serde(flatten, serialize_with = "shared")]
    figures: Arc<Figures>,
}

fn shared<S: Serializer>(figures: &Arc<Figures>, serializer: S) -> Result<S::Ok, S::Error> {
    figures.as_ref().serialize(serializer)
}

/// The latest moments, in order.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Timeline(VecDeque<Moment>);

impl Timeline {
    pub(super) fn push(&mut self, requests: u64, figures: Figures) {
        let same = self.0.back().map(|last| &last.figures).filter(|last| ***last == figures);
        let figures = same.map_or_else(|| Arc::new(figures), Arc::clone);
        if self.0.len() >= MOST_MOMENTS {
            self.0.pop_front();
        }
        self.0.push_back(Moment { requests, figures });
    }
}
