//! Counts seats of managed products.

use crate::model::{Product, Seats};
use crate::plan::operation::{ByResource, Operation, PersonOperation};

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

/// The effect of an operation on the seats of managed products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatChange {
    /// Seats that members hold.
    pub used: PerProduct,
    /// Seats that people take when they join.
    pub pending: PerProduct,
}

impl SeatChange {
    /// The effect of an operation. Unmanaged products don't count.
    #[must_use]
    pub fn of(operation: &Operation, managed: Seats) -> Self {
        let mut change = Self::default();
        let mut used = |seats: Seats, count| change.used.add_all(seats & managed, count);
        // Workspaces and groups take no seats.
        let ByResource::Person(operation) = operation.by_resource() else { return change };
        match operation {
            PersonOperation::MemberCreate(op) => used(op.after.seats, 1),
            PersonOperation::MemberUpdate(op) => {
                used(op.before.seats, -1);
                used(op.after.seats, 1);
            }
            PersonOperation::MemberRemove(op) => used(op.before.seats, -1),
            PersonOperation::InvitationSend(op) => change.pending.add_all(op.after.seats & managed, 1),
            // An invitation that has not expired is counted with these seats already.
            PersonOperation::InvitationRenew(op) => {
                change.pending.add_all(op.after.seats & managed, i64::from(op.before.expired));
            }
            PersonOperation::InvitationRevoke(op) => change.pending.add_all(op.pending & managed, -1),
        }
        change
    }

    /// The part that claims seats.
    #[must_use]
    pub fn claims(self) -> Self {
        let part = |number: i64| number.max(0);
        Self { used: self.used.map(part), pending: self.pending.map(part) }
    }

    /// The part that frees seats.
    #[must_use]
    pub fn releases(self) -> Self {
        let part = |number: i64| number.min(0);
        Self { used: self.used.map(part), pending: self.pending.map(part) }
    }

    /// Seats of a product that are claimed (more than 0) or freed (less).
    #[must_use]
    pub fn claimed(self, product: Product) -> i64 {
        self.used.get(product) + self.pending.get(product)
    }
}

/// How many seats of managed products are used and pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatCount {
    /// Seats that live members hold, declared or not.
    pub used: PerProduct,
    /// Seats that people take when they join.
    pub pending: PerProduct,
}

impl SeatCount {
    pub(crate) fn add_used(&mut self, seats: Seats) {
        self.used.add_all(seats, 1);
    }

    pub(crate) fn add_pending(&mut self, seats: Seats) {
        self.pending.add_all(seats, 1);
    }

    /// Adds the effect of an operation.
    pub fn apply(&mut self, change: SeatChange) {
        for product in Seats::all() {
            self.used.add(product, change.used.get(product));
            self.pending.add(product, change.pending.get(product));
        }
    }

    /// Seats of a product that are used or pending.
    #[must_use]
    pub fn claimed(&self, product: Product) -> i64 {
        self.used.get(product) + self.pending.get(product)
    }

    /// Seats in use, of all managed products together.
    #[must_use]
    pub fn all_used(&self) -> i64 {
        Seats::all().into_iter().map(|product| self.used.get(product)).sum()
    }
}
