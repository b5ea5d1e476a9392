//! Addresses, which identify people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An address in the form that orgsync compares and sends: ASCII, lower case, no quoted local part.
///
/// To the vendor and to orgsync, addresses that differ only in case are the same person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Box<str>")]
#[schemars(with = "String")]
pub struct Email(Box<str>);

/// Why a text is not an address that orgsync accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Not exactly one `@`.
    #[error("an address has exactly one `@`")]
    At,
    /// A letter outside ASCII.
    #[error("an address has only ASCII characters")]
    NotAscii,
    /// The part before the `@` is empty, too long, quoted or has a character that is not allowed.
    #[error(
        "the part before the `@` may have letters, digits, single dots and !#$%&'*+-/=?^_`{{|}}~, at most 64"
    )]
    Local,
    /// The part after the `@` is not a host name with at least one dot.
    #[error("the part after the `@` must be a domain such as `acme.example`")]
    Domain,
    /// Longer than the 254 characters that mail allows.
    #[error("an address has at most 254 characters")]
    TooLong,
}

impl Email {
    /// The longest address that mail can carry (RFC 5321, with erratum 1690).
    const MAX_LEN: usize = 254;

    /// Reads an address and puts it in lower case.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence for people.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if !text.is_ascii() {
            return Err(InvalidEmail::NotAscii);
        }
        if text.len() > Self::MAX_LEN {
            return Err(InvalidEmail::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail::At)?;
        if domain.contains('@') {
            return Err(InvalidEmail::At);
        }
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(InvalidEmail::Local);
        }
        if !is_domain(domain) {
            return Err(InvalidEmail::Domain);
        }
        Ok(Self(text.to_ascii_lowercase().into_boxed_str()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, in lower case.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl TryFrom<Box<str>> for Email {
    type Error = InvalidEmail;

    fn try_from(text: Box<str>) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text is a host name of at least two labels, in any letter case.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

fn is_atom(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_is_dropped() {
        let email = Email::parse("Ada.Lovelace@ACME.Example").unwrap();
        assert_eq!(email.as_str(), "ada.lovelace@acme.example");
        assert_eq!(email.domain(), "acme.example");
    }

    #[test]
    fn what_the_vendor_could_take_apart_or_refuse_is_refused() {
        for (text, why) in [
            ("", InvalidEmail::At),
            ("ada", InvalidEmail::At),
            ("a@b@acme.example", InvalidEmail::At),
            ("@acme.example", InvalidEmail::Local),
            ("\"ada l\"@acme.example", InvalidEmail::Local),
            ("ada,bob@acme.example", InvalidEmail::Local),
            ("ada bob@acme.example", InvalidEmail::Local),
            ("ada\n@acme.example", InvalidEmail::Local),
            (".ada@acme.example", InvalidEmail::Local),
            ("a..da@acme.example", InvalidEmail::Local),
            ("ada@acme", InvalidEmail::Domain),
            ("ada@-acme.example", InvalidEmail::Domain),
            ("ada@[127.0.0.1]", InvalidEmail::Domain),
            ("ada@acme.example.", InvalidEmail::Domain),
            ("ädä@acme.example", InvalidEmail::NotAscii),
        ] {
            assert_eq!(Email::parse(text), Err(why), "{text:?}");
        }
        let long = format!("ada@{}example", "a.".repeat(130));
        assert_eq!(Email::parse(&long), Err(InvalidEmail::TooLong));
    }
}
