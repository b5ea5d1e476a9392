//! `/v1/admin/users-invite`.

use super::World;
use super::answer::{Failure, deleted, ok};
use super::reader::Reader;
use super::request;
use crate::faults::Partial;
use crate::wire::{ListedInvitationOut, new_invitations};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

/// All invitations, expired ones too.
pub(crate) async fn list(reader: Reader) -> Response {
    reader.read(|organization, _| {
        let (_, invitations) = organization.invitations(None);
        ok(&invitations.map(ListedInvitationOut::from).collect::<Vec<_>>())
    })
}

/// Invites people.
pub(crate) async fn send(
    State(world): State<Arc<World>>,
    partial: Partial,
    request: Request,
) -> Result<Response, Failure> {
    let mut new = request::body(request, new_invitations).await?;
    let (emails, left_out) = partial.split(new.emails, |email| email.to_lowercase());
    new.emails = emails;
    let mut outcome = world.change(|organization, now| organization.invite(new, now)).await?;
    outcome.leave_out(left_out);
    Ok(ok(&outcome))
}

/// Takes an invitation back.
pub(crate) async fn revoke(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, "invite_uuid")?;
    world.change(|organization, now| organization.revoke(id, now)).await?;
    Ok(deleted("Organization invitation"))
}
