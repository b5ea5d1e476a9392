//! Groups.

use super::Deletion;
use crate::api::request::{GroupChange, Request};
use crate::api::wire::{Group, Made};
use crate::api::{ApiError, Client};
use crate::model::{GroupSettings, Role, WorkspaceRoles};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A group after a change, as the answer shows it. Hostile texts: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedGroup {
    /// The name.
    pub name: String,
    /// The description; empty where there is none.
    pub description: String,
    /// The groups in which it is nested.
    pub parents: BTreeSet<Uuid>,
}

impl Client {
    /// Makes a group and gives its identifier.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). Never sent twice then.
    pub async fn create_group(&self, new: &GroupSettings) -> Result<Uuid, ApiError> {
        let made: Made = self.send(&Request::create_group(new)).await?;
        Ok(made.uuid)
    }

    /// Changes name, description or parents of a group.
    ///
    /// # Errors
    ///
    /// The change was refused, or its outcome is unclear ([`ApiError::may_have_changed`]): so it is too where the
    /// answer shows something else than was asked for.
    pub async fn update_group(&self, id: Uuid, change: &GroupChange) -> Result<ObservedGroup, ApiError> {
        let request = Request::update_group(id, change);
        let shown: Group = self.send(&request).await?;
        let description = shown.description.unwrap_or_default();
        let parents = shown.parent_group_ids.into_iter().collect();
        let asked = change.parents.as_ref().map(|parents| listed(&parents.iter().copied().collect()));
        self.compare(&request, "group", Some(&id.to_string()), &shown.uuid.to_string())?;
        self.compare(&request, "name", change.name.as_deref(), &shown.name)?;
        self.compare(&request, "description", change.description.as_deref(), &description)?;
        self.compare(&request, "list of parents", asked.as_deref(), &listed(&parents))?;
        Ok(ObservedGroup { name: shown.name, description, parents })
    }

    /// Deletes a group. What its members had through it goes.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn delete_group(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete(&Request::delete_group(id)).await
    }

    /// Sets the organization role that a group gives to its members.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn set_group_role(&self, id: Uuid, role: Role) -> Result<(), ApiError> {
        self.change(&Request::set_group_role(id, role)).await
    }

    /// Adds members of the organization to a group. Who is in it stays.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn add_group_members(&self, id: Uuid, members: &[Uuid]) -> Result<(), ApiError> {
        self.change(&Request::add_group_members(id, members)).await
    }

    /// Takes members out of a group.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). A group that is gone is an error
    /// too: 404 does not tell whether the group is missing or one of the people.
    pub async fn remove_group_members(&self, id: Uuid, members: &[Uuid]) -> Result<(), ApiError> {
        self.change(&Request::remove_group_members(id, members)).await
    }

    /// Gives a group roles, at least one, in a workspace in which it has none.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). Never sent twice then.
    pub async fn assign_group(
        &self,
        id: Uuid,
        workspace: Uuid,
        roles: WorkspaceRoles,
    ) -> Result<(), ApiError> {
        self.change(&Request::assign_group(id, workspace, roles)).await
    }

    /// Sets all roles, at least one, that a group has in a workspace.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn update_assignment(
        &self,
        id: Uuid,
        workspace: Uuid,
        roles: WorkspaceRoles,
    ) -> Result<(), ApiError> {
        self.change(&Request::update_assignment(id, workspace, roles)).await
    }

    /// Takes from a group all roles that it has in a workspace.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn remove_assignment(&self, id: Uuid, workspace: Uuid) -> Result<Deletion, ApiError> {
        self.delete(&Request::remove_assignment(id, workspace)).await
    }
}

/// A set as a text that can be compared and shown.
fn listed(ids: &BTreeSet<Uuid>) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")
}
