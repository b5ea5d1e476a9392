//! `/v1/admin/api-keys`.

use super::answer::{Failure, ok};
use super::reader::Reader;
use super::request;
use crate::wire::key_query;
use axum::response::Response;
use serde_json::json;

/// API keys, in parts.
pub(crate) async fn list(reader: Reader, pairs: request::Pairs) -> Result<Response, Failure> {
    let query = request::query(pairs, key_query)?;
    Ok(reader.read(|organization, _| {
        let keys = organization.api_keys(query.name.as_deref()).skip(query.offset).take(query.limit);
        ok(&json!({"keys": keys.collect::<Vec<_>>()}))
    }))
}
