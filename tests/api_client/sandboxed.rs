//! The client against the sandbox.

use crate::server::{reply, serve_all};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use jiff::{Timestamp, ToSpan as _};
use mistral_admin_sandbox::{Sandbox, Seed, Settings};
use orgsync::api::{ApiKey, AuditLog, Client, Deletion, Fault};
use orgsync::model::{ActorType, AuditEvent, AuditEventType as Type, AuditEventTypes, AuditResource, Email};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A sandbox and a client of it. The sandbox stops when it is dropped.
async fn sandboxed(seed: &Value) -> (Sandbox, Client) {
    let seed = Some(Seed::parse("seed.json", &seed.to_string()).unwrap());
    let sandbox = Sandbox::start(Settings { seed, ..Settings::default() }).await.unwrap();
    let url = format!("{}/v1/admin", sandbox.url()).parse().unwrap();
    (sandbox, Client::new(url, &ApiKey::new("sandbox-key").unwrap()).unwrap())
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[tokio::test]
async fn a_key_is_deleted_once_and_a_refusal_is_an_error_of_that_key() {
    let key =
        |number, can_delete| json!({"key_id": id(number), "hidden_key": "a...b", "can_delete": can_delete});
    let keys = [key(1, Value::Null), key(2, json!(false))];
    let seed = json!({"format_version": "1.0", "members": [], "api_keys": keys});
    let (_sandbox, client) = sandboxed(&seed).await;
    assert_eq!(client.delete_api_key(id(1)).await.unwrap(), Deletion::Done);
    assert_eq!(client.delete_api_key(id(1)).await.unwrap(), Deletion::AlreadyGone);
    let error = client.delete_api_key(id(2)).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Forbidden { .. }), "{error}");
    assert!(!error.may_have_changed(), "{error}");
}

/// A request beside the Admin API.
async fn beside(sandbox: &Sandbox, what: &str, body: Value) {
    let url = format!("{}/sandbox/{what}", sandbox.url());
    let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}

async fn events(client: &Client, types: impl Into<AuditEventTypes>) -> Vec<AuditEvent> {
    match client.read_audit_log(types, None).await.unwrap() {
        AuditLog::Events(events) => events,
        AuditLog::Withheld => panic!("the log is withheld"),
    }
}

/// One admin and some members, `m0@acme.example` and so on, with the identifiers from 1.
fn members(count: u128) -> Value {
    let member = |number: u128, email: String, role: &str| json!({"uuid": id(number), "email": email, "raw_roles": [role], "created_at": "2026-01-01T00:00:00Z"});
    let others = (0..count).map(|number| member(number + 1, format!("m{number}@acme.example"), "M"));
    let all: Vec<Value> = others.chain([member(999, "root@acme.example".to_owned(), "A")]).collect();
    json!({"format_version": "1.0", "members": all})
}

#[tokio::test]
async fn an_event_tells_as_much_as_its_metadata_do() {
    let (sandbox, client) = sandboxed(&members(3)).await;
    let panel = |number| json!({"by": "root@acme.example", "method": "DELETE", "path": format!("/v1/admin/users/{}", id(number))});
    beside(&sandbox, "leave", json!({"emails": ["m0@acme.example"]})).await;
    beside(&sandbox, "panel", panel(2)).await;
    client.remove_member(id(3)).await.unwrap();
    let email = Email::parse("m1@acme.example").unwrap();
    let nobody = BTreeSet::new();
    let person = AuditResource::Person { email: &email, uuids: &nobody };
    for (detail, left, removed, by_address, actor) in [
        ("all", true, true, true, Some(id(999))),
        ("documented", true, false, false, Some(id(999))),
        ("none", false, false, false, None),
    ] {
        beside(&sandbox, "settings", json!({"audit_metadata": detail})).await;
        let found = events(&client, Type::MemberLeft | Type::MemberRemoved).await;
        let types: Vec<_> = found.iter().map(|event| (event.event, event.actor_type)).collect();
        let human = |event| (event, ActorType::Human);
        let expected =
            [(Type::MemberRemoved, ActorType::ApiKey), human(Type::MemberRemoved), human(Type::MemberLeft)];
        assert_eq!(types, expected, "{detail}: the newest first");
        assert_eq!(found[2].is_about(AuditResource::Member(id(1))), left, "{detail}");
        assert_eq!(found[1].is_about(AuditResource::Member(id(2))), removed, "{detail}");
        assert_eq!(found[1].is_about(person), by_address, "{detail}");
        assert_eq!(found[1].may_tell_person(|_| false), removed, "{detail}");
        assert_eq!(found[1].actor, actor, "{detail}");
        assert!(!found[1].is_about(AuditResource::Member(id(999))), "{detail}: the actor is not the target");
        assert_eq!(found[0].actor, None, "{detail}");
    }
}

