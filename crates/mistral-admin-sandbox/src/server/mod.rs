//! The HTTP side: the routes, the key, and the handlers.

mod app_state;
mod call;
mod control;
mod groups;
mod history;
mod injection;
mod lists;
mod origin;
mod panel;
mod people;
mod response;
mod workspaces;

pub(crate) use app_state::AppState;
pub(crate) use injection::{ConnectionCloser, Connections};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, patch, post};
use response::Problem;
use std::sync::Arc;

/// The path of the Admin API.
const ADMIN: &str = "/v1/admin";

/// All routes. The guard runs before a route is chosen, because it may change the request.
pub(crate) fn router(app: Arc<AppState>) -> Router {
    let guard = middleware::from_fn_with_state(Arc::clone(&app), guard);
    Router::new().fallback_service(routes(app)).layer(guard)
}

fn routes(app: Arc<AppState>) -> Router {
    Router::new()
        .route("/v1/admin/users", get(people::list).post(people::create))
        .route("/v1/admin/users/{user_id}", get(people::show).patch(people::update).delete(people::remove))
        .route("/v1/admin/users-invite", get(people::invitations).post(people::invite))
        .route("/v1/admin/users-invite/{invite_uuid}", delete(people::revoke))
        .route("/v1/admin/roles", get(lists::roles))
        .route("/v1/admin/workspaces", get(workspaces::list).post(workspaces::create))
        .route("/v1/admin/workspaces/{workspace_uuid}", patch(workspaces::update).delete(workspaces::archive))
        .route("/v1/admin/workspaces/{workspace_uuid}/add-users", post(workspaces::add_users))
        .route("/v1/admin/workspaces/{workspace_uuid}/users", patch(workspaces::set_users))
        .route("/v1/admin/workspaces/{workspace_uuid}/remove-users", delete(workspaces::remove_users))
        .route("/v1/admin/api-keys", get(lists::api_keys))
        .route("/v1/admin/api-keys/{key_id}", delete(lists::delete_api_key))
        .route("/v1/admin/audit-logs", get(lists::audit_logs))
        .nest("/v1/admin/user-groups", user_groups(&app))
        .route("/sandbox/accept", post(control::accept))
        .route("/sandbox/sign_in", post(control::sign_in))
        .route("/sandbox/join", post(control::join))
        .route("/sandbox/leave", post(control::leave))
        .route("/sandbox/rename", post(control::rename))
        .route("/sandbox/advance", post(control::advance))
        .route("/sandbox/settings", post(control::set_behavior))
        .route("/sandbox/requests", get(control::requests))
        .route("/sandbox/moments", get(control::moments))
        .route("/sandbox/invited", get(control::invited))
        .route("/sandbox/faults", get(control::faults).post(control::set_faults))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

/// Everything below `/user-groups`.
fn user_groups(app: &Arc<AppState>) -> Router<Arc<AppState>> {
    Router::new()
        .route("/", get(groups::list).post(groups::create))
        .route("/provision-workspace", post(groups::provision))
        .route("/{group_uuid}", get(groups::show).patch(groups::update).delete(groups::remove))
        .route(
            "/{group_uuid}/members",
            get(groups::members).post(groups::add_members).delete(groups::remove_members),
        )
        .route("/{group_uuid}/workspaces", get(groups::workspaces).post(groups::assign))
        .route("/{group_uuid}/workspaces/{workspace_uuid}", patch(groups::reassign).delete(groups::unassign))
        .route("/{group_uuid}/organization-role", patch(groups::set_role))
        .route("/{group_uuid}/nested", get(groups::nested).patch(groups::set_nested))
        .route_layer(middleware::from_fn_with_state(Arc::clone(app), groups::guard))
}

/// Runs each request in a task of its own: once begun, it is executed, saved and recorded, even if its sender
/// disconnects. Otherwise there could be a change without a request in the list.
async fn guard(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    match tokio::spawn(serve(app, request, next)).await {
        Ok(answer) => answer,
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the sandbox is stopping")
            .into_response(),
    }
}

/// Refuses requests of web pages, and requires the key for the Admin API, even on unknown paths. Only requests with the
/// key get injected faults.
async fn serve(app: Arc<AppState>, request: Request, next: Next) -> Response {
    if let Err(refusal) = origin::check(request.headers(), app.port()) {
        return refusal.into_response();
    }
    let path = request.uri().path();
    let admin = path.strip_prefix(ADMIN).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if path == panel::PATH {
        return in_panel(&app, request, next).await;
    }
    if !admin {
        return next.run(request).await;
    }
    if has_key(request.headers(), app.api_key()) {
        return injection::serve(&app, request, next).await;
    }
    let answer = Problem::unauthorized();
    app.list_request(request.method().as_str(), path, StatusCode::UNAUTHORIZED);
    answer.into_response()
}

async fn in_panel(app: &Arc<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return panel::wrong_method().into_response();
    }
    match panel::request(app, request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Whether a key was sent, and each key that was sent is right.
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
