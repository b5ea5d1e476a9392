//! Notes about what waits: for a guard, a seat, a decision, or somebody's answer. All texts are escaped.

use super::brief::Brief;
use super::note::Note;
use crate::escape;
use crate::model::{Desired, Email};
use crate::plan::{HeldBack, Plan, RevokedSince};
use crate::render::{count, thousands};
use jiff::Timestamp;

/// What is due, and a guard or the budget forbids.
pub(super) fn held_back(held_back: &[HeldBack]) -> Note {
    let line = |one: &HeldBack| (escape::line(&one.id).into_owned(), one.reason.clone());
    Note {
        heading: format!("Due, but held back ({})", thousands(held_back.len())),
        lines: held_back.iter().map(line).collect(),
        brief: None,
    }
}

/// Why seats are short although nobody declares as many.
pub(super) fn undeclared_invitations(plan: &Plan, desired: &Desired) -> Note {
    let number = usize::try_from(plan.counts.undeclared_invitations).unwrap_or_default();
    let mut budgets = desired.budgets.iter();
    let is_short =
        budgets.any(|(product, (budget, _))| i64::from(budget.limit()) < plan.after.claimed(*product));
    let why = "each counts as a seat of every product, because the API does not show the seats of an invitation; \
               declare the person, or revoke it";
    let what = count(number, "undeclared invitation");
    let lines = if number > 0 && is_short { vec![(what.clone(), why.to_owned())] } else { Vec::new() };
    let brief = Brief { text: format!("{what}: {why}"), named: Vec::new(), counts: false };
    Note { heading: "Seats that nobody may take".to_owned(), lines, brief: Some(brief) }
}

/// What a plan of what is due does not give back.
pub(super) fn revoked_since(revoked: &[RevokedSince]) -> Note {
    let line = |one: &RevokedSince| {
        let remark = format!(
            "{}: revoked {}, since the person joined; a whole apply grants it",
            one.grant,
            time(&one.at)
        );
        (escape::line(&one.target).into_owned(), remark)
    };
    let heading = format!("Not given back, because somebody revoked it ({})", thousands(revoked.len()));
    Note::full(heading, revoked.iter().map(line).collect())
}

/// The renewals that nothing limits but time.
pub(super) fn uncounted(people: &[Email]) -> Note {
    let remark = "neither the audit log nor a journal tells how often the person was invited";
    let lines: Vec<_> = people.iter().map(|email| (email.to_string(), remark.to_owned())).collect();
    let number = count(people.len(), "renewal");
    let is = if people.len() == 1 { "is" } else { "are" };
    Note {
        heading: format!("Limited by `every` alone ({})", thousands(people.len())),
        lines,
        brief: Some(Brief {
            text: format!("{number} {is} limited by `every` alone: {remark}"),
            named: Vec::new(),
            counts: false,
        }),
    }
}

/// `2026-11-23 14:02 UTC`.
pub(super) fn time(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(|_| at.to_owned(), |at| at.strftime("%F %R UTC").to_string())
}
