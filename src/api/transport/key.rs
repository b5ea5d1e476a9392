//! The Admin API key.
//!
//! Reads the key from text or a file, and puts it into headers. Guarantees that nothing else shows it: no `Display`, a
//! `Debug` that prints `[key]`, errors without the text, headers marked as sensitive.

use crate::escape;
use camino::Utf8Path;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::io::Read as _;

/// An Admin API key, created in the Backoffice for one organization.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// The largest file that is read as a key, in bytes.
const LARGEST: u64 = 1 << 16;

/// The fewest characters of a key. A shorter text may occur anywhere, so it could not be kept out of output.
const SHORTEST: usize = 8;

/// What is shown in the key's place.
const SHOWN: &str = "[key]";

/// Why there is no usable key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing but white space.
    #[error("the Admin API key is empty")]
    Empty,
    /// Fewer characters than any key has, with their number.
    #[error(
        "the Admin API key has only {0} of at least {SHORTEST} characters: it is cut off, or something else than a key"
    )]
    TooShort(usize),
    /// A character that is not allowed in keys and headers.
    #[error(
        "the Admin API key contains a space, a line break or another character that is not visible ASCII: \
         it must be the bare key, on one line"
    )]
    NotVisibleAscii,
    /// The key file can't be read.
    #[error("the Admin API key can't be read: {}", escape::line(&.0.to_string()))]
    Unreadable(std::io::Error),
    /// The file does not exist, and its name may be the key itself. The error doesn't contain it.
    #[error("the file in --api-key-file does not exist; the option takes the name of a file, not the key")]
    NoName,
}

/// A risk of a readable key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyWarning {
    /// People other than the owner can read or change the file.
    #[error("the key file `{}` can be read or changed by other users (mode {mode:03o}); run `chmod 600` on it", escape::line(.path))]
    OthersCanUse {
        /// The file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
}

impl ApiKey {
    /// Takes the key from a text, without the white space around it.
    ///
    /// # Errors
    ///
    /// The text can't be a key. The error doesn't hold the text.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(KeyError::NotVisibleAscii);
        }
        if text.len() < SHORTEST {
            return Err(KeyError::TooShort(text.len()));
        }
        Ok(Self(SecretString::from(text)))
    }

    /// Takes the key from a file, and says what is risky about the file.
    ///
    /// # Errors
    ///
    /// The file can't be read, or its text can't be a key.
    pub fn read(path: &Utf8Path) -> Result<(Self, Option<KeyWarning>), KeyError> {
        let read = || -> std::io::Result<String> {
            let mut text = String::new();
            let length = fs_err::File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
            match u64::try_from(length) {
                Ok(..=LARGEST) => Ok(text),
                _ => Err(std::io::Error::other(format!("`{path}` is too long for a key"))),
            }
        };
        let text = read().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidFilename if may_be_key(path) => {
                KeyError::NoName
            }
            _ => KeyError::Unreadable(error),
        });
        let text = SecretString::from(text?);
        let key = Self::new(text.expose_secret())?;
        Ok((key, warning(path).map_err(KeyError::Unreadable)?))
    }

    /// Whether a text contains the key.
    pub fn is_in(&self, text: &str) -> bool {
        text.contains(self.0.expose_secret())
    }

    /// The headers with the key. The vendor's schema requires a bearer token, the vendor's guide `x-api-key`
    /// (<https://docs.mistral.ai/admin/admin-api/authentication>); other clients send both too.
    pub(super) fn headers(&self) -> Result<HeaderMap, InvalidHeaderValue> {
        let sensitive = |text: &str| {
            let mut value = HeaderValue::from_str(text)?;
            value.set_sensitive(true);
            Ok(value)
        };
        let key = self.0.expose_secret();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, sensitive(&format!("Bearer {key}"))?);
        headers.insert("x-api-key", sensitive(key)?);
        Ok(headers)
    }

    /// An external text without the key: some servers repeat a refused key in their message.
    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(self.0.expose_secret(), SHOWN)
    }

    /// An answer without the key, so that output, journals, plans and snapshots can't contain it.
    pub(in crate::api) fn redact_body(&self, body: Vec<u8>) -> Vec<u8> {
        match std::str::from_utf8(&body) {
            Ok(text) if self.is_in(text) => self.redact(text).into_bytes(),
            Ok(_) => body,
            Err(_) => match String::from_utf8_lossy(&body) {
                text if self.is_in(&text) => self.redact(&text).into_bytes(),
                _ => body,
            },
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHOWN)
    }
}

/// Whether a path may be the key itself.
fn may_be_key(path: &Utf8Path) -> bool {
    /// In characters. Names of files are seldom as long and without a dot.
    const LONG: usize = 16;
    path.as_str().len() >= LONG && !path.as_str().contains(['/', '\\', '.'])
}

#[cfg(unix)]
fn warning(path: &Utf8Path) -> std::io::Result<Option<KeyWarning>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs_err::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & 0o066 != 0).then(|| KeyWarning::OthersCanUse { path: path.to_string(), mode }))
}

/// Other systems have access lists, which the standard library can't read.
#[cfg(not(unix))]
fn warning(_: &Utf8Path) -> std::io::Result<Option<KeyWarning>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let key = ApiKey::new("  s3cret-key\n").unwrap();
        assert_eq!(format!("{key:?}"), "[key]");
        let headers = key.headers().unwrap();
        assert_eq!(headers["x-api-key"], "s3cret-key");
        assert_eq!(headers[AUTHORIZATION], "Bearer s3cret-key");
        assert!(!format!("{headers:?}").contains("s3cret-key"));
        assert_eq!(key.redact("no such key: s3cret-key!"), "no such key: [key]!");
    }

    #[test]
    fn what_can_not_be_a_key_is_refused_without_showing_it() {
        assert!(matches!(ApiKey::new(" \n"), Err(KeyError::Empty)));
        for text in ["s3cret", "1234567"] {
            let error = ApiKey::new(text).unwrap_err();
            assert!(matches!(error, KeyError::TooShort(length) if length == text.len()), "{text}");
            assert!(!format!("{error:?} {error}").contains(text));
        }
        assert!(ApiKey::new("12345678").is_ok());
        for text in ["two words", "two\nlines", "schlüssel", "a\u{1b}[0m"] {
            let error = ApiKey::new(text).unwrap_err();
            assert!(matches!(error, KeyError::NotVisibleAscii), "{text:?}");
            assert!(!format!("{error:?} {error}").contains(text));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_worth_a_warning() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(dir.path()).unwrap().join("key");
        std::fs::write(&path, "s3cret-key\n").unwrap();
        let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();

        mode(0o640);
        let warning = ApiKey::read(&path).unwrap().1.unwrap().to_string();
        assert!(warning.ends_with("(mode 640); run `chmod 600` on it"), "{warning}");
        mode(0o600);
        assert_eq!(ApiKey::read(&path).unwrap().1, None);
        let missing = ApiKey::read(&path.with_file_name("other")).unwrap_err().to_string();
        assert!(missing.contains("other"), "{missing}");
        let key = "a1B2c3D4e5F6g7H8i9J0";
        let error = ApiKey::read(Utf8Path::new(key)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(key), "{error}");
    }
}
