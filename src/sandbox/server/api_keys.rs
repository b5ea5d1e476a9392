//! `/v1/admin/api-keys`.

use super::answer::{Failure, ok};
use super::{World, request};
use crate::sandbox::wire::key_query;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

/// API keys, in parts.
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    pairs: request::Pairs,
) -> Result<Response, Failure> {
    let query = request::query(pairs, key_query)?;
    Ok(world.read(|organization, _| {
        let keys = organization.api_keys(query.name.as_deref()).skip(query.offset).take(query.limit);
        ok(&json!({"keys": keys.collect::<Vec<_>>()}))
    }))
}
