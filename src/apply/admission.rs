//! Decides which actions may still be tried after a failure.
//!
//! A plan is safe only if all of it succeeds. If a seat was not freed, a later grant would use a seat that does not
//! exist. If a promotion failed, a later demotion could leave no admin. So an apply simulates the organization in its
//! worst case: what an action claims or revokes counts as soon as it is tried, what it frees or grants only when it is
//! done. Before each action, its effect is compared with the limits. As long as everything succeeds, no action is held
//! back.

use crate::model::{Email, Live, Product, Role};
use crate::plan::{AccessState, GroupChange, GroupUpdate, Kind, Operation, Plan, SeatChange, SeatCount};
use std::collections::HashSet;

/// The current seats and admins, and their limits.
#[derive(Debug)]
pub(super) struct Admission<'p> {
    plan: &'p Plan,
    seats: SeatCount,
    access: AccessState,
    /// The most seats that may be claimed, by product: the limit, or the number after the approved plan if it is
    /// higher.
    most_claimed: Vec<(Product, i64)>,
    /// The most seats that may be used, by product: the purchased seats, or the number after the approved plan if it is
    /// higher. Without it, people could take seats that don't exist if invitations claim too many.
    most_used: Vec<(Product, i64)>,
    /// The fewest admins that may remain: `min_admins`, or the lowest number of the approved plan if it is lower.
    fewest_admins: i64,
    /// The failed changes of people.
    failed: HashSet<(Kind, Email)>,
    /// Inverses of changes of nesting that failed or were not tried.
    still_nested: Vec<Operation>,
}

impl<'p> Admission<'p> {
    /// Starts from the organization before the plan.
    pub(super) fn new(plan: &'p Plan) -> Self {
        let budgets = || plan.limits.budgets.iter().map(|(product, budget)| (*product, *budget));
        let most_claimed = budgets()
            .map(|(product, budget)| (product, i64::from(budget.limit()).max(plan.after.claimed(product))));
        let most_used = budgets().map(|(product, budget)| {
            (product, i64::from(budget.purchased).max(plan.after.used.get(product)))
        });
        Self {
            plan,
            seats: plan.before,
            access: plan.admins.start.clone(),
            most_claimed: most_claimed.collect(),
            most_used: most_used.collect(),
            fewest_admins: plan.limits.min_admins.min(plan.admins.fewest),
            failed: HashSet::new(),
            still_nested: Vec::new(),
        }
    }

    /// Updates the admins from a fresh reading: people who are no longer admins don't count any more.
    pub(super) fn see(&mut self, live: &Live) {
        self.access.drop_unseen_admins(&self.plan.admins.start, live);
    }

    /// Counts an action before it is tried, or returns the reason why it must not be.
    pub(super) fn admit(&mut self, operation: &Operation) -> Result<(), String> {
        self.admit_after_failures(operation)?;
        let change = self.plan.seat_change(operation);
        self.admit_seats(change)?;
        self.admit_admins(operation)?;
        self.seats.apply(change.claims());
        self.access.revoke(operation);
        Ok(())
    }

    /// Refuses an action that depends on a failed change of the same person.
    fn admit_after_failures(&self, operation: &Operation) -> Result<(), String> {
        let failed = |kind, email: &Email| self.failed.contains(&(kind, email.clone()));
        match operation {
            Operation::MemberUpdate(op) if op.is_second && failed(Kind::MemberUpdate, &op.email) => {
                Err("the first part of this person's change was not made".to_owned())
            }
            // The API would refuse the new one next to it, and the old one would be lost.
            Operation::InvitationRenew(op) if failed(Kind::InvitationRevoke, &op.email) => {
                Err("another invitation of this person was not deleted".to_owned())
            }
            Operation::GroupUpdate(op) if self.would_be_nested_in_itself(op) => {
                Err("the group would be nested in itself: an earlier change of nesting failed".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether nesting a group makes a cycle with nesting that should have been ended before.
    fn would_be_nested_in_itself(&self, op: &GroupUpdate) -> bool {
        if self.still_nested.is_empty() || !op.change.nests_deeper() {
            return false;
        }
        let mut groups = self.access.groups.clone();
        self.still_nested.iter().for_each(|nesting| groups.grant(nesting));
        groups.grant(&Operation::from(op.clone()));
        groups.is_nested_in_itself(&op.group.key())
    }

    fn admit_seats(&self, change: SeatChange) -> Result<(), String> {
        let mut then = self.seats;
        then.apply(change);
        let claimed = |(product, most): &&(Product, i64)| {
            change.claimed(*product) > 0 && then.claimed(*product) > *most
        };
        let used = |(product, most): &&(Product, i64)| {
            change.used.get(*product) > 0 && then.used.get(*product) > *most
        };
        match self.most_claimed.iter().find(claimed).or_else(|| self.most_used.iter().find(used)) {
            None => Ok(()),
            Some((product, _)) => {
                let name = product.name();
                Err(format!("no seat of {name} is free: an action that should have freed one failed"))
            }
        }
    }

    fn admit_admins(&self, operation: &Operation) -> Result<(), String> {
        let admins = self.access.holders(Role::Admin);
        let lost = i64::try_from(admins.lost_by(operation).len()).unwrap_or(i64::MAX);
        let remain = if lost > 0 { admins.count().saturating_sub(lost) } else { i64::MAX };
        if remain >= self.fewest_admins {
            return Ok(());
        }
        Err(format!(
            "too few admins would remain ({remain} of at least {}): a promotion failed, or an admin was demoted during the apply",
            self.fewest_admins
        ))
    }

    /// Counts an admitted action as done.
    pub(super) fn done(&mut self, operation: &Operation) {
        self.seats.apply(self.plan.seat_change(operation).releases());
        self.access.grant(operation);
    }

    /// Records an action that failed or was not tried.
    pub(super) fn failed(&mut self, operation: &Operation) {
        self.failed.extend(operation.email().map(|email| (operation.kind(), email.clone())));
        if let Operation::GroupUpdate(GroupUpdate { group, change: GroupChange::Parents { before, after } }) =
            operation
        {
            let change = GroupChange::Parents { before: after.clone(), after: before.clone() };
            self.still_nested.push(GroupUpdate { group: group.clone(), change }.into());
        }
    }
}
