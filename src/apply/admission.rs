//! Which actions may be tried after something has failed.
//!
//! A plan keeps its promises on the assumption that all of it succeeds. When a seat was not revoked, the grant that
//! counted on it would buy a seat that does not exist; when a promotion failed, the demotion behind it could leave no
//! admin. So the seats and admins that there really are go along, and before each action is tried its effect is held
//! against what the whole plan would have reached. While everything succeeds, nothing is ever held back.

use crate::model::{Email, Live, Product};
use crate::plan::{Holders, Kind, Operation, Plan, Tally};
use std::collections::HashSet;

/// Seats and admins as they are by now, and how far they may go.
#[derive(Debug)]
pub(super) struct Admission {
    now: Tally,
    /// The most seats that may be claimed, by product: what may be in use, or what the approved plan ends with.
    ceiling: Vec<(Product, i64)>,
    /// The most seats that may be used, by product: what has been bought, or what the approved plan ends with. Where
    /// invitations claim more than there is, the ceiling alone would let people take what was never bought.
    most_used: Vec<(Product, i64)>,
    /// The members that are admins for sure: one that may have lost the role is not among them.
    admins: Holders,
    /// The fewest admins that may remain: `min_admins`, or what the approved plan comes down to.
    floor: i64,
    /// The changes of people that were not carried out.
    failed: HashSet<(Kind, Email)>,
}

impl Admission {
    /// Starts from the organization before the plan.
    pub(super) fn new(plan: &Plan) -> Self {
        let ceiling = plan
            .limits
            .seats
            .iter()
            .map(|(product, limit)| (*product, (*limit).max(plan.after.claimed(*product))));
        let most_used = plan
            .limits
            .purchased
            .iter()
            .map(|(product, purchased)| (*product, (*purchased).max(plan.after.used.get(*product))));
        Self {
            now: plan.before.clone(),
            ceiling: ceiling.collect(),
            most_used: most_used.collect(),
            admins: plan.admins.live.clone(),
            floor: plan.limits.min_admins.min(plan.admins.fewest),
            failed: HashSet::new(),
        }
    }

    /// Updates the admins from a reading: one that was an admin before the plan and is none any more counts no longer.
    pub(super) fn see(&mut self, plan: &Plan, live: &Live) {
        self.admins.lose_unseen(&plan.admins.live, live);
    }

    /// Counts an action that is about to be tried, or says why it must not be.
    pub(super) fn admit(&mut self, operation: &Operation) -> Result<(), String> {
        self.admit_after_failures(operation)?;
        let delta = operation.delta();
        let mut then = self.now.clone();
        then.add(delta);
        let claimed =
            |(product, most): &(Product, i64)| delta.claimed(*product) > 0 && then.claimed(*product) > *most;
        let used = |(product, most): &(Product, i64)| {
            delta.used.get(*product) > 0 && then.used.get(*product) > *most
        };
        let claimed = self.ceiling.iter().find(|limit| claimed(limit));
        if let Some((product, _)) = claimed.or_else(|| self.most_used.iter().find(|limit| used(limit))) {
            let name = product.name();
            return Err(format!("no seat of {name} is left for this: a step that was to free one failed"));
        }
        let lost = i64::try_from(self.admins.lost_by(operation).len()).unwrap_or(i64::MAX);
        let remain = if lost > 0 { self.admins.count().saturating_sub(lost) } else { i64::MAX };
        if remain < self.floor {
            return Err(format!(
                "{remain} admins would remain, and at least {} must: a promotion failed, or an admin was demoted meanwhile",
                self.floor
            ));
        }
        // What is set free counts when it has been done, what is claimed counts at once.
        self.now.add(delta.claims());
        self.admins.lose(operation);
        Ok(())
    }

    /// Refuses what depends on another change of the same person that was not carried out.
    fn admit_after_failures(&self, operation: &Operation) -> Result<(), String> {
        let Some(person) = operation.person() else { return Ok(()) };
        let failed = |kind| self.failed.contains(&(kind, person.email().clone()));
        if person.takes_seats_of_split() && failed(Kind::MemberUpdate) {
            return Err("the first part of this person's change was not carried out".to_owned());
        }
        // The vendor would not send a new one beside it, and the old one would be lost.
        if person.kind() == Kind::InvitationRenew && failed(Kind::InvitationRevoke) {
            return Err("another invitation of this person was not deleted".to_owned());
        }
        Ok(())
    }

    /// Counts an admitted action as done.
    pub(super) fn done(&mut self, operation: &Operation) {
        self.now.add(operation.delta().releases());
        self.admins.gain(operation);
    }

    /// Notes an action that was not carried out.
    pub(super) fn failed(&mut self, operation: &Operation) {
        self.failed.extend(operation.email().map(|email| (operation.kind(), email.clone())));
    }
}
