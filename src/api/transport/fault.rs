//! The faults of requests to the Admin API, and what to do about them.
//!
//! A [`Fault`] has a variant for each case that needs a different reaction, and decides which requests may be retried
//! after it. An [`ApiError`] adds the request: its message says what happened and where, its hint says what to do.
//! These texts are part of the product. They contain no key and no query. Text of the server is cut and escaped.

use super::options::{CONNECT_LIMIT, LARGEST_ANSWER, WHOLE_LIMIT};
use std::fmt;
use std::time::Duration;

/// A request that failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Method and path; `None` without a request, or if the fault needs none.
    pub(in crate::api) request: Option<String>,
    /// Whether the request was a write.
    pub(in crate::api) write: bool,
    /// How often it was sent.
    pub(in crate::api) tries: u32,
    pub(in crate::api) fault: Fault,
}

/// What went wrong. Text of the server is cut and escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say what variants and fields are")]
pub enum Fault {
    #[error("the HTTP client can't be set up: {0}")]
    Setup(String),
    #[error("not sent: {reason}")]
    Cancelled { reason: &'static str },
    #[error("not sent, because the journal can't be written: {0}")]
    NotNoted(String),
    #[error("the Admin API refused the key: status 401{}", after_colon(.message))]
    KeyRefused { message: Option<String> },
    #[error("the Admin API does not allow this with the key: status 403{}", after_colon(.message))]
    Forbidden { message: Option<String> },
    /// 404 for a path that always exists, or for a deletion without the API's error.
    #[error("there is no Admin API at this address: status 404{}", after_colon(.message))]
    WrongBase { message: Option<String> },
    /// 404 for a path that names an object.
    #[error("this object no longer exists: status 404{}", after_colon(.message))]
    Gone { message: Option<String> },
    /// Any other status from 400 to 499.
    #[error("the Admin API refused the request: status {status}{}", after_colon(.message))]
    Rejected { status: u16, message: Option<String> },
    #[error("the Admin API asks for fewer requests: status 429")]
    RateLimited { retry_after: Option<Duration> },
    /// 408, and 500 to 599.
    #[error("the Admin API has an internal error: status {status}{}", after_colon(.message))]
    Server { status: u16, message: Option<String>, retry_after: Option<Duration> },
    /// 300 to 399, which are never followed.
    #[error("the server redirects to {target}, which orgsync does not follow: status {status}")]
    Redirect { status: u16, target: String },
    /// HTML, or nothing at all.
    #[error("the answer is {content_type} instead of JSON: status {status}")]
    NotJson { status: u16, content_type: String },
    /// The vendor's error object, in an answer whose status is that of a success.
    #[error("the answer has status {status}, but it is an error{}", after_colon(.message))]
    ErrorInSuccess { status: u16, message: Option<String> },
    #[error("{}", match .connecting {
        true => format!("no connection within {} s", CONNECT_LIMIT.as_secs()),
        false => format!("no complete answer within {} s", WHOLE_LIMIT.as_secs()),
    })]
    Timeout { connecting: bool },
    #[error("no connection to {host}, because too many files are open")]
    Descriptors { host: String },
    #[error("the host {host} can't be found: {detail}")]
    Dns { host: String, detail: String },
    #[error("no secure connection to {host}: {detail}")]
    Tls { host: String, detail: String },
    #[error("{host} refuses the connection")]
    Refused { host: String },
    #[error("the proxy can't connect to {host}: {detail}")]
    Proxy { host: String, detail: String },
    /// Any other connection failure.
    #[error("no connection to {host}: {detail}")]
    Connection { host: String, detail: String },
    /// The connection was lost after the request was sent, or the answer ends too early.
    #[error("the answer is cut short: {detail}")]
    CutShort { detail: String },
    #[error("the answer is larger than {} MiB", LARGEST_ANSWER >> 20)]
    TooLarge,
    #[error("the answer doesn't have the documented shape: {field}: {detail}")]
    Unexpected { field: String, detail: String },
    #[error("the list changed while it was read, {0} times in a row")]
    Shifting(u32),
    #[error("the answer shows another {field} than requested: `{shown}`")]
    NotAsAsked { field: &'static str, shown: String },
    /// The answer shows a member with roles or seats other than requested.
    #[error(
        "{0}; likely causes are automatic seat assignment or SCIM, which must be off for what orgsync manages"
    )]
    OtherAccess(String),
    #[error("the API wrote {written} of {asked} and does not say which: plan again to see what is missing")]
    Incomplete { written: u64, asked: usize },
    /// The status means that the change was made, but the answer can't be parsed.
    #[error("the change was accepted, but its answer can't be used: {0}")]
    Unconfirmed(Box<Fault>),
}

/// Which requests may be retried after a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// All requests: this one certainly had no effect.
    Always,
    /// Only idempotent requests.
    IfIdempotent,
    /// No request: the outcome would be the same.
    Never,
}

impl Fault {
    /// Whether it occurred before the request was sent.
    pub(super) fn is_before_sending(&self) -> bool {
        matches!(self, Self::Cancelled { .. } | Self::NotNoted(_))
    }

