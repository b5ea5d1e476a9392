//! Warns about addresses of the files that nobody has, and that resemble the address of a live member.

use crate::diag::{Code, Diagnostic};
use crate::model::Allowance;
use crate::plan::{Plan, SimilarAddress};

pub(super) fn check(plan: &mut Plan, allowance: &Allowance) {
    let warnings = plan.similar_addresses.iter().filter_map(|similar| warning(similar, allowance));
    plan.warnings.extend(warnings);
}

/// The warning, unless the two people of an admin's are confirmed to be two.
fn warning(similar: &SimilarAddress, allowance: &Allowance) -> Option<Diagnostic> {
    Some(match similar {
        SimilarAddress::Admin { declared, declared_at, live, removed_by } => {
            if allowance.two_people.contains(declared) || allowance.two_people.contains(live) {
                return None;
            }
            let fate = if removed_by.is_empty() { "stays" } else { "would be removed" };
            let message = format!(
                "{declared} joins as an admin, and the undeclared member {live}, with a similar address, {fate}"
            );
            let help = format!(
                "if {live} is meant, correct the address in the files; if they are two people, check the spelling, and run again with --two-people {declared}"
            );
            let warning = Diagnostic::new(Code::SimilarAddress, message, help).label(*declared_at, "joins");
            warning.places(removed_by, "removes the member")
        }
        SimilarAddress::Protected { email, at, live } => {
            let message =
                format!("{email} is protected, but neither declared nor live, and {live} is a member");
            let help =
                format!("if {live} is meant, correct the address; if not, remove it from `policy.protected`");
            Diagnostic::at(Code::SimilarAddress, *at, message, help)
        }
    })
}
