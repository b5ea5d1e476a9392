//! How a client behaves in one run: how fast, until when, and who is told.

use serde_json::Value;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct Manners {
    /// The most requests a second; nothing is no limit.
    pub per_second: Option<f64>,
    /// The most requests under way at a time.
    pub concurrency: usize,
    /// The pause before a request is sent a second time; it doubles from there on, with up to as much again at random.
    pub first_wait: Duration,
    /// Ends the sending of requests.
    pub halt: Halt,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            per_second: None,
            concurrency: 8,
            first_wait: Duration::from_millis(200),
            halt: Halt::default(),
        }
    }
}

/// A switch that stops a run: nothing new is sent then, and what is under way is waited for.
#[derive(Debug, Clone, Default)]
pub struct Halt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    reason: OnceLock<&'static str>,
    called: Notify,
}

impl Halt {
    /// Stops the run. Of several reasons the first counts.
    pub fn call(&self, reason: &'static str) {
        let _ = self.0.reason.set(reason);
        self.0.called.notify_waiters();
    }

    /// Why the run was stopped, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.0.reason.get().copied()
    }

    /// Waits until the run is stopped.
    pub async fn called(&self) {
        let called = self.0.called.notified();
        tokio::pin!(called);
        // Who asks from now on is woken, also where it is called before the first look.
        called.as_mut().enable();
        if self.reason().is_none() {
            called.await;
        }
    }
}

/// Is told of every request that is to change something, before it goes out and when it has been answered.
pub trait Witness: fmt::Debug + Send + Sync {
    /// A request is about to go out; gives the number under which its answer is told.
    ///
    /// # Errors
    ///
    /// It can't be noted. Then it is not sent.
    fn sending(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<u64>;

    /// What became of a request: the status and the body of the answer, or a failure on the way, in harmless words.
    fn answered(&self, number: u64, outcome: Result<(u16, &[u8]), &str>);
}
