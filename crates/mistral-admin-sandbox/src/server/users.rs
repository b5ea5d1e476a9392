//! `/v1/admin/users`.

use super::answer::{Failure, deleted, ok};
use super::reader::Reader;
use super::{World, request};
use crate::faults::Partial;
use crate::wire::{InvitationOut, MemberOut, UserOut, UsersPage, member_change, new_members, user_query};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

/// Members, then invitations, page by page.
pub(crate) async fn list(reader: Reader, pairs: request::Pairs) -> Result<Response, Failure> {
    let query = request::query(pairs, user_query)?;
    Ok(reader.read(|organization, now| {
        let (member_count, members) = organization.members(query.email.as_deref());
        let (invitation_count, invitations) = organization.invitations(query.email.as_deref());
        let page = query.page;
        let members: Vec<_> = page.of(members).collect();
        let invitations = invitations
            .skip(page.skipped().saturating_sub(member_count))
            .take(page.length().saturating_sub(members.len()));
        ok(&UsersPage {
            invites: invitations.map(|invitation| InvitationOut::at(now, invitation)).collect(),
            members: members.into_iter().map(|member| MemberOut::of(organization, member)).collect(),
            total: member_count + invitation_count,
            page: page.page,
            page_size: page.page_size,
        })
    }))
}

/// Makes members at once.
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    partial: Partial,
    request: Request,
) -> Result<Response, Failure> {
    let people = request::body(request, new_members).await?;
    let (people, left_out) = partial.split(people, |person| person.email.to_lowercase());
    let mut outcome = world.change(|organization, now| Ok(organization.create(people, now))).await?;
    outcome.leave_out(left_out);
    Ok(ok(&outcome))
}

/// One member.
pub(crate) async fn show(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, "user_id")?;
    world.read(|organization, _| Ok(ok(&UserOut::of(organization, organization.member(id)?))))
}

/// Changes a member's roles and seats.
pub(crate) async fn update(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, change) = request::id_and_body(id, "user_id", request, member_change).await?;
    let answer = world.change(|organization, now| {
        organization.update(id, &change, now)?;
        Ok(ok(&MemberOut::of(organization, organization.member(id)?)))
    });
    Ok(answer.await?)
}

/// Takes a member out.
pub(crate) async fn remove(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, "user_id")?;
    world.change(|organization, now| organization.remove(id, now)).await?;
    Ok(deleted("Organization member"))
}
