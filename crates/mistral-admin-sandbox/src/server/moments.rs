//! What was true at every moment between two changes, for tests of what must always hold.

use crate::organization::Figures;
use serde::{Serialize, Serializer};
use std::collections::VecDeque;
use std::sync::Arc;

/// The most moments that are remembered; of more, the latest.
const MOST: usize = 1_000_000;

/// From one change to the next.
#[derive(Debug, Serialize)]
struct Moment {
    /// How many requests to the Admin API had been noted when it began.
    requests: u64,
    /// Shared by moments that follow each other with the same figures.
    #[serde(flatten, serialize_with = "shared")]
    figures: Arc<Figures>,
}

fn shared<S: Serializer>(figures: &Arc<Figures>, serializer: S) -> Result<S::Ok, S::Error> {
    figures.as_ref().serialize(serializer)
}

/// The latest moments, in order.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Moments(VecDeque<Moment>);

impl Moments {
    /// Adds a moment.
    pub(super) fn push(&mut self, requests: u64, figures: Figures) {
        let same = self.0.back().map(|last| &last.figures).filter(|last| ***last == figures);
        let figures = same.map_or_else(|| Arc::new(figures), Arc::clone);
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(Moment { requests, figures });
    }
}
