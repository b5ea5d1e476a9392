//! How far a reading of the live organization is.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The numbers of resources that have been read so far. They grow while a list arrives page by page.
#[derive(Debug, Default)]
pub struct ReadingProgress {
    members: AtomicUsize,
    groups: AtomicUsize,
    groups_listed: AtomicUsize,
}

/// The numbers at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingCounts {
    pub members: usize,
    /// The groups of which members and workspaces have been read.
    pub groups: usize,
    /// The groups that are read in all; 0 until they are listed.
    pub groups_listed: usize,
}

impl ReadingProgress {
    /// The numbers at this moment.
    #[must_use]
    pub fn counts(&self) -> ReadingCounts {
        ReadingCounts {
            members: self.members.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            groups_listed: self.groups_listed.load(Ordering::Relaxed),
        }
    }

    /// The first page of the members has arrived. A list that is read again starts anew.
    pub(super) fn first_members(&self, number: usize) {
        self.members.store(number, Ordering::Relaxed);
    }

    /// Another page of the members has arrived.
    pub(super) fn more_members(&self, number: usize) {
        self.members.fetch_add(number, Ordering::Relaxed);
    }

    /// So many groups are about to be read.
    pub(super) fn groups_listed(&self, number: usize) {
        self.groups.store(0, Ordering::Relaxed);
        self.groups_listed.store(number, Ordering::Relaxed);
    }

    /// A group has been read.
    pub(super) fn group_read(&self) {
        self.groups.fetch_add(1, Ordering::Relaxed);
    }
}
