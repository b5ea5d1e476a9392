//! The groups: who is in them, how they are nested, and what they give.

use super::Section;
use super::layout::{Entry, Value, note, remark};
use super::names::{Names, in_order, text};
use super::people::People;
use super::scalar::scalar;
use super::workspaces::roles;
use crate::escape;
use crate::model::{Email, LONGEST_NAME, Live, LiveGroup, Role, WorkspaceRoles};
use crate::plan::{GroupGraph, Key};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The groups as they can be declared.
pub(super) struct Groups<'l> {
    groups: BTreeMap<&'l str, Group<'l>>,
    /// Harmless text.
    left_out: Vec<String>,
    /// The organization has no groups at all.
    unavailable: bool,
}

/// What can be written of one group.
#[derive(Default)]
struct Group<'l> {
    description: Option<String>,
    members: BTreeSet<&'l Email>,
    parents: BTreeSet<&'l str>,
    organization_role: Option<Role>,
    workspaces: BTreeMap<&'l str, WorkspaceRoles>,
    /// Some are in it who can't be listed.
    holds_others: bool,
    remarks: Vec<String>,
}

impl<'l> Groups<'l> {
    pub(super) fn of(live: &'l Live, workspaces: &Names<'l>, people: &People<'l>) -> Self {
        let listed = || live.groups.iter().flatten();
        let names = Names::new(listed().map(|group| (group.id, group.settings.name.as_str())), usize::MAX);
        let nesting = GroupGraph::of(live);
        let named = in_order(listed(), |group| group.id, &names).into_iter();
        let groups =
            named.map(|(name, live)| (name, group(live, &nesting, &names, workspaces, people))).collect();
        Self { groups, left_out: names.left_out, unavailable: live.groups.is_none() }
    }

    /// Whether people would be taken out of a group because they can't be listed.
    pub(super) fn hold_others(&self) -> bool {
        self.groups.values().any(|group| group.holds_others && !group.members.is_empty())
    }

    /// Whether the groups, as they are declared, make anybody an admin.
    pub(super) fn make_admins(&self) -> bool {
        let makes_admins = |name: &&str| {
            self.groups.get(name).is_some_and(|group| group.organization_role == Some(Role::Admin))
        };
        let mut with_admins: BTreeSet<&str> = self.groups.keys().copied().filter(makes_admins).collect();
        // What is nested in them, until there is nothing more.
        loop {
            let nested = self.groups.iter().filter(|(name, group)| {
                !with_admins.contains(*name)
                    && group.parents.iter().any(|parent| with_admins.contains(parent))
            });
            let nested: Vec<&str> = nested.map(|(name, _)| *name).collect();
            if nested.is_empty() {
                break;
            }
            with_admins.extend(nested);
        }
        with_admins.iter().any(|name| self.groups.get(name).is_some_and(|group| !group.members.is_empty()))
    }

    pub(super) fn write(&self) -> Section {
        let mut section = Section::new("groups");
        for (name, group) in &self.groups {
            group.entry(name).write(section.entries());
        }
        note("Groups that can't be declared", self.left_out.clone(), &mut section.notes);
        if self.unavailable {
            let why = "\n# No groups: this organization has none, and its Admin API refuses to list them.";
            let _ = writeln!(section.notes, "{why}");
        }
        section
    }
}

fn group<'l>(
    live: &'l LiveGroup,
    nesting: &GroupGraph,
    names: &Names<'l>,
    workspaces: &Names<'l>,
    people: &People<'l>,
) -> Group<'l> {
    let mut group = Group::default();
    if live.externally_managed {
        group.remarks.push("managed by the identity provider".to_owned());
        return group;
    }
    match text("description", &live.settings.description, LONGEST_NAME) {
        Ok(_) if live.settings.description.is_empty() => {}
        Ok(text) => group.description = Some(text),
        Err(remark) => group.remarks.push(remark),
    }
    let mut not_listed = Vec::new();
    for id in &live.members {
        match people.listed(*id) {
            Ok(email) => drop(group.members.insert(email)),
            Err(label) => not_listed.push(label),
        }
    }
    group.holds_others = !not_listed.is_empty();
    match live.parents.iter().map(|id| names.get(*id)).collect() {
        Some(_) if nesting.is_nested_in_itself(&Key::Live(live.id)) => {
            group.remarks.push("`parents` stay as they are: the group is nested in itself".to_owned());
        }
        Some(parents) => group.parents = parents,
        None => group.remarks.push("`parents` stay as they are: one of them can't be declared".to_owned()),
    }
    group.organization_role = live.settings.organization_role;
    if let Some(role) = &live.locked_role {
        let role = escape::excerpt(role);
        group.remarks.push(format!("`organization_role` stays as it is: the API can't write {role}"));
    }
    let assignable = live.workspaces.iter().map(|(id, access)| {
        let name = workspaces.get(*id).ok_or("one of them can't be declared")?;
        match (access.locked_roles.is_empty(), access.roles.is_empty()) {
            (true, false) => Ok((name, access.roles)),
            (true, true) => Err("the group has no role in one of them"),
            (false, _) => Err("the API can't write all roles in them"),
        }
    });
    match assignable.collect() {
        Ok(assigned) => group.workspaces = assigned,
        Err(why) => group.remarks.push(format!("`workspaces` stay as they are: {why}")),
    }
    group.remarks.extend(remark("not listed, because they are not declared", not_listed));
    group
}

impl Group<'_> {
    fn entry<'n>(&self, name: &'n str) -> Entry<'n> {
        let mut keys = Vec::new();
        if let Some(description) = &self.description {
            keys.push(("description", Value::One(description.clone())));
        }
        if !self.members.is_empty() {
            let members = self.members.iter().map(|email| scalar(email.as_str()).into_owned());
            keys.push(("members", Value::List(members.collect())));
        }
        if !self.parents.is_empty() {
            let parents = self.parents.iter().map(|parent| scalar(parent).into_owned());
            keys.push(("parents", Value::List(parents.collect())));
        }
        if let Some(role) = self.organization_role {
            keys.push(("organization_role", Value::One(role.name().to_owned())));
        }
        if !self.workspaces.is_empty() {
            let workspaces = self.workspaces.iter();
            let workspaces = workspaces.map(|(name, given)| (scalar(name).into_owned(), roles(*given)));
            keys.push(("workspaces", Value::Map(workspaces.collect())));
        }
        Entry { name, keys, remarks: self.remarks.clone() }
    }
}
