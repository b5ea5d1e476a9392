//! The base URL of the Admin API.
//!
//! Parses the setting into a base URL to which the paths of requests are appended. Guarantees that the key is never
//! sent unencrypted: plain http is only for this machine.

use reqwest::Url;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The base URL of an Admin API, with its path: `https://api.mistral.ai/v1/admin` unless it is set.
///
/// It is a setting because the vendor has moved it before: documents of early 2026 have
/// `https://console.mistral.ai/api/admin` (<https://docs.mistral.ai/admin/admin-api/authentication>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl {
    /// Scheme, host and port.
    origin: String,
    /// Empty, or starts with a slash and ends without one.
    path: String,
    loopback: bool,
}

/// Why a text is not the base URL of an Admin API. The error doesn't repeat the text, which may contain a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not an absolute URL.
    #[error("the API URL must be a complete URL such as https://api.mistral.ai/v1/admin")]
    NotAUrl,
    /// Neither http nor https.
    #[error("the API URL must start with https://")]
    Scheme,
    /// Plain http to another machine.
    #[error(
        "the API URL must start with https:// (http:// only for 127.0.0.1, [::1] and localhost): otherwise the key is sent unencrypted"
    )]
    Unencrypted,
    /// A user name or password.
    #[error("the API URL must not contain a user name or password: set the key separately")]
    Credentials,
    /// A query or fragment.
    #[error("the API URL must end with its path: no `?` and no `#`")]
    Query,
}

impl ApiUrl {
    /// Whether the API runs on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Host and port, for messages.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, host)| host)
    }

    /// The path of a request, for messages.
    pub(super) fn path(&self, request: &str) -> String {
        format!("{}{request}", self.path)
    }
}

impl Default for ApiUrl {
    fn default() -> Self {
        Self { origin: "https://api.mistral.ai".to_owned(), path: "/v1/admin".to_owned(), loopback: false }
    }
}

impl FromStr for ApiUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text).map_err(|_| UrlError::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Scheme);
        }
        let loopback = url.host_str().is_some_and(is_loopback);
        if url.scheme() == "http" && !loopback {
            return Err(UrlError::Unencrypted);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UrlError::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        Ok(Self { origin: url.origin().ascii_serialization(), path, loopback })
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_keeps_its_path_and_loses_its_last_slash() {
        for (text, shown) in [
            ("https://api.mistral.ai/v1/admin/", "https://api.mistral.ai/v1/admin"),
            ("https://Gateway.Example:8443", "https://gateway.example:8443"),
            ("http://127.0.0.1:8080/v1/admin", "http://127.0.0.1:8080/v1/admin"),
            ("http://127.9.9.9/", "http://127.9.9.9"),
            ("http://[::1]:8080/v1/admin", "http://[::1]:8080/v1/admin"),
            ("http://localhost:8080/a", "http://localhost:8080/a"),
        ] {
            assert_eq!(text.parse::<ApiUrl>().unwrap().to_string(), shown);
        }
        assert_eq!(ApiUrl::default(), ApiUrl::default().to_string().parse().unwrap());
    }

    #[test]
    fn what_would_expose_the_key_or_mislead_is_refused() {
        for (text, error) in [
            ("", UrlError::NotAUrl),
            ("api.mistral.ai/v1/admin", UrlError::NotAUrl),
            ("ftp://api.mistral.ai", UrlError::Scheme),
            ("http://api.mistral.ai/v1/admin", UrlError::Unencrypted),
            ("http://localhost.evil.example", UrlError::Unencrypted),
            ("http://127.0.0.1.evil.example", UrlError::Unencrypted),
            ("http://10.0.0.1", UrlError::Unencrypted),
            ("https://ada:pw@api.mistral.ai", UrlError::Credentials),
            ("https://api.mistral.ai/v1/admin?x=1", UrlError::Query),
            ("https://api.mistral.ai/v1/admin#x", UrlError::Query),
        ] {
            assert_eq!(text.parse::<ApiUrl>(), Err(error), "{text}");
        }
    }
}
