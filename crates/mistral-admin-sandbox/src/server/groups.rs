//! `/v1/admin/user-groups`: the groups themselves, and what they are nested in.

use super::answer::{Failure, Problem, no_content, ok};
use super::reader::Reader;
use super::{World, request};
use crate::wire::{
    GroupOut, GroupsPage, NestedOut, children, group_change, group_query, new_group, organization_role,
};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What the id of a group in a path is called.
pub(super) const ID: &str = "group_uuid";

/// Refuses whatever is asked of an organization that has no groups.
pub(crate) async fn guard(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    match world.read(|organization, _| organization.groups().map(drop)) {
        Ok(()) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}

/// Groups, page by page.
pub(crate) async fn list(reader: Reader, pairs: request::Pairs) -> Result<Response, Failure> {
    let query = request::query(pairs, group_query)?;
    reader.read(|organization, _| {
        let found: Vec<_> = organization.groups_named(query.search.as_deref())?.collect();
        let total = found.len();
        let items = query.page.of(found.into_iter()).map(GroupOut::from).collect();
        let (page, page_size) = (query.page.page, query.page.page_size);
        Ok(ok(&GroupsPage { total, items, page, page_size }))
    })
}

/// Makes a group.
pub(crate) async fn create(State(world): State<Arc<World>>, request: Request) -> Result<Response, Failure> {
    let new = request::body(request, new_group).await?;
    let answer =
        world.change(|organization, now| Ok(ok(&GroupOut::from(organization.create_group(new, now)?))));
    Ok(answer.await?)
}

/// One group.
pub(crate) async fn show(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, ID)?;
    world.read(|organization, _| Ok(ok(&GroupOut::from(organization.group(id)?))))
}

/// Changes a group.
pub(crate) async fn update(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, change) = request::id_and_body(id, ID, request, group_change).await?;
    let answer = world
        .change(|organization, now| Ok(ok(&GroupOut::from(organization.update_group(id, change, now)?))));
    Ok(answer.await?)
}

/// Deletes a group.
pub(crate) async fn remove(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, ID)?;
    world.change(|organization, now| organization.delete_group(id, now)).await?;
    Ok(no_content())
}

/// Gives a group a role in the organization.
pub(crate) async fn set_role(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, role) = request::id_and_body(id, ID, request, organization_role).await?;
    world.change(|organization, now| organization.set_organization_role(id, role, now)).await?;
    Ok(no_content())
}

/// What is directly nested in a group.
pub(crate) async fn nested(reader: Reader, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, ID)?;
    reader.read(|organization, _| {
        organization.group(id)?;
        Ok(ok(&organization.groups()?.children(id).collect::<NestedOut<'_>>()))
    })
}

/// Replaces what is directly nested in a group.
pub(crate) async fn nest(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, children) = request::id_and_body(id, ID, request, children).await?;
    world.change(|organization, now| organization.set_nested(id, &children, now)).await?;
    Ok(no_content())
}
