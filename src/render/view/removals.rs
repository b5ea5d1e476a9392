//! What a plan takes away: the changes that a reviewer must not miss.

use super::phrase;
use crate::escape;
use crate::plan::{Action, ActionOrigin, Kind, Plan};
use crate::source::Span;

/// Something that goes, or somebody who does.
#[derive(Debug)]
pub struct Removal {
    /// Who or what, and how.
    pub text: String,
    /// The files asked for it before they were changed.
    pub is_drift: bool,
    /// The place in the files that asks for it; nothing where that is what they don't mention.
    pub at: Option<Span>,
}

/// All that a plan takes away.
pub(super) fn removals(plan: &Plan) -> Vec<Removal> {
    let removal = |action: &Action| Removal {
        text: format!("{}: {}", escape::line(action.operation.target()), phrase(&action.operation).1),
        is_drift: action.origin == Some(ActionOrigin::Drift),
        at: action.sources.first().copied(),
    };
    plan.actions.iter().filter(|action| takes_away(action.operation.kind())).map(removal).collect()
}

fn takes_away(kind: Kind) -> bool {
    match kind {
        Kind::MemberRemove
        | Kind::InvitationRevoke
        | Kind::WorkspaceMembersRemove
        | Kind::WorkspaceArchive
        | Kind::GroupMembersRemove
        | Kind::GroupDelete => true,
        // The roles of a group in a workspace end, and everybody stays where they are. A renewal sends anew.
        Kind::GroupWorkspacesRemove
        | Kind::InvitationRenew
        | Kind::InvitationSend
        | Kind::MemberCreate
        | Kind::MemberUpdate
        | Kind::WorkspaceCreate
        | Kind::WorkspaceUpdate
        | Kind::WorkspaceMembersSet
        | Kind::GroupCreate
        | Kind::GroupUpdate
        | Kind::GroupMembersAdd
        | Kind::GroupWorkspacesSet => false,
    }
}
