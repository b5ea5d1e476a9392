//! Reads a request's body.

use super::answer::Problem;
use crate::wire::{At, Faults, Step};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt as _;
use serde_json::Value;
use std::time::Duration;

/// The longest body that is taken, in bytes.
const LONGEST: usize = 16 << 20;

/// The most values that a body may hold. In memory a value can take a hundred times the bytes that it takes in a body:
/// without this, a body of permitted length would take gigabytes.
const MOST_VALUES: usize = 1_000_000;

/// How long the next piece of a body is awaited.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is still read of a body that is too long, so that its sender gets to see the answer, in bytes.
const DRAINED: usize = 64 << 20;

/// The JSON in a body; nothing, and a fault, where there is none.
///
/// As FastAPI does: a body of another content type is no JSON but a text; one without content type is JSON.
pub(crate) async fn json(request: Request, faults: &mut Faults) -> Result<Option<Value>, Problem> {
    let (head, body) = request.into_parts();
    let bytes = read(body).await?;
    if bytes.is_empty() {
        faults.add(&At::BODY, "missing", "Field required");
        return Ok(None);
    }
    if !is_json(&head.headers) {
        return Ok(Some(Value::String(String::from_utf8_lossy(&bytes).into_owned())));
    }
    parsed(&bytes, faults)
}

/// [`json()`] beside the Admin API: any content type will do, and nothing stands for an empty object.
pub(crate) async fn lenient_json(request: Request, faults: &mut Faults) -> Result<Option<Value>, Problem> {
    let bytes = read(request.into_body()).await?;
    let nothing = || Some(Value::Object(serde_json::Map::new()));
    if bytes.is_empty() { Ok(nothing()) } else { parsed(&bytes, faults) }
}

fn parsed(bytes: &[u8], faults: &mut Faults) -> Result<Option<Value>, Problem> {
    if values(bytes) > MOST_VALUES {
        return Err(too_large(format!("the body holds more than {MOST_VALUES} values")));
    }
    Ok(match serde_json::from_slice(bytes) {
        Ok(Value::Null) => {
            faults.add(&At::BODY, "missing", "Field required");
            None
        }
        Ok(value) => Some(value),
        Err(error) => {
            let at = At::BODY.to(Step::Index(position(bytes, &error)));
            faults.add(&at, "json_invalid", format!("JSON decode error: {error}"));
            None
        }
    })
}

/// How many values a body can hold at most: of several, each but the first stands behind one of these characters.
fn values(bytes: &[u8]) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b',' | b':' | b'[' | b'{' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

fn too_large(message: String) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message)
}

fn position(bytes: &[u8], error: &serde_json::Error) -> usize {
    let above = bytes.split(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    above.map(|line| line.len() + 1).sum::<usize>() + error.column().saturating_sub(1)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let Some(kind) = kind.to_str().ok().and_then(|kind| kind.split(';').next()) else { return false };
    let kind = kind.trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

/// Reads a body that nobody needs, so that its sender gets to see the answer.
pub(crate) async fn drain(body: Body) {
    let _ = read(body).await;
}

async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    loop {
        let chunk = match tokio::time::timeout(PATIENCE, chunks.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => {
                return Err(Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "the body broke off"));
            }
        };
        length = length.saturating_add(chunk.len());
        if length <= LONGEST {
            bytes.extend_from_slice(&chunk);
        } else if length > DRAINED {
            break;
        }
    }
    if length > LONGEST {
        return Err(too_large(format!("the body is longer than {LONGEST} bytes")));
    }
    Ok(bytes)
}
