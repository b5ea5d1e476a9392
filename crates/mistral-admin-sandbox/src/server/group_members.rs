//! `/v1/admin/user-groups/{group_uuid}/members`.

use super::answer::{Failure, no_content, ok};
use super::groups::ID;
use super::reader::Reader;
use super::{World, request};
use crate::wire::{GroupMemberOut, GroupMembersPage, Page, users};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

/// The members of a group, page by page; not those of groups that are nested in it.
pub(crate) async fn list(
    reader: Reader,
    id: request::Id,
    pairs: request::Pairs,
) -> Result<Response, Failure> {
    let (id, page) = request::id_and_query(id, ID, pairs, Page::unbounded)?;
    reader.read(|organization, _| {
        let (total, members) = organization.group_members(id)?;
        let members = page.of(members).map(GroupMemberOut::from).collect();
        Ok(ok(&GroupMembersPage { total, members, page: page.page, page_size: page.page_size }))
    })
}

/// Puts members into a group.
pub(crate) async fn add(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, users) = request::id_and_body(id, ID, request, users).await?;
    world.change(|organization, now| organization.join_group(id, &users, now)).await?;
    Ok(no_content())
}

/// Takes members out of a group.
pub(crate) async fn remove(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, users) = request::id_and_body(id, ID, request, users).await?;
    world.change(|organization, now| organization.leave_group(id, &users, now)).await?;
    Ok(no_content())
}
