//! Faults, as they are felt on the wire.

use super::answer::Problem;
use super::body;
use super::connection::Cutter;
use super::reader::Stale;
use super::{ADMIN, World};
use crate::faults::{Ending, RetryAfter, When};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::{StreamExt as _, stream};
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What people see of a gateway that has nothing behind it.
const PAGE: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center>\
                    </body>\n</html>\n";

/// The least that comes at once of a slow body, in bytes.
const LEAST_PIECE: usize = 64;

/// The most pieces in which a slow body comes.
const MOST_PIECES: usize = 16;

/// Carries a request out with all the faults that it meets, and notes it.
///
/// A request is noted once it is carried out and before it is answered: who has an answer finds the request listed.
pub(super) async fn serve(world: &Arc<World>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let met = world.meet(&method, path.strip_prefix(ADMIN).unwrap_or_default());
    let extensions = request.extensions_mut();
    let cutter = extensions.get::<ConnectInfo<Cutter>>().map(|ConnectInfo(cutter)| cutter.clone());
    extensions.insert(met.partial);
    extensions.insert(Stale(met.stale));
    if !met.delay.is_zero() {
        tokio::time::sleep(met.delay).await;
    }
    for product in met.seats {
        // Where none is free, nobody can take one.
        let _ = world.change(|organization, now| organization.take_seat(product, now)).await;
    }
    let answer = match met.ending.and_then(before) {
        Some(Before::Answer(answer)) => {
            body::drain(request.into_body()).await;
            answer
        }
        Some(Before::Cut) => return cut(cutter, closed()),
        None => next.run(request).await,
    };
    world.note(&method, &path, answer.status());
    match met.ending {
        Some(ending) => after(ending, answer, cutter).await,
        None => answer,
    }
}

/// What happens to a request in place of being carried out.
enum Before {
    Answer(Response),
    Cut,
}

fn before(ending: Ending) -> Option<Before> {
    Some(match ending {
        Ending::RateLimit { retry_after } => Before::Answer(rate_limited(retry_after)),
        Ending::ServerError { status, when: When::Before } => Before::Answer(server_error(status)),
        Ending::BadGateway { when: When::Before } => Before::Answer(bad_gateway()),
        Ending::Reset { when: When::Before } => Before::Cut,
        _ => return None,
    })
}

/// What becomes of an answer.
async fn after(ending: Ending, answer: Response, cutter: Option<Cutter>) -> Response {
    match ending {
        Ending::ServerError { status, when: When::After } => server_error(status),
        Ending::BadGateway { when: When::After } => bad_gateway(),
        Ending::Reset { when: When::After } => cut(cutter, answer),
        Ending::TruncatedBody { bytes } => {
            truncated(usize::try_from(bytes).unwrap_or(usize::MAX), answer).await
        }
        Ending::SlowBody { ms_per_chunk } => slow(Duration::from_millis(ms_per_chunk.into()), answer).await,
        _ => answer,
    }
}

fn rate_limited(retry_after: Option<RetryAfter>) -> Response {
    let mut answer: Response =
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "there are too many requests").into();
    let told = retry_after.map(|when| match when {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date { date } => {
            httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(date.into()))
        }
    });
    if let Some(told) = told.and_then(|told| HeaderValue::try_from(told).ok()) {
        answer.headers_mut().insert(header::RETRY_AFTER, told);
    }
    answer
}

fn server_error(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Problem::new(status, "server_error", "the server had an error").into()
}

fn bad_gateway() -> Response {
    (StatusCode::BAD_GATEWAY, Html(PAGE)).into_response()
}

/// What would be answered over a connection that is cut.
fn closed() -> Response {
    server_error(500)
}

/// Nothing of the answer gets out.
fn cut(cutter: Option<Cutter>, answer: Response) -> Response {
    if let Some(cutter) = cutter {
        cutter.cut();
    }
    answer
}

/// The answer with a promise of all of it, and the start of it alone. What is no longer than that stays whole.
async fn truncated(bytes: usize, answer: Response) -> Response {
    let (head, body) = taken_apart(answer).await;
    if body.len() <= bytes {
        return Response::from_parts(head, body.into());
    }
    let length = HeaderValue::from(body.len());
    let start = stream::iter([Ok(body.slice(..bytes))]);
    let end = stream::once(async {
        // What stands before this is sent while this waits.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    let mut answer = Response::from_parts(head, Body::from_stream(start.chain(end)));
    answer.headers_mut().insert(header::CONTENT_LENGTH, length);
    answer
}

/// The answer, in pieces with a pause before each.
async fn slow(pause: Duration, answer: Response) -> Response {
    let (head, body) = taken_apart(answer).await;
    let (length, size) = (body.len(), body.len().div_ceil(MOST_PIECES).max(LEAST_PIECE));
    let pieces = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(piece), rest))
    });
    let mut answer = Response::from_parts(head, Body::from_stream(pieces));
    if length > 0 {
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer
}

async fn taken_apart(answer: Response) -> (axum::http::response::Parts, Bytes) {
    let (head, body) = answer.into_parts();
    // What the sandbox answers lies in memory as a whole, and can't fail.
    (head, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}
