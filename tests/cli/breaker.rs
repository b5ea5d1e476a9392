//! Something between orgsync and a sandbox that kills orgsync at a chosen request.

use super::harness::{KEY, Run, Server, World};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// When orgsync is killed: at which request that changes something, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before the sandbox sees it.
    Before(usize),
    /// When the sandbox has carried it out, before the answer arrives.
    After(usize),
}

#[derive(Debug)]
struct Wire {
    to: String,
    client: reqwest::Client,
    next: Mutex<Next>,
}

#[derive(Debug, Default)]
struct Next {
    cut: Option<Cut>,
    writes: usize,
    process: u32,
}

/// What stands before a sandbox.
pub(crate) struct Breaker {
    url: String,
    wire: Arc<Wire>,
    _runtime: tokio::runtime::Runtime,
}

impl Breaker {
    pub(crate) fn before(server: &Server) -> Self {
        let (to, client) = (server.url().to_owned(), reqwest::Client::new());
        let wire = Arc::new(Wire { to, client, next: Mutex::default() });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1/admin", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(Arc::clone(&wire));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, wire, _runtime: runtime }
    }

    /// Runs a command to its end, or to where it is cut.
    pub(crate) fn run(&self, world: &World, args: &[&str], cut: Option<Cut>) -> Run {
        // Requests wait until it is known whom to kill: process 0 would be the tests themselves.
        let mut next = self.wire.next.lock().unwrap();
        let child = start(world, &self.url, args);
        *next = Next { cut, process: child.id(), writes: 0 };
        drop(next);
        end(child)
    }
}

/// Starts a command whose journals and locks are kept in the world's folder.
pub(crate) fn start(world: &World, url: &str, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.current_dir(world.path()).args(args).env_clear().stdin(Stdio::null());
    command.env("XDG_STATE_HOME", world.path().join("state"));
    command.env("ORGSYNC_API_URL", url).env("MISTRAL_ADMIN_API_KEY", KEY);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for a command; the status of one that was killed is what a shell makes of it.
pub(crate) fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let status = output.status.code().or_else(|| Some(128 + output.status.signal()?));
    Run {
        status: status.unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Sends a signal.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

async fn pass(
    State(wire): State<Arc<Wire>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (cut, process) = {
        let mut next = wire.next.lock().unwrap();
        let number = if method == Method::GET { 0 } else { next.writes + 1 };
        next.writes = next.writes.max(number);
        let is_now = |cut: &Cut| matches!(cut, Cut::Before(n) | Cut::After(n) if *n == number);
        (next.cut.filter(is_now), next.process)
    };
    if matches!(cut, Some(Cut::Before(_))) {
        signal("KILL", process);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut request = wire.client.request(method, format!("{}{uri}", wire.to)).body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body = answer.bytes().await.unwrap();
    if cut.is_some() {
        signal("KILL", process);
    }
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
