//! The limits of a plan: the seat budget, the fewest admins, and the number of live resources of each kind.

use super::state::count_direct_memberships;
use crate::model::{Budget, Desired, Live, Product, Seats};
use std::collections::BTreeMap;

/// The limits for seats and admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub budgets: BTreeMap<Product, Budget>,
    /// The fewest live admins.
    pub min_admins: i64,
}

impl Limits {
    /// The limits that the files set.
    #[must_use]
    pub fn of(desired: &Desired) -> Self {
        let budgets = desired.budgets.iter().map(|(product, (budget, _))| (*product, *budget));
        Self { budgets: budgets.collect(), min_admins: i64::from(desired.policy.min_admins) }
    }

    /// The products whose seats the files manage.
    #[must_use]
    pub fn managed(&self) -> Seats {
        self.budgets.keys().copied().collect()
    }
}

/// How many resources of each kind are live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveCounts {
    pub members: usize,
    /// Expired ones included.
    pub invitations: usize,
    /// Unexpired undeclared invitations, each counted with a seat of every managed product.
    pub undeclared_invitations: i64,
    /// Active ones.
    pub workspaces: usize,
    /// Direct memberships, without the default workspace, which has every member.
    pub workspace_members: usize,
    pub groups: usize,
    pub group_members: usize,
}

impl LiveCounts {
    /// Counts everything but undeclared invitations.
    #[must_use]
    pub(crate) fn of(live: &Live) -> Self {
        Self {
            members: live.members.len(),
            invitations: live.invitations.len(),
            undeclared_invitations: 0,
            workspaces: live.workspaces.len(),
            workspace_members: count_direct_memberships(live),
            groups: live.groups.iter().flatten().count(),
            group_members: live.groups.iter().flatten().map(|group| group.members.len()).sum(),
        }
    }
}
