//! Rule: no more workspaces than an organization can have.

use crate::diag::{Code, Diagnostic};
use crate::model::MOST_WORKSPACES;
use crate::plan::{Action, Operation, Plan};
use crate::source::Span;

pub(super) fn check(plan: &Plan, refusals: &mut Vec<Diagnostic>) {
    let makes = |action: &&Action| matches!(action.operation, Operation::WorkspaceCreate(_));
    let made = plan.actions.iter().filter(makes).count();
    // Workspaces are archived last, so they don't make room for new ones.
    let most = plan.counts.workspaces + made;
    if made > 0 && most > MOST_WORKSPACES {
        let message = format!(
            "this plan leads to {most} workspaces ({} live, {made} new); an organization can have {MOST_WORKSPACES}",
            plan.counts.workspaces
        );
        let help = "declare fewer, or archive some first, in a separate change";
        let refusal = Diagnostic::new(Code::WorkspaceLimit, message, help);
        let places = places(plan.actions.iter().filter(makes));
        refusals.push(refusal.places(&places, "a new workspace"));
    }
}

fn places<'a>(actions: impl Iterator<Item = &'a Action>) -> Vec<Span> {
    actions.flat_map(|action| action.sources.iter().copied()).collect()
}
