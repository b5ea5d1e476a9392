//! Classifies the outcome of a request.
//!
//! Takes the outcome, and returns the requested value or a [`Fault`]. Pure. All external text passes through a
//! [`Cleaner`].

use super::fault::Fault;
use super::key::ApiKey;
use super::request::Request;
use crate::escape;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use std::error::Error;
use std::io;
use std::iter::successors;
use std::time::{Duration, SystemTime};

/// Makes external text safe for messages: without the key, without control characters, not too long.
pub(in crate::api) struct Cleaner<'a>(pub(in crate::api) &'a ApiKey);

impl Cleaner<'_> {
    pub(super) fn clean(&self, text: &str) -> String {
        escape::excerpt(&self.0.redact(text))
    }
}

/// A complete answer.
pub(in crate::api) struct Answer {
    pub(in crate::api) status: StatusCode,
    pub(in crate::api) headers: HeaderMap,
    pub(in crate::api) body: Vec<u8>,
}

/// The value in an answer.
pub(in crate::api) fn answer<T: DeserializeOwned>(
    request: &Request,
    answer: &Answer,
    cleaner: &Cleaner<'_>,
) -> Result<T, Fault> {
    if answer.status.is_success() {
        return decode(request, answer, cleaner).map_err(|fault| in_success(request, fault));
    }
    let status = answer.status.as_u16();
    let json = serde_json::from_slice::<Value>(&answer.body).ok();
    let is_gone = |body: &Value| request.names_object() && (!request.is_deletion() || is_error(body));
    let message = json.as_ref().and_then(message).map(|message| cleaner.clean(&message));
    Err(match status {
        300..=399 => Fault::Redirect { status, target: target(answer, cleaner) },
        401 => Fault::KeyRefused { message },
        429 => Fault::RateLimited { retry_after: retry_after(&answer.headers) },
        // After a gateway timeout, the outcome is unknown.
        408 | 500..=599 => Fault::Server { status, message, retry_after: retry_after(&answer.headers) },
        // A gateway's own page says nothing about the key or the object.
        _ if json.is_none() && !answer.body.is_empty() => not_json(answer, cleaner),
        403 => Fault::Forbidden { message },
        404 if json.as_ref().is_some_and(is_gone) => Fault::Gone { message },
        404 => Fault::WrongBase { message },
        _ => Fault::Rejected { status, message },
    })
}

/// A fault in the body of a success. After a change, it must not look as if nothing changed.
pub(super) fn in_success(request: &Request, fault: Fault) -> Fault {
    if request.is_write() { Fault::Unconfirmed(Box::new(fault)) } else { fault }
}

