//! User groups: one group, and all of them with the index by member, nesting, and the roles that members inherit.

use super::register::{Entry, Register};
use super::role::RoleRef;
use crate::instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// A group, in the shape of the vendor's `AdminUserGroupOut`. Documents add members and assignments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "a user group")]
pub(crate) struct Group {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    description: Option<String>,
    /// Managed by the identity provider: no request changes the group.
    externally_managed: Option<bool>,
    target_type: Option<TargetType>,
    /// In the original spelling.
    pub(crate) organization_role: Option<String>,
    /// Sorted, as are the members and the assignments.
    #[serde(default)]
    pub(crate) parent_group_ids: Vec<Uuid>,
    #[serde(default, skip_serializing)]
    pub(crate) members: Vec<Uuid>,
    #[serde(default, skip_serializing)]
    pub(crate) workspaces: Vec<Assignment>,
}

impl Group {
    pub(super) fn new(change: GroupChange) -> Self {
        let mut group = Self {
            uuid: Uuid::new_v4(),
            name: String::new(),
            description: None,
            externally_managed: Some(false),
            target_type: None,
            organization_role: None,
            parent_group_ids: Vec::new(),
            members: Vec::new(),
            workspaces: Vec::new(),
        };
        change.apply(&mut group);
        group
    }

    /// Whether requests can change it.
    pub(super) fn is_editable(&self) -> bool {
        self.externally_managed != Some(true)
    }
}

impl Entry for Group {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// The vendor's `UserGroupTargetType`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum TargetType {
    /// Workspaces.
    W,
    /// The organization.
    O,
}

/// The roles of a group in a workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "an assignment to a workspace")]
pub(crate) struct Assignment {
    pub(crate) workspace_uuid: Uuid,
    /// Never empty, except in a seed.
    #[serde(default)]
    pub(crate) roles: Vec<RoleRef>,
    /// [`Self::UNKNOWN`] where a seed has none.
    #[serde(default = "unknown", with = "instant")]
    pub(crate) created: Timestamp,
}

fn unknown() -> Timestamp {
    Assignment::UNKNOWN
}

impl Assignment {
    /// A time that nothing has, unlike the epoch: a seed without a date gets that.
    pub(crate) const UNKNOWN: Timestamp = Timestamp::MIN;

    pub(crate) fn role_uuids(&self) -> impl Iterator<Item = Uuid> {
        self.roles.iter().filter_map(|role| role.uuid)
    }
}

/// An assignment, in the shape of the vendor's `GroupWorkspaceAssignmentOut`.
#[derive(Debug, Serialize)]
pub(crate) struct ShownAssignment<'a> {
    #[serde(flatten)]
    assignment: &'a Assignment,
    role_uuid: Option<Uuid>,
    role_name: Option<&'a str>,
    workspace_name: &'a str,
}

impl<'a> ShownAssignment<'a> {
    pub(super) fn new(assignment: &'a Assignment, workspace_name: &'a str) -> Self {
        let first = assignment.roles.first();
        Self {
            assignment,
            role_uuid: first.and_then(|role| role.uuid),
            role_name: first.and_then(|role| role.name.as_deref()),
            workspace_name,
        }
    }
}

/// A group as a document has it.
#[derive(Debug, Serialize)]
pub(crate) struct WholeGroup<'a> {
    #[serde(flatten)]
    pub(super) group: &'a Group,
    pub(super) members: &'a [Uuid],
    pub(super) workspaces: Vec<ShownAssignment<'a>>,
}

/// What `POST /user-groups` and `PATCH /user-groups/{id}` ask for. `POST` always has a name.
#[derive(Debug, Default)]
pub(crate) struct GroupChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) target_type: Option<TargetType>,
    pub(crate) parents: Option<Vec<Uuid>>,
}

impl GroupChange {
    pub(super) fn apply(self, group: &mut Group) {
        if let Some(name) = self.name {
            group.name = name;
        }
        group.description = self.description.or(group.description.take());
        group.target_type = self.target_type.or(group.target_type);
        if let Some(parents) = self.parents {
            group.parent_group_ids = sorted(parents);
        }
    }
}