#[tokio::test]
async fn all_entries_are_read_however_many_have_the_same_time() {
    let (sandbox, client) = sandboxed(&members(0)).await;
    // The people of one request join at one time.
    let mut expected = 0;
    for (batch, count) in [7, 100, 250, 20, 1100, 1].into_iter().enumerate() {
        let emails: Vec<String> =
            (0..count).map(|number| format!("p{batch}-{number}@acme.example")).collect();
        beside(&sandbox, "sign_in", json!({"emails": emails})).await;
        expected += count;
        let found = events(&client, Type::MemberJoined).await;
        let ids: BTreeSet<i64> = found.iter().map(|event| event.log_id).collect();
        assert_eq!((found.len(), ids.len()), (expected, expected), "after {count}");
        assert!(found.iter().all(|event| event.event == Type::MemberJoined));
    }
}

#[tokio::test]
async fn only_the_events_since_a_time_are_read() {
    let (sandbox, client) = sandboxed(&members(2)).await;
    beside(&sandbox, "leave", json!({"emails": ["m0@acme.example"]})).await;
    beside(&sandbox, "advance", json!({"days": 10})).await;
    beside(&sandbox, "leave", json!({"emails": ["m1@acme.example"]})).await;
    let found = events(&client, Type::MemberLeft).await;
    let [late, early] = [found[0].at, found[1].at];
    let nanosecond = 1.nanoseconds();
    for (since, count) in [
        (early, 2),
        (early.checked_add(nanosecond).unwrap(), 1),
        (late, 1),
        (late.checked_add(nanosecond).unwrap(), 0),
    ] {
        let AuditLog::Events(found) = client.read_audit_log(Type::MemberLeft, Some(since)).await.unwrap()
        else {
            panic!("the log is withheld")
        };
        assert_eq!(found.len(), count, "{since}");
    }
}

#[tokio::test]
async fn a_log_that_can_t_be_read_is_withheld_and_other_failures_are_errors() {
    let (sandbox, client) = sandboxed(&members(0)).await;
    beside(&sandbox, "faults", json!({"rules": [{"kind": "forbidden", "paths": ["/audit-logs"]}]})).await;
    assert_eq!(client.read_audit_log(Type::MemberLeft, None).await.unwrap(), AuditLog::Withheld);
    for status in [401, 403, 404] {
        let (client, _) = serve_all(move |_| async move { reply(status, json!({"message": "no"})) }).await;
        assert_eq!(
            client.read_audit_log(Type::MemberLeft, None).await.unwrap(),
            AuditLog::Withheld,
            "{status}"
        );
    }
    for (status, body) in [(422, json!({"detail": "no"})), (200, json!([{"log_id": 1, "created_at": "now"}]))]
    {
        let body = move |_| {
            let body = body.clone();
            async move { reply(status, body) }
        };
        let (client, _) = serve_all(body).await;
        assert!(client.read_audit_log(Type::MemberLeft, None).await.is_err(), "{status}");
    }
    let (client, calls) = serve_all(|_| async { StatusCode::IM_A_TEAPOT.into_response() }).await;
    let none = client.read_audit_log(AuditEventTypes::empty(), None).await.unwrap();
    assert_eq!((none, calls.lock().unwrap().len()), (AuditLog::Events(Vec::new()), 0));
}

/// Entries of a log whose times are given in seconds, the newest first.
fn log(times: impl Iterator<Item = i64>) -> Vec<Value> {
    let entry = |(number, time): (i64, i64)| {
        let time = Timestamp::from_second(time).unwrap();
        json!({"log_id": number, "created_at": time.to_string(), "actor_type": "ROBOT", "actor_metadata": null,
               "event_type": "user.organization.leave", "workspace_uuid": null})
    };
    (0_i64..).zip(times).map(entry).collect()
}

#[tokio::test]
async fn a_server_that_ignores_what_is_asked_for_ends_in_an_error_or_with_what_was_asked_for() {
    // It lists the same entries whatever the time is.
    let stubborn = log((0..30).rev());
    let (client, calls) = serve_all(move |_| {
        let log = stubborn.clone();
        async move { reply(200, json!(log)) }
    })
    .await;
    let error = client.read_audit_log(Type::MemberLeft, None).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Unexpected { .. }), "{error}");
    assert!(calls.lock().unwrap().len() < 5);

    // It has more entries of one time than it lists at once.
    let (client, calls) =
        serve_all(move |asked| async move { reply(200, json!(log(std::iter::repeat_n(7, asked.limit)))) })
            .await;
    let error = client.read_audit_log(Type::MemberLeft, None).await.unwrap_err();
    assert!(error.to_string().contains("10000 or more entries have the same time"), "{error}");
    assert!(calls.lock().unwrap().len() < 10);

    // It lists every type of event, also those before the time.
    let (client, calls) = serve_all(move |_| async move { reply(200, json!(log((0..40).rev()))) }).await;
    let since = Some(Timestamp::from_second(30).unwrap());
    let AuditLog::Events(found) = client.read_audit_log(Type::MemberLeft, since).await.unwrap() else {
        panic!("the log is withheld")
    };
    assert_eq!((found.len(), found[0].actor_type), (10, ActorType::Other));
    let joined = client.read_audit_log(Type::MemberJoined, since).await.unwrap();
    assert_eq!((joined, calls.lock().unwrap().len()), (AuditLog::Events(Vec::new()), 2));
}
