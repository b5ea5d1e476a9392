//! Rule: nothing that can't be undone without `--allow-irreversible`.

use crate::diag::{Code, Diagnostic};
use crate::model::Allowance;
use crate::plan::{Action, Operation, Plan, not_allowed};
use crate::source::Span;

pub(super) fn check(plan: &Plan, allowance: &Allowance, refusals: &mut Vec<Diagnostic>) {
    let forever: Vec<&Action> =
        plan.actions.iter().filter(|action| action.operation.is_irreversible()).collect();
    if forever.is_empty() || allowance.irreversible {
        return;
    }
    let deletes_keys = |action: &&Action| matches!(action.operation, Operation::ApiKeyDelete(_));
    let keys = forever.iter().copied().filter(|action| deletes_keys(action)).count();
    let what = match (keys, forever.len() - keys) {
        (0, _) => "archives workspaces",
        (_, 0) => "deletes API keys",
        _ => "archives workspaces and deletes API keys",
    };
    let message = format!("this plan {what}, which can't be undone");
    let help = "if this is intended, apply with --allow-irreversible";
    let label = if keys > 0 { "this can't be undone" } else { "to be archived" };
    let places: Vec<Span> = forever.iter().flat_map(|action| action.sources.iter().copied()).collect();
    refusals.push(Diagnostic::new(Code::Irreversible, message, help).places(&places, label));
}

/// Leaves API keys in an emergency that may not delete them: nothing else of it has to wait for that.
pub(super) fn keep_api_keys(plan: &mut Plan, allowance: &Allowance) {
    if allowance.irreversible {
        return;
    }
    let Plan { actions, api_keys_left, .. } = plan;
    actions.retain(|action| match &action.operation {
        Operation::ApiKeyDelete(op) => {
            api_keys_left.push(not_allowed(op));
            false
        }
        _ => true,
    });
}
