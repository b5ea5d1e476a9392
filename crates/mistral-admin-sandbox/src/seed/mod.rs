//! Reading a seed: strict, and clear about what is wrong where.

mod groups;
mod resolve;
mod workspaces;

use super::document::{self, Document, KEYS};
use super::organization::{Groups, Member, Memberships, Organization, Parts, RoleList, Spelling};
use crate::escape;
use crate::organization::Role;
use crate::product::Product;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeMap;

/// What an organization starts from: a snapshot document that has been read and found right.
#[derive(Debug, Clone)]
pub struct Seed {
    parts: Parts,
}

/// Why a text is no seed; the message names the file, the place and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It is no JSON, or something in it has not the shape that a snapshot has.
    #[error("{file}: {place}{message}; a seed is a document as `orgsync snapshot` writes it")]
    Shape {
        /// The file, as the caller named it.
        file: String,
        /// Where in the document, as a path with a colon behind it, or nothing.
        place: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// The document's major version is one that this program does not know.
    #[error(
        "{file}: format_version {found} is not supported, 1.x is; take the snapshot again with this orgsync"
    )]
    Version {
        /// The file, as the caller named it.
        file: String,
        /// The version in it.
        found: String,
    },
    /// A key that no document has.
    #[error("{file}: unknown key `{key}`; the keys are {}", KEYS.join(", "))]
    UnknownKey {
        /// The file, as the caller named it.
        file: String,
        /// The key.
        key: String,
    },
    /// Two things are in each other's way, or something refers to what is not there.
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
        let file = escape::line(name).into_owned();
        let head: Head = read(&file, text)?;
        let minor = match head.format_version.split_once('.') {
            Some(("1", minor)) => minor.parse::<u32>().ok(),
            _ => None,
        };
        let Some(minor) = minor else {
            return Err(SeedError::Version { file, found: escape::excerpt(&head.format_version) });
        };
        // A later minor version may add keys; in this one, an unknown key is a slip of the pen.
        if minor == 0 {
            let keys: BTreeMap<String, IgnoredAny> = read(&file, text)?;
            if let Some(key) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
                return Err(SeedError::UnknownKey { file, key: escape::excerpt(key) });
            }
        }
        let document: Document = read(&file, text)?;
        match resolve::parts(document) {
            Ok(parts) => Ok(Self { parts }),
            Err(fault) => Err(SeedError::Inconsistent { file, place: fault.place, message: fault.message }),
        }
    }

    /// What a sandbox that starts as this seed at a time writes into its state file.
    ///
    /// # Errors
    ///
    /// None that is known: whatever was read as a seed can be written.
    pub fn into_state(self, now: Timestamp) -> serde_json::Result<Vec<u8>> {
        document::write(&self.into_organization(BTreeMap::new(), now), now)
    }

    /// The organization of somebody who brings no seed: one admin without seats.
    pub(crate) fn default_at(now: Timestamp) -> Self {
        let roles = vec![Spelling::Letter(Role::Admin)];
        let mut admin = Member::new("admin@sandbox.example".to_owned(), roles, now);
        admin.call("Sandbox".to_owned(), "Admin".to_owned());
        Self {
            parts: Parts {
                members: vec![admin],
                invitations: Vec::new(),
                roles: RoleList::default(),
                workspaces: Vec::new(),
                archived: Vec::new(),
                memberships: Memberships::default(),
                groups: Some(Groups::default()),
                uuid: None,
                api_keys: Vec::new(),
                purchased: BTreeMap::new(),
                advanced_days: 0,
            },
        }
    }

    /// The organization from a time on, with other figures for what has been bought where there are any.
    pub(crate) fn into_organization(
        mut self,
        purchased: BTreeMap<Product, u32>,
        now: Timestamp,
    ) -> Organization {
        self.parts.purchased.extend(purchased);
        Organization::new(self.parts, now)
    }
}

fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, SeedError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let shape = |place: String, error: &serde_json::Error| SeedError::Shape {
        file: file.to_owned(),
        place,
        message: escape::excerpt(&error.to_string()),
    };
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // A key that could not be read is `?` in a path, and tells nothing.
        let path = error.path().to_string();
        let path = path.trim_end_matches('?').trim_end_matches('.');
        let place = if path.is_empty() { String::new() } else { format!("{}: ", escape::excerpt(path)) };
        shape(place, error.inner())
    })?;
    json.end().map_err(|error| shape(String::new(), &error))?;
    Ok(value)
}
