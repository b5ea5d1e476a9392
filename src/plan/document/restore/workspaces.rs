//! Changes of workspaces out of their documents.

use super::super::{ActionDocument, StateDocument};
use super::roles;
use crate::model::WorkspaceSettings;
use crate::plan::action::{Kind, Membership, Participant, Reference, WorkspaceOperation};

pub(super) fn restore(action: &ActionDocument) -> Option<WorkspaceOperation> {
    let requires = &action.requires;
    let reference = || Reference { name: action.target.clone(), id: requires.workspace };
    let traits = |state: Option<&StateDocument>| match state? {
        StateDocument::Workspace { name, description, icon } => Some(WorkspaceSettings {
            name: name.clone(),
            description: description.clone(),
            icon: icon.clone(),
        }),
        _ => None,
    };
    Some(match action.kind {
        Kind::WorkspaceCreate => {
            let (name, id) = requires.admin.first_key_value()?;
            let admin = Participant { name: name.clone(), id: *id };
            WorkspaceOperation::Create { settings: traits(action.after.as_ref())?, admin }
        }
        Kind::WorkspaceUpdate => WorkspaceOperation::Update {
            workspace: reference(),
            before: traits(action.before.as_ref())?,
            after: traits(action.after.as_ref())?,
        },
        Kind::WorkspaceArchive => {
            let before = traits(action.before.as_ref())?;
            WorkspaceOperation::Archive { name: action.target.clone(), id: requires.workspace?, before }
        }
        Kind::WorkspaceMembersSet => {
            WorkspaceOperation::MembersSet { workspace: reference(), members: memberships(action)? }
        }
        Kind::WorkspaceMembersRemove => {
            WorkspaceOperation::MembersRemove { workspace: reference(), members: memberships(action)? }
        }
        _ => return None,
    })
}

fn memberships(action: &ActionDocument) -> Option<Vec<Membership>> {
    let Some(StateDocument::WorkspaceMembers { members: after }) = &action.after else { return None };
    let each = action.requires.members.iter().map(|(name, required)| {
        Some(Membership {
            who: Participant { name: name.clone(), id: required.member },
            before: required.roles?,
            after: roles(after.get(name)?),
        })
    });
    each.collect()
}
