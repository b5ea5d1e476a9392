//! Counting seats.

use crate::model::Access;
use crate::model::{Product, Seats};

/// A number for each product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerProduct {
    le_chat: i64,
    mistral_code: i64,
}

impl PerProduct {
    /// The number of one product.
    #[must_use]
    pub fn get(self, product: Product) -> i64 {
        match product {
            Product::LeChat => self.le_chat,
            Product::MistralCode => self.mistral_code,
        }
    }

    fn add(&mut self, product: Product, count: i64) {
        match product {
            Product::LeChat => self.le_chat += count,
            Product::MistralCode => self.mistral_code += count,
        }
    }

    fn map(self, change: impl Fn(i64) -> i64) -> Self {
        Self { le_chat: change(self.le_chat), mistral_code: change(self.mistral_code) }
    }

    fn add_all(&mut self, seats: Seats, count: i64) {
        for product in seats {
            self.add(product, count);
        }
    }
}

/// What an operation does to seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delta {
    /// Seats that people hold.
    pub used: PerProduct,
    /// Seats that people will take when they get in.
    pub pending: PerProduct,
}

impl Delta {
    pub(super) fn used(mut self, seats: Seats, count: i64) -> Self {
        self.used.add_all(seats, count);
        self
    }

    pub(super) fn pending(mut self, seats: Seats, count: i64) -> Self {
        self.pending.add_all(seats, count);
        self
    }

    /// The part that uses up what is scarce: seats claimed.
    #[must_use]
    pub fn claims(self) -> Self {
        let part = |number: i64| number.max(0);
        Self { used: self.used.map(part), pending: self.pending.map(part) }
    }

    /// The part that gives it back: seats set free.
    #[must_use]
    pub fn releases(self) -> Self {
        let part = |number: i64| number.min(0);
        Self { used: self.used.map(part), pending: self.pending.map(part) }
    }

    /// Seats of a product that are claimed (more than 0) or set free (less).
    #[must_use]
    pub fn claimed(self, product: Product) -> i64 {
        self.used.get(product) + self.pending.get(product)
    }
}

/// How many seats of managed products there are, and how many people and things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Seats that live members hold, declared or not.
    pub used: PerProduct,
    /// Seats that people will take when they get in.
    pub pending: PerProduct,
    /// Unexpired invitations of people whom nobody declares, each counted with a seat of every managed product.
    pub undeclared_invitations: i64,
    /// Live members.
    pub members: usize,
    /// Live invitations, expired ones included.
    pub invitations: usize,
    /// Active workspaces.
    pub workspaces: usize,
    /// People's places in workspaces that no group explains, without the default workspace.
    pub workspace_members: usize,
    /// Live groups.
    pub groups: usize,
    /// People's places in groups.
    pub group_members: usize,
}

impl Tally {
    /// Counts a live member.
    pub(super) fn member(&mut self, access: Access, managed: Seats) {
        self.members += 1;
        self.used.add_all(access.seats & managed, 1);
    }

    /// Counts seats that somebody will take.
    pub(super) fn promise(&mut self, seats: Seats) {
        self.pending.add_all(seats, 1);
    }

    /// Takes an operation's effect in.
    pub fn add(&mut self, delta: Delta) {
        for product in Seats::all() {
            self.used.add(product, delta.used.get(product));
            self.pending.add(product, delta.pending.get(product));
        }
    }

    /// Seats of a product that are used or promised.
    #[must_use]
    pub fn claimed(&self, product: Product) -> i64 {
        self.used.get(product) + self.pending.get(product)
    }

    /// Seats that are used, of all managed products together.
    #[must_use]
    pub fn all_used(&self) -> i64 {
        Seats::all().into_iter().map(|product| self.used.get(product)).sum()
    }
}
