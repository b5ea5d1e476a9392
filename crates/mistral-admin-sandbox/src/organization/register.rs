//! An ordered collection, found by id and, where it holds people, by address.
//!
//! Rows keep the order in which they were added, even if others are removed. Finding, adding and removing stay cheap at
//! tens of thousands of rows: a position is a number that is never used again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// What a [`Register`] finds a row by. The id never changes, the address only through [`Register::readdress`].
pub(crate) trait Entry {
    /// Unique in one register.
    fn uuid(&self) -> Uuid;
    /// Several rows may have the same.
    fn email(&self) -> Option<&str> {
        None
    }
}

/// Rows in order, indexed by id and by address without letter case.
#[derive(Debug, Clone)]
pub(crate) struct Register<T> {
    rows: BTreeMap<u64, T>,
    by_uuid: HashMap<Uuid, u64>,
    by_address: HashMap<String, BTreeSet<u64>>,
    next: u64,
}

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), by_uuid: HashMap::new(), by_address: HashMap::new(), next: 0 }
    }
}

impl<T: Entry> Register<T> {
    pub(crate) fn push(&mut self, row: T) {
        let position = self.next;
        self.next += 1;
        self.by_uuid.insert(row.uuid(), position);
        self.link(&row, position);
        self.rows.insert(position, row);
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&T> {
        self.by_uuid.get(&id).and_then(|position| self.rows.get(position))
    }

    pub(crate) fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        self.by_uuid.get(&id).and_then(|position| self.rows.get_mut(position))
    }

    pub(crate) fn remove(&mut self, id: Uuid) -> Option<T> {
        let position = self.by_uuid.remove(&id)?;
        let row = self.rows.remove(&position)?;
        self.unlink(&row, position);
        Some(row)
    }

    /// Changes the address of a row. Unlike [`get_mut`](Self::get_mut), keeps the index by address.
    pub(crate) fn readdress(&mut self, id: Uuid, change: impl FnOnce(&mut T)) {
        let Some(position) = self.by_uuid.get(&id).copied() else { return };
        let Some(mut row) = self.rows.remove(&position) else { return };
        self.unlink(&row, position);
        change(&mut row);
        self.link(&row, position);
        self.rows.insert(position, row);
    }

    fn link(&mut self, row: &T, position: u64) {
        if let Some(email) = row.email() {
            self.by_address.entry(fold(email)).or_default().insert(position);
        }
    }

    fn unlink(&mut self, row: &T, position: u64) {
        if let Some(address) = row.email().map(fold)
            && let Some(positions) = self.by_address.get_mut(&address)
        {
            positions.remove(&position);
            if positions.is_empty() {
                self.by_address.remove(&address);
            }
        }
    }

    /// The rows with an address, in order.
    pub(crate) fn at(&self, email: &str) -> impl Iterator<Item = &T> {
        let positions = self.by_address.get(&fold(email));
        positions.into_iter().flatten().filter_map(|position| self.rows.get(position))
    }

    pub(crate) fn has_address(&self, email: &str) -> bool {
        self.by_address.contains_key(&fold(email))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.values()
    }

    /// The rows with an address, or all, and their number.
    pub(crate) fn select<'a>(&'a self, email: Option<&str>) -> (usize, Box<dyn Iterator<Item = &'a T> + 'a>) {
        match email {
            None => (self.len(), Box::new(self.iter())),
            Some(email) => {
                let rows: Vec<&T> = self.at(email).collect();
                (rows.len(), Box::new(rows.into_iter()))
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// The form in which addresses are compared: without letter case.
pub(crate) fn fold(email: &str) -> String {
    email.to_lowercase()
}
