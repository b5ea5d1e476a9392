//! Changes of groups in words.

use super::{Sign, names, or_none, text_difference};
use crate::model::{Role, workspace_role_names};
use crate::plan::{Assignment, GroupOperation, Participant, Reference};
use crate::render::count;
use std::collections::BTreeSet;

/// An operation in words.
pub(super) fn phrase(operation: &GroupOperation) -> (Sign, String) {
    match operation {
        GroupOperation::Create { settings } => {
            let role = settings.organization_role.map(|role| format!(", organization role {}", role.name()));
            (Sign::Add, format!("create{}", role.unwrap_or_default()))
        }
        GroupOperation::Update { before, after, .. } => {
            let role = |role: Option<Role>| role.map_or("none", Role::name);
            let (old, new) = (role(before.organization_role), role(after.organization_role));
            let parts = [
                text_difference("name", &before.name, &after.name),
                text_difference("description", &before.description, &after.description),
                (old != new).then(|| format!("organization role: {old} → {new}")),
            ];
            (Sign::Change, parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
        GroupOperation::Nest { before, after, .. } => (Sign::Change, nesting(before, after)),
        GroupOperation::Delete { members, .. } => {
            (Sign::Remove, format!("delete, with {} (no file declares it)", count(*members, "member")))
        }
        GroupOperation::MembersAdd { members, .. } => (Sign::Change, format!("add {}", people(members))),
        GroupOperation::MembersRemove { members, .. } => {
            (Sign::Change, format!("take out {}", people(members)))
        }
        GroupOperation::WorkspacesSet { assignments, .. }
        | GroupOperation::WorkspacesRemove { assignments, .. } => {
            (Sign::Change, format!("workspaces: {}", names(assignments.iter().map(assignment))))
        }
    }
}

fn nesting(before: &BTreeSet<Reference>, after: &BTreeSet<Reference>) -> String {
    let list = |groups: BTreeSet<&Reference>| names(groups.into_iter().map(|group| group.name.clone()));
    let (new, old) = (after.difference(before).collect(), before.difference(after).collect());
    match after.is_subset(before) {
        true => format!("no longer nested in {}", list(old)),
        false => format!("nested in {}", list(new)),
    }
}

fn people(all: &[Participant]) -> String {
    names(all.iter().map(|who| who.name.clone()))
}

/// `Research (none → user)`.
fn assignment(assignment: &Assignment) -> String {
    let roles = |roles| or_none(workspace_role_names(roles));
    let before = assignment.before.unwrap_or_default();
    format!("{} ({} → {})", assignment.workspace.name, roles(before), roles(assignment.after))
}
