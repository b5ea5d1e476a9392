//! The groups of a document.

use super::resolve::{Fault, distinct, fault};
use crate::document::{AssignmentIn, GroupIn, RoleIn};
use crate::organization::{Assignment, Group, Groups, RoleList};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// What groups refer to.
pub(super) struct Context<'a> {
    pub(super) people: &'a HashSet<Uuid>,
    pub(super) workspaces: HashSet<Uuid>,
    pub(super) roles: &'a RoleList,
    /// When assignments were made that don't tell it.
    pub(super) taken_at: Timestamp,
}

/// The groups that a document lists.
pub(super) fn groups(listed: Vec<GroupIn>, context: &Context<'_>) -> Result<Groups, Fault> {
    distinct("groups", "uuid", listed.iter().map(|group| group.uuid))?;
    distinct("groups", "name", listed.iter().map(|group| &group.name))?;
    let known: HashSet<Uuid> = listed.iter().map(|group| group.uuid).collect();
    let mut groups = Vec::new();
    for (index, group) in listed.into_iter().enumerate() {
        let place = format!("groups[{index}]");
        let members = members(&group.members, &place, context)?;
        for (position, parent) in group.parent_group_ids.iter().enumerate() {
            if !known.contains(parent) {
                let place = format!("{place}.parent_group_ids[{position}]");
                return Err(fault(place, "is no group of `groups`; leave it out, or list it there"));
            }
        }
        groups.push(Group {
            uuid: group.uuid,
            name: group.name,
            description: group.description,
            externally_managed: group.externally_managed,
            target_type: group.target_type,
            organization_role: group.organization_role,
            parents: group.parent_group_ids.into_iter().collect(),
            members,
            assignments: assignments(group.workspaces, &place, context)?,
        });
    }
    let groups = Groups::from(groups);
    for (index, group) in groups.iter().enumerate() {
        if groups.lineage(&group.parents).iter().any(|above| above.uuid == group.uuid) {
            let place = format!("groups[{index}].parent_group_ids");
            return Err(fault(place, "nests the group in itself; take one step of the circle out"));
        }
    }
    Ok(groups)
}

fn members(listed: &[Uuid], place: &str, context: &Context<'_>) -> Result<BTreeSet<Uuid>, Fault> {
    let unknown = listed.iter().position(|member| !context.people.contains(member));
    if let Some(position) = unknown {
        let place = format!("{place}.members[{position}]");
        return Err(fault(place, "is no member; leave it out, or list it in `members`"));
    }
    Ok(listed.iter().copied().collect())
}

fn assignments(
    listed: Vec<AssignmentIn>,
    place: &str,
    context: &Context<'_>,
) -> Result<BTreeMap<Uuid, Assignment>, Fault> {
    distinct(
        &format!("{place}.workspaces"),
        "workspace_uuid",
        listed.iter().map(|assignment| assignment.workspace_uuid),
    )?;
    let mut assignments = BTreeMap::new();
    for (index, assignment) in listed.into_iter().enumerate() {
        let place = format!("{place}.workspaces[{index}]");
        if !context.workspaces.contains(&assignment.workspace_uuid) {
            let place = format!("{place}.workspace_uuid");
            return Err(fault(place, "is no active workspace; leave it out, or list it in `workspaces`"));
        }
        let mut roles = Vec::new();
        for (position, role) in assignment.roles.iter().enumerate() {
            roles.push(uuid(role, context.roles).ok_or_else(|| {
                let place = format!("{place}.roles[{position}]");
                fault(place, "is no workspace role; name one that `roles` lists, or give its UUID")
            })?);
        }
        let created = assignment.created.unwrap_or(context.taken_at);
        let row = Assignment { roles: context.roles.granted(&roles), created };
        assignments.insert(assignment.workspace_uuid, row);
    }
    Ok(assignments)
}

fn uuid(role: &RoleIn, roles: &RoleList) -> Option<Uuid> {
    role.uuid.or_else(|| roles.workspace_role_named(role.name.as_deref()?))
}