/// Why there is no complete answer. `reqwest` prints the URL with its query in front of the cause, hence only the
/// last cause is shown.
pub(super) fn failure(error: &reqwest::Error, host: &str, cleaner: &Cleaner<'_>) -> Fault {
    let host = host.to_owned();
    let is = |test: fn(&(dyn Error + 'static)) -> bool| causes(error).any(test);
    let last = causes(error).skip(1).last().map_or_else(String::new, ToString::to_string);
    let detail = cleaner.clean(&last);
    if error.is_builder() {
        Fault::Setup(detail)
    } else if error.is_timeout() {
        Fault::Timeout { connecting: error.is_connect() }
    } else if !error.is_connect() {
        Fault::CutShort { detail }
    // These errors occur before a request is sent.
    } else if is(is_out_of_descriptors) {
        Fault::Descriptors { host }
    } else if is(is_tunnel) {
        Fault::Proxy { host, detail }
    } else if is(|cause| cause.is::<rustls::Error>()) {
        Fault::Tls { host, detail }
    } else if error.is_dns() {
        Fault::Dns { host, detail }
    } else if is(is_refusal) {
        Fault::Refused { host }
    } else {
        Fault::Connection { host, detail }
    }
}

/// An error and what caused it, down to the first cause. An I/O error hides what it wraps from `source`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

/// Identified by its text, because the type is private to `hyper-util`.
fn is_tunnel(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().starts_with("tunnel error")
}

/// `EMFILE` or `ENFILE`, which have no kind in the standard library.
fn is_out_of_descriptors(cause: &(dyn Error + 'static)) -> bool {
    let code = cause.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    cfg!(unix) && matches!(code, Some(23 | 24))
}

fn is_refusal(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The `object` of the vendor's general error: `{"object": "error", "message": …}`.
const ERROR: &str = "error";

/// What an answer says it is. Read without the rest, which may be large.
#[derive(Deserialize)]
struct Kind {
    object: String,
}

fn decode<T: DeserializeOwned>(
    request: &Request,
    answer: &Answer,
    cleaner: &Cleaner<'_>,
) -> Result<T, Fault> {
    let status = answer.status.as_u16();
    if answer.status == StatusCode::ACCEPTED && request.is_write() {
        let detail = "202 promises the change, and doesn't say that it is made".to_owned();
        return Err(Fault::Unexpected { field: "status".to_owned(), detail });
    }
    if serde_json::from_slice::<Kind>(&answer.body).is_ok_and(|body| body.object == ERROR) {
        let body = serde_json::from_slice::<Value>(&answer.body).ok();
        let message = body.as_ref().and_then(message).map(|message| cleaner.clean(&message));
        return Err(Fault::ErrorInSuccess { status, message });
    }
    if answer.body.is_empty() {
        // An empty answer is valid only if no content is expected.
        return serde_json::from_value(Value::Null).map_err(|_| not_json(answer, cleaner));
    }
    let mut json = serde_json::Deserializer::from_slice(&answer.body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        let path = error.path().to_string();
        let text = inner.to_string();
        match inner.classify() {
            Category::Data => Fault::Unexpected {
                field: if path == "." { "top level".to_owned() } else { cleaner.clean(&path) },
                detail: cleaner.clean(text.rsplit_once(" at line ").map_or(&text, |(what, _)| what)),
            },
            Category::Eof => Fault::CutShort { detail: "the JSON has no end".to_owned() },
            Category::Syntax | Category::Io => not_json(answer, cleaner),
        }
    })?;
    // What follows could take back what the JSON says.
    json.end().map_err(|_| Fault::Unexpected {
        field: "top level".to_owned(),
        detail: "something follows the JSON".to_owned(),
    })?;
    Ok(value)
}

/// Whether a body is an error in one of the vendor's documented shapes: the general one, or `detail`. A gateway that
/// doesn't know the path answers otherwise, and says nothing about the object.
fn is_error(body: &Value) -> bool {
    body.get("object").is_some_and(|object| object == ERROR)
        || body.get("detail").is_some_and(|detail| !detail.is_null())
}

fn not_json(answer: &Answer, cleaner: &Cleaner<'_>) -> Fault {
    let content_type = match header(&answer.headers, CONTENT_TYPE) {
        _ if answer.body.is_empty() => "empty".to_owned(),
        Some(content_type) => format!("`{}`", cleaner.clean(content_type)),
        None => "of no type".to_owned(),
    };
    Fault::NotJson { status: answer.status.as_u16(), content_type }
}

/// The vendor's message, in any of the documented shapes: `message`, or `detail` as a text or as a list of faults with
/// their locations. A message may itself contain a `detail`.
fn message(body: &Value) -> Option<String> {
    ["message", "detail"].into_iter().find_map(|name| match body.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Array(faults) => {
            let faults: Vec<String> = faults.iter().filter_map(located).collect();
            (!faults.is_empty()).then(|| faults.join("; "))
        }
        words @ Value::Object(_) => message(words),
        _ => None,
    })
}

fn located(fault: &Value) -> Option<String> {
    let text = fault.get("msg")?.as_str()?;
    let place = fault.get("loc").and_then(Value::as_array).into_iter().flatten();
    let place: Vec<String> =
        place.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    Some(if place.is_empty() { text.to_owned() } else { format!("{}: {text}", place.join(".")) })
}

/// The target of a redirect, without parts that may be secret.
fn target(answer: &Answer, cleaner: &Cleaner<'_>) -> String {
    let Some(location) = header(&answer.headers, LOCATION) else { return "nowhere".to_owned() };
    match Url::parse(location) {
        Ok(url) => cleaner.clean(&url.origin().ascii_serialization()),
        Err(_) => cleaner.clean(location.split(['?', '#']).next().unwrap_or_default()),
    }
}

/// `Retry-After` in seconds or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, RETRY_AFTER)?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let until = httpdate::parse_http_date(text).ok()?;
            Some(until.duration_since(SystemTime::now()).unwrap_or_default())
        }
    }
}

/// `X-RateLimit-Remaining`: how many requests are left in a period that the vendor doesn't document.
pub(super) fn remaining(headers: &HeaderMap) -> Option<u64> {
    header(headers, HeaderName::from_static("x-ratelimit-remaining"))?.trim().parse().ok()
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
