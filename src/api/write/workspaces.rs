//! Workspaces.

use super::Deletion;
use crate::api::convert;
use crate::api::request::{Request, WorkspaceChange};
use crate::api::wire::{Made, Placed, Removed, Workspace};
use crate::api::{ApiError, Client};
use crate::model::{WorkspaceRoles, WorkspaceSettings};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Client {
    /// Makes a workspace and gives its identifier.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]). Never sent twice then.
    pub async fn create_workspace(&self, new: &WorkspaceSettings, admin: Uuid) -> Result<Uuid, ApiError> {
        let made: Made = self.send(&Request::create_workspace(new, admin)).await?;
        Ok(made.uuid)
    }

    /// Changes name, description or icon of a workspace.
    ///
    /// # Errors
    ///
    /// The change was refused, or its outcome is unclear ([`ApiError::may_have_changed`]): so it is too where the
    /// answer shows something else than was asked for.
    pub async fn update_workspace(
        &self,
        id: Uuid,
        change: &WorkspaceChange,
    ) -> Result<WorkspaceSettings, ApiError> {
        let request = Request::update_workspace(id, change);
        let shown = convert::workspace(self.send::<Workspace>(&request).await?);
        self.compare(&request, "workspace", Some(&id.to_string()), &shown.id.to_string())?;
        self.compare(&request, "name", change.name.as_deref(), &shown.settings.name)?;
        self.compare(&request, "description", change.description.as_deref(), &shown.settings.description)?;
        self.compare(&request, "icon", change.icon.as_deref(), &shown.settings.icon)?;
        Ok(shown.settings)
    }

    /// Archives a workspace. It can't be undone.
    ///
    /// # Errors
    ///
    /// It was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn archive_workspace(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete(&Request::archive_workspace(id)).await
    }

    /// Adds people to a workspace, or sets the roles of those who are there. Each set of roles is full, and not empty.
    /// Gives the number of people for whom it was done, which may be smaller.
    ///
    /// # Errors
    ///
    /// All was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn set_workspace_members(
        &self,
        id: Uuid,
        members: &[(Uuid, WorkspaceRoles)],
    ) -> Result<u64, ApiError> {
        let placed: Placed = self.send(&Request::set_workspace_members(id, members)).await?;
        Ok(placed.added_members_count.saturating_add(placed.updated_members_count))
    }

    /// Takes people out of a workspace. Gives those for whom it was not done; after passing trouble, people whom a
    /// first try took out may be among them.
    ///
    /// # Errors
    ///
    /// All was refused, or the outcome is unclear ([`ApiError::may_have_changed`]).
    pub async fn remove_workspace_members(
        &self,
        id: Uuid,
        members: &[Uuid],
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        let removed: Removed = self.send(&Request::remove_workspace_members(id, members)).await?;
        Ok(removed.not_deleted_members.into_iter().flatten().collect())
    }
}
