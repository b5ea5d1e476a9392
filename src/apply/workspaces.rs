//! Requests about a workspace.

use super::batches::send_members;
use super::created_ids::CreatedIds;
use super::read_back::{ExpectedObject, ReadBack};
use super::verdict::{Sent, Verdict, changed, created, deleted, not_tried};
use crate::api::ApiError;
use crate::model::{Live, WorkspaceSettings};
use crate::plan::{Membership, Participant, Reference, WorkspaceOperation, own_access};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) async fn send(operation: &WorkspaceOperation, ids: &CreatedIds, read_back: ReadBack<'_>) -> Sent {
    let client = read_back.client;
    match operation {
        WorkspaceOperation::Create { settings, admin } => create(settings, admin, ids, read_back).await,
        WorkspaceOperation::Archive { id, .. } => deleted(client.archive_workspace(*id).await).into(),
        WorkspaceOperation::Update { workspace, before, after } => {
            let update = async |id| changed(client.update_workspace(id, before, after).await);
            existing(workspace, ids, update).await
        }
        WorkspaceOperation::MembersSet { workspace, members } => {
            existing(workspace, ids, async |id| set_members(id, members, ids, read_back).await).await
        }
        WorkspaceOperation::MembersRemove { workspace, members } => {
            existing(workspace, ids, async |id| remove_members(id, members, ids, read_back).await).await
        }
    }
}

/// Changes a workspace, if it is there: its creation may have failed.
async fn existing(
    workspace: &Reference,
    ids: &CreatedIds,
    change: impl AsyncFnOnce(Uuid) -> Verdict,
) -> Sent {
    match ids.workspace(workspace) {
        Some(id) => change(id).await.into(),
        None => not_tried("the workspace was not made").into(),
    }
}

async fn create(
    settings: &WorkspaceSettings,
    admin: &Participant,
    ids: &CreatedIds,
    read_back: ReadBack<'_>,
) -> Sent {
    let Some(admin) = ids.person(admin) else {
        return not_tried("the account of its first admin was not made").into();
    };
    let find =
        |live: &Live| live.workspaces.iter().find(|one| one.settings.name == settings.name).map(|one| one.id);
    let send = async || read_back.client.create_workspace(settings, admin).await;
    created(read_back.create(ExpectedObject::Workspace(settings.name.clone()), send, find).await)
}

async fn set_members(
    workspace: Uuid,
    members: &[Membership],
    ids: &CreatedIds,
    read_back: ReadBack<'_>,
) -> Verdict {
    let send = async |batch: &[(Uuid, &Membership)]| {
        let roles: Vec<_> = batch.iter().map(|(id, member)| (*id, member.after)).collect();
        read_back.client.set_workspace_members(workspace, &roles).await.map(|()| BTreeSet::new())
    };
    send_members(members, |member| &member.who, ids, send).await
}

async fn remove_members(
    workspace: Uuid,
    members: &[Membership],
    ids: &CreatedIds,
    read_back: ReadBack<'_>,
) -> Verdict {
    let send = async |batch: &[(Uuid, &Membership)]| {
        let batch: Vec<Uuid> = batch.iter().map(|(id, _)| *id).collect();
        let left_out = read_back.client.remove_workspace_members(workspace, &batch).await?;
        still_in(workspace, left_out, read_back).await
    };
    send_members(members, |member| &member.who, ids, send).await
}

/// Those of the people left out of a removal that are still in the workspace. Where a request was sent before, by this
/// run or by one that was cut off, they may be gone already, or be in it through groups alone; the lists need time to
/// show it.
async fn still_in(
    workspace: Uuid,
    left_out: BTreeSet<Uuid>,
    read_back: ReadBack<'_>,
) -> Result<BTreeSet<Uuid>, ApiError> {
    if left_out.is_empty() {
        return Ok(left_out);
    }
    let mut left = left_out;
    let read = async || {
        let direct = own_access(&read_back.client.read_touched(|_| true).await?);
        left.retain(|person| direct.get(&workspace).is_some_and(|people| people.contains_key(person)));
        Ok(left.clone())
    };
    read_back.until_visible(read, BTreeSet::is_empty).await
}
