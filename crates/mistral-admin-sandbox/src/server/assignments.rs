//! `/v1/admin/user-groups/{group_uuid}/workspaces`, and the call that assigns whatever is assigned already.

use super::answer::{Failure, created, no_content, ok};
use super::groups::ID;
use super::reader::Reader;
use super::{World, request};
use crate::wire::{
    AssignmentOut, AssignmentsPage, assignment, assignment_query, other_roles, provision as provided,
};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

/// What the ids in a path are called.
const IDS: [&str; 2] = [ID, "workspace_uuid"];

/// The workspaces that a group is assigned to, page by page.
pub(crate) async fn list(
    reader: Reader,
    id: request::Id,
    pairs: request::Pairs,
) -> Result<Response, Failure> {
    let (id, page) = request::id_and_query(id, ID, pairs, assignment_query)?;
    reader.read(|organization, _| {
        let assignments = &organization.group(id)?.assignments;
        let rows = page.of(assignments.iter()).map(|row| AssignmentOut::of(organization, row));
        let (total, items) = (assignments.len(), rows.collect());
        Ok(ok(&AssignmentsPage { total, items, page: page.page, page_size: page.page_size }))
    })
}

/// Assigns a group to a workspace.
pub(crate) async fn assign(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, (workspace, roles)) = request::id_and_body(id, ID, request, assignment).await?;
    world.change(|organization, now| organization.assign(id, workspace, &roles, now)).await?;
    Ok(created())
}

/// Gives a group other roles in a workspace.
pub(crate) async fn update(
    State(world): State<Arc<World>>,
    ids: request::Ids,
    request: Request,
) -> Result<Response, Failure> {
    let ((group, workspace), roles) = request::ids_and_body(ids, IDS, request, other_roles).await?;
    let change =
        world.change(|organization, now| organization.reassign(group, workspace, roles.as_deref(), now));
    change.await?;
    Ok(no_content())
}

/// Ends the assignment of a group to a workspace.
pub(crate) async fn remove(State(world): State<Arc<World>>, ids: request::Ids) -> Result<Response, Failure> {
    let (group, workspace) = request::ids(ids, IDS)?;
    world.change(|organization, now| organization.unassign(group, workspace, now)).await?;
    Ok(no_content())
}

/// Assigns a group to a workspace, or replaces its roles there.
pub(crate) async fn provision(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Failure> {
    let (group, workspace, roles) = request::body(request, provided).await?;
    world.change(|organization, now| organization.provision(group, workspace, &roles, now)).await?;
    Ok(no_content())
}
