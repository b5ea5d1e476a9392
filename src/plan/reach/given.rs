//! What groups give, and what everybody has.

use crate::model::{Roles, WorkspaceRoles};
use crate::plan::action::Key;
use std::collections::{BTreeSet, HashMap};

/// Roles in a workspace, those that the API can't write among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::plan) struct Given {
    pub(in crate::plan) roles: WorkspaceRoles,
    pub(in crate::plan) locked: BTreeSet<String>,
}

impl Given {
    pub(super) fn add(&mut self, other: &Self) {
        self.roles |= other.roles;
        self.locked.extend(other.locked.iter().cloned());
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.roles.is_empty() && self.locked.is_empty()
    }

    fn is_within(&self, other: &Self) -> bool {
        self.roles.is_subset(other.roles) && self.locked.is_subset(&other.locked)
    }
}

/// Organization roles of people, and their roles in workspaces.
#[derive(Debug, Default)]
pub(in crate::plan) struct Reach {
    roles: HashMap<Key, Roles>,
    workspaces: HashMap<Key, HashMap<Key, Given>>,
}

impl Reach {
    pub(in crate::plan) fn add_roles(&mut self, person: &Key, roles: Roles) {
        if !roles.is_empty() {
            *self.roles.entry(person.clone()).or_default() |= roles;
        }
    }

    pub(in crate::plan) fn add(&mut self, person: &Key, workspace: &Key, given: &Given) {
        let workspaces = self.workspaces.entry(person.clone()).or_default();
        workspaces.entry(workspace.clone()).or_default().add(given);
    }

    pub(in crate::plan) fn add_all(&mut self, other: &Self) {
        for (person, roles) in &other.roles {
            self.add_roles(person, *roles);
        }
        for (person, workspaces) in &other.workspaces {
            for (workspace, given) in workspaces {
                self.add(person, workspace, given);
            }
        }
    }

    /// Whether nobody has more than in `other`.
    pub(in crate::plan) fn is_within(&self, other: &Self) -> bool {
        let roles = |(person, roles): (&Key, &Roles)| {
            other.roles.get(person).is_some_and(|all| roles.is_subset(*all))
        };
        self.roles.iter().all(roles)
            && self.workspaces.iter().all(|(person, workspaces)| {
                let all = other.workspaces.get(person);
                workspaces.iter().all(|(workspace, given)| {
                    all.and_then(|all| all.get(workspace)).is_some_and(|all| given.is_within(all))
                })
            })
    }
}
