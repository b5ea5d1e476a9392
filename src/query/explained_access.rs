//! The workspaces and groups of one person: direct and inherited roles, and the operations that affect them.

use super::explanation::{Entry, Nesting, Person, Source};
use crate::escape;
use crate::model::nesting::ancestors;
use crate::model::{
    DesiredGroup, DesiredWorkspace, ListedGrant, LiveGroup, LiveWorkspace, Role, Unmanaged, WorkspaceAccess,
    WorkspaceRole, WorkspaceRoles,
};
use crate::plan::{
    ByResource, GroupChange, GroupGraph, GroupOperation, Key, Membership, Operation, Reference,
    WorkspaceOperation,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A declared group from which the person inherits: one that lists them, or one in which that group is nested.
struct Reached<'p> {
    group: &'p DesiredGroup,
    /// The group that lists the person, and where.
    through: (&'p str, Span),
    /// The chain of nesting from there to this group.
    nested: Vec<(&'p str, Span)>,
}

impl<'p> Person<'p> {
    /// All declared groups from which the person inherits.
    fn reached(&self) -> Vec<Reached<'p>> {
        let groups = &self.desired.groups;
        let parents = |name: &&'p str| {
            let parents = groups.get(*name).and_then(|group| group.parents.as_ref()).into_iter().flatten();
            parents.map(|(name, _)| name.as_str()).filter(|name| groups.contains_key(*name))
        };
        let mut reached = Vec::new();
        for (name, group) in groups {
            let Some(at) = group.members.as_ref().and_then(|members| members.get(self.email)) else {
                continue;
            };
            let all = ancestors(name.as_str(), parents);
            for name_of_reached in all.keys() {
                let Some(group) = groups.get(*name_of_reached) else { continue };
                let nested = self.steps(name_of_reached, &all);
                reached.push(Reached { group, through: (name, *at), nested });
            }
        }
        reached
    }

    /// The chain of nesting from the group that lists the person to another group.
    fn steps(&self, to: &'p str, reached: &BTreeMap<&'p str, Option<&'p str>>) -> Vec<(&'p str, Span)> {
        let mut steps = Vec::new();
        let mut group = to;
        while let Some(Some(child)) = reached.get(group) {
            let parents = self.desired.groups.get(*child).and_then(|child| child.parents.as_ref());
            steps.extend(parents.and_then(|parents| parents.get(group)).map(|at| (group, *at)));
            group = child;
        }
        steps.reverse();
        steps
    }

    fn through_group(&self, reached: &Reached<'p>, at: Span) -> Source {
        let step = |(group, at): &(&str, Span)| Nesting {
            group: (*group).to_owned(),
            at: self.sources.position(*at),
        };
        let source = Source {
            through: "group",
            name: Some(reached.through.0.to_owned()),
            membership: Some(self.sources.position(reached.through.1)),
            nested: reached.nested.iter().map(step).collect(),
            at: Some(self.sources.position(at)),
            ..Source::default()
        };
        self.with_terms(source, [at, reached.through.1])
    }

    /// The grants of a workspace role by a group that have ended.
    fn ended_in_group(&self, reached: &Reached<'p>, workspace: &str, role: WorkspaceRole) -> Vec<Source> {
        let ended = reached.group.ended_workspaces.get(workspace).into_iter().flatten();
        let ended = ended.filter(|(ended, _)| *ended == role);
        ended.map(|(_, at)| Source { ended: true, ..self.through_group(reached, *at) }).collect()
    }

    /// The groups that grant the person an organization role.
    pub(super) fn groups_granting(&self, role: Role) -> Vec<Source> {
        let grants = |reached: &Reached<'p>| {
            let (granted, at) = reached.group.organization_role?;
            (granted == role).then(|| self.through_group(reached, at))
        };
        self.reached().iter().filter_map(grants).collect()
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
                entries.insert(name.clone(), Entry::new("group", None, name, true, desired));
            }
        }
        let removes = self.desired.policy.unmanaged.group_members.0 == Unmanaged::Remove;
        for (name, group) in declared {
            let Some(members) = &group.members else { continue };
            let listed = members.get(self.email).filter(|_| !self.leaves);
            if let Some(at) = listed {
                let new = || Entry::new("group", None, escape::line(name).into_owned(), false, None);
                let entry = entries.entry(name.clone()).or_insert_with(new);
                entry.desired = Some(true);
                entry.given_by.push(self.source("group", *at, None));
            } else if let Some(entry) = entries.get_mut(name) {
                entry.ended = self.ended(|grant| *grant == ListedGrant::Group(name.clone()));
                if removes || !entry.ended.is_empty() {
                    entry.desired = Some(false);
                }
            }
        }
        entries.into_values().collect()
    }

    fn declared_group(&self, live: &LiveGroup) -> Option<String> {
        let live = &live.settings.name;
        let is = |(name, group): &(&String, &DesiredGroup)| {
            *name == live || group.previously.as_ref() == Some(live)
        };
        self.desired.groups.iter().find(is).map(|(name, _)| name.clone())
    }

    fn is_deleted(&self, group: &LiveGroup) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::GroupDelete(op) => op.group.id == Some(group.id),
            _ => false,
        })
    }
}

