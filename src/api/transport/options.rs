//! Client options: rate limit, concurrency, cancellation, and the observer of writes.

use serde_json::Value;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Time limit for a connection.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// Time limit for a request and its whole answer.
pub(super) const WHOLE_LIMIT: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes. A page of 100 people with many workspaces takes some hundred KiB.
pub(super) const LARGEST_ANSWER: usize = 64 << 20;

/// The options of a client.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The most requests a second; `None` is no limit.
    pub per_second: Option<f64>,
    /// The most concurrent requests.
    pub concurrency: usize,
    /// The pause before the first retry. It doubles with each retry, plus up to as much jitter.
    pub first_wait: Duration,
    /// Stops the client.
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

/// Stops a run with a reason. After that, nothing new is sent, and pending requests finish.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    token: CancellationToken,
    reason: Arc<OnceLock<&'static str>>,
}

impl Cancellation {
    /// Stops the run. Only the first reason counts.
    pub fn cancel(&self, reason: &'static str) {
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    /// Why the run was stopped; `None` if it was not.
    pub fn reason(&self) -> Option<&'static str> {
        self.reason.get().copied()
    }

    /// Waits until the run is stopped.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }
}

/// A request that is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Method and path.
    pub request: String,
    /// Why. Escaped text.
    pub reason: String,
    /// The number of the next try; the first retry is 2.
    pub number: u32,
    /// The pause before it.
    pub pause: Duration,
}

/// Is called before each pause for a retry.
pub trait RetryObserver: fmt::Debug + Send + Sync {
    /// Must not block.
    fn retrying(&self, retry: Retry);
}

/// Is called before each write is sent, and after it is answered.
pub trait WriteObserver: fmt::Debug + Send + Sync {
    /// Is called before a request is sent. Returns the number with which its answer is reported.
    ///
    /// # Errors
    ///
    /// It can't be recorded. The request is then not sent.
    fn sending(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<u64>;

    /// Is called with the outcome of a request: status and body of the answer, or an escaped error.
    fn answered(&self, number: u64, outcome: Result<(u16, &[u8]), &str>);
}
