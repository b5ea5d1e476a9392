//! The API client against small servers over real HTTP.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

mod broken_servers;
mod changes;
mod conformance;
mod reading;
mod sandboxed;
mod server;
#[path = "../shared_file/mod.rs"]
mod shared_file;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use orgsync::api::{ApiError, Deletion, Fault, InvitationBatch, LeftOut, NewMember};
use orgsync::model::{Access, Email, Live, Product, Role};
use serde_json::{Value, json};
use server::{Asked, KEY, reply, serve};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The requests for pages of people.
fn people_calls(calls: &Mutex<Vec<String>>) -> usize {
    calls.lock().unwrap().iter().filter(|call| *call == "GET /v1/admin/users").count()
}

fn member(number: usize) -> Value {
    json!({
        "uuid": Uuid::from_u128(number as u128), "oid_id": null, "name": null,
        "email": format!("P{number}@acme.example"), "raw_roles": ["M"], "raw_role": "M",
        "subscription_types": ["CHAT"], "created_at": "2026-01-01T00:00:00Z",
    })
}

/// A page of an organization whose members are numbered from `first`, as a well-behaved server would cut it.
fn page(first: usize, count: usize, total: Option<usize>, page: usize, size: usize) -> Value {
    let start = first + (page - 1) * size;
    let members: Vec<Value> = (start..(start + size).min(first + count)).map(member).collect();
    json!({"members": members, "invites": [], "total": total, "page": page, "page_size": size})
}

fn numbers(live: &Live) -> Vec<u128> {
    live.members.iter().map(|member| member.id.as_u128()).collect()
}

#[tokio::test]
async fn ten_thousand_people_are_read_in_order_and_some_pages_at_a_time() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let seen = most.clone();
    let (client, calls) = serve(move |asked| {
        let (now, most) = (now.clone(), most.clone());
        async move {
            assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}").as_str());
            assert_eq!(asked.headers["x-api-key"], KEY);
            assert_eq!(asked.headers["user-agent"], concat!("orgsync/", env!("CARGO_PKG_VERSION")));
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            reply(200, page(0, 10_000, Some(10_000), asked.page, asked.size))
        }
    })
    .await;
    let live = client.read_live().await.unwrap();
    assert!(numbers(&live).into_iter().eq(0..10_000));
    assert_eq!(live.members[7].email, Some(Email::parse("p7@acme.example").unwrap()));
    assert_eq!(people_calls(&calls), 100);
    assert_eq!(seen.load(Ordering::SeqCst), 8);
    assert!(!format!("{client:?}").contains(KEY));
}

#[tokio::test]
async fn a_list_that_shifts_is_read_again() {
    // Person 0 leaves between the first page and the second, and moves person 100 out of sight.
    let (client, calls) = serve(|asked| async move {
        let gone = usize::from(asked.before > 0);
        reply(200, page(gone, 150 - gone, Some(150 - gone), asked.page, asked.size))
    })
    .await;
    let live = client.read_live().await.unwrap();
    assert!(numbers(&live).into_iter().eq(1..150));
    assert_eq!(people_calls(&calls), 2 * 2);
}

#[tokio::test]
async fn a_list_that_never_rests_is_an_error() {
    let growing = |asked: Asked| {
        let total = 150 + asked.before;
        page(0, total, Some(total), asked.page, asked.size)
    };
    // Without a total only the person who stands on two pages gives it away.
    let twice =
        |asked: Asked| page(1 - asked.page.min(1), 150, None, asked.page, asked.size - asked.page + 1);
    let short = |asked: Asked| page(0, 149, Some(150), asked.page, asked.size);
    for pages in [growing, twice, short] as [fn(Asked) -> Value; 3] {
        let (client, calls) = serve(move |asked| async move { reply(200, pages(asked)) }).await;
        assert_eq!(client.read_live().await.unwrap_err().fault(), &Fault::Shifting(3));
        assert_eq!(people_calls(&calls), 3 * 2);
    }
}

