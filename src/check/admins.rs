//! Rule: a plan never lowers the live admins below `min_admins`, not even temporarily.

use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, Role};
use crate::plan::Plan;
use crate::source::Span;

pub(super) fn check(plan: &Plan, desired: &Desired, refusals: &mut Vec<Diagnostic>) {
    let (before, fewest) = (plan.admins.before, plan.admins.fewest);
    let min = i64::from(desired.policy.min_admins);
    if fewest >= min || fewest >= before {
        return;
    }
    let admins = plan.admins.start.holders(Role::Admin);
    let lost = plan.actions.iter().filter(|action| !admins.lost_by(&action.operation).is_empty());
    let places: Vec<Span> = lost.flat_map(|action| action.sources.iter().copied()).collect();
    let message = if plan.admins.after > fewest {
        format!(
            "this plan leaves {fewest} of {before} live admins before it promotes others, fewer than `min_admins: {min}`"
        )
    } else {
        format!(
            "this plan leaves {fewest} of {before} live admins, fewer than `min_admins: {min}` (invitations don't count)"
        )
    };
    let help = "promote a live member in the same plan, keep one of these admins, or lower `min_admins`";
    refusals.push(Diagnostic::new(Code::MinAdmins, message, help).places(&places, "removes an admin"));
}