/// The ids in order, each once.
pub(crate) fn sorted(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The groups, in order, found by id and by member.
#[derive(Debug, Default, Clone)]
pub(crate) struct Groups {
    rows: Register<Group>,
    of: HashMap<Uuid, BTreeSet<Uuid>>,
}

impl From<Vec<Group>> for Groups {
    fn from(groups: Vec<Group>) -> Self {
        let mut all = Self::default();
        for group in groups {
            all.push(group);
        }
        all
    }
}

impl Groups {
    /// Adds a group after all others.
    pub(super) fn push(&mut self, group: Group) {
        for member in &group.members {
            self.of.entry(*member).or_default().insert(group.uuid);
        }
        self.rows.push(group);
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&Group> {
        self.rows.get(id)
    }

    /// The group with an id, to change anything but its members.
    pub(super) fn get_mut(&mut self, id: Uuid) -> Option<&mut Group> {
        self.rows.get_mut(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.rows.iter()
    }

    /// Removes a group. What was nested in it no longer is.
    pub(super) fn remove(&mut self, id: Uuid) {
        let Some(group) = self.rows.remove(id) else { return };
        for member in group.members {
            self.unlink(member, id);
        }
        for child in self.ids() {
            if let Some(child) = self.rows.get_mut(child) {
                child.parent_group_ids.retain(|parent| *parent != id);
            }
        }
    }

    /// Returns whether the member was not in the group before.
    pub(super) fn add_member(&mut self, group: Uuid, member: Uuid) -> bool {
        let Some(row) = self.rows.get_mut(group) else { return false };
        self.of.entry(member).or_default().insert(group);
        match row.members.binary_search(&member) {
            Ok(_) => false,
            Err(position) => {
                row.members.insert(position, member);
                true
            }
        }
    }

    /// Returns whether the member was in the group.
    pub(super) fn remove_from(&mut self, group: Uuid, member: Uuid) -> bool {
        self.unlink(member, group);
        let Some(row) = self.rows.get_mut(group) else { return false };
        let found = row.members.binary_search(&member).map(|position| row.members.remove(position));
        found.is_ok()
    }

    pub(super) fn remove_member(&mut self, member: Uuid) {
        for group in self.of.get(&member).cloned().unwrap_or_default() {
            self.remove_from(group, member);
        }
    }

    /// Ends all assignments to a workspace.
    pub(super) fn remove_workspace(&mut self, workspace: Uuid) {
        for id in self.ids() {
            if let Some(group) = self.rows.get_mut(id) {
                group.workspaces.retain(|assignment| assignment.workspace_uuid != workspace);
            }
        }
    }

    /// Nests exactly these groups in a group.
    pub(super) fn nest(&mut self, parent: Uuid, children: &BTreeSet<Uuid>) {
        for id in self.ids() {
            let Some(group) = self.rows.get_mut(id) else { continue };
            group.parent_group_ids.retain(|other| *other != parent);
            if children.contains(&id) {
                group.parent_group_ids.push(parent);
                group.parent_group_ids.sort_unstable();
            }
        }
    }

    /// The groups directly nested in a group.
    pub(crate) fn children(&self, parent: Uuid) -> impl Iterator<Item = &Group> {
        self.iter().filter(move |group| group.parent_group_ids.contains(&parent))
    }

    /// These groups and all groups that they are nested in, each once.
    pub(crate) fn with_parents<'a>(&self, of: impl IntoIterator<Item = &'a Uuid>) -> Vec<&Group> {
        let mut open: Vec<Uuid> = of.into_iter().copied().collect();
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            if let Some(group) = self.rows.get(id).filter(|_| seen.insert(id)) {
                open.extend(&group.parent_group_ids);
                found.push(group);
            }
        }
        found
    }

    /// The roles that a member has through groups, by workspace.
    pub(crate) fn inherited_roles(&self, member: Uuid) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
        let mut access: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for group in self.with_parents(self.of.get(&member).into_iter().flatten()) {
            for assignment in &group.workspaces {
                access.entry(assignment.workspace_uuid).or_default().extend(assignment.role_uuids());
            }
        }
        access
    }

    /// The groups whose members have access to a workspace: those that are assigned, and all groups nested in them.
    pub(crate) fn with_access_to(&self, workspace: Uuid) -> Vec<&Group> {
        let assigned = self
            .iter()
            .filter(|group| group.workspaces.iter().any(|assignment| assignment.workspace_uuid == workspace));
        let mut found: Vec<&Group> = assigned.collect();
        let mut seen: HashSet<Uuid> = found.iter().map(|group| group.uuid).collect();
        let mut grows = !found.is_empty();
        while grows {
            let inner =
                self.iter().filter(|group| group.parent_group_ids.iter().any(|parent| seen.contains(parent)));
            let inner: Vec<&Group> = inner.filter(|group| !seen.contains(&group.uuid)).collect();
            grows = !inner.is_empty();
            seen.extend(inner.iter().map(|group| group.uuid));
            found.extend(inner);
        }
        found
    }

    fn ids(&self) -> Vec<Uuid> {
        self.iter().map(Entry::uuid).collect()
    }

    fn unlink(&mut self, member: Uuid, group: Uuid) {
        if let Some(groups) = self.of.get_mut(&member) {
            groups.remove(&group);
            if groups.is_empty() {
                self.of.remove(&member);
            }
        }
    }
}
