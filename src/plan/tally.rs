//! Counting seats and admins.

use crate::model::Access;
use crate::model::{Product, Role, Seats};

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

/// What an operation does to seats and admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delta {
    /// Seats that people hold.
    pub used: PerProduct,
    /// Seats that people will take when they get in.
    pub pending: PerProduct,
    /// Live admins.
    pub admins: i64,
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

    pub(super) fn admins(mut self, count: i64) -> Self {
        self.admins += count;
        self
    }

    /// The part that uses up what is scarce: seats claimed, admins lost.
    #[must_use]
    pub fn claims(self) -> Self {
        let part = |number: i64| number.max(0);
        Self { used: self.used.map(part), pending: self.pending.map(part), admins: self.admins.min(0) }
    }

    /// The part that gives it back: seats set free, admins gained.
    #[must_use]
    pub fn releases(self) -> Self {
        let part = |number: i64| number.min(0);
        Self { used: self.used.map(part), pending: self.pending.map(part), admins: self.admins.max(0) }
    }

    /// Seats of a product that are claimed (more than 0) or set free (less).
    #[must_use]
    pub fn claimed(self, product: Product) -> i64 {
        self.used.get(product) + self.pending.get(product)
    }
}

/// How many seats of managed products and admins there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Seats that live members hold, declared or not.
    pub used: PerProduct,
    /// Seats that people will take when they get in.
    pub pending: PerProduct,
    /// Live members who are admins; invitations don't count.
    pub admins: i64,
    /// Unexpired invitations of people whom nobody declares, each counted with a seat of every managed product.
    pub undeclared_invitations: i64,
    /// Live members.
    pub members: usize,
    /// Live invitations, expired ones included.
    pub invitations: usize,
}

impl Tally {
    /// Counts a live member.
    pub(super) fn member(&mut self, access: Access, managed: Seats) {
        self.members += 1;
        self.used.add_all(access.seats & managed, 1);
        self.admins += i64::from(access.roles.contains(Role::Admin));
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
        self.admins += delta.admins;
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
