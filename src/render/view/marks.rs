//! The changes that a reviewer must not miss: who becomes an admin, and what a plan takes away.

use super::phrases::phrase;
use crate::check;
use crate::escape;
use crate::model::{RemovalKind, Role};
use crate::plan::{AccessState, Action, ActionOrigin, Operation, Plan, Resource};
use crate::source::Span;

/// A change that must not be missed.
#[derive(Debug)]
pub struct Mark {
    pub weight: Weight,
    /// Which resource, and how.
    pub text: String,
    /// The files asked for it before they were changed.
    pub is_drift: bool,
    /// The place in the files that asks for it; `None` if they don't mention it.
    pub at: Option<Span>,
}

/// Why a change must not be missed, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It makes a person an admin, or will when the invitation is accepted.
    NewAdmin,
    /// A person leaves, or can't join.
    Leaves,
    /// Something else is lost: a membership, a seat, an admin role, a group.
    Loses,
}

/// All that must not be missed: what a change of the files does before drift, and the weightiest first.
pub(super) fn marks(plan: &Plan) -> Vec<Mark> {
    let mut state = plan.admins.start.clone();
    let mark = |action: &Action| {
        Some(Mark {
            weight: weight(&action.operation, plan, &mut state)?,
            text: format!("{}: {}", escape::line(action.operation.target()), phrase(&action.operation).1),
            is_drift: action.origin == Some(ActionOrigin::Drift),
            at: action.sources.first().copied(),
        })
    };
    let mut marks: Vec<_> = plan.actions.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| (mark.is_drift, mark.weight));
    marks
}

fn weight(operation: &Operation, plan: &Plan, state: &mut AccessState) -> Option<Weight> {
    if makes_admin(operation, state) {
        return Some(Weight::NewAdmin);
    }
    let removes = |kinds: &[RemovalKind]| kinds.iter().any(|kind| check::removes(*kind, operation, plan) > 0);
    if removes(&[RemovalKind::Members, RemovalKind::Invitations]) {
        Some(Weight::Leaves)
    } else {
        (operation.is_irreversible() || removes(RemovalKind::ALL)).then_some(Weight::Loses)
    }
}

fn makes_admin(operation: &Operation, state: &mut AccessState) -> bool {
    match operation.resource() {
        Resource::Person => {
            let (before, after) = operation.roles();
            (after - before).contains(Role::Admin)
        }
        Resource::Workspace => false,
        Resource::Group => {
            let before = state.holders(Role::Admin).count();
            state.grant(operation);
            state.holders(Role::Admin).count() > before
        }
    }
}
