//! The HTTP side: which request goes where, who may send it, and the list of what was sent.

mod answer;
mod api_keys;
mod assignments;
mod audit;
mod beside;
mod body;
mod connection;
mod faults;
mod group_members;
mod groups;
mod history;
mod invitations;
mod moments;
mod reader;
mod request;
mod roles;
mod users;
mod workspaces;
mod world;

pub(crate) use connection::{Connections, Cutter};
pub(crate) use world::World;

use answer::Problem;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use std::sync::Arc;

/// Where the Admin API stands.
const ADMIN: &str = "/v1/admin";

/// Everything that the sandbox answers.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/v1/admin/users", get(users::list).post(users::create))
        .route("/v1/admin/users/{user_id}", get(users::show).patch(users::update).delete(users::remove))
        .route("/v1/admin/users-invite", get(invitations::list).post(invitations::send))
        .route("/v1/admin/users-invite/{invite_uuid}", delete(invitations::revoke))
        .route("/v1/admin/roles", get(roles::list))
        .route("/v1/admin/workspaces", get(workspaces::list).post(workspaces::create))
        .route("/v1/admin/workspaces/{workspace_uuid}", patch(workspaces::update).delete(workspaces::archive))
        .route("/v1/admin/workspaces/{workspace_uuid}/add-users", post(workspaces::add))
        .route("/v1/admin/workspaces/{workspace_uuid}/users", patch(workspaces::set))
        .route("/v1/admin/workspaces/{workspace_uuid}/remove-users", delete(workspaces::remove))
        .route("/v1/admin/api-keys", get(api_keys::list))
        .route("/v1/admin/audit-logs", get(audit::list))
        .nest("/v1/admin/user-groups", user_groups(&world))
        .route("/sandbox/accept", post(beside::accept))
        .route("/sandbox/advance", post(beside::advance))
        .route("/sandbox/requests", get(beside::requests))
        .route("/sandbox/moments", get(beside::moments))
        .route("/sandbox/invited", get(beside::invited))
        .route("/sandbox/faults", get(beside::faults).post(beside::set_faults))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&world), guard))
        .with_state(world)
}

/// Everything below `/user-groups`.
fn user_groups(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/", get(groups::list).post(groups::create))
        .route("/provision-workspace", post(assignments::provision))
        .route("/{group_uuid}", get(groups::show).patch(groups::update).delete(groups::remove))
        .route(
            "/{group_uuid}/members",
            get(group_members::list).post(group_members::add).delete(group_members::remove),
        )
        .route("/{group_uuid}/workspaces", get(assignments::list).post(assignments::assign))
        .route(
            "/{group_uuid}/workspaces/{workspace_uuid}",
            patch(assignments::update).delete(assignments::remove),
        )
        .route("/{group_uuid}/organization-role", patch(groups::set_role))
        .route("/{group_uuid}/nested", get(groups::nested).patch(groups::nest))
        .route_layer(middleware::from_fn_with_state(Arc::clone(world), groups::guard))
}

/// Runs each request in a task of its own: once begun, it is carried out, written and noted, also when its sender
/// goes away in the middle. Otherwise a change could be there that no list of requests tells.
async fn guard(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    match tokio::spawn(serve(world, request, next)).await {
        Ok(answer) => answer,
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the sandbox is stopping").into(),
    }
}

/// Demands the key for the Admin API, also where there is nothing; who has it may meet faults there.
async fn serve(world: Arc<World>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let admin = path.strip_prefix(ADMIN).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if !admin {
        return next.run(request).await;
    }
    if has_key(request.headers(), world.api_key()) {
        return faults::serve(&world, request, next).await;
    }
    let answer = Problem::unauthorized();
    world.note(request.method().as_str(), path, StatusCode::UNAUTHORIZED);
    answer.into()
}

/// Whether a key was sent and none that was sent is wrong.
fn has_key(headers: &HeaderMap, key: &str) -> bool {
    let bearer = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let plain = headers.get_all("x-api-key").iter().map(|value| value.to_str().ok());
    let mut sent = bearer.chain(plain).peekable();
    sent.peek().is_some() && sent.all(|sent| sent == Some(key))
}

async fn unknown_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this path")
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path has no such method")
}
