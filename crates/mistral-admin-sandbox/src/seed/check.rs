//! Builds an organization from a document. Broken references and repeated names and ids are errors.

use super::document::{Document, Extras};
use crate::instant;
use crate::organization::{
    Assignment, Group, Groups, Member, Memberships, Organization, RoleList, RolesByWorkspace, Spelling,
    WORKSPACE_CONTRIBUTOR, Workspace, sorted,
};
use crate::text;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use uuid::Uuid;

/// A place in the document, and what is wrong there.
#[derive(Debug)]
pub(super) struct Inconsistency {
    pub(super) place: String,
    pub(super) message: String,
}

fn wrong<T>(place: impl Into<String>, message: impl Into<String>) -> Result<T, Inconsistency> {
    Err(Inconsistency { place: place.into(), message: message.into() })
}

/// The organization that a document describes.
pub(super) fn organization(mut document: Document) -> Result<Organization, Inconsistency> {
    let mut extras = document.sandbox.take().unwrap_or_default();
    let roles = document.roles.take().unwrap_or_default().completed();
    let mut organization = Organization::empty(document.organization_uuid, roles);
    distinct("members", "uuid", document.members.iter().map(|member| member.uuid))?;
    distinct("invitations", "uuid", document.invitations.iter().map(|invitation| invitation.uuid))?;
    let keys = document.api_keys.iter().flatten();
    distinct("api_keys", "key_id", keys.map(|key| key.key_id))?;
    if !extras.settings.unknown_words {
        known_words(&document)?;
    }
    let people: HashSet<Uuid> = document.members.iter().map(|member| member.uuid).collect();
    let active = active_workspaces(document.workspaces.take(), &document.members)?;
    check_archived(&extras.archived_workspaces, &active)?;
    let context = Context {
        people: &people,
        workspaces: active.iter().map(|workspace| workspace.uuid).collect(),
        roles: &organization.roles,
        taken_at: document.taken_at.and_then(|time| instant::parse(time.as_str()?)).unwrap_or_default(),
    };
    let groups = document.groups.map(|listed| context.groups(listed)).transpose()?;
    organization.memberships = match extras.workspace_members.take() {
        Some(written) => context.memberships(written)?,
        None => derived(&document.members, &active, groups.as_ref(), &organization.roles),
    };
    organization.groups = groups;
    organization.add_workspaces(active);
    fill(&mut organization, document.members, &extras);
    for mut invitation in document.invitations {
        let seats = extras.invitation_seats.remove(&invitation.uuid);
        invitation.seats = seats.into_iter().flatten().collect();
        organization.invitations.push(invitation);
    }
    organization.archived = extras.archived_workspaces;
    organization.api_keys = document.api_keys.unwrap_or_default();
    organization.purchased = extras.purchased;
    organization.advanced_days = extras.advanced_days.into();
    organization.behavior = extras.settings;
    Ok(organization)
}

fn fill(organization: &mut Organization, members: Vec<Member>, extras: &Extras) {
    for mut member in members {
        let listed = member.workspaces.is_some() && !extras.unlisted_members.contains(&member.uuid);
        member.workspaces = listed.then(Vec::new);
        member.reconcile_seats();
        organization.admit(member);
    }
}

/// Refuses words that the vendor's document does not list.
fn known_words(document: &Document) -> Result<(), Inconsistency> {
    const PERMIT: &str = "or set `sandbox.settings.unknown_words`";
    let members = document.members.iter().map(|member| &member.raw_roles);
    let invitations = document.invitations.iter().map(|invitation| &invitation.raw_roles);
    let people = members.enumerate().map(|one| ("members", one));
    for (list, (index, roles)) in people.chain(invitations.enumerate().map(|one| ("invitations", one))) {
        let words = roles.iter().enumerate().find_map(|(position, role)| match role {
            Spelling::Word(word) => Some((position, word)),
            _ => None,
        });
        if let Some((position, word)) = words {
            let word = text::excerpt(word);
            let message =
                format!("is `{word}`, which is no role; write A, B, M or the UUID of a role, {PERMIT}");
            return wrong(format!("{list}[{index}].raw_roles[{position}]"), message);
        }
    }
    for (index, member) in document.members.iter().enumerate() {
        if let Some(product) = member.unknown_product() {
            let product = text::excerpt(product);
            let message =
                format!("has `{product}`, which is no product; write CHAT or MISTRAL_CODE, {PERMIT}");
            return wrong(format!("members[{index}].subscription_types"), message);
        }
    }
    Ok(())
}

