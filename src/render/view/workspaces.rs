//! Changes of workspaces in words.

use super::{Sign, names, or_none, text_difference};
use crate::escape;
use crate::model::workspace_role_names;
use crate::plan::{Membership, WorkspaceOperation};

/// An operation in words.
pub(super) fn phrase(operation: &WorkspaceOperation) -> (Sign, String) {
    match operation {
        WorkspaceOperation::Create { admin, .. } => {
            (Sign::Add, format!("create, with {} as the first admin", escape::line(&admin.name)))
        }
        WorkspaceOperation::Update { before, after, .. } => {
            let parts = [
                text_difference("name", &before.name, &after.name),
                text_difference("description", &before.description, &after.description),
                text_difference("icon", &before.icon, &after.icon),
            ];
            (Sign::Change, parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
        WorkspaceOperation::Archive { .. } => (Sign::Remove, "archive, which can't be undone".to_owned()),
        WorkspaceOperation::MembersSet { members, .. } => {
            (Sign::Change, format!("members: {}", names(members.iter().map(difference))))
        }
        WorkspaceOperation::MembersRemove { members, .. } => (
            Sign::Change,
            format!("take out {}", names(members.iter().map(|member| member.who.name.clone()))),
        ),
    }
}

/// `ada@acme.example (dev → workspace_admin)`.
fn difference(member: &Membership) -> String {
    let Membership { who, before, after } = member;
    let after = workspace_role_names(*after);
    match before.is_empty() {
        true => format!("{} ({after})", who.name),
        // Until now they had it through a group, too, which can hide that it is not their own.
        false if *before == member.after => format!("{} (keeps {after})", who.name),
        false => format!("{} ({} → {after})", who.name, or_none(workspace_role_names(*before))),
    }
}
