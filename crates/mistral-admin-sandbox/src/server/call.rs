//! A request as handlers see it: its ids, its query and its body, with all errors in them reported at once, and the
//! organization that it reads or changes.

use super::AppState;
use super::response::{Failure, Problem};
use crate::clock;
use crate::faults::{Partial, RequestFaults};
use crate::organization::{Actor, Organization, Refusal};
use crate::validation::{Input, Location, Query, Step, ValidationErrors};
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt as _;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The longest body that is read, in bytes.
const LONGEST: usize = 16 << 20;

/// The most values of a body. In memory, a value can take a hundred times the bytes that it takes in a body: without this
/// limit, a body of permitted length would take gigabytes.
const MOST_VALUES: usize = 1_000_000;

/// How long the next piece of a body is awaited.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of a body that is too long is still read, in bytes: its sender must get to see the answer.
const DRAINED: usize = 64 << 20;

/// The injected faults that handlers must know of.
#[derive(Debug, Clone, Default)]
pub(super) struct HandlerFaults {
    partial: Partial,
    stale: Option<Duration>,
}

impl HandlerFaults {
    pub(super) fn take_from(faults: &mut RequestFaults) -> Self {
        Self { partial: std::mem::take(&mut faults.partial), stale: faults.stale }
    }
}

/// The person who makes a request in the panel, without the key.
#[derive(Debug, Clone, Copy)]
pub(super) struct InPanel(pub(super) Uuid);

/// A request, and the state of the application.
pub(super) struct Call {
    pub(super) app: Arc<AppState>,
    parts: Parts,
    body: Option<Body>,
    path: Option<RawPathParams>,
    errors: RefCell<ValidationErrors>,
}

impl FromRequest<Arc<AppState>> for Call {
    type Rejection = Infallible;

    async fn from_request(request: Request, app: &Arc<AppState>) -> Result<Self, Infallible> {
        let (mut parts, body) = request.into_parts();
        let path = RawPathParams::from_request_parts(&mut parts, app).await.ok();
        Ok(Self { app: Arc::clone(app), parts, body: Some(body), path, errors: RefCell::default() })
    }
}

impl Call {
    /// An id in the path. If it is not one, [`Self::check`] fails.
    pub(super) fn id(&self, name: &str) -> Uuid {
        let mut ids = self.path.iter().flatten();
        let text = ids.find(|(key, _)| *key == name).map(|(_, value)| value).unwrap_or_default();
        Uuid::parse_str(text).unwrap_or_else(|_| {
            let (path, message) = (Location::part("path"), "Input should be a valid UUID");
            self.errors.borrow_mut().add(&path.to(Step::Key(name)), "uuid_parsing", message);
            Uuid::nil()
        })
    }

    /// Reads the query, and fails if there is an error in it or in an id, or an unknown parameter.
    pub(super) fn query<T>(&self, read: impl FnOnce(Query<'_>) -> T) -> Result<T, Failure> {
        let query = self.read_query(read);
        let errors = self.errors.take();
        if errors.is_empty() { Ok(query) } else { Err(Failure::Invalid(errors)) }
    }

    /// Fails if there is an error in an id, or a query, where the path has no parameters.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.query(|_| ())
    }

    fn read_query<T>(&self, read: impl FnOnce(Query<'_>) -> T) -> T {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&self.parts.uri);
        let pairs = pairs.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default();
        let query = Query { pairs: &pairs, errors: &self.errors, known: &RefCell::default() };
        let result = read(query);
        query.refuse_others();
        result
    }

    /// Reads the body, and fails if there is an error in it or in an id.
    ///
    /// As in FastAPI, a body of another content type is a text and no JSON; one without content type is JSON.
    pub(super) async fn body<T>(&mut self, read: impl FnOnce(Input<'_>) -> T) -> Result<T, Failure> {
        let bytes = read_all(self.body.take().unwrap_or_default()).await?;
        if !bytes.is_empty() && !is_json(&self.parts.headers) {
            let text = Value::String(String::from_utf8_lossy(&bytes).into_owned());
            return self.read(Some(text), read);
        }
        let value = self.parse(&bytes)?;
        self.read(value, read)
    }

    /// [`Self::body`] outside the Admin API: any content type is accepted, and no body means an empty object.
    pub(super) async fn lenient_body<T>(&mut self, read: impl FnOnce(Input<'_>) -> T) -> Result<T, Failure> {
        let bytes = read_all(self.body.take().unwrap_or_default()).await?;
        let value = if bytes.is_empty() { Some(Value::Object(Map::new())) } else { self.parse(&bytes)? };
        self.read(value, read)
    }

    fn read<T>(&self, value: Option<Value>, read: impl FnOnce(Input<'_>) -> T) -> Result<T, Failure> {
        self.read_query(|_| ());
        let unknown_words = self.app.read(|organization, _| organization.behavior.unknown_words);
        let result =
            value.map(|value| read(Input::body(&value, &self.errors).with_unknown_words(unknown_words)));
        match (result, self.errors.take()) {
            (Some(result), errors) if errors.is_empty() => Ok(result),
            (_, errors) => Err(Failure::Invalid(errors)),
        }
    }

    /// The JSON of a body. `None`, and an error, where there is none.
    fn parse(&self, bytes: &[u8]) -> Result<Option<Value>, Problem> {
        if most_values(bytes) > MOST_VALUES {
            return Err(too_large(format!("the body holds more than {MOST_VALUES} values")));
        }
        let mut errors = self.errors.borrow_mut();
        Ok(match serde_json::from_slice(bytes) {
            Ok(Value::Null) => {
                errors.add(&Location::BODY, "missing", "Field required");
                None
            }
            Ok(value) => Some(value),
            Err(_) if bytes.is_empty() => {
                errors.add(&Location::BODY, "missing", "Field required");
                None
            }
            Err(error) => {
                let at = Location::BODY.to(Step::Index(position(bytes, &error)));
                errors.add(&at, "json_invalid", format!("JSON decode error: {error}"));
                None
            }
        })
    }

    /// Reads the organization, or an earlier state if the list is to be stale.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Organization, Timestamp) -> T) -> T {
        let stale = self.parts.extensions.get::<HandlerFaults>().and_then(|faults| faults.stale);
        match stale.and_then(|age| self.app.past(age)) {
            Some(past) => look(&past, past.now(clock::now())),
            None => self.app.read(look),
        }
    }

    /// Splits what the request asks for into what is done and what an injected fault leaves undone.
    pub(super) fn split<T, K: Ord>(&self, items: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Vec<T>) {
        let faults = self.parts.extensions.get::<HandlerFaults>();
        faults.map(|faults| faults.partial.clone()).unwrap_or_default().split(items, key)
    }

    /// Changes the organization.
    pub(super) async fn change<T>(
        self,
        change: impl FnOnce(&mut Organization, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Failure> {
        let person = self.parts.extensions.get::<InPanel>();
        let requester = person.map_or(Actor::Key, |InPanel(person)| Actor::Human(*person));
        let change = |organization: &mut Organization, now| {
            organization.requester = requester;
            change(organization, now)
        };
        Ok(self.app.change(change).await?)
    }
}

/// The most values that a body can hold: each value but the first follows one of these characters.
fn most_values(bytes: &[u8]) -> usize {
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

/// Reads a body.
pub(super) async fn read_all(body: Body) -> Result<Vec<u8>, Problem> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
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
