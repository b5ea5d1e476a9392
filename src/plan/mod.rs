//! What is to be done: the difference between the desired and the live organization, as data.
//!
//! [`plan`] is pure and synchronous: the same desired and live organization give the same [`Plan`], whatever the order
//! of their parts. A plan is executed only after the checks have approved it; nothing here can write.

mod action;
mod base;
mod diff;
mod document;
mod holders;
mod late;
mod order;
mod outlook;
mod own;
mod person;
mod reach;
mod saved;
mod tally;

pub use action::{
    Action, ActionOrigin, Assignment, GroupOperation, Key, Kind, Leaves, Membership, Operation, Participant,
    PersonOperation, Phase, Reference, WorkspaceOperation,
};
pub use base::Base;
pub use document::{
    Counts, Origin, PlanDocument, RequiredMember, RequiredWorkspace, Requires, RestoreError, Saved,
    SeatsDocument, StateDocument, Summary, seat_budget,
};
pub use holders::{ProductSeats, SeatsReport, seats};
pub use outlook::{Admins, Demotion};
pub use own::{Shown, own_access};
pub use person::{Entry, Explanation, Presence, Source, explain};
pub use reach::{Groups, Holders};
pub use saved::{Recognized, Revised, Standing, Whole, standings};
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
    /// What is declared and the API can't change.
    pub locked: Vec<Locked>,
    /// What can't be planned at all.
    pub faults: Vec<Diagnostic>,
    /// Seats before the plan.
    pub before: Tally,
    /// Seats after it.
    pub after: Tally,
    /// The admins before the plan, during it and after it.
    pub admins: Admins,
    /// Who stays and is no longer what they were.
    pub demotions: Vec<Demotion>,
    /// What seats and admins are held against.
    pub limits: Limits,
    /// The files that it was compared with, if it was.
    pub base: Option<Base>,
    /// What was to be done as long as these files were in force, and is not any more.
    pub withdrawn: Vec<Action>,
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

impl Limits {
    fn of(desired: &Desired) -> Self {
        let budgets = || desired.budgets.iter().map(|(product, (budget, _))| (*product, *budget));
        Self {
            seats: budgets()
                .map(|(product, budget): (Product, Budget)| (product, i64::from(budget.limit())))
                .collect(),
            purchased: budgets().map(|(product, budget)| (product, i64::from(budget.purchased))).collect(),
            min_admins: i64::from(desired.policy.min_admins),
        }
    }
}

/// Something that is live, declared nowhere and left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmanaged {
    /// What it is.
    pub kind: UnmanagedKind,
    /// The workspace or group that it is in, if it is there that nobody declares it. Harmless text.
    pub within: Option<String>,
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
    /// A group.
    Group,
    /// Somebody in a workspace.
    WorkspaceMember,
    /// Somebody in a group.
    GroupMember,
}

impl UnmanagedKind {
    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Invitation => "invitation",
            Self::Group => "group",
            Self::WorkspaceMember => "workspace_member",
            Self::GroupMember => "group_member",
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

/// Something declared that the API can't change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locked {
    /// A person with a role that the API can't write, such as a custom one. Only the seats are managed.
    Member {
        /// Who.
        email: Email,
        /// All roles that the person has, with everything harmful made visible.
        roles: Vec<String>,
    },
    /// A group that belongs to the identity provider.
    Group {
        /// Which, by the name in the files.
        name: String,
    },
}

/// A declared person who is not in yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// What for.
    pub cause: WaitingCause,
    /// Who.
    pub email: Email,
    /// The workspaces that the person is to be in by themselves, once they are in.
    pub workspaces: Vec<String>,
    /// The groups that the person is to be in, once they are in.
    pub groups: Vec<String>,
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
    let limits = Limits::of(desired);
    let actions = order::order(operations, live);
    let (admins, demotions) = outlook::outlook(desired, live, &actions);
    Plan {
        actions,
        unmanaged,
        waiting,
        locked,
        promised,
        faults,
        before,
        after,
        admins,
        demotions,
        limits,
        base: None,
        withdrawn: Vec::new(),
    }
}
