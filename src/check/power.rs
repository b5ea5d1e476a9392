//! Rule: under `unmanaged.admins: refuse`, nobody holds power that no file grants.

use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, UndeclaredAdmins};
use crate::plan::Plan;

/// The most holders that a refusal names.
const NAMED: usize = 10;

pub(super) fn check(plan: &Plan, desired: &Desired, refusals: &mut Vec<Diagnostic>) {
    let (admins, at) = desired.policy.unmanaged.admins;
    if admins != UndeclaredAdmins::Refuse {
        return;
    }
    let holders: Vec<&str> = plan.power_to_report(desired).map(|power| power.target.as_str()).collect();
    if holders.is_empty() {
        return;
    }
    let more = match holders.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = holders.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let message = format!("power that no file grants would remain: {named}{more}");
    let help = "declare the roles, list the people under `removed`, or list accounts that can't be declared under `unmanaged.acknowledged`";
    let refusal = Diagnostic::new(Code::UndeclaredPower, message, help);
    refusals.push(at.iter().fold(refusal, |refusal, at| refusal.label(*at, "refuses it")));
}