#[tokio::test]
async fn pages_are_as_large_as_the_server_likes_and_may_have_no_total() {
    for (total, told, calls_expected) in [
        // Clamped to 25: 3 full pages of 75, and without a total an empty one behind them.
        (Some(75), true, 3),
        (None, true, 4),
        (Some(75), false, 3),
        (None, false, 4),
    ] {
        let (client, calls) = serve(move |asked| async move {
            let mut page = page(0, 75, total, asked.page, asked.size.min(25));
            if !told {
                page["page_size"] = Value::Null;
            }
            reply(200, page)
        })
        .await;
        let live = client.read_live().await.unwrap();
        assert!(numbers(&live).into_iter().eq(0..75), "{total:?} {told}");
        assert_eq!(people_calls(&calls), calls_expected, "{total:?} {told}");
    }
}

#[tokio::test]
async fn passing_trouble_is_waited_out_for_as_long_as_the_server_asks() {
    let soon = || httpdate_in(Duration::from_secs(2));
    let (client, calls) = serve(move |asked| async move {
        match asked.before {
            0 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1".to_owned())]).into_response(),
            1 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", soon())], "<html>").into_response(),
            2 => reply(500, json!({"message": "oh"})),
            _ => reply(200, page(0, 1, Some(1), asked.page, asked.size)),
        }
    })
    .await;
    let started = Instant::now();
    assert_eq!(client.read_live().await.unwrap().members.len(), 1);
    // A date has no fractions of a second.
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(people_calls(&calls), 4);
}

/// A time from now as a server writes it.
fn httpdate_in(time: Duration) -> String {
    httpdate::fmt_http_date(std::time::SystemTime::now() + time)
}

fn batch() -> InvitationBatch {
    let emails = ["ada@acme.example", "bob@acme.example"].map(|email| Email::parse(email).unwrap());
    InvitationBatch {
        emails: emails.to_vec(),
        access: Access { roles: Role::Member.into(), seats: Product::LeChat.into() },
        language: None,
        workspaces: Vec::new(),
    }
}

