//! Applies injected faults: delays, errors, broken answers, and closed connections.

use super::call::{HandlerFaults, read_all};
use super::response::Problem;
use super::{ADMIN, AppState};
use crate::faults::{Fault, RetryAfter, When};
use axum::body::{Body, Bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use axum::serve::{IncomingStream, Listener};
use futures::{StreamExt as _, stream};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The page of a gateway that does not reach its server.
const PAGE: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center>\
                    </body>\n</html>\n";

/// The least size of a piece of a slow body, in bytes.
const LEAST_PIECE: usize = 64;

/// The most pieces of a slow body.
const MOST_PIECES: usize = 16;

/// Executes a request with its injected faults, and records it.
///
/// A request is recorded after it is executed, before it is answered: a client with the answer finds it recorded.
pub(super) async fn serve(app: &Arc<AppState>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let mut faults = app.next_faults(&method, path.strip_prefix(ADMIN).unwrap_or_default());
    let extensions = request.extensions_mut();
    let closer = extensions.get::<ConnectInfo<ConnectionCloser>>().map(|ConnectInfo(closer)| closer.clone());
    extensions.insert(HandlerFaults::take_from(&mut faults));
    if !faults.delay.is_zero() {
        tokio::time::sleep(faults.delay).await;
    }
    for product in faults.seats {
        // Where no seat is free, none is taken.
        let _ = app.change(|organization, now| organization.take_seat(product, now)).await;
    }
    let answer = match faults.ending.and_then(before) {
        Some(Before::Answer(answer)) => {
            // The sender of a body must get to see the answer.
            let _ = read_all(request.into_body()).await;
            answer
        }
        Some(Before::Close) => return close(closer, server_error(500)),
        None => next.run(request).await,
    };
    app.list_request(&method, &path, answer.status());
    match faults.ending {
        Some(ending) => after(ending, answer, closer).await,
        None => answer,
    }
}

/// What happens to a request instead of its execution.
enum Before {
    Answer(Response),
    Close,
}

fn before(ending: Fault) -> Option<Before> {
    Some(match ending {
        Fault::RateLimit { retry_after } => Before::Answer(rate_limited(retry_after)),
        Fault::Forbidden => Before::Answer(forbidden()),
        Fault::ServerError { status, when: When::Before } => Before::Answer(server_error(status)),
        Fault::BadGateway { when: When::Before } => Before::Answer(bad_gateway()),
        Fault::Reset { when: When::Before } => Before::Close,
        _ => return None,
    })
}

/// The answer to an executed request.
async fn after(ending: Fault, answer: Response, closer: Option<ConnectionCloser>) -> Response {
    match ending {
        Fault::ServerError { status, when: When::After } => server_error(status),
        Fault::BadGateway { when: When::After } => bad_gateway(),
        Fault::Reset { when: When::After } => close(closer, answer),
        Fault::TruncatedBody { bytes } => {
            truncated(usize::try_from(bytes).unwrap_or(usize::MAX), answer).await
        }
        Fault::SlowBody { ms_per_chunk } => slow(Duration::from_millis(ms_per_chunk.into()), answer).await,
        _ => answer,
    }
}

fn rate_limited(retry_after: Option<RetryAfter>) -> Response {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "there are too many requests");
    let mut answer = problem.into_response();
    let value = retry_after.map(|when| match when {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date { date } => {
            // A date of HTTP has a year of four digits.
            let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
            httpdate::fmt_http_date(last.min(SystemTime::now() + Duration::from_secs(date.into())))
        }
    });
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}

fn forbidden() -> Response {
    let message = "the key does not have the right to do this";
    Problem::new(StatusCode::FORBIDDEN, "forbidden", message).into_response()
}

fn server_error(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Problem::new(status, "server_error", "the server had an error").into_response()
}

fn bad_gateway() -> Response {
    (StatusCode::BAD_GATEWAY, Html(PAGE)).into_response()
}

/// Closes the connection before the answer is sent.
fn close(closer: Option<ConnectionCloser>, answer: Response) -> Response {
    if let Some(closer) = closer {
        closer.close();
    }
    answer
}

/// The start of the answer alone, with the length of all of it. An answer that is not longer stays whole.
async fn truncated(bytes: usize, answer: Response) -> Response {
    let (head, body) = into_parts(answer).await;
    if body.len() <= bytes {
        return Response::from_parts(head, body.into());
    }
    let length = HeaderValue::from(body.len());
    let start = stream::iter([Ok(body.slice(..bytes))]);
    let end = stream::once(async {
        // The start is sent while this waits.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    let mut answer = Response::from_parts(head, Body::from_stream(start.chain(end)));
    answer.headers_mut().insert(header::CONTENT_LENGTH, length);
    answer
}

/// The answer, in pieces with a pause before each.
async fn slow(pause: Duration, answer: Response) -> Response {
    let (head, body) = into_parts(answer).await;
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

async fn into_parts(answer: Response) -> (axum::http::response::Parts, Bytes) {
    let (head, body) = answer.into_parts();
    // The answers of the sandbox are in memory as a whole, so that reading them does not fail.
    (head, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// Listens for connections, each of which can be closed from within.
pub(crate) struct Connections(pub(crate) TcpListener);

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small answers must not wait for more to send. Where this fails, the connection is slow, and works.
        let _ = stream.set_nodelay(true);
        (Connection { stream, closer: ConnectionCloser::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Closes a connection without an answer, as when a machine on the way fails.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionCloser(Arc<AtomicBool>);

impl ConnectionCloser {
    pub(crate) fn close(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected<IncomingStream<'_, Connections>> for ConnectionCloser {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.io().closer.clone()
    }
}

/// A connection that sends and receives no more once it is closed.
pub(crate) struct Connection {
    stream: TcpStream,
    closer: ConnectionCloser,
}

impl Connection {
    /// The stream, as long as it is open. To the other side, a closed one ends with a reset.
    fn open(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if let Err(error) = self.closer.check() {
            // Where this fails, the connection ends without a reset, and still without an answer.
            let _ = self.stream.set_zero_linger();
            return Err(error);
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.open()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.open()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.open()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.open()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.open()?.poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