impl<'p> Person<'p> {
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
            entries.extend(self.in_undeclared_workspace(live, live_in(live)));
        }
        entries.sort_by(|a, b| a.within.cmp(&b.within));
        entries
    }

    fn in_undeclared_workspace(&self, live: &LiveWorkspace, access: &WorkspaceAccess) -> Vec<Entry> {
        let roles = access.roles.into_iter().map(|role| (role.name().to_owned(), self.loses(live.id, role)));
        let locked = access.locked_roles.iter().map(|role| (escape::excerpt(role), false));
        let within = escape::excerpt(&live.settings.name);
        let entry = |(role, loses)| {
            let desired = (self.leaves || loses).then_some(false);
            Entry::new("workspace_role", Some(within.clone()), role, true, desired)
        };
        roles.chain(locked).map(entry).collect()
    }

    fn in_workspace(
        &self,
        name: &str,
        workspace: &DesiredWorkspace,
        (id, live): (Option<Uuid>, &WorkspaceAccess),
        reached: &[Reached<'p>],
    ) -> Vec<Entry> {
        let direct = workspace.members.get(self.email).filter(|_| !self.leaves);
        let through = |reached: &Reached<'p>| {
            let (roles, at) = *reached.group.workspaces.as_ref()?.get(name)?;
            Some((roles, self.through_group(reached, at)))
        };
        let mut granted: Vec<(WorkspaceRoles, Source)> = direct
            .into_iter()
            .flatten()
            .map(|grant| (grant.roles, self.source("workspace", grant.at, grant.through.as_deref())))
            .collect();
        granted.extend(reached.iter().filter_map(through));
        let within = escape::line(name).into_owned();
        let mut entries = Vec::new();
        for role in WorkspaceRoles::all() {
            let given_by: Vec<Source> =
                granted.iter().filter(|(roles, _)| roles.contains(role)).map(|(_, by)| by.clone()).collect();
            let is_live = live.roles.contains(role);
            let loses = || id.is_some_and(|id| self.loses(id, role));
            let desired = match (given_by.is_empty(), self.leaves || loses()) {
                (false, _) => Some(true),
                (true, true) => Some(false),
                (true, false) => None,
            };
            if is_live || desired == Some(true) {
                let shown = role.name().to_owned();
                let entry = Entry::new("workspace_role", Some(within.clone()), shown, is_live, desired);
                let of_person = self.ended(|grant| match grant {
                    ListedGrant::WorkspaceRole(within, ended) => within == name && *ended == role,
                    _ => false,
                });
                let of_groups = reached.iter().flat_map(|reached| self.ended_in_group(reached, name, role));
                let ended = of_person.into_iter().chain(of_groups).collect();
                entries.push(Entry { given_by, ended, ..entry });
            }
        }
        let ends = self.leaves || id.is_some_and(|id| self.is_archived(id));
        let locked = live.locked_roles.iter().map(|role| escape::excerpt(role));
        entries.extend(locked.map(|role| {
            Entry::new("workspace_role", Some(within.clone()), role, true, ends.then_some(false))
        }));
        entries
    }

    /// Whether the plan revokes a workspace role of the person, direct or inherited.
    fn loses(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        let inherits =
            |groups: &GroupGraph| groups.inherited_in(&self.key, &Key::Live(workspace)).roles.contains(role);
        if inherits(&self.groups_after) {
            return self.is_archived(workspace);
        }
        inherits(&self.groups_before) || self.is_archived(workspace) || self.loses_direct(workspace, role)
    }

    fn loses_direct(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        let loses =
            |membership: &Membership| membership.member.key() == self.key && !membership.after.contains(role);
        self.plan.actions.iter().any(|action| {
            let (of, members) = match &action.operation {
                Operation::WorkspaceMembersSet(op) => (&op.workspace, &op.members),
                Operation::WorkspaceMembersRemove(op) => (&op.workspace, &op.members),
                _ => return false,
            };
            of.id == Some(workspace) && members.iter().any(loses)
        })
    }

    fn is_archived(&self, workspace: Uuid) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::WorkspaceArchive(op) => op.workspace.id == Some(workspace),
            _ => false,
        })
    }

    /// Whether an operation on a workspace or group changes the access of the person, direct or inherited.
    pub(super) fn concerns(&self, operation: &Operation, reaching: &BTreeSet<Key>) -> bool {
        let is = |member: &Reference| member.key() == self.key;
        match operation.by_resource() {
            ByResource::Person(_) | ByResource::ApiKey(_) => false,
            ByResource::Workspace(operation) => match operation {
                WorkspaceOperation::WorkspaceUpdate(_) => false,
                WorkspaceOperation::WorkspaceMembersSet(op) => op.members.iter().any(|one| is(&one.member)),
                WorkspaceOperation::WorkspaceMembersRemove(op) => {
                    op.members.iter().any(|one| is(&one.member))
                }
                WorkspaceOperation::WorkspaceCreate(op) => is(&op.admin),
                WorkspaceOperation::WorkspaceArchive(op) => {
                    let is_in = |id| self.joined.is_some_and(|joined| joined.workspaces.contains_key(&id));
                    op.workspace.id.is_some_and(is_in)
                }
            },
            ByResource::Group(operation) => match operation {
                GroupOperation::GroupMembersAdd(op) => op.members.iter().any(is),
                GroupOperation::GroupMembersRemove(op) => op.members.iter().any(is),
                GroupOperation::GroupCreate(op) => {
                    op.after.organization_role.is_some() && reaching.contains(&op.group.key())
                }
                GroupOperation::GroupUpdate(op) => {
                    let grants = match &op.change {
                        GroupChange::Settings { before, after } => {
                            before.organization_role != after.organization_role
                        }
                        GroupChange::Parents { .. } => true,
                    };
                    grants && reaching.contains(&op.group.key())
                }
                GroupOperation::GroupDelete(op) => reaching.contains(&op.group.key()),
                GroupOperation::GroupWorkspacesSet(op) => reaching.contains(&op.group.key()),
                GroupOperation::GroupWorkspacesRemove(op) => reaching.contains(&op.group.key()),
            },
        }
    }
}
