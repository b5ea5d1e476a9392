//! Answers of the vendor that say yes and mean no, from a server that gives them on purpose.

use super::harness::{KEY, World, run};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const ADA: &str = "00000000-0000-4000-8000-000000000001";

/// An organization of ada, the admin, where changing her and inviting answer as told.
struct Odd {
    url: String,
    _runtime: tokio::runtime::Runtime,
    invited: Arc<Mutex<Vec<String>>>,
}

fn ada(seats: &[&str]) -> Value {
    json!({
        "uuid": ADA, "oid_id": null, "name": "Ada", "email": "ada@acme.example", "raw_roles": ["A"], "raw_role": "A",
        "subscription_types": seats, "created_at": "2026-01-01T00:00:00Z",
    })
}

/// An organization without workspaces, groups and keys.
fn beside_people<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let empty = || async { Json(json!({ "items": [], "total": 0, "page": 1, "page_size": 100 })) };
    Router::new()
        .route("/v1/admin/workspaces", get(empty))
        .route("/v1/admin/user-groups", get(empty))
        .route("/v1/admin/audit-logs", get(|| async { Json(json!([])) }))
        .route("/v1/admin/api-keys", get(|| async { Json(json!({ "keys": [] })) }))
}

/// Serves; gives the base URL, and what must live as long.
fn listen(router: Router) -> (String, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}/v1/admin", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, router).await });
    (url, runtime)
}

impl Odd {
    /// Serves; `invite` gets the addresses of a call.
    fn serve(invite: fn(&str) -> (StatusCode, Value)) -> Self {
        let invited = Arc::new(Mutex::new(Vec::new()));
        let users = || async {
            Json(json!({ "members": [ada(&[])], "invites": [], "total": 1, "page": 1, "page_size": 100 }))
        };
        let roles = || async { Json(json!({ "workspace_roles": [], "organization_roles": [] })) };
        // Whatever seats are asked for, another product's is there too: that is what automatic assignment does.
        let update = || async { Json(ada(&["CHAT", "MISTRAL_CODE"])) };
        let answer = move |State(calls): State<Arc<Mutex<Vec<String>>>>, Json(body): Json<Value>| async move {
            let emails = body["email"].as_str().unwrap().to_owned();
            let (status, answer) = invite(&emails);
            calls.lock().unwrap().push(emails);
            Response::into_response((status, Json(answer)).into_response())
        };
        let router = beside_people()
            .route("/v1/admin/users", get(users))
            .route("/v1/admin/roles", get(roles))
            .route("/v1/admin/users/{id}", patch(update))
            .route("/v1/admin/users-invite", post(answer))
            .with_state(invited.clone());
        let (url, runtime) = listen(router);
        Self { url, _runtime: runtime, invited }
    }

    /// Applies a configuration and gives exit status and report.
    fn apply(&self, config: &str) -> String {
        let world = World::new(config);
        let env = [("ORGSYNC_API_URL", self.url.as_str()), ("MISTRAL_ADMIN_API_KEY", KEY)];
        let run = run(world.path(), &["apply", "--yes"], &env);
        format!("exit status {}\n{}", run.status, run.stdout)
    }
}

const PEOPLE: &str = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  blocked@acme.example:
  joined@acme.example:
  new@acme.example:
";

#[test]
fn people_whom_a_200_lists_as_not_invited_have_failed() {
    let odd = Odd::serve(|_| {
        let answer = json!({
            "invalid_emails": ["Blocked@acme.example"], "already_members": ["JOINED@acme.example"],
            "invited_members_count": 1,
        });
        (StatusCode::OK, answer)
    });
    insta::assert_snapshot!("odd_invalid_emails", odd.apply(PEOPLE));
}

#[test]
fn a_200_that_counts_fewer_invitations_than_were_asked_for_is_a_failure() {
    let odd = Odd::serve(|_| {
        (StatusCode::OK, json!({ "invalid_emails": [], "already_members": [], "invited_members_count": 2 }))
    });
    insta::assert_snapshot!("odd_count", odd.apply(PEOPLE));
}

#[test]
fn one_address_that_spoils_a_whole_call_does_not_stop_the_others() {
    let odd = Odd::serve(|emails| {
        if emails.contains("blocked") {
            let detail = json!([{ "loc": ["body", "email"], "msg": "not\u{1b}[2J acceptable", "type": "value_error" }]);
            return (StatusCode::UNPROCESSABLE_ENTITY, json!({ "detail": detail }));
        }
        (StatusCode::OK, json!({ "invalid_emails": [], "already_members": [] }))
    });
    insta::assert_snapshot!("odd_spoilt_call", odd.apply(PEOPLE));
    let invited = odd.invited.lock().unwrap();
    let times =
        |email: &str| invited.iter().filter(|call| call.contains(email) && !call.contains("blocked")).count();
    assert_eq!((times("joined"), times("new")), (1, 1), "{invited:?}");
}

#[test]
fn a_member_who_comes_back_with_other_seats_than_asked_for_is_reported() {
    let odd = Odd::serve(|_| (StatusCode::OK, json!({})));
    let config = "
version: 1
seats: { le_chat: { purchased: 5 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
";
    insta::assert_snapshot!("odd_seats", odd.apply(config));
}

#[test]
fn a_wait_that_the_vendor_asks_for_is_announced_although_nobody_asked_for_a_log() {
    let busy = Arc::new(AtomicBool::new(true));
    let users = move || {
        let first = busy.swap(false, Ordering::SeqCst);
        async move {
            if first {
                return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response();
            }
            let page =
                json!({ "members": [ada(&[])], "invites": [], "total": 1, "page": 1, "page_size": 100 });
            Json(page).into_response()
        }
    };
    let roles = || async { Json(json!({ "workspace_roles": [], "organization_roles": [] })) };
    let router = beside_people().route("/v1/admin/users", get(users)).route("/v1/admin/roles", get(roles));
    let (url, _runtime) = listen(router);
    let world = World::new("version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n");
    let run = run(world.path(), &["plan"], &[("ORGSYNC_API_URL", &url), ("MISTRAL_ADMIN_API_KEY", KEY)]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stderr, @"warning: GET /v1/admin/users: the Admin API asks for fewer requests: status 429; trying again in 1 s (2 of 5)");
}
