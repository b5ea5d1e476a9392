//! Inherited and effective roles of people.

use crate::model::{Roles, WorkspaceRoles};
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
