//! The groups and workspaces of one person.

use super::{Entry, Nesting, Person, Source};
use crate::escape;
use crate::model::{
    DesiredGroup, DesiredWorkspace, LiveGroup, LiveWorkspace, Role, Unmanaged, WorkspaceAccess,
    WorkspaceRole, WorkspaceRoles,
};
use crate::plan::action::Key;
use crate::plan::reach::Groups;
use crate::plan::{GroupOperation, Operation, Participant, WorkspaceOperation};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A declared group that reaches the person: one that lists them, or one in which that is nested.
struct Reached<'p> {
    group: &'p DesiredGroup,
    /// The group that lists the person, and where.
    through: (&'p str, Span),
    /// The steps from there to this group.
    nested: Vec<(&'p str, Span)>,
}

impl<'p> Person<'p> {
    /// All declared groups that reach the person.
    fn reached(&self) -> Vec<Reached<'p>> {
        let groups = &self.desired.groups;
        let lists = |group: &DesiredGroup| group.members.as_ref()?.get(self.email).copied();
        let mut reached = Vec::new();
        for (name, group) in groups {
            let Some(at) = lists(group) else { continue };
            let mut seen = BTreeSet::from([name.as_str()]);
            let mut open = vec![Reached { group, through: (name, at), nested: Vec::new() }];
            while let Some(one) = open.pop() {
                for (parent, at) in one.group.parents.iter().flatten() {
                    if let Some(group) = groups.get(parent)
                        && seen.insert(parent)
                    {
                        let nested = one.nested.iter().copied().chain([(parent.as_str(), *at)]).collect();
                        open.push(Reached { group, through: one.through, nested });
                    }
                }
                reached.push(one);
            }
        }
        reached
    }

    fn through_group(&self, reached: &Reached<'p>, at: Span) -> Source {
        let step = |(group, at): &(&str, Span)| Nesting {
            group: (*group).to_owned(),
            at: self.sources.position(*at),
        };
        Source {
            through: "group",
            name: Some(reached.through.0.to_owned()),
            membership: Some(self.sources.position(reached.through.1)),
            nested: reached.nested.iter().map(step).collect(),
            at: Some(self.sources.position(at)),
        }
    }

    /// The groups that give the person an organization role.
    pub(super) fn organization_role(&self, role: Role) -> Vec<Source> {
        let gives = |reached: &Reached<'p>| {
            let (given, at) = reached.group.organization_role?;
            (given == role).then(|| self.through_group(reached, at))
        };
        self.reached().iter().filter_map(gives).collect()
    }

    /// Whether the person has an organization role through a live group now.
    pub(super) fn has_through_group(&self, role: Role) -> bool {
        self.live_groups().iter().any(|group| group.settings.organization_role == Some(role))
    }

    /// The live groups of the person, and those in which they are nested.
    fn live_groups(&self) -> Vec<&'p LiveGroup> {
        let Some(joined) = self.joined else { return Vec::new() };
        let all: BTreeMap<_, _> = self.live.groups.iter().flatten().map(|group| (group.id, group)).collect();
        let mut open: Vec<&LiveGroup> =
            all.values().copied().filter(|group| group.members.contains(&joined.id)).collect();
        let mut seen: BTreeSet<_> = open.iter().map(|group| group.id).collect();
        let mut found = Vec::new();
        while let Some(group) = open.pop() {
            let parents = group.parents.iter().filter(|parent| seen.insert(**parent));
            open.extend(parents.filter_map(|parent| all.get(parent)));
            found.push(group);
        }
        found
    }

    /// Each group that the person is in or is to be in.
    pub(super) fn groups(&self) -> Vec<Entry> {
        let declared = self.desired.groups.iter().filter(|_| self.member.is_some() || self.joined.is_some());
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for group in self.live.groups.iter().flatten() {
            if self.joined.is_some_and(|joined| group.members.contains(&joined.id)) {
                let name =
                    self.declared_group(group).unwrap_or_else(|| escape::excerpt(&group.settings.name));
                let desired = (self.leaves || self.is_deleted(group)).then_some(false);
                entries.insert(name.clone(), entry("group", None, name, true, desired));
            }
        }
        let removes = self.desired.policy.unmanaged.group_members.0 == Unmanaged::Remove;
        for (name, group) in declared {
            let Some(members) = &group.members else { continue };
            let listed = members.get(self.email).filter(|_| !self.leaves);
            if let Some(at) = listed {
                let new = || entry("group", None, escape::line(name).into_owned(), false, None);
                let entry = entries.entry(name.clone()).or_insert_with(new);
                entry.desired = Some(true);
                entry.given_by.push(self.granted("group", *at, None));
            } else if let Some(entry) = entries.get_mut(name).filter(|_| removes) {
                entry.desired = Some(false);
            }
        }
        entries.into_values().collect()
    }

    fn declared_group(&self, live: &LiveGroup) -> Option<String> {
        let is = |(name, group): &(&String, &DesiredGroup)| {
            **name == live.settings.name || group.previously.as_deref() == Some(live.settings.name.as_str())
        };
        self.desired.groups.iter().find(is).map(|(name, _)| name.clone())
    }

    /// Each role in each workspace that the person has or is to have.
    pub(super) fn workspaces(&self) -> Vec<Entry> {
        let none = WorkspaceAccess::default();
        let live_in = |workspace: &LiveWorkspace| {
            self.joined.and_then(|joined| joined.workspaces.get(&workspace.id)).unwrap_or(&none)
        };
        let reached = if self.leaves { Vec::new() } else { self.reached() };
        let mut entries = Vec::new();
        let mut matched = BTreeSet::new();
        for (name, workspace) in &self.desired.workspaces {
            let named = |wanted: &str| self.live.workspaces.iter().find(|live| live.settings.name == wanted);
            let live = named(name).or_else(|| named(workspace.previously.as_deref()?));
            matched.extend(live.map(|live| live.id));
            let access = live.map_or(&none, live_in);
            entries.extend(self.in_workspace(name, workspace, (live.map(|live| live.id), access), &reached));
        }
        for live in self.live.workspaces.iter().filter(|live| !matched.contains(&live.id)) {
            let access = live_in(live);
            let roles =
                access.roles.into_iter().map(|role| (role.name().to_owned(), self.loses(live.id, role)));
            let locked = access.locked_roles.iter().map(|role| (escape::excerpt(role), false));
            let within = escape::excerpt(&live.settings.name);
            entries.extend(roles.chain(locked).map(|(role, loses)| {
                let desired = (self.leaves || loses).then_some(false);
                entry("workspace_role", Some(within.clone()), role, true, desired)
            }));
        }
        entries.sort_by(|a, b| a.within.cmp(&b.within));
        entries
    }

    fn in_workspace(
        &self,
        name: &str,
        workspace: &DesiredWorkspace,
        (id, live): (Option<Uuid>, &WorkspaceAccess),
        reached: &[Reached<'p>],
    ) -> Vec<Entry> {
        let own = workspace.members.get(self.email).filter(|_| !self.leaves);
        let through = |reached: &Reached<'p>| {
            let (roles, at) = *reached.group.workspaces.as_ref()?.get(name)?;
            Some((roles, self.through_group(reached, at)))
        };
        let mut given: Vec<(WorkspaceRoles, Source)> = own
            .into_iter()
            .flatten()
            .map(|grant| (grant.roles, self.granted("workspace", grant.at, grant.through.as_deref())))
            .collect();
        given.extend(reached.iter().filter_map(through));
        let within = escape::line(name).into_owned();
        let mut entries = Vec::new();
        for role in WorkspaceRoles::all() {
            let given_by: Vec<Source> =
                given.iter().filter(|(roles, _)| roles.contains(role)).map(|(_, by)| by.clone()).collect();
            let is_live = live.roles.contains(role);
            let loses = || id.is_some_and(|id| self.loses(id, role));
            let desired = match (given_by.is_empty(), self.leaves || loses()) {
                (false, _) => Some(true),
                (true, true) => Some(false),
                (true, false) => None,
            };
            if is_live || desired == Some(true) {
                let entry =
                    entry("workspace_role", Some(within.clone()), role.name().to_owned(), is_live, desired);
                entries.push(Entry { given_by, ..entry });
            }
        }
        let ends = self.leaves || id.is_some_and(|id| self.is_archived(id));
        let locked = live.locked_roles.iter().map(|role| escape::excerpt(role));
        entries
            .extend(locked.map(|role| {
                entry("workspace_role", Some(within.clone()), role, true, ends.then_some(false))
            }));
        entries
    }

    /// Whether the plan takes a role in a live workspace from the person: their own, or what groups give.
    fn loses(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        let through = |groups: &Groups| groups.given(&self.key, &Key::Live(workspace)).roles.contains(role);
        if through(&self.groups_after) {
            return self.is_archived(workspace);
        }
        through(&self.groups_before) || self.is_archived(workspace) || self.loses_own(workspace, role)
    }

    fn loses_own(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::Workspace(
                WorkspaceOperation::MembersSet { workspace: place, members }
                | WorkspaceOperation::MembersRemove { workspace: place, members },
            ) if place.id == Some(workspace) => {
                members.iter().any(|member| member.who.key() == self.key && !member.after.contains(role))
            }
            _ => false,
        })
    }

    fn is_archived(&self, workspace: Uuid) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::Workspace(WorkspaceOperation::Archive { id, .. }) => *id == workspace,
            _ => false,
        })
    }

    fn is_deleted(&self, group: &LiveGroup) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::Group(GroupOperation::Delete { id, .. }) => *id == group.id,
            _ => false,
        })
    }

    /// Whether a change of a workspace or group changes what the person has or gets, directly or through a group.
    pub(super) fn concerns(&self, operation: &Operation, around: &BTreeSet<Key>) -> bool {
        let is = |who: &Participant| who.key() == self.key;
        match operation {
            Operation::Person(_) => false,
            Operation::Workspace(operation) => match operation {
                WorkspaceOperation::MembersSet { members, .. }
                | WorkspaceOperation::MembersRemove { members, .. } => {
                    members.iter().any(|member| is(&member.who))
                }
                WorkspaceOperation::Create { admin, .. } => is(admin),
                WorkspaceOperation::Archive { id, .. } => {
                    self.joined.is_some_and(|joined| joined.workspaces.contains_key(id))
                }
                WorkspaceOperation::Update { .. } => false,
            },
            Operation::Group(operation) => match operation {
                GroupOperation::MembersAdd { members, .. }
                | GroupOperation::MembersRemove { members, .. } => members.iter().any(is),
                GroupOperation::Create { settings } => {
                    settings.organization_role.is_some() && around.contains(&operation.key())
                }
                GroupOperation::Update { before, after, .. } => {
                    before.organization_role != after.organization_role && around.contains(&operation.key())
                }
                GroupOperation::Nest { .. }
                | GroupOperation::Delete { .. }
                | GroupOperation::WorkspacesSet { .. }
                | GroupOperation::WorkspacesRemove { .. } => around.contains(&operation.key()),
            },
        }
    }
}

fn entry(
    kind: &'static str,
    within: Option<String>,
    name: String,
    live: bool,
    desired: Option<bool>,
) -> Entry {
    Entry { kind, within, name, live: Some(live), desired, given_by: Vec::new() }
}
