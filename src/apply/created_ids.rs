//! The identifiers of resources that this run has created. The plan has only their names.

use crate::plan::{Operation, Reference};
use std::collections::HashMap;
use uuid::Uuid;

/// Identifiers by name, address for people.
#[derive(Debug, Clone, Default)]
pub(super) struct CreatedIds {
    people: HashMap<String, Uuid>,
    workspaces: HashMap<String, Uuid>,
    groups: HashMap<String, Uuid>,
}

impl CreatedIds {
    /// Stores the identifier of the resource that an operation has created, if it created one.
    pub(super) fn record(&mut self, operation: &Operation, id: Option<Uuid>) {
        let Some(id) = id else { return };
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

    /// The identifier of a person; `None` if the account was not created.
    pub(super) fn person(&self, person: &Reference) -> Option<Uuid> {
        person.id.or_else(|| self.people.get(&person.name).copied())
    }

    /// The identifier of a workspace; `None` if it was not created.
    pub(super) fn workspace(&self, workspace: &Reference) -> Option<Uuid> {
        workspace.id.or_else(|| self.workspaces.get(&workspace.name).copied())
    }

    /// The identifier of a group; `None` if it was not created.
    pub(super) fn group(&self, group: &Reference) -> Option<Uuid> {
        group.id.or_else(|| self.groups.get(&group.name).copied())
    }
}
