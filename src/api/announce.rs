//! Tells who waits that a request is tried again, and why: as events of level `warn`, which the command line shows.
//!
//! Only where there is something to wait for: what fails at once has been tried often enough within seconds, and the
//! error says so.

use super::fault::Fault;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A wait from which on it is worth a word, when the server asks for it.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// Announces tries.
#[derive(Debug)]
pub(super) struct Announcer {
    /// Requests of one moment fail together. After an announcement there is silence for so long.
    silence: Duration,
    last: Mutex<Option<Instant>>,
}

impl Announcer {
    pub(super) fn new(silence: Duration) -> Self {
        Self { silence, last: Mutex::new(None) }
    }

    /// A request, called by method and path, failed and is to be sent for the `next` time out of `tries`.
    pub(super) fn announce(&self, request: &str, fault: &Fault, next: usize, tries: usize) {
        let Some(text) = text(request, fault, next, tries) else { return };
        let Ok(mut last) = self.last.lock() else { return };
        if last.is_none_or(|last| last.elapsed() >= self.silence) {
            *last = Some(Instant::now());
            tracing::warn!("{text}");
        }
    }
}

fn text(request: &str, fault: &Fault, next: usize, tries: usize) -> Option<String> {
    match fault {
        Fault::Timeout { .. } => Some(format!("{request} did not answer; trying again ({next} of {tries})")),
        Fault::Unconfirmed(fault) => text(request, fault, next, tries),
        fault => {
            let wait = fault.retry_after().filter(|wait| *wait >= NOTICEABLE)?;
            Some(format!("{request}: {fault}; trying again in {} s ({next} of {tries})", wait.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_noticeable_wait_is_announced() {
        let text = |fault: Fault| text("GET /v1/admin/users", &fault, 2, 5);
        let silent = Fault::Timeout { connecting: false };
        let said = Some("GET /v1/admin/users did not answer; trying again (2 of 5)".to_owned());
        assert_eq!(text(silent.clone()), said);
        assert_eq!(text(Fault::Unconfirmed(Box::new(silent))), said);
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
