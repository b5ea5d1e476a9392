//! Small servers over real HTTP, and a client of each.

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use orgsync::api::{ApiKey, Client};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

pub(crate) const KEY: &str = "k3y-of-the-test";

/// A request as a server sees it.
#[derive(Debug)]
pub(crate) struct Asked {
    /// How many came before it with the same method and path.
    pub(crate) before: usize,
    pub(crate) call: String,
    pub(crate) page: usize,
    pub(crate) size: usize,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    /// Some names may occur several times.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// Null where there is none.
    pub(crate) body: Value,
}

/// Serves on loopback whatever `respond` says. Gives a client and the calls.
pub(crate) async fn serve_all<F>(
    respond: impl Fn(Asked) -> F + Clone + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<String>>>)
where
    F: Future<Output = Response> + Send,
{
    let calls = Arc::new(Mutex::new(Vec::<String>::new()));
    let log = calls.clone();
    let handle = move |method: Method,
                       uri: Uri,
                       Query(query): Query<Vec<(String, String)>>,
                       headers: HeaderMap,
                       body: Bytes| {
        let call = format!("{method} {}", uri.path());
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|earlier| **earlier == call).count();
        log.push(call.clone());
        drop(log);
        let number = |name| {
            let value = query.iter().find(|(key, _)| key == name);
            value.map(|(_, value)| value.parse().unwrap()).unwrap_or_default()
        };
        let body = match body.as_ref() {
            [] => Value::Null,
            text => serde_json::from_slice(text).unwrap(),
        };
        let asked = Asked {
            before,
            page: number("page"),
            size: number("page_size"),
            limit: number("limit"),
            offset: number("offset"),
            call,
            headers,
            body,
            query,
        };
        let respond = respond.clone();
        async move { respond(asked).await }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap()).parse().unwrap();
    let app = axum::Router::new().fallback(handle);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (Client::new(url, &ApiKey::new(KEY).unwrap()).unwrap(), calls)
}

/// Serves what `respond` says about people; nothing else is there, which works.
pub(crate) async fn serve<F>(
    respond: impl Fn(Asked) -> F + Clone + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<String>>>)
where
    F: Future<Output = Response> + Send,
{
    serve_all(move |asked| {
        let respond = respond.clone();
        async move {
            match nothing(&asked) {
                Some(answer) => answer,
                None => respond(asked).await,
            }
        }
    })
    .await
}

/// What an organization without roles, workspaces, groups and keys answers to a reading, but for people.
pub(crate) fn nothing(asked: &Asked) -> Option<Response> {
    let body = match asked.call.strip_prefix("GET /v1/admin/")? {
        "roles" => json!({"workspace_roles": [], "organization_roles": []}),
        "workspaces" | "user-groups" => cut("items", &[], asked),
        "audit-logs" => json!([]),
        "api-keys" => json!({"keys": []}),
        _ => return None,
    };
    Some(reply(200, body))
}

/// The page that was asked for of a list that stands under `key`.
pub(crate) fn cut(key: &str, list: &[Value], asked: &Asked) -> Value {
    let page: Vec<_> = list.iter().skip((asked.page - 1) * asked.size).take(asked.size).collect();
    json!({key: page, "total": list.len(), "page": asked.page, "page_size": asked.size})
}

pub(crate) fn reply(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}
