//! Sends operations on groups.

use super::batches::send_members;
use super::progress::CreatedIds;
use super::read_back::{ExpectedObject, ReadBack};
use super::verdict::{Failures, Sent, Verdict, changed, created, deleted, not_tried};
use crate::api::{ApiError, Client};
use crate::escape;
use crate::model::{Live, WorkspaceRoles};
use crate::plan::{
    Assignment, GroupChange, GroupCreate, GroupDelete, GroupMembersAdd, GroupMembersRemove, GroupOperation,
    GroupUpdate, GroupWorkspacesRemove, GroupWorkspacesSet, Reference,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Sends an operation on a group.
pub(super) async fn send(operation: GroupOperation<'_>, ids: &CreatedIds, read_back: ReadBack<'_>) -> Sent {
    let client = read_back.client;
    match operation {
        GroupOperation::GroupCreate(op) => create(op, read_back).await,
        GroupOperation::GroupUpdate(op) => update(op, ids, client).await,
        GroupOperation::GroupDelete(op) => delete(op, ids, client).await,
        GroupOperation::GroupMembersAdd(op) => add_members(op, ids, client).await,
        GroupOperation::GroupMembersRemove(op) => remove_members(op, ids, client).await,
        GroupOperation::GroupWorkspacesSet(op) => set_workspaces(op, ids, client).await,
        GroupOperation::GroupWorkspacesRemove(op) => remove_workspaces(op, ids, client).await,
    }
}

async fn create(op: &GroupCreate, read_back: ReadBack<'_>) -> Sent {
    let name = &op.after.name;
    let find =
        |live: &Live| live.groups.iter().flatten().find(|one| one.settings.name == *name).map(|one| one.id);
    let send = async || read_back.client.create_group(&op.after).await;
    created(read_back.create(ExpectedObject::Group(name.clone()), send, find).await)
}

async fn update(op: &GroupUpdate, ids: &CreatedIds, client: &Client) -> Sent {
    let update = async |id| match &op.change {
        GroupChange::Settings { before, after } => changed(client.update_group(id, before, after).await),
        GroupChange::Parents { after, .. } => nest(id, after, ids, client).await,
    };
    existing(&op.group, ids, update).await
}

async fn delete(op: &GroupDelete, ids: &CreatedIds, client: &Client) -> Sent {
    existing(&op.group, ids, async |id| deleted(client.delete_group(id).await)).await
}

async fn add_members(op: &GroupMembersAdd, ids: &CreatedIds, client: &Client) -> Sent {
    let send = async |id, batch: &[Uuid]| client.add_group_members(id, batch).await;
    existing(&op.group, ids, async |id| change_members(id, &op.members, ids, send).await).await
}

async fn remove_members(op: &GroupMembersRemove, ids: &CreatedIds, client: &Client) -> Sent {
    let send = async |id, batch: &[Uuid]| client.remove_group_members(id, batch).await;
    existing(&op.group, ids, async |id| change_members(id, &op.members, ids, send).await).await
}

async fn set_workspaces(op: &GroupWorkspacesSet, ids: &CreatedIds, client: &Client) -> Sent {
    existing(&op.group, ids, async |id| assign(id, &op.assignments, ids, client).await).await
}

async fn remove_workspaces(op: &GroupWorkspacesRemove, ids: &CreatedIds, client: &Client) -> Sent {
    existing(&op.group, ids, async |id| unassign(id, &op.assignments, ids, client).await).await
}

/// Changes a group, if it exists: its creation may have failed.
async fn existing(group: &Reference, ids: &CreatedIds, change: impl AsyncFnOnce(Uuid) -> Verdict) -> Sent {
    match ids.group(group) {
        Some(id) => change(id).await.into(),
        None => not_tried("the group was not created").into(),
    }
}

async fn nest(group: Uuid, parents: &BTreeSet<Reference>, ids: &CreatedIds, client: &Client) -> Verdict {
    match parents.iter().map(|parent| ids.group(parent).ok_or(parent)).collect::<Result<_, _>>() {
        Ok(parents) => changed(client.set_group_parents(group, &parents).await),
        Err(missing) => not_tried(format!("the group `{}` was not created", escape::excerpt(&missing.name))),
    }
}

async fn change_members(
    group: Uuid,
    members: &[Reference],
    ids: &CreatedIds,
    send: impl AsyncFn(Uuid, &[Uuid]) -> Result<(), ApiError>,
) -> Verdict {
    let send = async |batch: &[(Uuid, &Reference)]| {
        let batch: Vec<Uuid> = batch.iter().map(|(id, _)| *id).collect();
        send(group, &batch).await.map(|()| BTreeSet::new())
    };
    send_members(members, |member| member, ids, send).await
}

async fn assign(group: Uuid, assignments: &[Assignment], ids: &CreatedIds, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    for assignment in assignments {
        let name = || vec![assignment.workspace.name.clone()];
        let Some(workspace) = ids.workspace(&assignment.workspace) else {
            failures.missing(name(), "the workspace was not created");
            continue;
        };
        let sent = match assignment.before {
            None => assign_once(group, workspace, assignment.after, client).await,
            Some(_) => client.update_assignment(group, workspace, assignment.after).await,
        };
        if let Err(error) = sent {
            failures.error(name(), &error);
        }
    }
    failures.verdict(assignments.len())
}

/// Assigns a group to a workspace. The API refuses to create an existing assignment and to update a missing one. So
/// if an answer is lost, or a stale list did not show the assignment, sending the other request settles the
/// outcome.
async fn assign_once(
    group: Uuid,
    workspace: Uuid,
    roles: WorkspaceRoles,
    client: &Client,
) -> Result<(), ApiError> {
    match client.assign_group(group, workspace, roles).await {
        Err(error) if error.may_have_changed() || error.is_rejection() => {
            match client.update_assignment(group, workspace, roles).await {
                Err(_) if error.is_rejection() => Err(error),
                Err(second) if second.is_gone() => client.assign_group(group, workspace, roles).await,
                Err(second) if second.was_not_sent() => Err(error),
                other => other,
            }
        }
        other => other,
    }
}

async fn unassign(group: Uuid, assignments: &[Assignment], ids: &CreatedIds, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    for assignment in assignments {
        let Some(workspace) = ids.workspace(&assignment.workspace) else { continue };
        if let Err(error) = client.remove_assignment(group, workspace).await {
            failures.error(vec![assignment.workspace.name.clone()], &error);
        }
    }
    failures.verdict(assignments.len())
}
