//! The order of an apply: a pure, total order.

use super::action::{Action, Kind, Operation, Phase};
use crate::model::{Email, Role};
use crate::source::Span;

/// Gives each operation its phase and puts them in order.
pub(super) fn order(operations: Vec<(Operation, Vec<Span>)>) -> Vec<Action> {
    let mut actions: Vec<Action> = operations
        .into_iter()
        .map(|(operation, sources)| Action { phase: phase(&operation), operation, sources })
        .collect();
    actions.sort_by(|a, b| key(a).cmp(&key(b)));
    actions
}

fn key(action: &Action) -> (Phase, Kind, &Email, bool) {
    let operation = &action.operation;
    (action.phase, operation.kind(), operation.email(), operation.takes_seats_of_split())
}

fn phase(operation: &Operation) -> Phase {
    match operation {
        Operation::MemberUpdate { before, after, .. } => {
            let gained = after.roles - before.roles;
            if !(after.seats - before.seats).is_empty() {
                Phase::Takes
            } else if gained.contains(Role::Admin) {
                Phase::Gains
            } else if !(before.roles - after.roles).is_empty() {
                Phase::Losses
            } else {
                Phase::Gains
            }
        }
        Operation::MemberRemove { .. } | Operation::InvitationRevoke { .. } => Phase::Losses,
        Operation::MemberCreate { .. }
        | Operation::InvitationSend { .. }
        | Operation::InvitationRenew { .. } => Phase::Takes,
    }
}
