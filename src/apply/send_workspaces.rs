//! Sends operations on workspaces.

use super::batches::send_members;
use super::progress::CreatedIds;
use super::read_back::{ExpectedObject, ReadBack};
use super::verdict::{Sent, Verdict, changed, created, deleted, not_tried};
use crate::api::{ApiError, Client};
use crate::model::Live;
use crate::plan::{
    Membership, Reference, WorkspaceArchive, WorkspaceCreate, WorkspaceMembersRemove, WorkspaceMembersSet,
    WorkspaceOperation, WorkspaceUpdate, direct_access,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Sends an operation on a workspace.
pub(super) async fn send(
    operation: WorkspaceOperation<'_>,
    ids: &CreatedIds,
    read_back: ReadBack<'_>,
) -> Sent {
    let client = read_back.client;
    match operation {
        WorkspaceOperation::WorkspaceCreate(op) => create(op, ids, read_back).await,
        WorkspaceOperation::WorkspaceUpdate(op) => update(op, ids, client).await,
        WorkspaceOperation::WorkspaceArchive(op) => archive(op, ids, client).await,
        WorkspaceOperation::WorkspaceMembersSet(op) => set_members(op, ids, client).await,
        WorkspaceOperation::WorkspaceMembersRemove(op) => remove_members(op, ids, read_back).await,
    }
}

async fn create(op: &WorkspaceCreate, ids: &CreatedIds, read_back: ReadBack<'_>) -> Sent {
    let Some(admin) = ids.person(&op.admin) else {
        return not_tried("the account of its first admin was not created").into();
    };
    let name = &op.after.name;
    let find = |live: &Live| live.workspaces.iter().find(|one| one.settings.name == *name).map(|one| one.id);
    let send = async || read_back.client.create_workspace(&op.after, admin).await;
    created(read_back.create(ExpectedObject::Workspace(name.clone()), send, find).await)
}

async fn update(op: &WorkspaceUpdate, ids: &CreatedIds, client: &Client) -> Sent {
    let update = async |id| changed(client.update_workspace(id, &op.before, &op.after).await);
    existing(&op.workspace, ids, update).await
}

async fn archive(op: &WorkspaceArchive, ids: &CreatedIds, client: &Client) -> Sent {
    existing(&op.workspace, ids, async |id| deleted(client.archive_workspace(id).await)).await
}

async fn set_members(op: &WorkspaceMembersSet, ids: &CreatedIds, client: &Client) -> Sent {
    let set = async |id| {
        let send = async |batch: &[(Uuid, &Membership)]| {
            let roles: Vec<_> = batch.iter().map(|(member, one)| (*member, one.after)).collect();
            client.set_workspace_members(id, &roles).await.map(|()| BTreeSet::new())
        };
        send_members(&op.members, |one| &one.member, ids, send).await
    };
    existing(&op.workspace, ids, set).await
}

async fn remove_members(op: &WorkspaceMembersRemove, ids: &CreatedIds, read_back: ReadBack<'_>) -> Sent {
    let remove = async |id| {
        let send = async |batch: &[(Uuid, &Membership)]| {
            let batch: Vec<Uuid> = batch.iter().map(|(member, _)| *member).collect();
            let left_out = read_back.client.remove_workspace_members(id, &batch).await?;
            still_in(id, left_out, read_back).await
        };
        send_members(&op.members, |one| &one.member, ids, send).await
    };
    existing(&op.workspace, ids, remove).await
}

/// Changes a workspace, if it exists: its creation may have failed.
async fn existing(
    workspace: &Reference,
    ids: &CreatedIds,
    change: impl AsyncFnOnce(Uuid) -> Verdict,
) -> Sent {
    match ids.workspace(workspace) {
        Some(id) => change(id).await.into(),
        None => not_tried("the workspace was not created").into(),
    }
}

/// The people whom a removal skipped and who are still in the workspace. After a lost answer, in this run or an
/// interrupted one, they may already be gone or only inherit access. The lists need time to show that.
pub(super) async fn still_in(
    workspace: Uuid,
    left_out: BTreeSet<Uuid>,
    read_back: ReadBack<'_>,
) -> Result<BTreeSet<Uuid>, ApiError> {
    if left_out.is_empty() {
        return Ok(left_out);
    }
    let mut left = left_out;
    let read = async || {
        let direct = direct_access(&read_back.client.read_touched(|_| true).await?);
        left.retain(|person| direct.get(&workspace).is_some_and(|people| people.contains_key(person)));
        Ok(left.clone())
    };
    read_back.until_visible(read, BTreeSet::is_empty).await
}
