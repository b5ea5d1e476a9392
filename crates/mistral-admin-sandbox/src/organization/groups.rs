//! All user groups: who is in which, and what is nested in what.

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

    /// The group with an id.
    pub(crate) fn get(&self, id: Uuid) -> Option<&Group> {
        self.rows.get(id)
    }

    /// The group with an id, to change anything but its members.
    pub(super) fn get_mut(&mut self, id: Uuid) -> Option<&mut Group> {
        self.rows.get_mut(id)
    }

    /// All groups, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.rows.iter()
    }

    /// Takes a group out, and what was nested in it no longer is.
    pub(super) fn remove(&mut self, id: Uuid) {
        let Some(group) = self.rows.remove(id) else { return };
        for member in group.members {
            self.unlink(member, id);
        }
        for child in self.ids() {
            if let Some(child) = self.rows.get_mut(child) {
                child.parents.remove(&id);
            }
        }
    }

    /// Puts a member into a group; tells whether that is new.
    pub(super) fn join(&mut self, group: Uuid, member: Uuid) -> bool {
        let Some(row) = self.rows.get_mut(group) else { return false };
        self.of.entry(member).or_default().insert(group);
        row.members.insert(member)
    }

    /// Takes a member out of a group; tells whether there was anything to take.
    pub(super) fn leave(&mut self, group: Uuid, member: Uuid) -> bool {
        self.unlink(member, group);
        self.rows.get_mut(group).is_some_and(|group| group.members.remove(&member))
    }

    /// Takes a member out of all groups.
    pub(super) fn forget(&mut self, member: Uuid) {
        for group in self.of.get(&member).cloned().unwrap_or_default() {
            self.leave(group, member);
        }
    }

    /// Ends all assignments to a workspace.
    pub(super) fn unassign_all(&mut self, workspace: Uuid) {
        for id in self.ids() {
            if let Some(group) = self.rows.get_mut(id) {
                group.assignments.remove(&workspace);
            }
        }
    }

    /// Makes these groups, and no others, the ones that are nested in a group.
    pub(super) fn nest(&mut self, parent: Uuid, children: &BTreeSet<Uuid>) {
        for id in self.ids() {
            let Some(group) = self.rows.get_mut(id) else { continue };
            if children.contains(&id) {
                group.parents.insert(parent);
            } else {
                group.parents.remove(&parent);
            }
        }
    }

    /// The groups directly nested in a group.
    pub(crate) fn children(&self, parent: Uuid) -> impl Iterator<Item = &Group> {
        self.iter().filter(move |group| group.parents.contains(&parent))
    }

    /// These groups and all that they are nested in, each once.
    pub(crate) fn lineage<'a>(&self, of: impl IntoIterator<Item = &'a Uuid>) -> Vec<&Group> {
        let mut open: Vec<Uuid> = of.into_iter().copied().collect();
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            if let Some(group) = self.rows.get(id).filter(|_| seen.insert(id)) {
                open.extend(&group.parents);
                found.push(group);
            }
        }
        found
    }

    /// The roles that a member has through groups, by workspace.
    pub(crate) fn access(&self, member: Uuid) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
        let mut access: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for group in self.lineage(self.of.get(&member).into_iter().flatten()) {
            for (workspace, assignment) in &group.assignments {
                access.entry(*workspace).or_default().extend(&assignment.roles);
            }
        }
        access
    }

    /// The groups whose members get at a workspace through them: those that are assigned, and all nested in them.
    pub(crate) fn reaching(&self, workspace: Uuid) -> Vec<&Group> {
        let assigned = self.iter().filter(|group| group.assignments.contains_key(&workspace));
        let mut found: Vec<&Group> = assigned.collect();
        let mut seen: HashSet<Uuid> = found.iter().map(|group| group.uuid).collect();
        let mut grows = !found.is_empty();
        while grows {
            let inner = self.iter().filter(|group| group.parents.iter().any(|parent| seen.contains(parent)));
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
