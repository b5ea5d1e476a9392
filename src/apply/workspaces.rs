//! Requests that concern a workspace, and what their answers say.

use super::known::Known;
use super::many::{Failures, identified, in_parts};
use super::report::{Status, Verdict};
use super::settle::{Pauses, Settling};
use super::single::{deleted, failed, of_error};
use super::things::Sent;
use super::trace::Trace;
use crate::api::{Client, WorkspaceChange};
use crate::model::Live;
use crate::model::WorkspaceSettings;
use crate::plan::{Membership, Operation, Reference, direct_access};
use uuid::Uuid;

pub(super) async fn send(operation: &Operation, known: &Known, settling: Settling<'_>) -> Option<Sent> {
    let client = settling.client;
    let made = |workspace: &Reference| known.workspace(workspace);
    let verdict = match operation {
        Operation::WorkspaceCreate(op) => return Some(create(&op.after, &op.admin, known, settling).await),
        Operation::WorkspaceUpdate(op) => match made(&op.workspace) {
            Some(id) => update(id, &op.before, &op.after, client).await,
            None => not_made(),
        },
        Operation::WorkspaceArchive(op) => match made(&op.workspace) {
            Some(id) => deleted(client.archive_workspace(id).await),
            None => not_made(),
        },
        Operation::WorkspaceMembersSet(op) => match made(&op.workspace) {
            Some(id) => set_members(id, &op.members, known, client).await,
            None => not_made(),
        },
        Operation::WorkspaceMembersRemove(op) => match made(&op.workspace) {
            Some(id) => remove_members(id, &op.members, known, settling).await,
            None => not_made(),
        },
        _ => return None,
    };
    Some(Sent { verdict, made: None })
}

fn not_made() -> Verdict {
    (Status::NotTried, Some("the workspace was not made".to_owned()))
}

async fn create(
    settings: &WorkspaceSettings,
    admin: &Reference,
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

async fn update(id: Uuid, before: &WorkspaceSettings, after: &WorkspaceSettings, client: &Client) -> Verdict {
    let changed = |before: &str, after: &str| (before != after).then(|| after.to_owned());
    let change = WorkspaceChange {
        name: changed(&before.name, &after.name),
        description: changed(&before.description, &after.description),
        icon: changed(&before.icon, &after.icon),
    };
    match client.update_workspace(id, &change).await {
        Ok(seen) if seen == *after => (Status::Done, None),
        Ok(_) => failed("the answer shows another name, description or icon than was asked for"),
        Err(error) => of_error(&error),
    }
}

async fn set_members(id: Uuid, all: &[Membership], known: &Known, client: &Client) -> Verdict {
    let mut failures = Failures::default();
    let members = identified(all, |member| &member.member, known, &mut failures);
    let name = |(_, member): &(Uuid, Membership)| member.member.name.clone();
    in_parts(&members, name, &mut failures, async |part, failures| {
        let roles: Vec<_> = part.iter().map(|(id, member)| (*id, member.after)).collect();
        let written = client.set_workspace_members(id, &roles).await?;
        if written < part.len() as u64 {
            let reason = format!(
                "the vendor says that it wrote {written} of {} and does not say which: plan again to see who is missing",
                part.len()
            );
            failures.add(part.iter().map(name).collect(), reason);
        }
        Ok(())
    })
    .await;
    failures.verdict(all.len())
}

async fn remove_members(id: Uuid, all: &[Membership], known: &Known, settling: Settling<'_>) -> Verdict {
    let mut failures = Failures::default();
    let members = identified(all, |member| &member.member, known, &mut failures);
    let name = |(_, member): &(Uuid, Membership)| member.member.name.clone();
    in_parts(&members, name, &mut failures, async |part, failures| {
        let ids: Vec<Uuid> = part.iter().map(|(id, _)| *id).collect();
        let mut kept = settling.client.remove_workspace_members(id, &ids).await?;
        // Where a request was sent before, by this run or by one that was cut, these may be gone already, or be in it
        // through groups alone; the lists need time to show it.
        let mut pauses = Pauses::new(settling);
        while !kept.is_empty() {
            let own = direct_access(&settling.client.read_touched(|_| true).await?);
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
