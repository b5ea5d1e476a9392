//! The workspaces of a document, and who is in them directly.

use super::resolve::{Fault, distinct, fault};
use crate::document::{AccessIn, WorkspaceIn};
use crate::organization::{
    Groups, Memberships, RoleList, RolesByWorkspace, WORKSPACE_CONTRIBUTOR, Workspace,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// Each member, and the list of workspaces there.
type Lists<'a> = [(Uuid, Option<&'a [AccessIn]>)];

/// The active workspaces, and the archived ones. Without a list, the active ones are those that members list.
pub(super) fn places(
    listed: Option<Vec<WorkspaceIn>>,
    archived: Vec<WorkspaceIn>,
    lists: &Lists<'_>,
) -> Result<(Vec<Workspace>, Vec<Workspace>), Fault> {
    let is_listed = listed.is_some();
    let mut active: Vec<Workspace> = listed.into_iter().flatten().map(Workspace::from).collect();
    let mut known: HashSet<Uuid> = active.iter().map(|workspace| workspace.uuid).collect();
    distinct("workspaces", "uuid", active.iter().map(|workspace| workspace.uuid))?;
    distinct("workspaces", "name", active.iter().map(|workspace| &workspace.name))?;
    let mut names: HashSet<String> = active.iter().map(|workspace| workspace.name.clone()).collect();
    for (index, (_, list)) in lists.iter().enumerate() {
        for (position, access) in list.iter().copied().flatten().enumerate() {
            let place = |key| format!("members[{index}].workspaces[{position}].{key}");
            if known.contains(&access.uuid) {
                continue;
            }
            if is_listed {
                let message = "is not among `workspaces`; list it there, or leave that key out";
                return Err(fault(place("uuid"), message));
            }
            if !names.insert(access.name.clone()) {
                return Err(fault(place("name"), "is the name of another workspace; give each its own"));
            }
            known.insert(access.uuid);
            active.push(Workspace::from(access));
        }
    }
    if active.iter().filter(|workspace| workspace.is_default).count() > 1 {
        return Err(fault("workspaces", "holds several with `is_default`; one workspace is the default one"));
    }
    distinct("sandbox.archived_workspaces", "uuid", archived.iter().map(|workspace| workspace.uuid))?;
    for (index, workspace) in archived.iter().enumerate() {
        let place = |key| format!("sandbox.archived_workspaces[{index}].{key}");
        if known.contains(&workspace.uuid) {
            return Err(fault(place("uuid"), "is active, too; leave it out here or in `workspaces`"));
        }
        if workspace.is_default {
            return Err(fault(place("is_default"), "is true; the default workspace can't be archived"));
        }
    }
    Ok((active, archived.into_iter().map(Workspace::from).collect()))
}

/// Direct memberships as they were written down.
pub(super) fn written(
    memberships: RolesByWorkspace,
    workspaces: &[Workspace],
    people: &HashSet<Uuid>,
) -> Result<Memberships, Fault> {
    for (workspace, members) in &memberships {
        let place = format!("sandbox.workspace_members.{workspace}");
        if !workspaces.iter().any(|known| known.uuid == *workspace) {
            return Err(fault(place, "is no active workspace; leave it out, or list it in `workspaces`"));
        }
        for (member, roles) in members {
            let place = format!("{place}.{member}");
            if !people.contains(member) {
                return Err(fault(place, "is no member; leave it out, or list it in `members`"));
            }
            if roles.is_empty() {
                return Err(fault(place, "is empty; everybody in a workspace has at least one role there"));
            }
        }
    }
    Ok(Memberships::from(memberships))
}

/// Direct memberships: what members list and groups do not explain.
pub(super) fn derived(
    lists: &Lists<'_>,
    workspaces: &[Workspace],
    groups: &Groups,
    roles: &RoleList,
) -> Memberships {
    let default = workspaces.iter().find(|workspace| workspace.is_default).map(|found| found.uuid);
    let contributor = roles.in_workspace(WORKSPACE_CONTRIBUTOR);
    let mut memberships = Memberships::default();
    for (member, list) in lists {
        let through_groups = groups.access(*member);
        let mut listed: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for access in list.iter().copied().flatten() {
            let spelled: Vec<Uuid> = access.raw_roles.iter().map(|role| role.0).collect();
            listed.entry(access.uuid).or_default().extend(roles.granted(&spelled));
        }
        for (workspace, listed) in listed {
            let explained = through_groups.get(&workspace).cloned().unwrap_or_default();
            let mut direct: BTreeSet<Uuid> = listed.difference(&explained).copied().collect();
            if Some(workspace) == default {
                // Without roles of their own people are contributors there: nothing to remember if that is all, and
                // something to remember if it is not there.
                let implied = direct.len() <= 1 && direct.contains(&contributor);
                if implied || explained.contains(&contributor) && direct.is_empty() {
                    continue;
                }
                if direct.is_empty() {
                    direct = listed;
                }
            }
            if !direct.is_empty() {
                memberships.set(workspace, *member, direct);
            }
        }
    }
    memberships
}
