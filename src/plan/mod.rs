//! What is to be done: the difference between the desired and the live organization, as data.
//!
//! [`plan`] is pure and synchronous: the same desired and live organization give the same [`Plan`], whatever the order
//! of their parts. A plan is executed only after the checks have approved it; nothing here can write.

mod action;
mod diff;
mod document;
mod holders;
mod order;
mod person;
mod tally;

pub use action::{Action, Kind, Operation, Phase};
pub use document::{PlanDocument, SeatsDocument, Summary, seat_budget};
pub use holders::{ProductSeats, SeatsReport, seats};
pub use person::{Entry, Explanation, Presence, Source, explain};
pub use tally::{Delta, PerProduct, Tally};

use crate::diag::Diagnostic;
use crate::model::{Budget, Desired, Email, Live, Product, Seats};
use std::collections::BTreeMap;

/// The difference between the desired and the live organization.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is to be done, in the order of an apply.
    pub actions: Vec<Action>,
    /// What is live and declared nowhere, and is left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Declared people who are not in yet, and for whom there is nothing to do now.
    pub waiting: Vec<Waiting>,
    /// Who will take seats on coming in, as things are before the plan.
    pub promised: Vec<Promise>,
    /// Declared people whose roles the API can't write: only their seats are managed.
    pub locked: Vec<Locked>,
    /// What can't be planned at all.
    pub faults: Vec<Diagnostic>,
    /// Seats and admins before the plan.
    pub before: Tally,
    /// Seats and admins after it.
    pub after: Tally,
    /// What seats and admins are held against.
    pub limits: Limits,
}

impl Plan {
    /// The fewest live admins that there are at any moment of an apply. Admins who are created come last, and can't
    /// stand in for one who goes before.
    #[must_use]
    pub fn fewest_admins(&self) -> i64 {
        let last = self.actions.iter().filter(|action| action.phase == Phase::Takes);
        let created: i64 = last.map(|action| action.operation.delta().releases().admins).sum();
        self.before.admins.min(self.after.admins - created)
    }
}

/// What seats and admins are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The seats of each managed product that may be in use.
    pub seats: BTreeMap<Product, i64>,
    /// The seats of each managed product that have been bought, those in reserve included.
    pub purchased: BTreeMap<Product, i64>,
    /// The fewest live admins.
    pub min_admins: i64,
}

/// Something that is live, declared nowhere and left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmanaged {
    /// What it is.
    pub kind: UnmanagedKind,
    /// Its address; without one, its name or identifier with everything harmful made visible.
    pub target: String,
    /// Why it is left alone although the policy may say otherwise.
    pub note: Option<&'static str>,
}

/// Kinds of unmanaged things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnmanagedKind {
    /// A member.
    Member,
    /// An invitation.
    Invitation,
}

impl UnmanagedKind {
    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Invitation => "invitation",
        }
    }
}

/// Seats that somebody will take on coming in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The address, or what else there is to call them by, with everything harmful made visible.
    pub who: String,
    /// The seats of managed products.
    pub seats: Seats,
}

/// A declared person with a role that the API can't write, such as a custom one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    /// Who.
    pub email: Email,
    /// All roles that the person has, with everything harmful made visible.
    pub roles: Vec<String>,
}

/// A declared person who is not in yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// What for.
    pub cause: WaitingCause,
    /// Who.
    pub email: Email,
}

/// What a declared person who is not in yet waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitingCause {
    /// The invitation is pending.
    Acceptance,
    /// The invitation has expired, and the policy is to report that.
    ExpiredInvitation,
    /// The first sign-in through the identity provider.
    SignIn,
}

impl WaitingCause {
    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::ExpiredInvitation => "expired_invitation",
            Self::SignIn => "sign_in",
        }
    }
}

/// Compares the desired with the live organization.
#[must_use]
pub fn plan(desired: &Desired, live: &Live) -> Plan {
    let diff::Difference { operations, unmanaged, waiting, locked, promised, faults, before } =
        diff::diff(desired, live);
    let mut after = before.clone();
    for (operation, _) in &operations {
        after.add(operation.delta());
    }
    let limit = |(product, (budget, _)): (&Product, &(Budget, _))| (*product, i64::from(budget.limit()));
    let purchased =
        |(product, (budget, _)): (&Product, &(Budget, _))| (*product, i64::from(budget.purchased));
    let limits = Limits {
        seats: desired.budgets.iter().map(limit).collect(),
        purchased: desired.budgets.iter().map(purchased).collect(),
        min_admins: i64::from(desired.policy.min_admins),
    };
    Plan {
        actions: order::order(operations),
        unmanaged,
        waiting,
        locked,
        promised,
        faults,
        before,
        after,
        limits,
    }
}
