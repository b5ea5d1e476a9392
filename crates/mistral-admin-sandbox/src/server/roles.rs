//! `/v1/admin/roles`.

use super::World;
use super::answer::ok;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// All roles, those of workspaces too.
pub(crate) async fn list(State(world): State<Arc<World>>) -> Response {
    world.read(|organization, _| ok(organization.roles()))
}
