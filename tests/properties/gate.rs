//! A server in front of the sandbox: it rejects what it is told to, and looks at the organization after each change.

use crate::served::{HTTP, Served, client};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use orgsync::api::Client;
use orgsync::model::Live;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Stands in front of a sandbox.
pub(crate) struct Gate {
    upstream: String,
    /// To the sandbox itself.
    client: Client,
    /// Requests that name one of these (an id in the path, an address in the body) are rejected.
    pub(crate) rejected: Mutex<BTreeSet<String>>,
    /// The organization after each change.
    pub(crate) moments: Mutex<Vec<Live>>,
    /// The changes that were let through: method and path, body, and the status of the answer.
    pub(crate) passed: Mutex<Vec<(String, String, u16)>>,
}

impl Gate {
    /// A gate before a sandbox, and a client that goes through it.
    pub(crate) async fn before(served: &Served, rejected: BTreeSet<String>) -> (Arc<Self>, Client) {
        let gate = Arc::new(Self {
            upstream: served.sandbox.url(),
            client: client(&served.sandbox.url()),
            rejected: Mutex::new(rejected),
            moments: Mutex::default(),
            passed: Mutex::default(),
        });
        let through = client(&open(Arc::clone(&gate)).await);
        (gate, through)
    }
}

async fn pass(
    State(gate): State<Arc<Gate>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = |status: StatusCode, body: Bytes| {
        Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap()
    };
    let text = format!("{uri} {}", String::from_utf8_lossy(&body));
    if method != Method::GET && gate.rejected.lock().await.iter().any(|name| text.contains(name)) {
        let error = r#"{"object":"error","message":"not today","type":"invalid_request_error","param":null,"code":"x"}"#;
        return answer(StatusCode::BAD_REQUEST, error.into());
    }
    // One at a time, so that every moment is seen.
    let mut moments = gate.moments.lock().await;
    let change = method != Method::GET;
    let (named, sent) = (format!("{method} {uri}"), String::from_utf8_lossy(&body).into_owned());
    // The sandbox answers under its own address alone.
    headers.remove(axum::http::header::HOST);
    let request = HTTP.request(method, format!("{}{uri}", gate.upstream)).headers(headers).body(body);
    let passed = request.send().await.unwrap();
    let (status, body) = (passed.status(), passed.bytes().await.unwrap());
    if change {
        gate.passed.lock().await.push((named, sent, status.as_u16()));
        moments.push(gate.client.read_live().await.unwrap());
    }
    answer(status, body)
}

/// Serves the gate; gives its URL.
async fn open(gate: Arc<Gate>) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(pass).with_state(gate)).into_future());
    url
}
