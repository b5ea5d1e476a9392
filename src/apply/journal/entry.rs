//! The lines of a journal.

use crate::escape;
use crate::model::{Email, Notes};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use uuid::Uuid;

/// The version of the format.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Entry {
    /// A run begins.
    Begin {
        at: Timestamp,
        format_version: String,
        /// The organization's identifier, or the base URL.
        organization: String,
        orgsync_version: String,
        /// The digest of the plan.
        plan: String,
        /// Invitations that earlier runs have deleted, and may not have sent again.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        deleted: BTreeSet<Uuid>,
        /// The people whose invitations this run renews, or earlier runs have deleted for that.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        renewals: BTreeMap<Uuid, Email>,
        /// What earlier runs have noted about people.
        #[serde(default)]
        notes: Notes,
        /// Members who get what had to wait until they joined, if this run ends as planned.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        completing: BTreeSet<Email>,
    },
    /// A request is about to go out.
    Request {
        at: Timestamp,
        number: u64,
        method: String,
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// The request was answered, or its answer was lost.
    Answer {
        at: Timestamp,
        number: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Addresses for which the change failed according to the answer.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        refused: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    /// The run has ended, and reported all outcomes.
    End { at: Timestamp, outcome: Ending },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything is as planned.
    Done,
    /// Something failed, and the report has said so.
    Failed,
    /// It was stopped.
    Interrupted,
}

/// A line of the journal, escaped.
pub(super) fn line(entry: &Entry) -> io::Result<Vec<u8>> {
    let mut line = escape::json(&serde_json::to_string(entry)?).into_owned().into_bytes();
    line.push(b'\n');
    Ok(line)
}

/// The people of a request for whom the change failed according to the answer.
pub(super) fn refused(body: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Lists {
        invalid_emails: Vec<String>,
        already_members: Vec<String>,
    }
    let Lists { mut invalid_emails, already_members } = serde_json::from_slice(body).unwrap_or_default();
    invalid_emails.extend(already_members);
    invalid_emails.iter().map(|email| email.trim().to_ascii_lowercase()).collect()
}
