//! The identifiers of what came to be in this run: the plan names it, and could not know them.

use crate::plan::{GroupOperation, Operation, Participant, PersonOperation, Reference, WorkspaceOperation};
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
            Operation::Person(PersonOperation::MemberCreate { email, .. }) => {
                self.people.insert(email.to_string(), id);
            }
            Operation::Workspace(WorkspaceOperation::Create { settings, .. }) => {
                self.workspaces.insert(settings.name.clone(), id);
            }
            Operation::Group(GroupOperation::Create { settings }) => {
                self.groups.insert(settings.name.clone(), id);
            }
            Operation::Person(_) | Operation::Workspace(_) | Operation::Group(_) => {}
        }
    }

    /// A person; nothing where the account was not made.
    pub(super) fn person(&self, who: &Participant) -> Option<Uuid> {
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