#[tokio::test]
async fn answers_to_changes_are_held_against_what_was_asked_for() {
    let (client, _) = serve(|asked| async move {
        let mut ada = member(1);
        ada["raw_roles"] = json!(["A", "M", Uuid::max()]);
        ada["subscription_types"] = json!(["MISTRAL_CODE"]);
        match (
            asked.call.split('/').next_back().unwrap(),
            asked.call.split(' ').next().unwrap(),
            asked.before,
        ) {
            ("users-invite", "POST", 0) => StatusCode::TOO_MANY_REQUESTS.into_response(),
            ("users-invite", "POST", _) => reply(
                200,
                json!({"invalid_emails": [" Ada@Acme.example"],
                "already_members": ["BOB@acme.example"], "invited_members_count": null}),
            ),
            ("users", "POST", _) => reply(
                200,
                json!({"invalid_emails": ["BOB@acme.example"],
                "email_to_user_id": {"Ada@acme.example": Uuid::nil()}}),
            ),
            (_, "PATCH", 0) => reply(503, json!({})),
            (_, "PATCH", _) => reply(200, ada),
            (_, "DELETE", 0) => reply(200, json!({"message": "deleted"})),
            (_, "DELETE", _) => reply(404, json!({"detail": "Not found"})),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let invited = client.invite(&batch()).await.unwrap();
    assert_eq!(invited, [Err(LeftOut::NotInvited), Err(LeftOut::AlreadyMember)]);

    let person = |email| NewMember {
        email: Email::parse(email).unwrap(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        access: batch().access,
    };
    let people = ["ada@acme.example", "bob@acme.example", "cyd@acme.example"].map(person);
    let created = client.create_members(&people).await.unwrap();
    assert_eq!(created, [Ok(Some(Uuid::nil())), Err(LeftOut::NotCreated), Err(LeftOut::NotNamed)]);

    let before = Access::default();
    let roles = Access { roles: Role::Admin | Role::Member, ..before };
    let error = client.update_member(Uuid::nil(), before, roles, &[]).await.unwrap_err();
    // The answer shows a role that the API can't write beside them.
    assert!(
        error
            .to_string()
            .starts_with("roles [admin, member] were requested, but the answer shows [admin, member];")
    );
    let seats = Access { seats: Product::LeChat.into(), ..before };
    let error = client.update_member(Uuid::nil(), before, seats, &[]).await.unwrap_err();
    assert!(
        error.to_string().starts_with("seats [le_chat] were requested, but the answer shows [mistral_code];")
    );
    assert!(!error.may_have_changed() && !error.is_rejection());
    let seats = Access { seats: Product::MistralCode.into(), ..before };
    client.update_member(Uuid::nil(), before, seats, &[]).await.unwrap();
    assert_eq!(client.remove_member(Uuid::nil()).await.unwrap(), Deletion::Done);
    assert_eq!(client.remove_member(Uuid::nil()).await.unwrap(), Deletion::AlreadyGone);
    assert_eq!(client.revoke_invitation(Uuid::nil()).await.unwrap(), Deletion::Done);
}

/// Message and hint, as the command line shows them.
fn shown(error: &ApiError) -> String {
    assert!(!format!("{error:?}{error}{}", error.hint()).contains(KEY));
    format!("{error}\n  help: {}\n", error.hint())
}

#[tokio::test]
async fn every_failure_says_what_where_and_what_to_do() {
    let html = || axum::response::Html(format!("<html>{KEY}</html>"));
    let impatient = [("retry-after", "0")];
    let to = |location: &'static str| (StatusCode::FOUND, [("location", location)]).into_response();
    let reads: Vec<Box<dyn Fn() -> Response + Send + Sync>> = vec![
        Box::new(|| {
            reply(401, json!({"object": "error", "message": format!("no such key: {KEY}\u{1b}[2J")}))
        }),
        Box::new(|| StatusCode::FORBIDDEN.into_response()),
        Box::new(|| reply(404, json!({"message": null, "detail": "Not Found"}))),
        Box::new(move || html().into_response()),
        Box::new(move || (StatusCode::NOT_FOUND, html()).into_response()),
        Box::new(|| StatusCode::OK.into_response()),
        Box::new(|| {
            reply(
                422,
                json!({"detail": [
                    {"loc": ["query", "page_size"], "msg": "Input should be less than 50", "type": "less_than"},
                    {"loc": ["body", "users", 0], "msg": "Field required", "type": "missing"},
                ]}),
            )
        }),
        Box::new(move || (StatusCode::TOO_MANY_REQUESTS, impatient).into_response()),
        Box::new(move || (StatusCode::BAD_GATEWAY, impatient, html()).into_response()),
        Box::new(move || to("https://sso.evil.example/login?next=secret")),
        Box::new(move || to("/login?next=secret")),
        Box::new(|| reply(200, json!({"members": [{"uuid": "x"}], "invites": [], "total": 1}))),
        Box::new(|| reply(200, page(0, 1, Some(usize::MAX), 1, 100))),
        Box::new(|| reply(200, page(0, 1, Some(2), 1, 100))),
        Box::new(|| (StatusCode::OK, vec![b' '; (64 << 20) + 1]).into_response()),
    ];
    let mut text = String::new();
    for respond in reads {
        let respond = Arc::new(respond);
        let (client, _) = serve(move |_| {
            let respond = respond.clone();
            async move { respond() }
        })
        .await;
        text += &shown(&client.read_live().await.unwrap_err());
    }

    let writes: Vec<Box<dyn Fn() -> Response + Send + Sync>> = vec![
        Box::new(|| {
            reply(400, json!({"message": "No seat of CHAT is available", "type": "invalid_request"}))
        }),
        Box::new(|| reply(500, json!({"detail": "oh"}))),
        Box::new(move || html().into_response()),
        Box::new(|| reply(200, json!({"message": "done"}))),
    ];
    text += "\n";
    for respond in writes {
        let respond = Arc::new(respond);
        let (client, calls) = serve(move |_| {
            let respond = respond.clone();
            async move { respond() }
        })
        .await;
        text += &shown(&client.invite(&batch()).await.unwrap_err());
        assert_eq!(calls.lock().unwrap().len(), 1, "sent twice");
    }
    let (client, _) = serve(|_| async { reply(404, json!({"message": "User not found"})) }).await;
    text += &shown(
        &client.update_member(Uuid::nil(), Access::default(), Access::default(), &[]).await.unwrap_err(),
    );
    insta::assert_snapshot!(text, @r#"
    the Admin API refused the key: status 401: no such key: [key]\u{1b}[2J (GET /v1/admin/users)
      help: set MISTRAL_ADMIN_API_KEY or --api-key-file to an Admin API key of this organization, made in the Backoffice, not expired and not revoked; keys of the inference API are always refused (https://docs.mistral.ai/admin/admin-api/authentication)
    the Admin API does not allow this with the key: status 403 (GET /v1/admin/users)
      help: the Admin API is part of the Enterprise plan alone: the organization needs that plan, and the key must be an Admin API key of it with the right to do this (https://docs.mistral.ai/admin/admin-api/overview)
    there is no Admin API at this address: status 404: Not Found (GET /v1/admin/users)
      help: check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; a gateway or a sign-in page may also be in between
    the answer is `text/html; charset=utf-8` instead of JSON: status 200 (GET /v1/admin/users)
      help: check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; a gateway or a sign-in page may also be in between
    the answer is `text/html; charset=utf-8` instead of JSON: status 404 (GET /v1/admin/users)
      help: check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; a gateway or a sign-in page may also be in between
    the answer is empty instead of JSON: status 200 (GET /v1/admin/users)
      help: check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; a gateway or a sign-in page may also be in between
    the Admin API refused the request: status 422: query.page_size: Input should be less than 50; body.users.0: Field required (GET /v1/admin/users)
      help: the Admin API is a preview and may have changed: update orgsync, or report this if it is up to date
    the Admin API asks for fewer requests: status 429 (GET /v1/admin/users, 5 tries)
      help: wait some minutes, stop other clients of this API, and run it again
    the Admin API has an internal error: status 502 (GET /v1/admin/users, 5 tries)
      help: run it again later; see https://status.mistral.ai/ for known problems
    the server redirects to https://sso.evil.example, which orgsync does not follow: status 302 (GET /v1/admin/users)
      help: set --api-url or ORGSYNC_API_URL to the final address: orgsync sends the key only to that host
    the server redirects to /login, which orgsync does not follow: status 302 (GET /v1/admin/users)
      help: set --api-url or ORGSYNC_API_URL to the final address: orgsync sends the key only to that host
    the answer doesn't have the documented shape: members[0].uuid: UUID parsing failed: invalid character: found `x` at 0 (GET /v1/admin/users)
      help: the Admin API is a preview and may have changed: update orgsync, or report this if it is up to date
    the answer doesn't have the documented shape: total: more than 10000 pages (GET /v1/admin/users)
      help: the Admin API is a preview and may have changed: update orgsync, or report this if it is up to date
    the list changed while it was read, 3 times in a row (GET /v1/admin/users)
      help: run it again when no one else is changing the organization
    the answer is larger than 64 MiB (GET /v1/admin/users)
      help: check --api-url or ORGSYNC_API_URL: it must be the full base URL, such as https://api.mistral.ai/v1/admin; a gateway or a sign-in page may also be in between

    the Admin API refused the request: status 400: No seat of CHAT is available (POST /v1/admin/users-invite)
      help: correct what the API refuses: buy or free a seat, or choose another name; then apply again
    the Admin API has an internal error: status 500: oh (POST /v1/admin/users-invite)
      help: the change may still have been made: `orgsync plan` shows what is left to do
    the change was accepted, but its answer can't be used: the answer is `text/html; charset=utf-8` instead of JSON: status 200 (POST /v1/admin/users-invite)
      help: the change may still have been made: `orgsync plan` shows what is left to do
    the change was accepted, but its answer can't be used: the answer doesn't have the documented shape: top level: missing field `invalid_emails` (POST /v1/admin/users-invite)
      help: the change may still have been made: `orgsync plan` shows what is left to do
    this object no longer exists: status 404: User not found (PATCH /v1/admin/users/00000000-0000-0000-0000-000000000000)
      help: it was removed in the meantime: plan again
    "#);
}
