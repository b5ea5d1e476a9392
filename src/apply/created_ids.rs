//! The identifiers of what was created in this run: the plan names it, and could not know them.

use crate::plan::{GroupOperation, Operation, Participant, PersonOperation, Reference, WorkspaceOperation};
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
    /// Remembers the identifier of what an operation has created, where there is one.
    pub(super) fn record(&mut self, operation: &Operation, id: Option<Uuid>) {
        let Some(id) = id else { return };
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

    /// The identifier of a person; `None` where the account was not made.
    pub(super) fn person(&self, person: &Participant) -> Option<Uuid> {
        person.id.or_else(|| self.people.get(&person.name).copied())
    }

    /// The identifier of a workspace; `None` where it was not made.
    pub(super) fn workspace(&self, workspace: &Reference) -> Option<Uuid> {
        workspace.id.or_else(|| self.workspaces.get(&workspace.name).copied())
    }

    /// The identifier of a group; `None` where it was not made.
    pub(super) fn group(&self, group: &Reference) -> Option<Uuid> {
        group.id.or_else(|| self.groups.get(&group.name).copied())
    }
}
