//! The identifiers of what came to be in this run: the plan names it, and could not know them.

use crate::plan::{Operation, Reference};
use std::collections::HashMap;
use uuid::Uuid;

/// Identifiers by name, address for people.
#[derive(Debug, Default)]
pub(super) struct Known {
    people: HashMap<String, Uuid>,
    workspaces: HashMap<String, Uuid>,
    groups: HashMap<String, Uuid>,
}

impl Known {
    /// Remembers what an operation has made.
    pub(super) fn learn(&mut self, operation: &Operation, id: Uuid) {
        match operation {
            Operation::MemberCreate(op) => {
                self.people.insert(op.email.to_string(), id);
            }
            Operation::WorkspaceCreate(op) => {
                self.workspaces.insert(op.workspace.name.clone(), id);
            }
            Operation::GroupCreate(op) => {
                self.groups.insert(op.group.name.clone(), id);
            }
            _ => {}
        }
    }

    /// A person; nothing where the account was not made.
    pub(super) fn person(&self, who: &Reference) -> Option<Uuid> {
        who.id.or_else(|| self.people.get(&who.name).copied())
    }

    /// A workspace; nothing where it was not made.
    pub(super) fn workspace(&self, workspace: &Reference) -> Option<Uuid> {
        workspace.id.or_else(|| self.workspaces.get(&workspace.name).copied())
    }

    /// A group; nothing where it was not made.
    pub(super) fn group(&self, group: &Reference) -> Option<Uuid> {
        group.id.or_else(|| self.groups.get(&group.name).copied())
    }
}
