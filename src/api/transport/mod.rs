//! The transport: sends requests to the Admin API.
//!
//! Takes a [`Request`], a pure value, and returns the value in its answer, or an [`ApiError`] with message and hint. It
//! guarantees:
//!
//! - Every request ends within a time limit, and the size of answers is limited.
//! - The key is only in headers of requests to the base URL. Redirects are never followed.
//! - Each write is reported to the [`WriteObserver`] before it is sent.
//! - A request is retried only if that does no harm.

mod classify;
mod fault;
mod key;
mod options;
mod pacer;
mod request;
mod retry;
mod send;
#[cfg(test)]
mod tests;
mod url;

pub use fault::{ApiError, Fault};
pub use key::{ApiKey, KeyError, KeyWarning};
pub use options::{Cancellation, ClientOptions, Retry, RetryObserver, WriteObserver};
pub use url::{ApiUrl, UrlError};

#[cfg(feature = "fuzzing")]
pub(super) use classify::{Answer, Cleaner, answer};
pub(super) use request::Request;
pub(super) use send::Transport;
