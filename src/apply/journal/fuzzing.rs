//! Any text, taken as a journal: for the fuzzer.
#![allow(clippy::panic, reason = "a panic is what a fuzzer looks for")]

use super::earlier_runs::{Past, PastError};
use super::entry::{Entry, line};
use crate::escape;
use jiff::{SignedDuration, Timestamp};

/// The organization whose journals are read.
pub const ORGANIZATION: &str = "0f0f0f0f-0000-4000-8000-000000000000";

/// Reads a journal, and checks what holds for every one. Returns the error for one that can't be used.
pub fn journal(text: &str) -> Option<String> {
    let past = match Past::read(text.as_bytes(), ORGANIZATION) {
        Ok(past) => past,
        Err(error) => return Some(error.to_string()),
    };
    assert!(past.unanswered <= past.requests, "{past:?}");
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        for settle in [SignedDuration::ZERO, SignedDuration::from_secs(60), SignedDuration::MAX] {
            let recent = past.recent(now, settle);
            assert!(recent.is_none_or(|(expected, until)| !expected.is_empty() && until >= now));
        }
    }
    // A run that was cut off, wherever that was, leaves a journal; its first line comes to be as a whole.
    let first = text.find('\n').map_or(text.len(), |end| end + 1);
    for end in (first..text.len()).rev().step_by(61) {
        let cut = text.as_bytes().get(..end).map(|cut| Past::read(cut, ORGANIZATION));
        assert!(cut.is_none_or(|past| past.is_ok()), "{text:?} cut at {end}");
    }
    assert_eq!(again(text, &past), Ok(()));
    None
}

/// What is read and written says the same to the next reader.
fn again(text: &str, past: &Past) -> Result<(), PastError> {
    let mut whole = Vec::new();
    let complete = text.rfind('\n').map_or(text, |end| text.get(..end).unwrap_or_default());
    for entry in complete.lines().map(serde_json::from_str::<Entry>) {
        let Ok(entry) = entry else { panic!("a journal with a line that is none") };
        let Ok(written) = line(&entry) else { panic!("{entry:?} can't be written") };
        assert_eq!(serde_json::from_slice::<Entry>(&written).ok(), Some(entry));
        whole.extend(written);
    }
    let text = String::from_utf8_lossy(&whole);
    let raw = text.chars().find(|c| *c != '\n' && escape::is_hostile(*c));
    assert!(raw.is_none() && !text.lines().any(escape::is_command), "{text:?}");
    assert_eq!(Past::read(&whole, ORGANIZATION)?, *past);
    Ok(())
}
