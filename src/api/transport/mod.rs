//! The way to the Admin API and back.
//!
//! Takes a [`Request`], a pure value; gives the value in its answer, or an [`ApiError`] with message and hint.
//! Guarantees that every request ends within a time, that the key leaves in the headers of requests to the base URL
//! alone, that a redirect is never followed, that an answer can't fill the memory, that each write is reported to the
//! [`WriteObserver`] before it goes out, and that a request is retried only where that does no harm.

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

pub use fault::{ApiError, Fault, UnknownValue};
pub use key::{ApiKey, KeyError, KeyWarning};
pub use options::{Cancellation, ClientOptions, WriteObserver};
pub use url::{ApiUrl, UrlError};

#[cfg(feature = "fuzzing")]
pub(super) use classify::{Answer, Cleaner, answer};
pub(super) use request::Request;
pub(super) use send::Transport;
