//! Rule: a plan does not remove an undeclared live member while a declared person with the same name joins: they may be
//! one person, whose address the identity provider has changed. If the member stays, it is a warning.

use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::Allowance;
use crate::plan::{Plan, PossibleRename};

pub(super) fn check(plan: &mut Plan, allowance: &Allowance, refusals: &mut Vec<Diagnostic>) {
    let confirmed = |pair: &&PossibleRename| {
        !allowance.two_people.contains(&pair.live) && !allowance.two_people.contains(&pair.declared)
    };
    for pair in plan.possible_renames.iter().filter(confirmed) {
        match pair.removed_by.is_empty() {
            true => plan.warnings.push(finding(pair)),
            false => refusals.push(finding(pair)),
        }
    }
}

fn finding(pair: &PossibleRename) -> Diagnostic {
    let PossibleRename { live, declared, name, declared_at, removed_by } = pair;
    let fate = if removed_by.is_empty() { "stays" } else { "would be removed" };
    let message = format!(
        "{declared} joins, and the undeclared member {live} {fate}; both are called `{}`: the identity provider may have changed the address of one person",
        escape::excerpt(name)
    );
    let help = format!(
        "if they are one person, write `{declared}: {{ previously: {live} }}`, with the other keys of the entry; if they are two, run again with --two-people {declared}"
    );
    let finding = Diagnostic::new(Code::PossibleRename, message, help).label(*declared_at, "joins");
    finding.places(removed_by, "removes the member")
}
