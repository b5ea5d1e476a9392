//! The changes that a reviewer must not miss: new admins and removals.

use super::phrases::{list, phrase};
use crate::check;
use crate::escape;
use crate::model::{Desired, RemovalKind, Role};
use crate::plan::{Action, ActionOrigin, Operation, Plan, Resource};
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
    let mark = |action: &Action| {
        let new_admins = plan.admins.through_groups.get(&action.id());
        Some(Mark {
            weight: weight(&action.operation, plan, new_admins.is_some())?,
            text: text(&action.operation, new_admins.map_or(&[][..], Vec::as_slice)),
            is_drift: matches!(action.origin, Some(ActionOrigin::Drift | ActionOrigin::Due)),
            at: action.sources.first().copied(),
        })
    };
    let mut marks: Vec<_> = plan.actions.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| (mark.is_drift, mark.weight));
    marks
}

/// The target, what happens to it, and who becomes an admin.
fn text(operation: &Operation, new_admins: &[String]) -> String {
    let target = escape::line(operation.target());
    let change = phrase(operation).1;
    if new_admins.is_empty() {
        return format!("{target}: {change}");
    }
    let names = list(new_admins.iter().map(|name| escape::excerpt(name)));
    format!("{target}: {change}; new admins: {names}")
}

fn weight(operation: &Operation, plan: &Plan, makes_admins: bool) -> Option<Weight> {
    let (before, after) = operation.roles();
    let is_promotion = operation.resource() == Resource::Person && (after - before).contains(Role::Admin);
    if makes_admins || is_promotion {
        return Some(Weight::NewAdmin);
    }
    let removes = |kinds: &[RemovalKind]| kinds.iter().any(|kind| check::removes(*kind, operation, plan) > 0);
    if removes(&[RemovalKind::Members, RemovalKind::Invitations]) {
        Some(Weight::Leaves)
    } else {
        (operation.is_irreversible() || removes(RemovalKind::ALL)).then_some(Weight::Loses)
    }
}

/// Why an operation on a person must not be missed.
pub(super) fn of_person(operation: &Operation, desired: &Desired) -> Vec<&'static str> {
    let (before, after) = operation.roles();
    let joins = matches!(
        operation,
        Operation::InvitationSend(_) | Operation::InvitationRenew(_) | Operation::MemberCreate(_)
    );
    let is_member = || matches!(operation, Operation::MemberUpdate(_) | Operation::MemberRemove(_));
    let is_outside = || operation.email().is_some_and(|email| desired.is_outside_domains(email));
    let leaves_keys =
        matches!(operation, Operation::MemberRemove(op) if op.leaves.api_keys.is_some_and(|keys| keys > 0));
    let marks = [
        ((after - before).contains(Role::Admin), "new admin"),
        (is_member() && (before - after).contains(Role::Admin), "no longer admin"),
        (joins && is_outside(), "outside the domains"),
        (leaves_keys, "leaves API keys"),
    ];
    marks.into_iter().filter(|(applies, _)| *applies).map(|(_, mark)| mark).collect()
}
