//! What workspaces the members of a user group get at through it.

use super::audit::{About, Actor, Event};
use super::{Organization, Refusal};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The roles of a group in a workspace.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    /// Never empty.
    pub(crate) roles: BTreeSet<Uuid>,
    pub(crate) created: Timestamp,
}

impl Organization {
    /// Assigns a group to a workspace; without roles, as contributors.
    pub(crate) fn assign(
        &mut self,
        group: Uuid,
        workspace: Uuid,
        roles: &[Uuid],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let assigned = self.own_group(group)?.assignments.contains_key(&workspace);
        self.workspace(workspace)?;
        if assigned {
            return Err(Refusal::AlreadyAssigned { group, workspace });
        }
        self.put_assignment(group, workspace, roles, now)
    }

    /// Assigns a group to a workspace, or gives it other roles where it is assigned.
    pub(crate) fn provision(
        &mut self,
        group: Uuid,
        workspace: Uuid,
        roles: &[Uuid],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.own_group(group)?;
        self.workspace(workspace)?;
        self.put_assignment(group, workspace, roles, now)
    }

    /// Gives an assigned group other roles; without roles, nothing changes.
    pub(crate) fn reassign(
        &mut self,
        group: Uuid,
        workspace: Uuid,
        roles: Option<&[Uuid]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.assigned(group, workspace)?;
        match roles {
            Some(roles) => self.put_assignment(group, workspace, roles, now),
            None => Ok(()),
        }
    }

    /// Ends the assignment of a group to a workspace.
    pub(crate) fn unassign(&mut self, group: Uuid, workspace: Uuid, now: Timestamp) -> Result<(), Refusal> {
        self.assigned(group, workspace)?;
        if let Some(group) = self.groups_mut()?.get_mut(group) {
            group.assignments.remove(&workspace);
        }
        let about = About::group(group).workspace(workspace);
        self.audit.record(now, Actor::Key, Event::GroupUnassign, about);
        Ok(())
    }

    fn assigned(&self, group: Uuid, workspace: Uuid) -> Result<(), Refusal> {
        let assigned = self.own_group(group)?.assignments.contains_key(&workspace);
        if assigned { Ok(()) } else { Err(Refusal::UnknownAssignment { group, workspace }) }
    }

    fn put_assignment(
        &mut self,
        group: Uuid,
        workspace: Uuid,
        roles: &[Uuid],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let roles = self.roles.granted(roles);
        let row = self.groups_mut()?.get_mut(group).ok_or(Refusal::UnknownGroup(group))?;
        let event = match row.assignments.get_mut(&workspace) {
            Some(assignment) => {
                assignment.roles = roles;
                Event::GroupAssignmentUpdate
            }
            None => {
                row.assignments.insert(workspace, Assignment { roles, created: now });
                Event::GroupAssign
            }
        };
        self.audit.record(now, Actor::Key, event, About::group(group).workspace(workspace));
        Ok(())
    }
}
