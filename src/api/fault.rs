//! What can go wrong between orgsync and the Admin API.
//!
//! One variant for each thing that a person would do something else about. Texts are part of the product; those of
//! the server are excerpts that are harmless to show. Each fault also says which requests may be sent again after it.

use super::{UnknownValue, client};
use std::time::Duration;

/// What went wrong. Texts of the server are excerpts that are harmless to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The client can't be set up.
    #[error("the HTTP client can't be set up: {0}")]
    Setup(String),
    /// The run was stopped before the request went out.
    #[error("not sent: {reason}")]
    Halted {
        /// Why.
        reason: &'static str,
    },
    /// The journal can't be written, and what it does not hold is not sent.
    #[error("not sent, because the journal can't be written: {0}")]
    NotNoted(String),
    /// 401.
    #[error("the Admin API refused the key: status 401{}", after_colon(.message))]
    KeyRefused {
        /// The vendor's words.
        message: Option<String>,
    },
    /// 403.
    #[error("the Admin API knows the key but forbids this: status 403{}", after_colon(.message))]
    Forbidden {
        /// The vendor's words.
        message: Option<String>,
    },
    /// 404 where the path is always there.
    #[error("there is no Admin API at this address: status 404{}", after_colon(.message))]
    WrongBase {
        /// The vendor's words.
        message: Option<String>,
    },
    /// 404 where the path names an object.
    #[error("the Admin API doesn't know this object any more: status 404{}", after_colon(.message))]
    Gone {
        /// The vendor's words.
        message: Option<String>,
    },
    /// Any other status from 400 to 499.
    #[error("the Admin API refused the request: status {status}{}", after_colon(.message))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The vendor's words.
        message: Option<String>,
    },
    /// 429.
    #[error("the Admin API asks for fewer requests: status 429")]
    RateLimited {
        /// How long the vendor wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// 408, and 500 to 599.
    #[error("the Admin API has trouble of its own: status {status}{}", after_colon(.message))]
    Server {
        /// The HTTP status.
        status: u16,
        /// The vendor's words.
        message: Option<String>,
        /// How long the vendor wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// 300 to 399, which are never followed.
    #[error("the address answers with a redirect to {target}, which is not followed: status {status}")]
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Where it leads, without the query.
        target: String,
    },
    /// A page for people, or nothing at all.
    #[error("the answer is {content_type} where JSON was expected: status {status}")]
    NotJson {
        /// The HTTP status.
        status: u16,
        /// What it is instead.
        content_type: String,
    },
    /// No answer in time.
    #[error("{}", match .connecting {
        true => format!("no connection within {} s", client::CONNECT_LIMIT.as_secs()),
        false => format!("no complete answer within {} s", client::WHOLE_LIMIT.as_secs()),
    })]
    Timeout {
        /// The connection had not been made yet.
        connecting: bool,
    },
    /// The name can't be resolved.
    #[error("the host {host} can't be found: {detail}")]
    Dns {
        /// Host and port.
        host: String,
        /// The reason.
        detail: String,
    },
    /// No encrypted connection.
    #[error("no trusted connection to {host}: {detail}")]
    Tls {
        /// Host and port.
        host: String,
        /// The reason.
        detail: String,
    },
    /// Nobody listens there.
    #[error("{host} refuses the connection")]
    Refused {
        /// Host and port.
        host: String,
    },
    /// The proxy makes no connection.
    #[error("the proxy makes no connection to {host}: {detail}")]
    Proxy {
        /// Host and port, of the API.
        host: String,
        /// The reason.
        detail: String,
    },
    /// Some other reason for which there is no connection.
    #[error("no connection to {host}: {detail}")]
    Connection {
        /// Host and port.
        host: String,
        /// The reason.
        detail: String,
    },
    /// The connection was lost with the request on its way, or the answer ends too early.
    #[error("the answer is cut short: {detail}")]
    CutShort {
        /// The reason.
        detail: String,
    },
    /// More than anybody needs to answer.
    #[error("the answer is larger than {} MiB", client::LARGEST_ANSWER >> 20)]
    TooLarge,
    /// JSON of another shape than the vendor documents.
    #[error("the answer doesn't have the documented shape: {field}: {detail}")]
    Unexpected {
        /// The place in the document.
        field: String,
        /// What is wrong there.
        detail: String,
    },
    /// A word that this version doesn't know.
    #[error(transparent)]
    Unknown(UnknownValue),
    /// The list was changing each time it was read.
    #[error("the list changed while it was read, {0} times in a row")]
    Shifting(u32),
    /// The answer to a change shows another value than the one that was asked for.
    #[error("it shows another {field} than was asked for: `{shown}`")]
    NotAsAsked {
        /// What differs.
        field: &'static str,
        /// What the answer shows.
        shown: String,
    },
    /// The status says that a change was made, but the answer can't be understood.
    #[error("a change was accepted, but the answer to it can't be used: {0}")]
    Unconfirmed(Box<Fault>),
}

/// Which requests may be sent again after a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// All: this one has certainly done nothing.
    All,
    /// Those that do no more when they are sent twice.
    Repeatable,
    /// None: the outcome would be the same.
    None,
}

impl Fault {
    /// It came before the request went out.
    pub(super) fn is_before_sending(&self) -> bool {
        matches!(self, Self::Halted { .. } | Self::NotNoted(_))
    }

    /// Which requests may be sent again. The statuses are those for which the vendor asks to try again.
    pub(super) fn again(&self) -> Again {
        match self {
            Self::RateLimited { .. }
            | Self::Timeout { connecting: true }
            | Self::Refused { .. }
            | Self::Proxy { .. }
            | Self::Connection { .. } => Again::All,
            Self::Server { status: 408 | 500 | 502 | 503 | 504, .. }
            | Self::Timeout { connecting: false }
            | Self::CutShort { .. } => Again::Repeatable,
            Self::Unconfirmed(fault) => match fault.again() {
                Again::None => Again::None,
                Again::All | Again::Repeatable => Again::Repeatable,
            },
            Self::Setup(_)
            | Self::Halted { .. }
            | Self::NotNoted(_)
            | Self::KeyRefused { .. }
            | Self::Forbidden { .. }
            | Self::WrongBase { .. }
            | Self::Gone { .. }
            | Self::Rejected { .. }
            | Self::Server { .. }
            | Self::Redirect { .. }
            | Self::NotJson { .. }
            | Self::Dns { .. }
            | Self::Tls { .. }
            | Self::TooLarge
            | Self::Unexpected { .. }
            | Self::Unknown(_)
            | Self::NotAsAsked { .. }
            | Self::Shifting(_) => Again::None,
        }
    }

    /// How long the vendor wants to be left alone.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn after_colon(message: &Option<String>) -> String {
    message.as_ref().map_or_else(String::new, |message| format!(": {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_cannot_be_found_is_not_looked_for_again() {
        let [host, detail] = ["nowhere.invalid", "unknown name"].map(str::to_owned);
        assert_eq!(Fault::Dns { host, detail }.again(), Again::None);
    }
}
