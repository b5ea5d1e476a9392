//! Reading a live organization over a slow line: `cargo bench --bench read [-- MEMBERS LATENCY_MS]`.
//!
//! A server answers each request after a fixed time. Printed is how long a reading takes, and how that compares with
//! what latency, page size and concurrency allow: the first page alone, then the others, eight at a time.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at whatever is wrong"
)]

use axum::extract::Query;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use orgsync::api::{ApiKey, Client};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PAGE_SIZE: u64 = 100;
const CONCURRENCY: u64 = 8;

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let (members, latency) = match numbers.as_slice() {
        [members, latency] => (*members, Duration::from_millis(*latency)),
        _ => (10_000, Duration::from_millis(50)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let fastest = runtime.block_on(async {
        let url = serve(members, latency).await;
        let mut times = Vec::new();
        for _ in 0..5 {
            let client = Client::new(url.parse().unwrap(), &ApiKey::new("bench-key").unwrap()).unwrap();
            let started = Instant::now();
            let live = client.read_live().await.unwrap();
            times.push(started.elapsed());
            assert_eq!(live.members.len() as u64, members);
        }
        times.into_iter().min().unwrap()
    });
    let pages = members.div_ceil(PAGE_SIZE);
    let rounds = 1 + (pages - 1).div_ceil(CONCURRENCY);
    let allowed = latency * u32::try_from(rounds).unwrap();
    println!("{members} members in {pages} pages, {latency:?} each: {fastest:?}");
    println!(
        "latency, page size and concurrency allow {allowed:?}: {:.2} times",
        fastest.div_duration_f64(allowed)
    );
}

async fn serve(members: u64, latency: Duration) -> String {
    let member = |number: u64| {
        json!({
            "uuid": format!("00000000-0000-4000-8000-{number:012}"), "oid_id": null, "name": format!("Person {number}"),
            "email": format!("person{number}@acme.example"), "is_sso_outsider": false, "workspaces": [],
            "subscriptions": [], "raw_roles": ["M"], "raw_role": "M", "subscription_types": ["CHAT"],
            "created_at": "2026-01-01T00:00:00Z",
        })
    };
    // Shared, because each request gets a copy of the handler.
    let everybody: Arc<[Value]> = (0..members).map(member).collect();
    let users = move |Query(query): Query<HashMap<String, u64>>| {
        let (page, size) =
            (query.get("page").copied().unwrap_or(1), query.get("page_size").copied().unwrap_or(25));
        let skipped = usize::try_from((page - 1) * size).unwrap();
        let shown: Vec<_> =
            everybody.iter().skip(skipped).take(usize::try_from(size).unwrap()).cloned().collect();
        async move {
            tokio::time::sleep(latency).await;
            Json(
                json!({ "members": shown, "invites": [], "total": members, "page": page, "page_size": size }),
            )
        }
    };
    let answer = move |body: Value| {
        get(move || async move {
            tokio::time::sleep(latency).await;
            Json(body)
        })
    };
    let empty = json!({ "items": [], "total": 0, "page": 1, "page_size": 100 });
    let router = Router::new()
        .route("/v1/admin/users", get(users))
        .route("/v1/admin/roles", answer(json!({ "workspace_roles": [], "organization_roles": [] })))
        .route("/v1/admin/workspaces", answer(empty.clone()))
        .route("/v1/admin/user-groups", answer(empty))
        .route("/v1/admin/audit-logs", answer(json!([])))
        .route("/v1/admin/api-keys", answer(json!({ "keys": [] })));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap());
    // Small answers must not wait for more to send: that would be 40 ms that no line has.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}
