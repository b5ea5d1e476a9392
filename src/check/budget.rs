//! Rule: a plan does not claim more seats than the limit, unless it claims no more than before; and it does not use
//! more seats than purchased.

use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, Product};
use crate::plan::Plan;
use crate::source::Span;

/// How many of the lines that claim seats are shown.
const SHOWN: usize = 3;

pub(super) fn check(plan: &Plan, desired: &Desired, refusals: &mut Vec<Diagnostic>) {
    for (product, (budget, at)) in &desired.budgets {
        let (before, after) = (plan.before.claimed(*product), plan.after.claimed(*product));
        let limit = i64::from(budget.limit());
        let (used_before, used) = (plan.before.used.get(*product), plan.after.used.get(*product));
        let purchased = i64::from(budget.purchased);
        let name = product.name();
        let message = if after > limit && after > before {
            format!(
                "this plan exceeds the seats of `{name}` by {}: afterwards, {used} are used and {} are pending, but the limit is {limit} ({purchased} \
                 purchased, {} kept in reserve){}",
                after - limit,
                plan.after.pending.get(*product),
                budget.reserve,
                undeclared(plan),
            )
        } else if used > purchased && used > used_before {
            // A seat that an invitation no longer claims does not help a member.
            format!(
                "this plan exceeds the seats of `{name}` by {}: afterwards, {used} are used, but only {purchased} are purchased",
                used - purchased,
            )
        } else {
            continue;
        };
        let help = format!(
            "buy seats and raise `seats.{name}.purchased`, free a seat, or declare fewer seats on the lines above"
        );
        let refusal = Diagnostic::new(Code::SeatBudget, message, help).label(*at, "the budget");
        refusals.push(refusal.last_places(&claims(plan, desired, *product), "needs a seat", SHOWN));
    }
}

/// A remark on undeclared invitations, whose seats are unknown.
fn undeclared(plan: &Plan) -> String {
    match plan.counts.undeclared_invitations {
        0 => String::new(),
        count => {
            format!("; undeclared pending invitations ({count}) count as one seat each")
        }
    }
}

/// The lines that declare the seats that this plan claims.
fn claims(plan: &Plan, desired: &Desired, product: Product) -> Vec<Span> {
    let claiming =
        plan.actions.iter().filter(|action| plan.seat_change(&action.operation).claimed(product) > 0);
    let member = claiming.filter_map(|action| desired.members.get(action.operation.email()?));
    let mut places: Vec<Span> = member.map(|member| member.seat_at(product)).collect();
    places.sort_unstable();
    places
}
