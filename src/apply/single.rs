//! Requests that concern one person alone, and what their answers say.

use super::report::{Status, Verdict};
use crate::api::{ApiError, Client, Deletion, MemberChange, ObservedMember};
use crate::model::{Access, role_names, seat_names};
use crate::plan::Operation;
use uuid::Uuid;

/// A request that concerns one person alone.
pub(super) enum Single {
    Update {
        id: Uuid,
        change: MemberChange,
        after: Access,
    },
    Remove(Uuid),
    Revoke(Uuid),
    /// The first half of a renewal: the invitation is sent in a batch.
    RevokeToRenew(Uuid),
}

impl Single {
    pub(super) fn of(operation: &Operation) -> Option<Self> {
        match operation {
            Operation::MemberUpdate { id, before, after, .. } => {
                let change = MemberChange {
                    roles: (before.roles != after.roles).then_some(after.roles),
                    seats: (before.seats != after.seats).then_some(after.seats),
                };
                Some(Self::Update { id: *id, change, after: *after })
            }
            Operation::MemberRemove { id, .. } => Some(Self::Remove(*id)),
            Operation::InvitationRevoke { id, .. } => Some(Self::Revoke(*id)),
            Operation::InvitationRenew { id, .. } => Some(Self::RevokeToRenew(*id)),
            Operation::InvitationSend { .. } | Operation::MemberCreate { .. } => None,
        }
    }

    /// Sends it; no verdict yet where the action goes on.
    pub(super) async fn send(self, client: &Client) -> Option<Verdict> {
        let deleted = |answer: Result<Deletion, ApiError>| match answer {
            Ok(Deletion::Done) => (Status::Done, None),
            Ok(Deletion::AlreadyGone) => (Status::Already, Some("it was gone already".to_owned())),
            Err(error) => (Status::Failed, Some(reason(&error))),
        };
        match self {
            Self::Update { id, change, after } => Some(match client.update_member(id, change).await {
                Ok(observed) => compare(change, after, observed),
                Err(error) => (Status::Failed, Some(reason(&error))),
            }),
            Self::Remove(id) => Some(deleted(client.remove_member(id).await)),
            Self::Revoke(id) => Some(deleted(client.revoke_invitation(id).await)),
            Self::RevokeToRenew(id) => match client.revoke_invitation(id).await {
                Ok(Deletion::Done | Deletion::AlreadyGone) => None,
                Err(error) => Some((
                    Status::Failed,
                    Some(format!("the old invitation was not deleted: {}", reason(&error))),
                )),
            },
        }
    }
}

/// Holds the member in the answer against what was asked for.
fn compare(change: MemberChange, after: Access, observed: ObservedMember) -> Verdict {
    let roles_differ = change.roles.is_some() && (observed.roles != after.roles || observed.other_roles > 0);
    let seats_differ = change.seats.is_some() && observed.seats != after.seats;
    if !roles_differ && !seats_differ {
        return (Status::Done, None);
    }
    let mut parts = Vec::new();
    if roles_differ {
        parts.push(format!(
            "roles [{}] were asked for, [{}] are there",
            role_names(after.roles),
            role_names(observed.roles)
        ));
    }
    if seats_differ {
        parts.push(format!(
            "seats [{}] were asked for, [{}] are there",
            seat_names(after.seats),
            seat_names(observed.seats)
        ));
    }
    let reason = format!(
        "{}; likely causes are automatic seat assignment or SCIM, which must be off for what orgsync manages",
        parts.join("; ")
    );
    (Status::Failed, Some(reason))
}

/// An error, and that it may be none: an answer can be lost on its way back.
pub(super) fn reason(error: &ApiError) -> String {
    let doubt =
        if error.may_have_changed() { "; it may have been done all the same: plan again to see" } else { "" };
    format!("{error}{doubt}")
}
