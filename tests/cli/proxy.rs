//! A sandbox whose answers are bent on the way.

use super::harness::{KEY, Run, Server, World, run};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::sync::Arc;

/// What is answered in place of the sandbox, which never sees such a request. Gets method, path and body.
pub(crate) type Bend = fn(&str, &str, &str) -> Option<(StatusCode, Value)>;

/// Something that stands before a sandbox.
pub(crate) struct Proxy {
    url: String,
    _runtime: tokio::runtime::Runtime,
}

impl Proxy {
    pub(crate) fn before(server: &Server, bend: Bend) -> Self {
        let to = Arc::new(server.url().to_owned());
        let client = reqwest::Client::new();
        let pass = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let (to, client) = (to.clone(), client.clone());
            async move { forward(&client, &to, method, &uri, &headers, body, bend).await }
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1/admin", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, Router::new().fallback(pass)).await });
        Self { url, _runtime: runtime }
    }

    /// Runs a command against it.
    pub(crate) fn run(&self, world: &World, args: &[&str]) -> Run {
        run(world.path(), args, &[("ORGSYNC_API_URL", &self.url), ("MISTRAL_ADMIN_API_KEY", KEY)])
    }
}

async fn forward(
    client: &reqwest::Client,
    to: &str,
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
    bend: Bend,
) -> Response {
    let path = uri.path().trim_start_matches("/v1/admin");
    if let Some((status, answer)) = bend(method.as_str(), path, &String::from_utf8_lossy(&body)) {
        return (status, axum::Json(answer)).into_response();
    }
    let mut request = client.request(method, format!("{to}{uri}")).body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, [(header::CONTENT_TYPE, "application/json")], answer.bytes().await.unwrap()).into_response()
}
