//! The entries of groups: members, nesting and grants.

use super::names::{Names, address, list, text, workspace_roles};
use super::people::People;
use super::yaml::{Section, entry, note, remark};
use crate::config::file::Group;
use crate::escape;
use crate::model::nesting::{ancestors, is_nested_in_itself};
use crate::model::{LONGEST_NAME, Live, LiveGroup, Role, WorkspaceRoles};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A group as it can be declared.
pub(super) struct Groups<'l> {
    groups: BTreeMap<&'l str, Declared>,
    /// Escaped text.
    left_out: Vec<String>,
    /// The organization has no groups at all.
    unavailable: bool,
}

struct Declared {
    group: Group,
    /// It has members who can't be listed.
    holds_others: bool,
    remarks: Vec<String>,
}

impl<'l> Groups<'l> {
    pub(super) fn of(live: &'l Live, workspaces: &Names<'l>, people: &People<'l>) -> Self {
        let listed = || live.groups.iter().flatten();
        let names = Names::new(listed().map(|group| (group.id, group.settings.name.as_str())), usize::MAX);
        let by_id: HashMap<Uuid, &LiveGroup> = listed().map(|group| (group.id, group)).collect();
        let groups = names.named(listed(), |group| group.id).into_iter();
        let groups =
            groups.map(|(name, live)| (name, declare(live, &by_id, &names, workspaces, people))).collect();
        Self { groups, left_out: names.left_out, unavailable: live.groups.is_none() }
    }

    /// Whether people would be removed from a group because they can't be listed.
    pub(super) fn hold_others(&self) -> bool {
        self.groups.values().any(|declared| declared.holds_others && declared.group.members.value.is_some())
    }

    /// Whether the groups, as they are declared, make a person an admin.
    pub(super) fn make_admins(&self) -> bool {
        let group = |name: &str| self.groups.get(name).map(|declared| &declared.group);
        let parents = |name: &&'l str| {
            let parents = group(name).and_then(|group| group.parents.value.as_ref()).into_iter().flatten();
            let known = |parent: &String| self.groups.get_key_value(parent.as_str()).map(|(name, _)| *name);
            parents.filter_map(|parent| known(parent.value.as_ref()?)).collect::<Vec<_>>()
        };
        let is_of_admins =
            |name: &&str| group(name).is_some_and(|group| group.organization_role.value == Some(Role::Admin));
        let with_members = self.groups.iter().filter(|(_, declared)| declared.group.members.value.is_some());
        with_members.into_iter().any(|(name, _)| ancestors(*name, parents).keys().any(is_of_admins))
    }

    pub(super) fn write(self) -> Section {
        let mut section = Section::new("groups");
        for (name, declared) in &self.groups {
            section.push(&entry(name, &declared.group, &declared.remarks));
        }
        section.notes = note("Groups that can't be declared", self.left_out);
        if self.unavailable {
            section.notes += "\n# No groups: the Admin API refuses to list them for this organization.\n";
        }
        section
    }
}

fn declare<'l>(
    live: &'l LiveGroup,
    by_id: &HashMap<Uuid, &LiveGroup>,
    names: &Names<'l>,
    workspaces: &Names<'l>,
    people: &People<'l>,
) -> Declared {
    if live.externally_managed {
        let remarks = vec!["managed by the identity provider".to_owned()];
        return Declared { group: Group::default(), holds_others: false, remarks };
    }
    let mut remarks = Vec::new();
    let (mut members, mut not_listed) = (BTreeSet::new(), Vec::new());
    for id in &live.members {
        match people.listed(*id) {
            Ok(email) => drop(members.insert(email)),
            Err(label) => not_listed.push(label),
        }
    }
    let group = Group {
        description: text("description", &live.settings.description, LONGEST_NAME, &mut remarks),
        members: list(members.into_iter().map(|email| address(email).into())),
        parents: list(parents(live, by_id, names, &mut remarks)),
        organization_role: live.settings.organization_role.into(),
        workspaces: workspace_roles(assigned(live, workspaces, &mut remarks)),
        ..Group::default()
    };
    let holds_others = !not_listed.is_empty();
    remarks.extend(remark("not listed, because they are not declared", not_listed));
    Declared { group, holds_others, remarks }
}

fn parents(
    live: &LiveGroup,
    by_id: &HashMap<Uuid, &LiveGroup>,
    names: &Names<'_>,
    remarks: &mut Vec<String>,
) -> BTreeSet<String> {
    let parents_of = |id: &Uuid| by_id.get(id).map(|group| group.parents.clone()).unwrap_or_default();
    let named = live.parents.iter().map(|id| names.get(*id).map(str::to_owned));
    let why = match named.collect::<Option<BTreeSet<_>>>() {
        Some(_) if is_nested_in_itself(&live.id, parents_of) => "the group is nested in itself",
        Some(parents) => return parents,
        None => "one of them can't be declared",
    };
    remarks.push(format!("`parents` stay as they are: {why}"));
    BTreeSet::new()
}

/// The roles that the group grants in workspaces.
fn assigned(
    live: &LiveGroup,
    workspaces: &Names<'_>,
    remarks: &mut Vec<String>,
) -> BTreeMap<String, WorkspaceRoles> {
    if let Some(role) = &live.locked_role {
        let role = escape::excerpt(role);
        remarks.push(format!("`organization_role` stays as it is: the API can't write {role}"));
    }
    let assignable = live.workspaces.iter().map(|(id, access)| {
        let name = workspaces.get(*id).ok_or("one of them can't be declared")?;
        match (access.locked_roles.is_empty(), access.roles.is_empty()) {
            (true, false) => Ok((name.to_owned(), access.roles)),
            (true, true) => Err("the group has no role in one of them"),
            (false, _) => Err("the API can't write all roles in them"),
        }
    });
    let assigned: Result<_, &str> = assignable.collect();
    let remark = |why| remarks.push(format!("`workspaces` stay as they are: {why}"));
    assigned.map_err(remark).unwrap_or_default()
}
