//! `/sandbox`: what only people and time can do. Needs no key, and is not listed among the requests.

use super::answer::{Failure, ok};
use super::{World, request};
use crate::wire::{days, emails, fault_rules};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

/// People accept their invitations.
pub(crate) async fn accept(State(world): State<Arc<World>>, request: Request) -> Result<Response, Failure> {
    let emails = request::lenient_body(request, emails).await?;
    let outcome = world.change(|organization, now| Ok(organization.accept(&emails, now))).await?;
    Ok(ok(&outcome))
}

/// Days pass.
pub(crate) async fn advance(State(world): State<Arc<World>>, request: Request) -> Result<Response, Failure> {
    let days = request::lenient_body(request, days).await?;
    let total = world.change(|organization, _| organization.advance(days)).await?;
    Ok(ok(&json!({"advanced_days": total})))
}

/// Faults are set, in place of those there were, or cleared.
pub(crate) async fn set_faults(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Failure> {
    world.set_faults(request::lenient_body(request, fault_rules).await?);
    Ok(world.faults(ok))
}

/// The faults that are set.
pub(crate) async fn faults(State(world): State<Arc<World>>) -> Response {
    world.faults(ok)
}

/// What was true at the start and after each change.
pub(crate) async fn moments(State(world): State<Arc<World>>) -> Response {
    world.moments(ok)
}

/// How many invitations each address was sent.
pub(crate) async fn invited(State(world): State<Arc<World>>) -> Response {
    world.read(|organization, _| ok(organization.invited()))
}

/// The requests to the Admin API that were answered so far, in that order.
pub(crate) async fn requests(State(world): State<Arc<World>>) -> Response {
    world.noted(|requests| ok(&requests))
}
