//! Requests that concern a workspace, and what their answers say.

use super::known::Known;
use super::many::{Failures, identified, in_parts};
use super::report::{Status, Verdict};
use super::settle::{Pauses, Settling};
use super::single::{changed, deleted, of_error};
use super::things::Sent;
use super::trace::Trace;
use crate::api::Client;
use crate::model::Live;
use crate::model::WorkspaceSettings;
use crate::plan::{Membership, Participant, WorkspaceOperation, own_access};
use uuid::Uuid;

pub(super) async fn send(operation: &WorkspaceOperation, known: &Known, settling: Settling<'_>) -> Sent {
    let client = settling.client;
    let verdict = match operation {
        WorkspaceOperation::Create { settings, admin } => {
            return create(settings, admin, known, settling).await;
        }
        WorkspaceOperation::Update { workspace, before, after } => match known.workspace(workspace) {
            Some(id) => changed(client.update_workspace(id, before, after).await),
            None => not_made(),
        },
        WorkspaceOperation::Archive { id, .. } => deleted(client.archive_workspace(*id).await),
        WorkspaceOperation::MembersSet { workspace, members } => match known.workspace(workspace) {
            Some(id) => set_members(id, members, known, client).await,
            None => not_made(),
        },
        WorkspaceOperation::MembersRemove { workspace, members } => match known.workspace(workspace) {
            Some(id) => remove_members(id, members, known, settling).await,
            None => not_made(),
        },
    };
    Sent { verdict, made: None }
}

fn not_made() -> Verdict {
    (Status::NotTried, Some("the workspace was not made".to_owned()))
}

async fn create(
    settings: &WorkspaceSettings,
    admin: &Participant,
    known: &Known,
    settling: Settling<'_>,
) -> Sent {
    let Some(admin) = known.person(admin) else {
        let reason = "the account of its first admin was not made".to_owned();
        return Sent { verdict: (Status::NotTried, Some(reason)), made: None };
    };
    let find =
        |live: &Live| live.workspaces.iter().find(|one| one.settings.name == settings.name).map(|one| one.id);
    let send = async || settling.client.create_workspace(settings, admin).await;
    match settling.make(Trace::Workspace(settings.name.clone()), send, find).await {
        Ok(id) => Sent { verdict: (Status::Done, None), made: Some(id) },
        Err(error) => Sent { verdict: of_error(&error), made: None },
    }
}

async fn set_members(id: Uuid, all: &[Membership], known: &Known, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    let members = identified(all, |member| &member.who, known, &mut failures);
    let name = |(_, member): &(Uuid, Membership)| member.who.name.clone();
    in_parts(&members, name, &mut failures, async |part, _| {
        let roles: Vec<_> = part.iter().map(|(id, member)| (*id, member.after)).collect();
        client.set_workspace_members(id, &roles).await
    })
    .await;
    failures.verdict(all.len())
}

async fn remove_members(id: Uuid, all: &[Membership], known: &Known, settling: Settling<'_>) -> Verdict {
    let mut failures = Failures::default();
    let members = identified(all, |member| &member.who, known, &mut failures);
    let name = |(_, member): &(Uuid, Membership)| member.who.name.clone();
    in_parts(&members, name, &mut failures, async |part, failures| {
        let ids: Vec<Uuid> = part.iter().map(|(id, _)| *id).collect();
        let mut kept = settling.client.remove_workspace_members(id, &ids).await?;
        // Where a request was sent before, by this run or by one that was cut, these may be gone already, or be in it
        // through groups alone; the lists need time to show it.
        let mut pauses = Pauses::new(settling);
        while !kept.is_empty() {
            let own = own_access(&settling.client.read_touched(|_| true).await?);
            kept.retain(|person| own.get(&id).is_some_and(|people| people.contains_key(person)));
            if !kept.is_empty() && !pauses.pause().await {
                break;
            }
        }
        let kept = part.iter().filter(|(id, _)| kept.contains(id)).map(name).collect();
        failures.add(kept, "the vendor did not take them out of the workspace (`not_deleted_members`)");
        Ok(())
    })
    .await;
    failures.verdict(all.len())
}
