//! Changes of groups out of their documents.

use super::super::requires::RequiredWorkspace;
use super::super::{ActionDocument, Requires, StateDocument};
use super::roles;
use crate::model::GroupSettings;
use crate::plan::action::{Assignment, GroupOperation, Kind, Participant, Reference};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) fn restore(action: &ActionDocument) -> Option<GroupOperation> {
    let requires = &action.requires;
    let group = Reference { name: action.target.clone(), id: requires.group };
    let traits = |state: Option<&StateDocument>| match state? {
        StateDocument::Group { name, description, organization_role } => Some(GroupSettings {
            name: name.clone(),
            description: description.clone(),
            organization_role: *organization_role,
        }),
        _ => None,
    };
    Some(match action.kind {
        Kind::GroupCreate => GroupOperation::Create { settings: traits(action.after.as_ref())? },
        Kind::GroupUpdate if matches!(action.after, Some(StateDocument::Parents { .. })) => {
            GroupOperation::Nest {
                group,
                before: parents(action.before.as_ref(), requires)?,
                after: parents(action.after.as_ref(), requires)?,
            }
        }
        Kind::GroupUpdate => GroupOperation::Update {
            group,
            before: traits(action.before.as_ref())?,
            after: traits(action.after.as_ref())?,
        },
        Kind::GroupDelete => {
            let before = traits(action.before.as_ref())?;
            let (members, leaving) = (requires.member_count?, requires.leaving_count?);
            GroupOperation::Delete { group, id: requires.group?, before, members, leaving }
        }
        Kind::GroupMembersAdd => GroupOperation::MembersAdd { group, members: participants(requires) },
        Kind::GroupMembersRemove => GroupOperation::MembersRemove { group, members: participants(requires) },
        Kind::GroupWorkspacesSet => {
            GroupOperation::WorkspacesSet { group, assignments: assignments(action)? }
        }
        Kind::GroupWorkspacesRemove => {
            GroupOperation::WorkspacesRemove { group, assignments: assignments(action)? }
        }
        _ => return None,
    })
}

fn parents(state: Option<&StateDocument>, requires: &Requires) -> Option<BTreeSet<Reference>> {
    let Some(StateDocument::Parents { parents }) = state else { return None };
    let id = |name: &String| requires.parents.get(name).copied();
    parents.iter().map(|name| Some(Reference { name: name.clone(), id: id(name)? })).collect()
}

fn participants(requires: &Requires) -> Vec<Participant> {
    let person = |(name, id): (&String, Option<Uuid>)| Participant { name: name.clone(), id };
    requires.members.iter().map(|(name, required)| person((name, required.member))).collect()
}

fn assignments(action: &ActionDocument) -> Option<Vec<Assignment>> {
    let Some(StateDocument::Workspaces { workspaces: after }) = &action.after else { return None };
    let each =
        action.requires.workspaces.iter().map(|(name, RequiredWorkspace { workspace, roles: before })| {
            Some(Assignment {
                workspace: Reference { name: name.clone(), id: *workspace },
                before: *before,
                after: roles(after.get(name)?),
            })
        });
    each.collect()
}
