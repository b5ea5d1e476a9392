//! `POST /sandbox/panel`: a request to the Admin API as if a person made it in the panel. It needs no key, gets no
//! injected fault and is not recorded.

use super::call::{Call, InPanel};
use super::response::{Failure, Problem};
use super::{ADMIN, AppState};
use crate::validation::Input;
use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use serde_json::Value;
use std::sync::Arc;

pub(super) const PATH: &str = "/sandbox/panel";

const METHODS: [(&str, Method); 4] =
    [("GET", Method::GET), ("POST", Method::POST), ("PATCH", Method::PATCH), ("DELETE", Method::DELETE)];

struct PanelRequest {
    by: String,
    method: Option<Method>,
    uri: Option<Uri>,
    body: Option<Value>,
}

/// The request that the person makes.
pub(super) async fn request(app: &Arc<AppState>, request: Request) -> Result<Request, Failure> {
    let Ok(mut call) = Call::from_request(request, app).await;
    let asked = call.lenient_body(read).await?;
    let person = app.read(|organization, _| organization.member_at(&asked.by))?;
    let mut request = Request::new(asked.body.map_or_else(Body::empty, |body| body.to_string().into()));
    *request.method_mut() = asked.method.unwrap_or_default();
    *request.uri_mut() = asked.uri.unwrap_or_default();
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.extensions_mut().insert(InPanel(person));
    Ok(request)
}

pub(super) fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path has only POST")
}

fn read(body: Input<'_>) -> PanelRequest {
    let fields = body.fields();
    fields.no_others(&["by", "method", "path", "body"]);
    PanelRequest {
        by: fields.required("by", Input::text),
        method: fields.required("method", |method| Some(method.one_of(&METHODS, "literal_error"))),
        uri: fields.required("path", |path| Some(uri(path))),
        body: fields.optional("body", Input::any),
    }
}

/// A path of the Admin API, with its query.
fn uri(path: Input<'_>) -> Option<Uri> {
    let text = path.text()?;
    let below = text.strip_prefix(ADMIN).is_some_and(|rest| rest.starts_with('/'));
    let uri = text.parse().ok().filter(|_| below);
    if uri.is_none() {
        path.error("value_error", format!("Value error, a path starts with '{ADMIN}/'"));
    }
    uri
}
