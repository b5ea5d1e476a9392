//! What reaches people through groups: an organization role, and roles in workspaces.
//!
//! A group passes what it gives to its members and to those of the groups nested in it. [`Groups`] is the groups at one
//! moment of an apply; operations move it on. What an operation takes away and what it gives are two steps, so that
//! the worst moment of operations that run side by side is known: all that is taken, nothing that is given.

mod given;
mod holders;

pub(super) use given::{Given, Reach};
pub use holders::Holders;

use super::action::{
    GroupOperation, Key, Operation, Participant, PersonOperation, Reference, WorkspaceOperation,
};
use crate::model::{Live, LiveGroup, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The groups at one moment.
#[derive(Debug, Clone, Default)]
pub struct Groups(BTreeMap<Key, Group>);

#[derive(Debug, Clone, Default)]
struct Group {
    role: Option<Role>,
    parents: BTreeSet<Key>,
    members: BTreeSet<Key>,
    workspaces: BTreeMap<Key, Given>,
}

/// What each person has through groups, by workspace.
pub(in crate::plan) type Through = HashMap<Uuid, BTreeMap<Key, Given>>;

impl Groups {
    /// The live groups.
    #[must_use]
    pub fn of(live: &Live) -> Self {
        let group = |group: &LiveGroup| {
            let workspaces = group.workspaces.iter().map(|(id, access)| {
                let locked = access.locked_roles.iter().cloned().collect();
                (Key::Live(*id), Given { roles: access.roles, locked })
            });
            Group {
                role: group.settings.organization_role,
                parents: group.parents.iter().copied().map(Key::Live).collect(),
                members: group.members.iter().copied().map(Key::Live).collect(),
                workspaces: workspaces.collect(),
            }
        };
        Self(live.groups.iter().flatten().map(|one| (Key::Live(one.id), group(one))).collect())
    }

    /// The groups when all of these operations have been carried out.
    pub(in crate::plan) fn after<'o>(
        mut self,
        operations: impl Iterator<Item = &'o Operation> + Clone,
    ) -> Self {
        operations.clone().for_each(|operation| self.lose(operation));
        operations.for_each(|operation| self.gain(operation));
        self
    }

    /// Takes away what an operation takes away.
    pub(in crate::plan) fn lose(&mut self, operation: &Operation) {
        match operation {
            Operation::Person(PersonOperation::MemberRemove { id, .. }) => {
                for group in self.0.values_mut() {
                    group.members.remove(&Key::Live(*id));
                }
            }
            Operation::Workspace(WorkspaceOperation::Archive { id, .. }) => {
                for group in self.0.values_mut() {
                    group.workspaces.remove(&Key::Live(*id));
                }
            }
            Operation::Person(_) | Operation::Workspace(_) => {}
            Operation::Group(operation) => self.group_loses(operation),
        }
    }

    fn group_loses(&mut self, operation: &GroupOperation) {
        match operation {
            GroupOperation::Create { .. } | GroupOperation::MembersAdd { .. } => {}
            GroupOperation::Update { group, before, after } => {
                if let Some(group) = self.0.get_mut(&group.key())
                    && before.organization_role != after.organization_role
                {
                    group.role = None;
                }
            }
            GroupOperation::Nest { group, after, .. } => {
                let kept: BTreeSet<Key> = after.iter().map(Reference::key).collect();
                if let Some(group) = self.0.get_mut(&group.key()) {
                    group.parents.retain(|parent| kept.contains(parent));
                }
            }
            GroupOperation::Delete { group, .. } => {
                self.0.remove(&group.key());
            }
            GroupOperation::MembersRemove { group, members } => {
                if let Some(group) = self.0.get_mut(&group.key()) {
                    for member in members {
                        group.members.remove(&member.key());
                    }
                }
            }
            GroupOperation::WorkspacesSet { group, assignments }
            | GroupOperation::WorkspacesRemove { group, assignments } => {
                if let Some(group) = self.0.get_mut(&group.key()) {
                    for assignment in assignments {
                        let given = group.workspaces.entry(assignment.workspace.key()).or_default();
                        given.roles &= assignment.after;
                        given.locked.clear();
                    }
                }
            }
        }
    }

    /// Gives what an operation gives.
    pub(in crate::plan) fn gain(&mut self, operation: &Operation) {
        let Operation::Group(operation) = operation else { return };
        match operation {
            GroupOperation::Create { settings } => {
                let group = Group { role: settings.organization_role, ..Group::default() };
                self.0.insert(Key::New(settings.name.clone()), group);
            }
            GroupOperation::Update { group, after, .. } => {
                self.0.entry(group.key()).or_default().role = after.organization_role;
            }
            GroupOperation::Nest { group, after, .. } => {
                let parents = after.iter().map(Reference::key);
                self.0.entry(group.key()).or_default().parents.extend(parents);
            }
            GroupOperation::MembersAdd { group, members } => {
                let members = members.iter().map(Participant::key);
                self.0.entry(group.key()).or_default().members.extend(members);
            }
            GroupOperation::WorkspacesSet { group, assignments } => {
                let group = self.0.entry(group.key()).or_default();
                for assignment in assignments {
                    group.workspaces.entry(assignment.workspace.key()).or_default().roles |= assignment.after;
                }
            }
            GroupOperation::Delete { .. }
            | GroupOperation::MembersRemove { .. }
            | GroupOperation::WorkspacesRemove { .. } => {}
        }
    }

    /// A group and all in which it is nested, over however many steps.
    fn with_ancestors(&self, key: &Key) -> BTreeSet<Key> {
        let mut all = BTreeSet::from([key.clone()]);
        let mut open = vec![key.clone()];
        while let Some(key) = open.pop() {
            for parent in self.0.get(&key).into_iter().flat_map(|group| &group.parents) {
                if all.insert(parent.clone()) {
                    open.push(parent.clone());
                }
            }
        }
        all
    }

    /// Whether a group is nested in itself.
    #[must_use]
    pub fn is_in_circle(&self, key: &Key) -> bool {
        let parents = self.0.get(key).into_iter().flat_map(|group| &group.parents);
        parents.into_iter().any(|parent| self.with_ancestors(parent).contains(key))
    }

    /// Whether any group is nested in itself.
    pub(in crate::plan) fn has_circle(&self) -> bool {
        self.0.keys().any(|key| self.is_in_circle(key))
    }

    /// What everybody has through groups, or what those have whom one of them reaches. What is nothing is left out.
    pub(in crate::plan) fn reach(&self, one: Option<&Key>) -> Reach {
        let mut reach = Reach::default();
        for (key, group) in self.0.iter().filter(|(_, group)| !group.members.is_empty()) {
            let all = self.with_ancestors(key);
            if one.is_some_and(|one| !all.contains(one)) {
                continue;
            }
            for giving in all.iter().filter_map(|key| self.0.get(key)) {
                for member in &group.members {
                    reach.add_roles(member, giving.role.into_iter().collect());
                    for (workspace, given) in
                        giving.workspaces.iter().filter(|(_, given)| !given.is_nothing())
                    {
                        reach.add(member, workspace, given);
                    }
                }
            }
        }
        reach
    }

    /// The groups in which a person is, and those in which these are nested.
    pub(in crate::plan) fn around(&self, person: &Key) -> BTreeSet<Key> {
        let own = self.0.iter().filter(|(_, group)| group.members.contains(person));
        own.flat_map(|(key, _)| self.with_ancestors(key)).collect()
    }

    /// Whether a person has an organization role through groups.
    pub(in crate::plan) fn give(&self, person: &Key, role: Role) -> bool {
        self.0.values().any(|group| group.role == Some(role))
            && self.around(person).iter().any(|key| self.has_role(key, role))
    }

    /// What a person has in a workspace through groups.
    pub(in crate::plan) fn given(&self, person: &Key, workspace: &Key) -> Given {
        let mut all = Given::default();
        for group in self.around(person).iter().filter_map(|key| self.0.get(key)) {
            group.workspaces.get(workspace).into_iter().for_each(|given| all.add(given));
        }
        all
    }

    /// Whether the members of a group have an organization role through it.
    fn pass_on(&self, group: &Key, role: Role) -> bool {
        self.with_ancestors(group).iter().any(|key| self.has_role(key, role))
    }

    fn has_role(&self, group: &Key, role: Role) -> bool {
        self.0.get(group).is_some_and(|group| group.role == Some(role))
    }

    /// The people who have an organization role through groups.
    fn with_role(&self, role: Role) -> BTreeSet<Key> {
        if !self.0.values().any(|group| group.role == Some(role)) {
            return BTreeSet::new();
        }
        let giving = self.0.iter().filter(|(key, _)| self.pass_on(key, role));
        giving.flat_map(|(_, group)| group.members.iter().cloned()).collect()
    }

    /// What each live person has in workspaces through groups.
    pub(in crate::plan) fn through(&self) -> Through {
        let mut through = Through::new();
        for (key, group) in &self.0 {
            let mut given = BTreeMap::<Key, Given>::new();
            for giving in self.with_ancestors(key).iter().filter_map(|key| self.0.get(key)) {
                for (workspace, roles) in &giving.workspaces {
                    given.entry(workspace.clone()).or_default().add(roles);
                }
            }
            if given.is_empty() {
                continue;
            }
            for member in &group.members {
                let Key::Live(id) = member else { continue };
                let all = through.entry(*id).or_default();
                for (workspace, roles) in &given {
                    all.entry(workspace.clone()).or_default().add(roles);
                }
            }
        }
        through
    }
}
