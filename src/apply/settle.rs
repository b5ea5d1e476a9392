//! Reading back what became of a request whose answer was lost.
//!
//! The vendor has no idempotency keys, and its lists may lag behind a write. So nothing that could be made twice is
//! sent again before the lists have had time to show it.

use super::trace::Trace;
use crate::api::{ApiError, Client};
use crate::model::Live;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// The first and the longest pause between two looks.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How often something is sent whose answers get lost.
pub(super) const SENDINGS: u32 = 3;

/// A client, and how long its lists may lag behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settling<'c> {
    pub(super) client: &'c Client,
    pub(super) settle: Duration,
}

/// The pauses between looks, until the lists have had the time to show a change.
pub(super) struct Pauses<'c> {
    client: &'c Client,
    until: Instant,
    next: Duration,
}

impl<'c> Pauses<'c> {
    pub(super) fn new(settling: Settling<'c>) -> Self {
        Self { client: settling.client, until: Instant::now() + settling.settle, next: PAUSES.0 }
    }

    /// Waits for a while, and tells whether to look again: not where the time is over, nor where the run is stopped.
    pub(super) async fn pause(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        let pause = self.next.min(left);
        self.next = (pause * 2).min(PAUSES.1);
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = self.client.cancellation().cancelled() => false,
        }
    }
}

impl Settling<'_> {
    /// Looks until the lists show all that is looked for, or have had the time to; gives what they show then.
    pub(super) async fn look(&self, traces: &[Trace]) -> Result<Live, ApiError> {
        let mut pauses = Pauses::new(*self);
        loop {
            let live = self.read(traces).await?;
            // Where the time is over, what the lists show by now has to do.
            if traces.iter().all(|trace| trace.is_visible(&live)) || !pauses.pause().await {
                return Ok(live);
            }
        }
    }

    /// Makes something that must not be made twice; gives its identifier. `find` looks for it where the answer is lost.
    pub(super) async fn make(
        &self,
        trace: Trace,
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
            // A second sending can be told that there is such a thing already: the first was carried out.
            let is_clash = sent > 1 && error.is_rejection();
            if !error.may_have_changed() && !is_clash {
                return Err(error);
            }
            let Ok(live) = self.look(std::slice::from_ref(&trace)).await else { return Err(error) };
            if let Some(id) = find(&live) {
                return Ok(id);
            }
            if is_clash || sent >= SENDINGS || self.client.cancellation().reason().is_some() {
                return Err(error);
            }
        }
    }

    async fn read(&self, traces: &[Trace]) -> Result<Live, ApiError> {
        if traces.iter().all(|trace| matches!(trace, Trace::Person { .. })) {
            self.client.read_people().await
        } else {
            self.client.read_names().await
        }
    }
}