    /// Which requests may be retried. The vendor documents these statuses as retryable.
    pub(super) fn retry(&self) -> Retry {
        match self {
            Self::RateLimited { .. }
            | Self::Timeout { connecting: true }
            | Self::Refused { .. }
            | Self::Descriptors { .. }
            | Self::Proxy { .. }
            | Self::Connection { .. } => Retry::Always,
            Self::Server { status: 408 | 500 | 502 | 503 | 504, .. }
            | Self::Timeout { connecting: false }
            | Self::CutShort { .. } => Retry::IfIdempotent,
            Self::Unconfirmed(fault) => match fault.retry() {
                Retry::Never => Retry::Never,
                Retry::Always | Retry::IfIdempotent => Retry::IfIdempotent,
            },
            Self::Setup(_)
            | Self::Cancelled { .. }
            | Self::NotNoted(_)
            | Self::KeyRefused { .. }
            | Self::Forbidden { .. }
            | Self::WrongBase { .. }
            | Self::Gone { .. }
            | Self::Rejected { .. }
            | Self::Server { .. }
            | Self::Redirect { .. }
            | Self::NotJson { .. }
            | Self::ErrorInSuccess { .. }
            | Self::Dns { .. }
            | Self::Tls { .. }
            | Self::TooLarge
            | Self::Unexpected { .. }
            | Self::NotAsAsked { .. }
            | Self::OtherAccess(_)
            | Self::Incomplete { .. }
            | Self::Shifting(_) => Retry::Never,
        }
    }

    /// The `Retry-After` of the answer.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl ApiError {
    /// What went wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Whether the API refused the request and did none of it.
    pub fn is_rejection(&self) -> bool {
        matches!(self.fault, Fault::Rejected { status: 400 | 413 | 422, .. })
    }

    /// Whether the request was never sent.
    pub fn was_not_sent(&self) -> bool {
        self.tries == 0
    }

    /// Whether the object to change does not exist.
    pub fn is_gone(&self) -> bool {
        matches!(self.fault, Fault::Gone { .. })
    }

    /// Whether a change may have been made although the request failed.
    pub fn may_have_changed(&self) -> bool {
        // A redirect can be the answer to a change that was made.
        let unclear =
            matches!(self.fault, Fault::Unconfirmed(_) | Fault::Server { .. } | Fault::Redirect { .. })
                || self.fault.retry() == Retry::IfIdempotent;
        self.write && unclear
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        if self.may_have_changed() {
            return "the change may still have been made: `orgsync plan` shows what is left to do";
        }
        match &self.fault {
            Fault::KeyRefused { .. } => {
                "set MISTRAL_ADMIN_API_KEY or --api-key-file to an Admin API key of this organization, made in the \
                 Backoffice, not expired and not revoked; keys of the inference API are always refused \
                 (https://docs.mistral.ai/admin/admin-api/authentication)"
            }
            Fault::Forbidden { .. } => {
                "the Admin API is part of the Enterprise plan alone: the organization needs that plan, and the key must be an \
                 Admin API key of it with the right to do this (https://docs.mistral.ai/admin/admin-api/overview)"
            }
            Fault::WrongBase { .. } | Fault::NotJson { .. } | Fault::TooLarge => {
                "check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; \
                 a gateway or a sign-in page may also be in between"
            }
            Fault::Redirect { .. } => {
                "set --api-url or ORGSYNC_API_URL to the final address: orgsync sends the key only to that host"
            }
            Fault::Gone { .. } => "it was removed in the meantime: plan again",
            Fault::Rejected { .. } if self.write => {
                "correct what the API refuses: buy or free a seat, or choose another name; then apply again"
            }
            Fault::Rejected { .. } | Fault::Unexpected { .. } => {
                "the Admin API is a preview and may have changed: update orgsync, or report this if it is up to date"
            }
            Fault::RateLimited { .. } => {
                "wait some minutes, stop other clients of this API, and run it again"
            }
            Fault::Server { .. } | Fault::ErrorInSuccess { .. } => {
                "run it again later; see https://status.mistral.ai/ for known problems"
            }
            Fault::Timeout { .. } | Fault::Connection { .. } | Fault::CutShort { .. } => {
                "check the network, and HTTPS_PROXY if it needs a proxy, then run it again"
            }
            Fault::Dns { .. } | Fault::Refused { .. } => {
                "check the host in --api-url or ORGSYNC_API_URL, the network, and HTTPS_PROXY if one is set"
            }
            Fault::Descriptors { .. } => {
                "raise the limit, as in `ulimit -n 1024`, or lower --concurrency, and run it again"
            }
            Fault::Tls { .. } => {
                "check that --api-url or ORGSYNC_API_URL names a server that speaks TLS; if the network inspects TLS, \
                 add its certificate to the system's store or name it in SSL_CERT_FILE"
            }
            Fault::Proxy { .. } => "check HTTPS_PROXY and its password, or name the host in NO_PROXY",
            Fault::Cancelled { .. } => "run it again: it continues where this run stopped",
            Fault::NotNoted(_) => "free disk space, or name another file with --journal",
            Fault::Shifting(_) => "run it again when no one else is changing the organization",
            Fault::OtherAccess(_) | Fault::Incomplete { .. } => "`orgsync plan` shows what is left to do",
            Fault::Setup(_) | Fault::NotAsAsked { .. } | Fault::Unconfirmed(_) => {
                "report this: it should not happen"
            }
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fault)?;
        match (&self.request, self.tries) {
            (None, _) => Ok(()),
            (Some(request), 0 | 1) => write!(f, " ({request})"),
            (Some(request), tries) => write!(f, " ({request}, {tries} tries)"),
        }
    }
}

impl std::error::Error for ApiError {}

fn after_colon(message: &Option<String>) -> String {
    message.as_ref().map_or_else(String::new, |message| format!(": {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_cannot_be_found_is_not_looked_for_again() {
        let [host, detail] = ["nowhere.invalid", "unknown name"].map(str::to_owned);
        assert_eq!(Fault::Dns { host, detail }.retry(), Retry::Never);
    }
}
