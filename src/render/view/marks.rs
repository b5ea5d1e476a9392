//! The changes that a reviewer must not miss: who becomes an admin, and what a plan takes away.

use super::phrase;
use crate::escape;
use crate::model::Role;
use crate::plan::{Action, ActionOrigin, Delta, Holders, Kind, Operation, Plan};
use crate::source::Span;

/// A change that must not be missed.
#[derive(Debug)]
pub struct Mark {
    pub why: Why,
    /// Who or what, and how.
    pub text: String,
    /// The files asked for it before they were changed.
    pub is_drift: bool,
    /// The place in the files that asks for it; nothing where that is what they don't mention.
    pub at: Option<Span>,
}

/// Why a change must not be missed, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It makes somebody an admin, or will when the invitation is accepted.
    NewAdmin,
    /// Somebody leaves, or is not let in.
    Leaves,
    /// Something else goes: a place, a seat, an admin's role, a group.
    Loses,
}

/// All that must not be missed: what a change of the files does before drift, and the weightiest first.
pub(super) fn marks(plan: &Plan) -> Vec<Mark> {
    let mut admins = plan.admins.live.clone();
    let mark = |action: &Action| {
        Some(Mark {
            why: why(&action.operation, &mut admins)?,
            text: format!("{}: {}", escape::line(action.operation.target()), phrase(&action.operation).1),
            is_drift: action.origin == Some(ActionOrigin::Drift),
            at: action.sources.first().copied(),
        })
    };
    let mut marks: Vec<_> = plan.actions.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| (mark.is_drift, mark.why));
    marks
}

fn why(operation: &Operation, admins: &mut Holders) -> Option<Why> {
    if makes_admin(operation, admins) {
        return Some(Why::NewAdmin);
    }
    match operation.kind() {
        Kind::MemberRemove | Kind::InvitationRevoke => Some(Why::Leaves),
        Kind::WorkspaceMembersRemove
        | Kind::WorkspaceArchive
        | Kind::GroupMembersRemove
        | Kind::GroupDelete => Some(Why::Loses),
        Kind::MemberUpdate => {
            let (before, after) = operation.person()?.roles();
            let gives_up = operation.delta().releases() != Delta::default();
            let loses = gives_up || (before - after).contains(Role::Admin);
            loses.then_some(Why::Loses)
        }
        // The roles of a group in a workspace end, and everybody stays where they are. A renewal sends anew.
        Kind::GroupWorkspacesRemove
        | Kind::InvitationRenew
        | Kind::InvitationSend
        | Kind::MemberCreate
        | Kind::WorkspaceCreate
        | Kind::WorkspaceUpdate
        | Kind::WorkspaceMembersSet
        | Kind::GroupCreate
        | Kind::GroupUpdate
        | Kind::GroupMembersAdd
        | Kind::GroupWorkspacesSet => None,
    }
}

fn makes_admin(operation: &Operation, admins: &mut Holders) -> bool {
    if let Some(person) = operation.person() {
        let (before, after) = person.roles();
        return (after - before).contains(Role::Admin);
    }
    if !matches!(operation, Operation::Group(_)) {
        return false;
    }
    let before = admins.count();
    admins.gain(operation);
    admins.count() > before
}
