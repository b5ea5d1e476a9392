//! How requests are sent in one run: how fast, until when, and which observer is told of writes.

use serde_json::Value;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Time for making a connection.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// Time for a request and its whole answer.
pub(super) const WHOLE_LIMIT: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes: a page of 100 people takes some hundred KiB, with many workspaces.
pub(super) const LARGEST_ANSWER: usize = 64 << 20;

/// How a client sends.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The most requests a second; `None` is no limit.
    pub per_second: Option<f64>,
    /// The most requests under way at a time.
    pub concurrency: usize,
    /// The pause before the first retry; it doubles from there on, with up to as much again at random.
    pub first_wait: Duration,
    /// Ends the sending of requests.
    pub cancellation: Cancellation,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            per_second: None,
            concurrency: 8,
            first_wait: Duration::from_millis(200),
            cancellation: Cancellation::default(),
        }
    }
}

/// Stops a run, and says why: nothing new is sent then, and what is under way is waited for.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    token: CancellationToken,
    reason: Arc<OnceLock<&'static str>>,
}

impl Cancellation {
    /// Stops the run. Of several reasons the first counts.
    pub fn cancel(&self, reason: &'static str) {
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    /// Why the run was stopped; `None` while it goes on.
    pub fn reason(&self) -> Option<&'static str> {
        self.reason.get().copied()
    }

    /// Waits until the run is stopped.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }
}

/// Is told of every write, before it goes out and when it has been answered.
pub trait WriteObserver: fmt::Debug + Send + Sync {
    /// A request is about to go out; returns the number under which its answer is reported.
    ///
    /// # Errors
    ///
    /// It can't be noted. Then it is not sent.
    fn sending(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<u64>;

    /// The outcome of a request: status and body of the answer, or a failure on the way, in harmless words.
    fn answered(&self, number: u64, outcome: Result<(u16, &[u8]), &str>);
}
