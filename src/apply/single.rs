//! Requests that concern one person alone, and what their answers say.

use super::report::{Status, Verdict};
use crate::api::{ApiError, Client, Deletion};
use crate::model::Access;
use crate::plan::PersonOperation;
use uuid::Uuid;

/// A request that concerns one person alone.
pub(super) enum Single {
    Update { id: Uuid, before: Access, after: Access },
    Remove(Uuid),
    Revoke(Uuid),
}

impl Single {
    pub(super) fn of(operation: &PersonOperation) -> Option<Self> {
        match operation {
            PersonOperation::MemberUpdate { id, before, after, .. } => {
                Some(Self::Update { id: *id, before: *before, after: *after })
            }
            PersonOperation::MemberRemove { id, .. } => Some(Self::Remove(*id)),
            PersonOperation::InvitationRevoke { id, .. } => Some(Self::Revoke(*id)),
            PersonOperation::InvitationSend { .. }
            | PersonOperation::InvitationRenew { .. }
            | PersonOperation::MemberCreate { .. } => None,
        }
    }

    /// Sends it.
    pub(super) async fn send(self, client: &Client) -> Verdict {
        match self {
            Self::Update { id, before, after } => changed(client.update_member(id, before, after).await),
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

/// The verdict on a change.
pub(super) fn changed(answer: Result<(), ApiError>) -> Verdict {
    answer.map_or_else(|error| of_error(&error), |()| (Status::Done, None))
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
