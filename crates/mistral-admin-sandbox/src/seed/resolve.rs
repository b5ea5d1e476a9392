//! Makes the parts of an organization out of a document: what refers to something must find it.

use super::{groups, workspaces};
use crate::document::Document;
use crate::instant;
use crate::organization::{Groups, Member, Parts};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use uuid::Uuid;

/// A place in the document, and what is wrong with it.
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) message: String,
}

/// What is wrong with a place.
pub(super) fn fault(place: impl Into<String>, message: impl Into<String>) -> Fault {
    Fault { place: place.into(), message: message.into() }
}

/// The organization that a document describes.
pub(super) fn parts(document: Document) -> Result<Parts, Fault> {
    let mut beside = document.sandbox.unwrap_or_default();
    let roles = document.roles.unwrap_or_default().completed();
    distinct("members", "uuid", document.members.iter().map(|member| member.uuid))?;
    distinct("invitations", "uuid", document.invitations.iter().map(|invitation| invitation.uuid))?;
    let people: HashSet<Uuid> = document.members.iter().map(|member| member.uuid).collect();
    let lists: Vec<_> =
        document.members.iter().map(|member| (member.uuid, member.workspaces.as_deref())).collect();
    let (workspaces, archived) =
        workspaces::places(document.workspaces, std::mem::take(&mut beside.archived_workspaces), &lists)?;
    let taken_at = document.taken_at.as_ref().and_then(|time| instant::parse(time.as_str()?));
    let context = groups::Context {
        people: &people,
        workspaces: workspaces.iter().map(|workspace| workspace.uuid).collect(),
        roles: &roles,
        taken_at: taken_at.unwrap_or(Timestamp::UNIX_EPOCH),
    };
    let groups = document.groups.map(|groups| groups::groups(groups, &context)).transpose()?;
    let none = Groups::default();
    let memberships = match beside.workspace_members {
        Some(written) => workspaces::written(written, &workspaces, &people)?,
        None => workspaces::derived(&lists, &workspaces, groups.as_ref().unwrap_or(&none), &roles),
    };
    let members = document.members.into_iter().map(Member::from).map(|mut member| {
        member.unlisted |= beside.unlisted_members.contains(&member.uuid);
        member
    });
    let invitations = document.invitations.into_iter().map(|invitation| {
        let seats = beside.invitation_seats.remove(&invitation.uuid);
        invitation.with(seats.into_iter().flatten().collect())
    });
    Ok(Parts {
        members: members.collect(),
        invitations: invitations.collect(),
        roles,
        workspaces,
        archived,
        memberships,
        groups,
        uuid: document.organization_uuid,
        api_keys: beside.api_keys,
        purchased: beside.purchased,
        advanced_days: beside.advanced_days.into(),
    })
}

/// Refuses a list in which two entries have the same value under a key.
pub(super) fn distinct<T: Eq + Hash>(
    list: &str,
    key: &str,
    values: impl Iterator<Item = T>,
) -> Result<(), Fault> {
    let mut seen = HashMap::new();
    for (second, value) in values.enumerate() {
        if let Some(first) = seen.insert(value, second) {
            let message = format!("is the same as {list}[{first}].{key}; give each its own");
            return Err(fault(format!("{list}[{second}].{key}"), message));
        }
    }
    Ok(())
}