/// Refuses a list in which two entries have the same value under a key.
fn distinct<T: Eq + Hash>(
    list: &str,
    key: &str,
    values: impl Iterator<Item = T>,
) -> Result<(), Inconsistency> {
    let mut seen = HashMap::new();
    for (second, value) in values.enumerate() {
        if let Some(first) = seen.insert(value, second) {
            let message = format!("is the same as {list}[{first}].{key}; give each its own");
            return wrong(format!("{list}[{second}].{key}"), message);
        }
    }
    Ok(())
}

/// The active workspaces. Without a list, they are those that members list (decision 27).
fn active_workspaces(
    listed: Option<Vec<Workspace>>,
    members: &[Member],
) -> Result<Vec<Workspace>, Inconsistency> {
    let is_listed = listed.is_some();
    let mut active = listed.unwrap_or_default();
    distinct("workspaces", "uuid", active.iter().map(|workspace| workspace.uuid))?;
    distinct("workspaces", "name", active.iter().map(|workspace| &workspace.name))?;
    let mut known: HashSet<Uuid> = active.iter().map(|workspace| workspace.uuid).collect();
    let mut names: HashSet<String> = active.iter().map(|workspace| workspace.name.clone()).collect();
    for (index, member) in members.iter().enumerate() {
        for (position, listed) in member.workspaces.iter().flatten().enumerate() {
            let place = |key| format!("members[{index}].workspaces[{position}].{key}");
            if known.contains(&listed.uuid) {
                continue;
            }
            if is_listed {
                let message = "is not among `workspaces`; list it there, or leave that key out";
                return wrong(place("uuid"), message);
            }
            if !names.insert(listed.name.clone()) {
                return wrong(place("name"), "is the name of another workspace; give each its own");
            }
            known.insert(listed.uuid);
            active.push(Workspace::new(listed.uuid, listed.name.clone(), listed.is_default));
        }
    }
    if active.iter().filter(|workspace| workspace.is_default).count() > 1 {
        return wrong(
            "workspaces",
            "has several entries with `is_default`; only one workspace can be the default",
        );
    }
    Ok(active)
}

fn check_archived(archived: &[Workspace], active: &[Workspace]) -> Result<(), Inconsistency> {
    distinct("sandbox.archived_workspaces", "uuid", archived.iter().map(|workspace| workspace.uuid))?;
    let active: HashSet<Uuid> = active.iter().map(|workspace| workspace.uuid).collect();
    for (index, workspace) in archived.iter().enumerate() {
        let place = |key| format!("sandbox.archived_workspaces[{index}].{key}");
        if active.contains(&workspace.uuid) {
            return wrong(place("uuid"), "is also active; leave it out here or in `workspaces`");
        }
        if workspace.is_default {
            return wrong(place("is_default"), "is true; the default workspace can't be archived");
        }
    }
    Ok(())
}

/// What groups and memberships refer to.
struct Context<'a> {
    people: &'a HashSet<Uuid>,
    workspaces: HashSet<Uuid>,
    roles: &'a RoleList,
    /// The time for assignments without one.
    taken_at: Timestamp,
}

