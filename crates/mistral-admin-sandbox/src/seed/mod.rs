//! Reads seeds strictly, with messages that say what is wrong and where.

mod check;
mod document;

pub(crate) use document::write;

use crate::organization::{Organization, Product};
use crate::text;
use document::{Document, KEYS};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeMap;

/// A valid snapshot document, from which an organization starts.
#[derive(Debug, Clone)]
pub struct Seed(Organization);

/// Why a text is not a seed. The message names the file, the position and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It is not JSON, or does not have the shape of a snapshot.
    #[error("{file}: {place}{message}; a seed is a document in the format of `orgsync snapshot`")]
    Shape {
        /// The file, as the caller named it.
        file: String,
        /// Where in the document, as a path with a colon after it, or empty.
        place: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// The major version of the document is not supported.
    #[error(
        "{file}: format_version {found} is not supported, only 1.x; take a new snapshot with this version of orgsync"
    )]
    Version {
        /// The file, as the caller named it.
        file: String,
        /// The version in it.
        found: String,
    },
    /// An unknown key.
    #[error("{file}: unknown key `{key}`; the keys are {}", KEYS.join(", "))]
    UnknownKey {
        /// The file, as the caller named it.
        file: String,
        /// The key.
        key: String,
    },
    /// A reference is broken, or a value that must be unique is not.
    #[error("{file}: {place} {message}")]
    Inconsistent {
        /// The file, as the caller named it.
        file: String,
        /// Where in the document, as a path.
        place: String,
        /// What is wrong there, and what to do.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(expecting = "an object with `format_version`")]
struct Head {
    format_version: String,
}

impl Seed {
    /// Reads the text of a snapshot. `name` is what messages call the file.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and where.
    pub fn parse(name: &str, text: &str) -> Result<Self, SeedError> {
        let file = text::line(name).into_owned();
        let head: Head = read(&file, text)?;
        let minor = match head.format_version.split_once('.') {
            Some(("1", minor)) => minor.parse::<u32>().ok(),
            _ => None,
        };
        let Some(minor) = minor else {
            return Err(SeedError::Version { file, found: text::excerpt(&head.format_version) });
        };
        // A later minor version may add keys. In this one, an unknown key is a mistake.
        if minor == 0 {
            let keys: BTreeMap<String, IgnoredAny> = read(&file, text)?;
            if let Some(key) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
                return Err(SeedError::UnknownKey { file, key: text::excerpt(key) });
            }
        }
        let document: Document = read(&file, text)?;
        check::organization(document).map(Self).map_err(|wrong| SeedError::Inconsistent {
            file,
            place: wrong.place,
            message: wrong.message,
        })
    }

    /// The document that a sandbox writes into its state file when it starts from this seed at a time.
    ///
    /// # Errors
    ///
    /// None is known: each seed that was read can be written.
    pub fn into_state(self, now: Timestamp) -> serde_json::Result<Vec<u8>> {
        let organization = self.start(BTreeMap::new(), now);
        write(&organization, now)
    }

    /// The organization of a sandbox without a seed.
    pub(crate) fn default_at(now: Timestamp) -> Self {
        Self(Organization::with_one_admin(now))
    }

    /// The organization when a run begins. `purchased` overrides what the seed says.
    pub(crate) fn start(self, purchased: BTreeMap<Product, u32>, now: Timestamp) -> Organization {
        let Self(mut organization) = self;
        organization.purchased.extend(purchased);
        organization.begin(now);
        organization
    }
}

fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, SeedError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let shape = |place: String, error: &serde_json::Error| SeedError::Shape {
        file: file.to_owned(),
        place,
        message: text::excerpt(&error.to_string()),
    };
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // A key that could not be read is `?` in a path, which helps no reader.
        let path = error.path().to_string();
        let path = path.trim_end_matches('?').trim_end_matches('.');
        let place = if path.is_empty() { String::new() } else { format!("{}: ", text::excerpt(path)) };
        shape(place, error.inner())
    })?;
    json.end().map_err(|error| shape(String::new(), &error))?;
    Ok(value)
}
