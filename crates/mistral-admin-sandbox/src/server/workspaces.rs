//! `/v1/admin/workspaces`.

use super::answer::{Failure, no_content, ok};
use super::reader::Reader;
use super::{World, request};
use crate::faults::Partial;
use crate::wire::{
    MadeWorkspaceOut, WorkspaceOut, WorkspacesPage, grants, leaving, new_workspace, workspace_change,
    workspace_query,
};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

/// What the id in a path is called.
const ID: &str = "workspace_uuid";

/// Active workspaces, and archived ones if wanted, page by page.
pub(crate) async fn list(reader: Reader, pairs: request::Pairs) -> Result<Response, Failure> {
    let query = request::query(pairs, workspace_query)?;
    Ok(reader.read(|organization, _| {
        let found: Vec<_> = organization.workspaces(query.archived, query.search.as_deref()).collect();
        let total = found.len();
        let rows = query.page.of(found.into_iter());
        ok(&WorkspacesPage {
            total,
            items: rows.map(|workspace| WorkspaceOut::of(organization, workspace)).collect(),
            object: "list",
            page: query.page.page,
            page_size: query.page.page_size,
        })
    }))
}

/// Makes a workspace.
pub(crate) async fn create(State(world): State<Arc<World>>, request: Request) -> Result<Response, Failure> {
    let new = request::body(request, new_workspace).await?;
    let answer = world.change(|organization, now| {
        let id = organization.create_workspace(new, now)?;
        Ok(ok(&MadeWorkspaceOut::from(WorkspaceOut::of(organization, organization.workspace(id)?))))
    });
    Ok(answer.await?)
}

/// Changes what a workspace is called and looks like.
pub(crate) async fn update(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, change) = request::id_and_body(id, ID, request, workspace_change).await?;
    let answer = world.change(|organization, now| {
        organization.update_workspace(id, change, now)?;
        Ok(ok(&WorkspaceOut::of(organization, organization.workspace(id)?)))
    });
    Ok(answer.await?)
}

/// Archives a workspace.
pub(crate) async fn archive(State(world): State<Arc<World>>, id: request::Id) -> Result<Response, Failure> {
    let id = request::id(id, ID)?;
    world.change(|organization, now| organization.archive(id, now)).await?;
    Ok(no_content())
}

/// Adds people; who is in the workspace keeps the roles there.
pub(crate) async fn add(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, grants) = request::id_and_body(id, ID, request, grants).await?;
    let outcome = world.change(|organization, now| organization.grant(id, &grants, false, now)).await?;
    Ok(ok(&json!({"added_members_count": outcome.added})))
}

/// Adds people, and replaces the roles of those who are in the workspace.
pub(crate) async fn set(
    State(world): State<Arc<World>>,
    id: request::Id,
    request: Request,
) -> Result<Response, Failure> {
    let (id, grants) = request::id_and_body(id, ID, request, grants).await?;
    let outcome = world.change(|organization, now| organization.grant(id, &grants, true, now)).await?;
    Ok(ok(&json!({"added_members_count": outcome.added, "updated_members_count": outcome.updated})))
}

/// Takes people out.
pub(crate) async fn remove(
    State(world): State<Arc<World>>,
    id: request::Id,
    partial: Partial,
    request: Request,
) -> Result<Response, Failure> {
    let (id, users) = request::id_and_body(id, ID, request, leaving).await?;
    let (users, left_out) = partial.split(users, |user| *user);
    let mut outcome = world.change(|organization, now| organization.ungrant(id, &users, now)).await?;
    outcome.leave_out(left_out);
    Ok(ok(&outcome))
}
