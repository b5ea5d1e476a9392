//! Requests that concern one person alone, and what their answers say.

use super::report::{Status, Verdict};
use crate::api::{ApiError, Client, Deletion, MemberChange, ObservedMember};
use crate::model::{Access, role_names, seat_names};
use crate::plan::Operation;
use uuid::Uuid;

/// A request that concerns one person alone.
pub(super) enum Single {
    Update { id: Uuid, change: MemberChange, after: Access },
    Remove(Uuid),
    Revoke(Uuid),
}

impl Single {
    pub(super) fn of(operation: &Operation) -> Option<Self> {
        match operation {
            Operation::MemberUpdate(op) => {
                let (before, after) = (op.before, op.after);
                let change = MemberChange {
                    roles: (before.roles != after.roles).then_some(after.roles),
                    seats: (before.seats != after.seats).then_some(after.seats),
                };
                Some(Self::Update { id: op.member_id, change, after })
            }
            Operation::MemberRemove(op) => Some(Self::Remove(op.member_id)),
            Operation::InvitationRevoke(op) => Some(Self::Revoke(op.invitation_id)),
            _ => None,
        }
    }

    /// Sends it.
    pub(super) async fn send(self, client: &Client) -> Verdict {
        match self {
            Self::Update { id, change, after } => match client.update_member(id, change).await {
                Ok(observed) => compare(change, after, observed),
                Err(error) => of_error(&error),
            },
            Self::Remove(id) => deleted(client.remove_member(id).await),
            Self::Revoke(id) => deleted(client.revoke_invitation(id).await),
        }
    }
}

/// The first half of a renewal; no verdict yet where it goes on.
pub(super) async fn revoke_to_renew(id: Uuid, client: &Client) -> Option<Verdict> {
    let (status, reason) = of_error(&client.revoke_invitation(id).await.err()?);
    Some((status, reason.map(|reason| format!("the old invitation was not deleted: {reason}"))))
}

/// What came of a deletion.
pub(super) fn deleted(answer: Result<Deletion, ApiError>) -> Verdict {
    match answer {
        Ok(Deletion::Done) => (Status::Done, None),
        Ok(Deletion::AlreadyGone) => (Status::Already, Some("it was gone already".to_owned())),
        Err(error) => of_error(&error),
    }
}

/// That something failed, and why.
pub(super) fn failed(reason: impl Into<String>) -> Verdict {
    (Status::Failed, Some(reason.into()))
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
    failed(reason)
}

/// What an error says of what was asked for: what was never sent was not tried.
pub(super) fn of_error(error: &ApiError) -> Verdict {
    let status = if error.was_not_sent() { Status::NotTried } else { Status::Failed };
    (status, Some(reason(error)))
}

/// An error, and that it may be none: an answer can be lost on its way back.
pub(super) fn reason(error: &ApiError) -> String {
    let doubt =
        if error.may_have_changed() { "; it may have been done all the same: plan again to see" } else { "" };
    format!("{error}{doubt}")
}