impl Context<'_> {
    fn groups(&self, mut listed: Vec<Group>) -> Result<Groups, Inconsistency> {
        distinct("groups", "uuid", listed.iter().map(|group| group.uuid))?;
        distinct("groups", "name", listed.iter().map(|group| &group.name))?;
        let known: HashSet<Uuid> = listed.iter().map(|group| group.uuid).collect();
        for (index, group) in listed.iter_mut().enumerate() {
            let place = format!("groups[{index}]");
            let stranger = group.members.iter().position(|member| !self.people.contains(member));
            if let Some(position) = stranger {
                let place = format!("{place}.members[{position}]");
                return wrong(place, "is not a member; leave it out, or list it in `members`");
            }
            let unknown = group.parent_group_ids.iter().position(|parent| !known.contains(parent));
            if let Some(position) = unknown {
                let place = format!("{place}.parent_group_ids[{position}]");
                return wrong(place, "is not in `groups`; leave it out, or list it there");
            }
            group.members = sorted(std::mem::take(&mut group.members));
            group.parent_group_ids = sorted(std::mem::take(&mut group.parent_group_ids));
            self.resolve(&mut group.workspaces, &format!("{place}.workspaces"))?;
        }
        let groups = Groups::from(listed);
        for (index, group) in groups.iter().enumerate() {
            let parents = groups.with_parents(&group.parent_group_ids);
            if parents.iter().any(|above| above.uuid == group.uuid) {
                let place = format!("groups[{index}].parent_group_ids");
                return wrong(place, "nests the group in itself; remove one step of the cycle");
            }
        }
        Ok(groups)
    }

    /// Checks the workspaces and resolves the roles of assignments.
    fn resolve(&self, assignments: &mut [Assignment], list: &str) -> Result<(), Inconsistency> {
        distinct(list, "workspace_uuid", assignments.iter().map(|assignment| assignment.workspace_uuid))?;
        for (index, assignment) in assignments.iter_mut().enumerate() {
            let place = format!("{list}[{index}]");
            if !self.workspaces.contains(&assignment.workspace_uuid) {
                let place = format!("{place}.workspace_uuid");
                return wrong(place, "is not an active workspace; leave it out, or list it in `workspaces`");
            }
            let mut roles = Vec::new();
            for (position, role) in assignment.roles.iter().enumerate() {
                let named = || self.roles.workspace_role_named(role.name.as_deref()?);
                let Some(role) = role.uuid.or_else(named) else {
                    let place = format!("{place}.roles[{position}]");
                    return wrong(place, "is not a workspace role; use a name or UUID from `roles`");
                };
                roles.push(role);
            }
            assignment.roles = self.roles.granted_refs(&roles);
            if assignment.created == Assignment::UNKNOWN {
                assignment.created = self.taken_at;
            }
        }
        assignments.sort_by_key(|assignment| assignment.workspace_uuid);
        Ok(())
    }

    /// Direct memberships as a state file has them.
    fn memberships(&self, written: RolesByWorkspace) -> Result<Memberships, Inconsistency> {
        for (workspace, members) in &written {
            let place = format!("sandbox.workspace_members.{workspace}");
            if !self.workspaces.contains(workspace) {
                return wrong(place, "is not an active workspace; leave it out, or list it in `workspaces`");
            }
            for (member, roles) in members {
                let place = format!("{place}.{member}");
                if !self.people.contains(member) {
                    return wrong(place, "is not a member; leave it out, or list it in `members`");
                }
                if roles.is_empty() {
                    return wrong(place, "is empty; every person in a workspace has at least one role");
                }
            }
        }
        Ok(Memberships::from(written))
    }
}

/// Direct memberships: what members list and groups do not explain (decision 27).
fn derived(
    members: &[Member],
    workspaces: &[Workspace],
    groups: Option<&Groups>,
    roles: &RoleList,
) -> Memberships {
    let default = workspaces.iter().find(|workspace| workspace.is_default).map(|found| found.uuid);
    let contributor = roles.in_workspace(WORKSPACE_CONTRIBUTOR);
    let mut memberships = Memberships::default();
    for member in members {
        let inherited = groups.map(|groups| groups.inherited_roles(member.uuid)).unwrap_or_default();
        let mut listed: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for workspace in member.workspaces.iter().flatten() {
            let spelled: Vec<Uuid> = workspace.raw_roles.iter().map(|role| role.uuid()).collect();
            listed.entry(workspace.uuid).or_default().extend(roles.granted(&spelled));
        }
        for (workspace, listed) in listed {
            let explained = inherited.get(&workspace).cloned().unwrap_or_default();
            let mut direct: BTreeSet<Uuid> = listed.difference(&explained).copied().collect();
            if Some(workspace) == default {
                // Without direct roles, people are contributors in the default workspace. So there is nothing to
                // remember if that is their only role, and something to remember if they do not have it.
                let implied = direct.len() <= 1 && direct.contains(&contributor);
                if implied || explained.contains(&contributor) && direct.is_empty() {
                    continue;
                }
                if direct.is_empty() {
                    direct = listed;
                }
            }
            if !direct.is_empty() {
                memberships.set(workspace, member.uuid, direct);
            }
        }
    }
    memberships
}
