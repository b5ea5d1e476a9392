//! All user groups: the index by member, nesting, and the roles that members inherit.

use super::group::Group;
use super::register::{Entry, Register};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

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
    /// Adds a group behind all others.
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
