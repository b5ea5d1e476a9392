//! Which actions may be tried after something has failed.
//!
//! A plan keeps its promises on the assumption that all of it succeeds. When a seat was not given up, the action that
//! counted on it would take a seat that does not exist; when a promotion failed, the demotion behind it could leave no
//! admin. So a simulation of the organization goes along, always at its worst moment: what an action claims or revokes
//! counts when it is tried, what it releases or grants when it is done. Before each action is tried its effect is held
//! against what the whole plan would have reached. While everything succeeds, nothing is ever held back.

use crate::model::{Live, Product, Role};
use crate::plan::{AccessState, Operation, Plan, SeatChange, SeatCount};

/// Seats and admins as they are by now, and how far they may go.
#[derive(Debug)]
pub(super) struct Admission<'p> {
    plan: &'p Plan,
    seats: SeatCount,
    access: AccessState,
    /// The most seats that may be claimed, by product: what may be in use, or what the approved plan ends with.
    most_claimed: Vec<(Product, i64)>,
    /// The most seats that may be used, by product: what is purchased, or what the approved plan ends with. If
    /// invitations claim more than there is, the other limit alone would let people take seats that don't exist.
    most_used: Vec<(Product, i64)>,
    /// The fewest admins that may remain: `min_admins`, or what the approved plan comes down to.
    fewest_admins: i64,
}

impl<'p> Admission<'p> {
    /// Starts from the organization before the plan.
    pub(super) fn new(plan: &'p Plan) -> Self {
        let budgets = || plan.limits.budgets.iter().map(|(product, budget)| (*product, *budget));
        Self {
            plan,
            seats: plan.before,
            access: plan.admins.start.clone(),
            most_claimed: budgets()
                .map(|(product, budget)| {
                    (product, i64::from(budget.limit()).max(plan.after.claimed(product)))
                })
                .collect(),
            most_used: budgets()
                .map(|(product, budget)| {
                    (product, i64::from(budget.purchased).max(plan.after.used.get(product)))
                })
                .collect(),
            fewest_admins: plan.limits.min_admins.min(plan.admins.fewest),
        }
    }

    /// Takes in what is there by now: a former admin who is none any more counts no longer.
    pub(super) fn see(&mut self, live: &Live) {
        self.access.drop_unseen_admins(&self.plan.admins.start, live);
    }

    /// Takes an action in that is about to be tried, or tells why it must not be.
    pub(super) fn admit(&mut self, operation: &Operation) -> Result<(), String> {
        let change = self.plan.seat_change(operation);
        self.admit_seats(change)?;
        let admins = self.access.holders(Role::Admin);
        let lost = i64::try_from(admins.lost_by(operation).len()).unwrap_or(i64::MAX);
        let remain = if lost > 0 { admins.count().saturating_sub(lost) } else { i64::MAX };
        if remain < self.fewest_admins {
            return Err(format!(
                "{remain} admins would remain, and at least {} must: a promotion failed, or somebody else has demoted one",
                self.fewest_admins
            ));
        }
        self.seats.apply(change.claims());
        self.access.revoke(operation);
        Ok(())
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
                Err(format!("no seat of {name} is left for this: a step that was to free one failed"))
            }
        }
    }

    /// Takes in that an admitted action was done.
    pub(super) fn done(&mut self, operation: &Operation) {
        self.seats.apply(self.plan.seat_change(operation).releases());
        self.access.grant(operation);
    }
}
