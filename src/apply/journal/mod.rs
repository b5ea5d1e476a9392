//! The journal: a record before and after each request that changes something, so that the next run knows what an
//! interrupted run may have done.
//!
//! It has one JSON object per line, written before the request goes out. A journal belongs to one organization. It
//! contains names and addresses, but never the key, because no request has the key in its path or body.

mod earlier_runs;
mod entry;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod lock;

pub use earlier_runs::{Memory, Past, PastError, Renewals};
pub use entry::Ending;
pub use lock::{Lock, LockError};

use crate::api::WriteObserver;
use crate::clock::now_in_milliseconds as now;
use crate::source::folder_of;
use camino::Utf8Path;
use entry::{Entry, FORMAT_VERSION, line};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, PoisonError};

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    file: File,
    /// The length of all complete lines, in bytes.
    whole: u64,
    /// The number of the last request.
    last: u64,
}

impl Journal {
    /// Starts a journal, and replaces an old one. Only the owner can read it.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn begin(path: &Utf8Path, organization: &str, plan: &str, memory: &Memory) -> io::Result<Self> {
        let folder = folder_of(path);
        fs_err::create_dir_all(folder)?;
        let begin = Entry::Begin {
            at: now(),
            format_version: FORMAT_VERSION.to_owned(),
            organization: organization.to_owned(),
            orgsync_version: env!("CARGO_PKG_VERSION").to_owned(),
            plan: plan.to_owned(),
            deleted: memory.renewals.deleted.clone(),
            renewals: memory.renewals.people.clone(),
            notes: memory.notes.clone(),
            completing: memory.completing.clone(),
        };
        // Replaces the old one atomically, so that an interrupted run leaves one of the two.
        let (file, place) = tempfile::NamedTempFile::new_in(folder)?.into_parts();
        let mut inner = Inner { file, whole: 0, last: 0 };
        inner.write(&begin)?;
        inner.file.sync_data()?;
        place.persist(path)?;
        Ok(Self(Mutex::new(inner)))
    }

    /// Ends the journal: the run has reported all outcomes.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn end(&self, ending: Ending) -> io::Result<()> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.write(&Entry::End { at: now(), outcome: ending })
    }
}

impl Inner {
    /// Writes a line with one write, so that an interrupted run leaves only complete lines, except for the last. If the
    /// write fails, the partial line is removed.
    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let line = line(entry)?;
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.whole)?;
            self.file.seek(SeekFrom::Start(self.whole))?;
            return Err(error);
        }
        self.whole += line.len() as u64;
        Ok(())
    }
}

impl WriteObserver for Journal {
    fn sending(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<u64> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last += 1;
        let number = inner.last;
        // What would make something twice must be known even when the machine goes away.
        let makes = method == "POST";
        let (method, path, body) = (method.to_owned(), path.to_owned(), body.cloned());
        inner.write(&Entry::Request { at: now(), number, method, path, body })?;
        if makes {
            inner.file.sync_data()?;
        }
        Ok(number)
    }

    fn answered(&self, number: u64, outcome: Result<(u16, &[u8]), &str>) {
        let (status, refused, failure) = match outcome {
            Ok((status, body)) => (Some(status), entry::refused(body), None),
            Err(failure) => (None, Vec::new(), Some(failure.to_owned())),
        };
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Where this can't be noted, the next request can't either, and is not sent.
        let _ = inner.write(&Entry::Answer { at: now(), number, status, refused, failure });
    }
}
