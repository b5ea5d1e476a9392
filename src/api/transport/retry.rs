//! When a request is sent again and after which pause (`Retry-After`), and the announcement to the user.
//!
//! A retry is announced as an event of level `warn`, which the command line shows, but only if the user has to wait. A
//! request that fails at once uses up its retries within seconds, and its error has their number.

use super::fault::{Fault, Retry};
use super::request::Request;
use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The most tries of a request.
const TRIES: usize = 5;
/// The longest pause between two tries, without a `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The shortest `Retry-After` that is announced.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// The longest pause that a server can ask for with `Retry-After`. If it asks for more, the run ends.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// The remaining tries of a request.
pub(super) struct Retries(ExponentialBackoff);

impl Retries {
    /// `first` is the shortest pause between two tries.
    pub(super) fn new(first: Duration) -> Self {
        let waits = ExponentialBuilder::new()
            .with_min_delay(first)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(TRIES - 1)
            .with_jitter();
        Self(waits.build())
    }

    /// The pause before the next try: what the answer asks for, otherwise longer each time. `None` if the request must
    /// not be sent again.
    pub(super) fn next(&mut self, request: &Request, fault: &Fault) -> Option<Duration> {
        let wait = self.0.next().filter(|_| is_harmless(request, fault))?;
        Some(fault.retry_after().unwrap_or(wait))
    }
}

/// Whether the server asks for a pause that is too long for a run.
pub(super) fn asks_too_much(fault: &Fault) -> bool {
    fault.retry_after().is_some_and(|wait| wait > LONGEST_PAUSE)
}

/// Whether a request may be sent again after a fault.
fn is_harmless(request: &Request, fault: &Fault) -> bool {
    match fault.retry() {
        Retry::Always => true,
        Retry::IfIdempotent => request.is_idempotent(),
        Retry::Never => false,
    }
}

/// Announces retries.
#[derive(Debug)]
pub(super) struct Announcer {
    /// The minimum time between announcements, because concurrent requests fail together.
    silence: Duration,
    last: Mutex<Option<Instant>>,
}

impl Announcer {
    pub(super) fn new(silence: Duration) -> Self {
        Self { silence, last: Mutex::new(None) }
    }

    /// Announces the retry number `next` of a failed request, given by method and path.
    pub(super) fn announce(&self, request: &str, fault: &Fault, next: u32) {
        let Some(text) = text(request, fault, next) else { return };
        let Ok(mut last) = self.last.lock() else { return };
        if last.is_none_or(|last| last.elapsed() >= self.silence) {
            *last = Some(Instant::now());
            tracing::warn!("{text}");
        }
    }
}

fn text(request: &str, fault: &Fault, next: u32) -> Option<String> {
    match fault {
        Fault::Timeout { .. } => Some(format!("{request} did not answer; trying again ({next} of {TRIES})")),
        Fault::Unconfirmed(fault) => text(request, fault, next),
        fault => {
            let wait = fault.retry_after().filter(|wait| *wait >= NOTICEABLE)?;
            Some(format!("{request}: {fault}; trying again in {} s ({next} of {TRIES})", wait.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_noticeable_wait_is_announced() {
        let text = |fault: Fault| text("GET /v1/admin/users", &fault, 2);
        let silent = Fault::Timeout { connecting: false };
        let announced = Some("GET /v1/admin/users did not answer; trying again (2 of 5)".to_owned());
        assert_eq!(text(silent.clone()), announced);
        assert_eq!(text(Fault::Unconfirmed(Box::new(silent))), announced);
        let busy = |seconds| text(Fault::RateLimited { retry_after: Some(Duration::from_secs(seconds)) });
        assert_eq!(
            busy(300).as_deref(),
            Some(
                "GET /v1/admin/users: the Admin API asks for fewer requests: status 429; trying again in 300 s (2 of 5)"
            )
        );
        assert_eq!(busy(0), None);
        assert_eq!(text(Fault::Refused { host: "localhost:1".to_owned() }), None);
    }
}
