//! A request that failed, and what to do about it.
//!
//! Takes a [`Fault`], classified and harmless to show, and the request; gives a message (what happened, where) and a
//! hint (the way on). These texts are part of the product. They hold no key and no query.

use super::fault::{Again, Fault};
use std::fmt;

/// A request that failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Method and path; nothing where it never came to a request.
    pub(super) request: Option<String>,
    /// Whether the request was to change the organization.
    pub(super) write: bool,
    /// How often it was sent.
    pub(super) tries: u32,
    pub(super) fault: Fault,
}

impl ApiError {
    /// What went wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The vendor found fault with what was asked, and did none of it.
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        matches!(self.fault, Fault::Rejected { status: 400 | 413 | 422, .. })
    }

    /// The request never went out.
    #[must_use]
    pub fn was_not_sent(&self) -> bool {
        self.fault.is_before_sending()
    }

    /// What was to be changed is not there.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.fault, Fault::Gone { .. })
    }

    /// Whether a change may have been made although the request failed.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        // A redirect can be the answer to what has been done.
        let unclear =
            matches!(self.fault, Fault::Unconfirmed(_) | Fault::Server { .. } | Fault::Redirect { .. })
                || self.fault.again() == Again::Repeatable;
        self.write && unclear
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        if self.may_have_changed() {
            return "the change may have been made all the same: `orgsync plan` shows what is left to do";
        }
        match &self.fault {
            Fault::KeyRefused { .. } => {
                "set MISTRAL_ADMIN_API_KEY or --api-key-file to an Admin API key of this organization, made in the \
                 Backoffice and not revoked; keys of the inference API are always refused \
                 (https://docs.mistral.ai/admin/admin-api/authentication)"
            }
            Fault::Forbidden { .. } => {
                "the organization needs an Enterprise plan and the key must be an Admin API key of it with the right \
                 to do this (https://docs.mistral.ai/admin/admin-api/overview)"
            }
            Fault::WrongBase { .. } | Fault::NotJson { .. } | Fault::TooLarge => {
                "check --api-url or ORGSYNC_API_URL: it is the whole base, such as https://api.mistral.ai/v1/admin; \
                 a gateway or a sign-in page of the network may also stand in between"
            }
            Fault::Redirect { .. } => {
                "set --api-url or ORGSYNC_API_URL to the address that answers itself: the key is sent to that host alone"
            }
            Fault::Gone { .. } => "somebody else removed it in the meantime: make a fresh plan",
            Fault::Rejected { .. } if self.write => {
                "this change was not made: `orgsync plan` shows the organization as it is now"
            }
            Fault::Rejected { .. } | Fault::Unexpected { .. } | Fault::Unknown(_) => {
                "the Admin API is a preview and may have changed: update orgsync, or report this if it is up to date"
            }
            Fault::RateLimited { .. } => {
                "wait some minutes and run it again, with fewer other clients of this API"
            }
            Fault::Server { .. } => {
                "run it again later; https://status.mistral.ai/ tells whether the vendor knows"
            }
            Fault::Timeout { .. } | Fault::Connection { .. } | Fault::CutShort { .. } => {
                "check the network, and HTTPS_PROXY if it needs a proxy, then run it again"
            }
            Fault::Dns { .. } | Fault::Refused { .. } => {
                "check the host in --api-url or ORGSYNC_API_URL, the network, and HTTPS_PROXY if one is set"
            }
            Fault::Tls { .. } => {
                "check that --api-url or ORGSYNC_API_URL names a server that speaks TLS; if the network inspects TLS, \
                 add its certificate to the system's store or name it in SSL_CERT_FILE"
            }
            Fault::Proxy { .. } => "check HTTPS_PROXY and its password, or name the host in NO_PROXY",
            Fault::Halted { .. } => "run it again: it goes on where this run stopped",
            Fault::NotNoted(_) => "make room, or name another file with --journal",
            Fault::Shifting(_) => "run it again when nobody else is changing the organization",
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
