//! What reaches people through groups: an organization role, and roles in workspaces.
//!
//! A group passes what it gives to its members and to those of the groups nested in it. [`Groups`] is the groups at one
//! moment of an apply; operations move it on. What an operation takes away and what it gives are two steps, so that
//! the worst moment of operations that run side by side is known: all that is taken, nothing that is given.

use super::action::{GroupOperation, Key, Operation, Participant, PersonOperation, Reference};
use crate::model::{GroupRole, Live, LiveGroup, Role, WorkspaceRoles};
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

/// Roles in a workspace, those that the API can't write among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) roles: WorkspaceRoles,
    pub(super) locked: BTreeSet<String>,
}

impl Given {
    fn add(&mut self, other: &Self) {
        self.roles |= other.roles;
        self.locked.extend(other.locked.iter().cloned());
    }
}

/// What each person has through groups, by workspace.
pub(super) type Through = HashMap<Uuid, BTreeMap<Key, Given>>;

impl Groups {
    /// The live groups.
    #[must_use]
    pub fn of(live: &Live) -> Self {
        let group = |group: &LiveGroup| {
            let workspaces = group.workspaces.iter().map(|(id, access)| {
                let locked = access.locked_roles.iter().cloned().collect();
                (Key::Live(*id), Given { roles: access.roles, locked })
            });
            let role = match group.organization_role {
                Some(GroupRole::Known(role)) => Some(role),
                Some(GroupRole::Locked(_)) | None => None,
            };
            Group {
                role,
                parents: group.parents.iter().copied().map(Key::Live).collect(),
                members: group.members.iter().copied().map(Key::Live).collect(),
                workspaces: workspaces.collect(),
            }
        };
        Self(live.groups.iter().flatten().map(|one| (Key::Live(one.id), group(one))).collect())
    }

    /// The groups when all of these operations have been carried out.
    pub(super) fn after<'o>(mut self, operations: impl Iterator<Item = &'o Operation> + Clone) -> Self {
        operations.clone().for_each(|operation| self.lose(operation));
        operations.for_each(|operation| self.gain(operation));
        self
    }

    /// Takes away what an operation takes away.
    pub(super) fn lose(&mut self, operation: &Operation) {
        match operation {
            Operation::Person(PersonOperation::MemberRemove { id, .. }) => {
                for group in self.0.values_mut() {
                    group.members.remove(&Key::Live(*id));
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
    pub(super) fn gain(&mut self, operation: &Operation) {
        let Operation::Group(operation) = operation else { return };
        match operation {
            GroupOperation::Create { traits } => {
                let group = Group { role: traits.organization_role, ..Group::default() };
                self.0.insert(Key::New(traits.name.clone()), group);
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

    /// Whether the group of an operation is nested in itself, over however many steps.
    pub(super) fn closes_circle(&self, operation: &Operation) -> bool {
        let Operation::Group(operation) = operation else { return false };
        let key = operation.key();
        let mut parents = self.0.get(&key).into_iter().flat_map(|group| &group.parents);
        parents.any(|parent| self.with_ancestors(parent).contains(&key))
    }

    /// The groups in which a person is, and those in which these are nested.
    pub(super) fn around(&self, person: &Key) -> BTreeSet<Key> {
        let own = self.0.iter().filter(|(_, group)| group.members.contains(person));
        own.flat_map(|(key, _)| self.with_ancestors(key)).collect()
    }

    /// Whether a person has an organization role through groups.
    pub(super) fn give(&self, person: &Key, role: Role) -> bool {
        self.0.values().any(|group| group.role == Some(role))
            && self.around(person).iter().any(|key| self.has_role(key, role))
    }

    /// What a person has in a workspace through groups.
    pub(super) fn given(&self, person: &Key, workspace: &Key) -> Given {
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
    pub(super) fn through(&self) -> Through {
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

/// Who has an organization role at one moment, by themselves or through a group.
#[derive(Debug, Clone)]
pub struct Holders {
    role: Role,
    own: BTreeSet<Key>,
    groups: Groups,
}

impl Holders {
    /// Who has a role now. Invitations don't count.
    #[must_use]
    pub fn of(live: &Live, role: Role) -> Self {
        let own = live.members.iter().filter(|member| member.access.roles.contains(role));
        Self { role, own: own.map(|member| Key::Live(member.id)).collect(), groups: Groups::of(live) }
    }

    /// Which role it is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Everybody who has the role.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Key> {
        let mut all = self.groups.with_role(self.role);
        all.extend(self.own.iter().cloned());
        all
    }

    /// How many have the role.
    #[must_use]
    pub fn count(&self) -> i64 {
        i64::try_from(self.all().len()).unwrap_or(i64::MAX)
    }

    /// Takes away what an operation takes away.
    pub fn lose(&mut self, operation: &Operation) {
        if let Operation::Person(
            PersonOperation::MemberRemove { id, .. } | PersonOperation::MemberUpdate { id, .. },
        ) = operation
            && operation.takes_role(self.role)
        {
            self.own.remove(&Key::Live(*id));
        }
        self.groups.lose(operation);
    }

    /// Gives what an operation gives.
    pub fn gain(&mut self, operation: &Operation) {
        match operation {
            Operation::Person(PersonOperation::MemberUpdate { id, before, after, .. })
                if (after.roles - before.roles).contains(self.role) =>
            {
                self.own.insert(Key::Live(*id));
            }
            Operation::Person(PersonOperation::MemberCreate { email, access, .. })
                if access.roles.contains(self.role) =>
            {
                self.own.insert(Key::New(email.to_string()));
            }
            Operation::Person(_) | Operation::Workspace(_) => {}
            Operation::Group(_) => self.groups.gain(operation),
        }
    }

    /// Those who would no longer have the role after an operation.
    #[must_use]
    pub fn lost_by(&self, operation: &Operation) -> BTreeSet<Key> {
        match operation {
            Operation::Person(person) => {
                let (PersonOperation::MemberUpdate { id, .. } | PersonOperation::MemberRemove { id, .. }) =
                    person
                else {
                    return BTreeSet::new();
                };
                let key = Key::Live(*id);
                let own = self.own.contains(&key) && operation.takes_role(self.role);
                let leaves = matches!(person, PersonOperation::MemberRemove { .. });
                let loses = if self.groups.give(&key, self.role) { leaves } else { own };
                loses.then_some(key).into_iter().collect()
            }
            // Most groups give nothing of the kind, and the walk below is long.
            Operation::Group(group) if self.groups.pass_on(&group.key(), self.role) => {
                let mut after = self.clone();
                after.lose(operation);
                &self.all() - &after.all()
            }
            Operation::Group(_) | Operation::Workspace(_) => BTreeSet::new(),
        }
    }
}

impl Operation {
    /// Whether somebody loses a role that is their own.
    fn takes_role(&self, role: Role) -> bool {
        self.person().is_some_and(|operation| {
            let (before, after) = operation.roles();
            matches!(operation, PersonOperation::MemberUpdate { .. } | PersonOperation::MemberRemove { .. })
                && (before - after).contains(role)
        })
    }
}
