//! Inherited and effective roles of people.

use crate::model::{Role, Roles, WorkspaceRole, WorkspaceRoles};
use crate::plan::operation::Key;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Roles in a workspace, also those that the API can't write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InheritedRoles {
    pub roles: WorkspaceRoles,
    /// Names of custom roles. Hostile text.
    pub locked: BTreeSet<String>,
}

/// A role in the organization or in a workspace. Powerful roles come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectiveRole {
    Organization(Role),
    Workspace(WorkspaceRole),
    /// A role that the API can't write. Hostile text.
    Custom(String),
}

impl EffectiveRole {
    /// The name in files and output. Hostile text.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Organization(role) => role.name(),
            Self::Workspace(role) => role.name(),
            Self::Custom(name) => name,
        }
    }
}

/// The roles that each live member inherits, by member, then by workspace.
pub type InheritedByMember = HashMap<Uuid, BTreeMap<Key, InheritedRoles>>;

impl InheritedRoles {
    pub(super) fn add(&mut self, other: &Self) {
        self.roles |= other.roles;
        self.locked.extend(other.locked.iter().cloned());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.locked.is_empty()
    }

    fn beyond(&self, other: Option<&Self>) -> Vec<EffectiveRole> {
        let roles = self.roles - other.map_or_else(WorkspaceRoles::empty, |other| other.roles);
        let locked =
            self.locked.iter().filter(|role| other.is_none_or(|other| !other.locked.contains(*role)));
        let locked = locked.map(|role| EffectiveRole::Custom(role.clone()));
        roles.into_iter().map(EffectiveRole::Workspace).chain(locked).collect()
    }

    pub(in crate::plan) fn is_subset(&self, other: &Self) -> bool {
        self.roles.is_subset(other.roles) && self.locked.is_subset(&other.locked)
    }
}

/// Organization roles of people, and their roles in workspaces.
#[derive(Debug, Default)]
pub(crate) struct EffectiveAccess {
    roles: HashMap<Key, Roles>,
    workspaces: HashMap<Key, HashMap<Key, InheritedRoles>>,
}

impl EffectiveAccess {
    pub(in crate::plan) fn add_roles(&mut self, person: &Key, roles: Roles) {
        if !roles.is_empty() {
            *self.roles.entry(person.clone()).or_default() |= roles;
        }
    }

    pub(in crate::plan) fn add(&mut self, person: &Key, workspace: &Key, roles: &InheritedRoles) {
        let workspaces = self.workspaces.entry(person.clone()).or_default();
        workspaces.entry(workspace.clone()).or_default().add(roles);
    }

    pub(in crate::plan) fn add_all(&mut self, other: &Self) {
        for (person, roles) in &other.roles {
            self.add_roles(person, *roles);
        }
        for (person, workspaces) in &other.workspaces {
            for (workspace, roles) in workspaces {
                self.add(person, workspace, roles);
            }
        }
    }

    /// Removes all access of a person.
    pub(in crate::plan) fn remove(&mut self, person: &Key) {
        self.roles.remove(person);
        self.workspaces.remove(person);
    }

    /// Removes a person's organization roles.
    pub(in crate::plan) fn remove_roles(&mut self, person: &Key) {
        self.roles.remove(person);
    }

    /// The people whose organization roles are others in `other`.
    pub(in crate::plan) fn with_other_roles<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Key> {
        let gone = self.roles.iter().filter(|(person, roles)| other.roles.get(*person) != Some(*roles));
        let new = other.roles.iter().filter(|(person, _)| !self.roles.contains_key(*person));
        gone.chain(new).map(|(person, _)| person)
    }

    /// The access that people don't have in `other`: the person, the workspace (`None` for the organization), and the
    /// roles.
    pub(in crate::plan) fn beyond<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (&'a Key, Option<&'a Key>, Vec<EffectiveRole>)> {
        let organization = self.roles.iter().map(|(person, roles)| {
            let more = *roles - other.roles.get(person).copied().unwrap_or_default();
            (person, None, more.into_iter().map(EffectiveRole::Organization).collect())
        });
        let workspaces = self.workspaces.iter().flat_map(|(person, workspaces)| {
            let all = other.workspaces.get(person);
            workspaces.iter().map(move |(workspace, roles)| {
                let others = all.and_then(|all| all.get(workspace));
                (person, Some(workspace), roles.beyond(others))
            })
        });
        organization.chain(workspaces)
    }

    /// Whether no person has access that they don't have in `other`.
    pub(in crate::plan) fn is_within(&self, other: &Self) -> bool {
        let roles = |(person, roles): (&Key, &Roles)| {
            other.roles.get(person).is_some_and(|all| roles.is_subset(*all))
        };
        self.roles.iter().all(roles)
            && self.workspaces.iter().all(|(person, workspaces)| {
                let all = other.workspaces.get(person);
                workspaces.iter().all(|(workspace, roles)| {
                    all.and_then(|all| all.get(workspace)).is_some_and(|all| roles.is_subset(all))
                })
            })
    }
}
