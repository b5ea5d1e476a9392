//! Requests that concern a group, and what their answers say.

use super::known::Known;
use super::many::{Failures, identified, in_parts};
use super::report::{Status, Verdict};
use super::settle::Settling;
use super::single::{changed, deleted, of_error};
use super::things::Sent;
use super::trace::Trace;
use crate::api::{ApiError, Client, Deletion};
use crate::model::GroupSettings;
use crate::model::{Live, WorkspaceRoles};
use crate::plan::{Assignment, GroupOperation, Participant, Reference};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) async fn send(operation: &GroupOperation, known: &Known, settling: Settling<'_>) -> Sent {
    let client = settling.client;
    match operation {
        GroupOperation::Create { settings } => create(settings, settling).await,
        GroupOperation::Delete { id, .. } => {
            Sent { verdict: deleted(client.delete_group(*id).await), made: None }
        }
        GroupOperation::Update { group, before, after, .. } => {
            to(group, known, async |id| changed(client.update_group(id, before, after).await)).await
        }
        GroupOperation::Nest { group, after, .. } => {
            to(group, known, async |id| nest(id, after, known, client).await).await
        }
        GroupOperation::MembersAdd { group, members, .. } => {
            let send = async |id, ids: &[Uuid]| client.add_group_members(id, ids).await;
            to(group, known, async |id| change_members(id, members, known, send).await).await
        }
        GroupOperation::MembersRemove { group, members, .. } => {
            let send = async |id, ids: &[Uuid]| client.remove_group_members(id, ids).await;
            to(group, known, async |id| change_members(id, members, known, send).await).await
        }
        GroupOperation::WorkspacesSet { group, assignments, .. } => {
            to(group, known, async |id| assign(id, assignments, known, client).await).await
        }
        GroupOperation::WorkspacesRemove { group, assignments, .. } => {
            to(group, known, async |id| unassign(id, assignments, known, client).await).await
        }
    }
}

/// Changes a group, if it is there: its creation may have failed.
async fn to(group: &Reference, known: &Known, change: impl AsyncFnOnce(Uuid) -> Verdict) -> Sent {
    let verdict = match known.group(group) {
        Some(id) => change(id).await,
        None => (Status::NotTried, Some("the group was not made".to_owned())),
    };
    Sent { verdict, made: None }
}

async fn create(settings: &GroupSettings, settling: Settling<'_>) -> Sent {
    let find = |live: &Live| {
        live.groups.iter().flatten().find(|one| one.settings.name == settings.name).map(|one| one.id)
    };
    let send = async || settling.client.create_group(settings).await;
    match settling.make(Trace::Group(settings.name.clone()), send, find).await {
        Ok(id) => Sent { verdict: (Status::Done, None), made: Some(id) },
        Err(error) => Sent { verdict: of_error(&error), made: None },
    }
}

async fn nest(id: Uuid, parents: &BTreeSet<Reference>, known: &Known, client: &Client) -> Verdict {
    let mut ids = BTreeSet::new();
    for parent in parents {
        let Some(id) = known.group(parent) else {
            let reason = format!("the group `{}` was not made", crate::escape::excerpt(&parent.name));
            return (Status::NotTried, Some(reason));
        };
        ids.insert(id);
    }
    changed(client.set_group_parents(id, &ids).await)
}

async fn change_members(
    group: Uuid,
    all: &[Participant],
    known: &Known,
    send: impl AsyncFn(Uuid, &[Uuid]) -> Result<(), ApiError>,
) -> Verdict {
    let mut failures = Failures::default();
    let members = identified(all, |who| who, known, &mut failures);
    let name = |(_, who): &(Uuid, Participant)| who.name.clone();
    in_parts(&members, name, &mut failures, async |part, _| {
        let ids: Vec<Uuid> = part.iter().map(|(id, _)| *id).collect();
        send(group, &ids).await
    })
    .await;
    failures.verdict(all.len())
}

async fn assign(id: Uuid, assignments: &[Assignment], known: &Known, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    for assignment in assignments {
        let name = || vec![assignment.workspace.name.clone()];
        let Some(workspace) = known.workspace(&assignment.workspace) else {
            failures.missing(name(), "the workspace was not made");
            continue;
        };
        let sent = match assignment.before {
            None => assign_once(id, workspace, assignment.after, client).await,
            Some(_) => client.update_assignment(id, workspace, assignment.after).await,
        };
        if let Err(error) = sent {
            failures.error(name(), &error);
        }
    }
    failures.verdict(assignments.len())
}

/// Assigns a group to a workspace. To do so twice is refused, and to change what is not there, too: so one tells what
/// became of the other where its answer is lost, or where a list that lags behind did not show that it was there.
async fn assign_once(
    id: Uuid,
    workspace: Uuid,
    roles: WorkspaceRoles,
    client: &Client,
) -> Result<(), ApiError> {
    match client.assign_group(id, workspace, roles).await {
        Err(error) if error.may_have_changed() || error.is_rejection() => {
            match client.update_assignment(id, workspace, roles).await {
                Err(_) if error.is_rejection() => Err(error),
                Err(second) if second.is_gone() => client.assign_group(id, workspace, roles).await,
                Err(second) if second.was_not_sent() => Err(error),
                other => other,
            }
        }
        other => other,
    }
}

async fn unassign(id: Uuid, assignments: &[Assignment], known: &Known, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    for assignment in assignments {
        let Some(workspace) = known.workspace(&assignment.workspace) else { continue };
        match client.remove_assignment(id, workspace).await {
            Ok(Deletion::Done | Deletion::AlreadyGone) => {}
            Err(error) => failures.error(vec![assignment.workspace.name.clone()], &error),
        }
    }
    failures.verdict(assignments.len())
}
