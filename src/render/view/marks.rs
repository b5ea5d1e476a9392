//! The changes that a reviewer must not miss: new admins and removals.

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
    /// It is drift, not part of the change of the files.
    pub is_drift: bool,
    /// The position in the files that causes it; `None` if there is none.
    pub at: Option<Span>,
}

/// Why a change must not be missed, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A person becomes an admin, now or when they accept the invitation.
    NewAdmin,
    /// A person leaves, or can't join.
    Leaves,
    /// Another removal: of a membership, a seat, an admin role or a group.
    Loses,
}

/// All marks: the change of the files before drift, and the most important first.
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
