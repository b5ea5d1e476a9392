//! The groups at a point in time: members, nesting, and inherited access.
//!
//! Members of a group, and of the groups nested in it, inherit the access that it grants.

use super::held_roles::{EffectiveAccess, InheritedByMember, InheritedRoles};
use crate::model::nesting::{ancestors, is_nested_in_itself};
use crate::model::{Live, LiveGroup, Role, WorkspaceRoles};
use crate::plan::operation::{
    Assignment, ByResource, GroupChange, GroupOperation, Key, Operation, PersonOperation, Reference,
    WorkspaceOperation,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The groups at a point in time.
#[derive(Debug, Clone, Default)]
pub struct GroupGraph(BTreeMap<Key, Group>);

/// The organization roles that members inherit, with the groups that grant them.
pub(in crate::plan) type RoleGrants = HashMap<Uuid, Vec<(Key, Role)>>;

#[derive(Debug, Clone, Default)]
struct Group {
    role: Option<Role>,
    parents: BTreeSet<Key>,
    members: BTreeSet<Key>,
    workspaces: BTreeMap<Key, InheritedRoles>,
}

impl From<&LiveGroup> for Group {
    fn from(live: &LiveGroup) -> Self {
        let workspaces = live.workspaces.iter().map(|(id, access)| {
            let locked = access.locked_roles.iter().cloned().collect();
            (Key::Live(*id), InheritedRoles { roles: access.roles, locked })
        });
        Self {
            role: live.settings.organization_role,
            parents: live.parents.iter().copied().map(Key::Live).collect(),
            members: live.members.iter().copied().map(Key::Live).collect(),
            workspaces: workspaces.collect(),
        }
    }
}

impl GroupGraph {
    /// The live groups.
    #[must_use]
    pub fn of(live: &Live) -> Self {
        Self(live.groups.iter().flatten().map(|group| (Key::Live(group.id), group.into())).collect())
    }

    /// The groups after all these operations.
    #[must_use]
    pub fn after<'o>(mut self, operations: impl Iterator<Item = &'o Operation> + Clone) -> Self {
        operations.clone().for_each(|operation| self.revoke(operation));
        operations.for_each(|operation| self.grant(operation));
        self
    }

    /// Applies the revocations of an operation.
    pub fn revoke(&mut self, operation: &Operation) {
        match operation.by_resource() {
            ByResource::Person(PersonOperation::MemberRemove(op)) => {
                let member = Key::Live(op.member_id);
                for group in self.0.values_mut() {
                    group.members.remove(&member);
                }
            }
            ByResource::Workspace(WorkspaceOperation::WorkspaceArchive(op)) => {
                let workspace = op.workspace.key();
                for group in self.0.values_mut() {
                    group.workspaces.remove(&workspace);
                }
            }
            ByResource::Person(_) | ByResource::ApiKey(_) | ByResource::Workspace(_) => {}
            ByResource::Group(operation) => self.revoke_in_group(operation),
        }
    }

    fn revoke_in_group(&mut self, operation: GroupOperation<'_>) {
        match operation {
            GroupOperation::GroupUpdate(op) => self.change(&op.group, |group| group.revoke(&op.change)),
            GroupOperation::GroupDelete(op) => {
                self.0.remove(&op.group.key());
            }
            GroupOperation::GroupMembersRemove(op) => self.change(&op.group, |group| {
                for member in &op.members {
                    group.members.remove(&member.key());
                }
            }),
            GroupOperation::GroupWorkspacesSet(op) => {
                self.change(&op.group, |group| op.assignments.iter().for_each(|one| group.narrow(one)));
            }
            GroupOperation::GroupWorkspacesRemove(op) => {
                self.change(&op.group, |group| op.assignments.iter().for_each(|one| group.narrow(one)));
            }
            GroupOperation::GroupCreate(_) | GroupOperation::GroupMembersAdd(_) => {}
        }
    }

    /// Applies the grants of an operation.
    pub fn grant(&mut self, operation: &Operation) {
        let ByResource::Group(operation) = operation.by_resource() else { return };
        match operation {
            GroupOperation::GroupCreate(op) => {
                let group = Group { role: op.after.organization_role, ..Group::default() };
                self.0.insert(op.group.key(), group);
            }
            GroupOperation::GroupUpdate(op) => {
                let group = self.0.entry(op.group.key()).or_default();
                match &op.change {
                    GroupChange::Settings { after, .. } => group.role = after.organization_role,
                    GroupChange::Parents { after, .. } => {
                        group.parents.extend(after.iter().map(Reference::key));
                    }
                }
            }
            GroupOperation::GroupMembersAdd(op) => {
                let members = op.members.iter().map(Reference::key);
                self.0.entry(op.group.key()).or_default().members.extend(members);
            }
            GroupOperation::GroupWorkspacesSet(op) => {
                let group = self.0.entry(op.group.key()).or_default();
                for assignment in &op.assignments {
                    group.workspaces.entry(assignment.workspace.key()).or_default().roles |= assignment.after;
                }
            }
            GroupOperation::GroupDelete(_)
            | GroupOperation::GroupMembersRemove(_)
            | GroupOperation::GroupWorkspacesRemove(_) => {}
        }
    }

    fn change(&mut self, group: &Reference, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.0.get_mut(&group.key()) {
            change(group);
        }
    }

    fn parents(&self, key: &Key) -> impl Iterator<Item = Key> + use<'_> {
        self.0.get(key).into_iter().flat_map(|group| group.parents.iter().cloned())
    }

    /// A group and all in which it is nested, at any depth.
    fn with_ancestors(&self, key: &Key) -> impl Iterator<Item = Key> + use<> {
        ancestors(key.clone(), |key| self.parents(key)).into_keys()
    }

    /// Whether a group is nested in itself.
    #[must_use]
    pub fn is_nested_in_itself(&self, key: &Key) -> bool {
        is_nested_in_itself(key, |key| self.parents(key))
    }

    /// Whether any group is nested in itself.
    #[must_use]
    pub fn has_cycle(&self) -> bool {
        self.0.keys().any(|key| self.is_nested_in_itself(key))
    }

    /// The access that people inherit: of all people, or of the direct and nested members of one group.
    pub(in crate::plan) fn inherited(&self, through: Option<&Key>) -> EffectiveAccess {
        let mut inherited = EffectiveAccess::default();
        for (key, group) in self.0.iter().filter(|(_, group)| !group.members.is_empty()) {
            let granting: Vec<Key> = self.with_ancestors(key).collect();
            if through.is_some_and(|one| !granting.contains(one)) {
                continue;
            }
            for granting in granting.iter().filter_map(|key| self.0.get(key)) {
                for member in &group.members {
                    inherited.add_roles(member, granting.role.into_iter().collect());
                    for (workspace, roles) in
                        granting.workspaces.iter().filter(|(_, roles)| !roles.is_empty())
                    {
                        inherited.add(member, workspace, roles);
                    }
                }
            }
        }
        inherited
    }

    /// The groups from which a person inherits: those that list them, and all in which these are nested.
    #[must_use]
    pub fn reaching(&self, person: &Key) -> BTreeSet<Key> {
        let direct = self.0.iter().filter(|(_, group)| group.members.contains(person));
        direct.flat_map(|(key, _)| self.with_ancestors(key)).collect()
    }

    /// Whether a person inherits an organization role.
    #[must_use]
    pub fn inherits_role(&self, person: &Key, role: Role) -> bool {
        self.grants_anywhere(role) && self.reaching(person).iter().any(|key| self.has_role(key, role))
    }

    /// The roles that a person inherits in a workspace.
    #[must_use]
    pub fn inherited_in(&self, person: &Key, workspace: &Key) -> InheritedRoles {
        let mut all = InheritedRoles::default();
        for group in self.reaching(person).iter().filter_map(|key| self.0.get(key)) {
            group.workspaces.get(workspace).into_iter().for_each(|roles| all.add(roles));
        }
        all
    }

    /// The roles that each live member inherits in workspaces.
    #[must_use]
    pub fn inherited_by_member(&self) -> InheritedByMember {
        let mut by_member = InheritedByMember::new();
        for (key, group) in &self.0 {
            let mut inherited = BTreeMap::<Key, InheritedRoles>::new();
            for granting in self.with_ancestors(key).filter_map(|key| self.0.get(&key)) {
                for (workspace, roles) in &granting.workspaces {
                    inherited.entry(workspace.clone()).or_default().add(roles);
                }
            }
            if inherited.is_empty() {
                continue;
            }
            for member in &group.members {
                let Key::Live(id) = member else { continue };
                let all = by_member.entry(*id).or_default();
                for (workspace, roles) in &inherited {
                    all.entry(workspace.clone()).or_default().add(roles);
                }
            }
        }
        by_member
    }

    /// The organization roles that each live member inherits, with the groups that grant them.
    pub(in crate::plan) fn role_grants(&self) -> RoleGrants {
        let mut grants = RoleGrants::new();
        for (key, group) in &self.0 {
            let role = |key: Key| self.0.get(&key)?.role.map(|role| (key.clone(), role));
            let granting: Vec<_> = self.with_ancestors(key).filter_map(role).collect();
            let members = group.members.iter().filter(|_| !granting.is_empty());
            for id in members.filter_map(|member| if let Key::Live(id) = member { Some(id) } else { None }) {
                grants.entry(*id).or_default().extend(granting.iter().cloned());
            }
        }
        grants
    }

    /// The roles that a person inherits in a workspace, by the group that grants them.
    pub(in crate::plan) fn grants_in(&self, person: &Key, workspace: &Key) -> Vec<(Key, WorkspaceRoles)> {
        let roles = |key: Key| {
            let roles = self.0.get(&key)?.workspaces.get(workspace)?.roles;
            (!roles.is_empty()).then_some((key, roles))
        };
        self.reaching(person).into_iter().filter_map(roles).collect()
    }

    /// Keeps only the organization role and the workspace roles that each group is allowed.
    pub(in crate::plan) fn keep_grants(
        &mut self,
        role: impl Fn(&Key) -> Option<Role>,
        roles: impl Fn(&Key, &Key) -> WorkspaceRoles,
    ) {
        for (key, group) in &mut self.0 {
            group.role = group.role.filter(|granted| role(key) == Some(*granted));
            for (workspace, granted) in &mut group.workspaces {
                granted.roles &= roles(key, workspace);
                granted.locked.clear();
            }
        }
    }

    /// The people who inherit an organization role.
    #[must_use]
    pub fn holders_of(&self, role: Role) -> BTreeSet<Key> {
        if !self.grants_anywhere(role) {
            return BTreeSet::new();
        }
        let granting = self.0.iter().filter(|(key, _)| self.passes_on(key, role));
        granting.flat_map(|(_, group)| group.members.iter().cloned()).collect()
    }

    /// Whether the members of a group inherit an organization role through it.
    pub(super) fn passes_on(&self, group: &Key, role: Role) -> bool {
        self.with_ancestors(group).any(|key| self.has_role(&key, role))
    }

    fn grants_anywhere(&self, role: Role) -> bool {
        self.0.values().any(|group| group.role == Some(role))
    }

    fn has_role(&self, group: &Key, role: Role) -> bool {
        self.0.get(group).is_some_and(|group| group.role == Some(role))
    }
}

impl Group {
    fn revoke(&mut self, change: &GroupChange) {
        match change {
            GroupChange::Settings { before, after } => {
                if before.organization_role != after.organization_role {
                    self.role = None;
                }
            }
            GroupChange::Parents { after, .. } => {
                let kept: BTreeSet<Key> = after.iter().map(Reference::key).collect();
                self.parents.retain(|parent| kept.contains(parent));
            }
        }
    }

    /// Revokes the roles that an assignment does not keep.
    fn narrow(&mut self, assignment: &Assignment) {
        let roles = self.workspaces.entry(assignment.workspace.key()).or_default();
        roles.roles &= assignment.after;
        roles.locked.clear();
    }
}
