//! `POST /sandbox/settings`: what the vendor's document leaves open, and words that it does not list.

use crate::client::{TestSandbox, settings};
use camino::Utf8PathBuf;
use mistral_admin_sandbox::{Seed, Settings};
use serde_json::{Value, json};

const ADA: &str = "00000000-0000-4000-8000-00000000000a";
const BOB: &str = "00000000-0000-4000-8000-00000000000b";
const AUDITOR: &str = "00000000-0000-4000-8000-0000000000c0";

/// Sends a request without a look at the vendor's document, and gives the status and the answer.
async fn ask(world: &TestSandbox, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = world.http.request(method.parse().unwrap(), world.url(path));
    let answer = request.bearer_auth("sandbox-key").json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn member(uuid: &str, name: &str, roles: Value, products: Value, subscriptions: Value) -> Value {
    json!({"uuid": uuid, "oid_id": null, "name": name, "email": format!("{name}@acme.example"),
           "is_sso_outsider": false, "workspaces": [], "raw_roles": roles, "raw_role": roles[0],
           "subscription_types": products, "subscriptions": subscriptions, "created_at": "2026-01-01T00:00:00Z"})
}

/// A seed with an unknown role, product, plan and status.
fn of_the_future(unknown_words: bool) -> Value {
    let subscriptions = json!([
        {"type": "STUDIO", "plan": "GALACTIC", "status": "Z", "member_has_access": true},
        {"type": "CHAT", "plan": "GALACTIC", "status": "Z", "member_has_access": true},
    ]);
    json!({"format_version": "1.0", "members": [
        member(ADA, "ada", json!(["A"]), json!([]), json!([])),
        member(BOB, "bob", json!(["M", "X"]), json!(["CHAT", "STUDIO"]), subscriptions),
    ], "invitations": [{"uuid": AUDITOR, "email": "new@acme.example", "raw_roles": ["Y"], "raw_role": "Y",
        "created_at": "2026-01-01T00:00:00Z", "expired": true, "workspace_uuids": []}],
    "sandbox": {"settings": {"unknown_words": unknown_words}}})
}

#[tokio::test]
async fn settings_are_shown_and_those_that_are_absent_stay() {
    let world = TestSandbox::fresh().await;
    let mut shown = Vec::new();
    for body in [
        json!({}),
        json!({"invited_seats": "not"}),
        json!({"unknown_words": true}),
        json!({"invited_seats": "granted", "audit_metadata": "none"}),
    ] {
        shown.push(world.beside("settings", body).await);
    }
    let expected = |detail: &str, seats: &str, words: bool| json!({"audit_metadata": detail, "invited_seats": seats, "unknown_words": words});
    assert_eq!(
        shown,
        [
            expected("all", "granted", false),
            expected("all", "not", false),
            expected("all", "not", true),
            expected("none", "granted", true)
        ]
    );
    for wrong in [
        json!({"invited_seats": "none"}),
        json!({"audit_metadata": "some"}),
        json!({"unknown_words": 1}),
        json!({"user_id": "uuid"}),
        json!([]),
    ] {
        let (status, answer) = ask(&world, "POST", "/sandbox/settings", &wrong).await;
        assert_eq!(status, 422, "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn an_invitation_grants_its_seats_or_none() {
    for (word, people, without) in
        [("granted", "new@acme.example M CHAT", 0), ("not", "new@acme.example M", 1)]
    {
        let world = TestSandbox::fresh().await;
        world.beside("settings", json!({"invited_seats": word})).await;
        world.invite("new@acme.example", &["CHAT"]).await;
        let outcome = world.beside("accept", json!({})).await;
        assert_eq!(outcome["without_seat"].as_array().unwrap().len(), without, "{outcome}");
        assert_eq!(world.people().await[1], people);
    }
}

#[tokio::test]
async fn unknown_words_of_a_seed_are_listed_as_they_are() {
    assert!(Seed::parse("seed.json", &of_the_future(false).to_string()).is_err());
    let world = TestSandbox::seeded(&of_the_future(true)).await;
    let (_, page) = ask(&world, "GET", "/v1/admin/users", &Value::Null).await;
    let bob = &page["members"][1];
    assert_eq!(
        (&bob["raw_roles"], &bob["subscription_types"]),
        (&json!(["M", "X"]), &json!(["CHAT", "STUDIO"]))
    );
    assert_eq!(bob["subscriptions"], of_the_future(true)["members"][1]["subscriptions"]);
    assert_eq!(page["invites"][0]["raw_roles"], json!(["Y"]));
}

#[tokio::test]
async fn unknown_words_are_accepted_in_writes_and_carried_along() {
    let world = TestSandbox::seeded(&of_the_future(true)).await;
    let path = format!("/v1/admin/users/{BOB}");
    for (body, roles, products) in [
        (
            json!({"subscription_types": ["STUDIO", "MISTRAL_CODE"]}),
            json!(["M", "X"]),
            json!(["MISTRAL_CODE", "STUDIO"]),
        ),
        (json!({"roles": ["X", "B"]}), json!(["B", "X"]), json!(["MISTRAL_CODE", "STUDIO"])),
        (
            json!({"role_names": ["auditor", "member"]}),
            json!(["M", "auditor"]),
            json!(["MISTRAL_CODE", "STUDIO"]),
        ),
        (json!({"roles": [AUDITOR], "subscription_types": []}), json!([AUDITOR]), json!([])),
    ] {
        let (status, answer) = ask(&world, "PATCH", &path, &body).await;
        assert_eq!(
            (status, &answer["raw_roles"], &answer["subscription_types"]),
            (200, &roles, &products),
            "{body}"
        );
    }
    let (_, bob) = ask(&world, "GET", &path, &Value::Null).await;
    assert_eq!(bob["subscriptions"], json!([]));
}

#[tokio::test]
async fn unknown_words_are_refused_by_default() {
    let world = TestSandbox::fresh().await;
    let admin = world.get("/users").await["members"][0]["uuid"].as_str().unwrap().to_owned();
    for body in [
        json!({"subscription_types": ["STUDIO"]}),
        json!({"roles": ["X"]}),
        json!({"role_names": ["auditor"]}),
        json!({"roles": [AUDITOR]}),
    ] {
        assert_eq!(world.send("PATCH", &format!("/users/{admin}"), body).await.0, 422);
    }
}

#[tokio::test]
async fn unknown_words_stay_valid_as_long_as_there_are_some_and_in_the_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap();
    let seed = Seed::parse("seed.json", &of_the_future(true).to_string()).unwrap();
    let start = || Settings { seed: Some(seed.clone()), state: Some(state.clone()), ..settings() };
    let off = json!({"unknown_words": false});
    let first = TestSandbox::start(start()).await;
    let (status, answer) = ask(&first, "POST", "/sandbox/settings", &off).await;
    assert_eq!((status, &answer["code"]), (400, &json!("unknown_words")));
    first.beside("settings", json!({"invited_seats": "not", "audit_metadata": "documented"})).await;
    drop(first);
    let again = TestSandbox::start(start()).await;
    assert_eq!(
        again.beside("settings", json!({})).await,
        json!({"audit_metadata": "documented", "invited_seats": "not", "unknown_words": true})
    );
    for path in [format!("users/{BOB}"), format!("users-invite/{AUDITOR}")] {
        ask(&again, "DELETE", &format!("/v1/admin/{path}"), &Value::Null).await;
    }
    assert_eq!(ask(&again, "POST", "/sandbox/settings", &off).await.0, 200);
}

#[tokio::test]
async fn people_appear_at_sign_in_and_leave_by_themselves() {
    let world = TestSandbox::fresh().await;
    world.invite("new@acme.example", &["CHAT"]).await;
    let answer =
        world.beside("sign_in", json!({"emails": ["new@acme.example", "two@acme.example", "three"]})).await;
    let joined = ["new@acme.example", "two@acme.example"];
    assert_eq!(answer, json!({"joined": joined, "already_members": [], "invalid_emails": ["three"]}));
    assert_eq!(world.people().await[1..], ["new@acme.example M", "two@acme.example M"]);
    let (_, page) = ask(&world, "GET", "/v1/admin/users", &Value::Null).await;
    assert_eq!(page["invites"], json!([]));
    let answer = world.beside("sign_in", json!({"emails": joined})).await;
    assert_eq!(answer["already_members"], json!(joined));
    let answer = world.beside("leave", json!({"emails": ["new@acme.example", "nobody@acme.example"]})).await;
    assert_eq!(answer, json!({"left": ["new@acme.example"], "unknown": ["nobody@acme.example"]}));
    assert_eq!(world.people().await[1..], ["two@acme.example M"]);
    let (_, events) =
        ask(&world, "GET", "/v1/admin/audit-logs?event_type=user.organization.leave", &Value::Null).await;
    assert_eq!(events.to_string().matches("user.organization.leave").count(), 1, "{events}");
}

#[tokio::test]
async fn the_last_admin_cannot_leave() {
    let world = TestSandbox::fresh().await;
    let all = world.people().await;
    let admin = all[0].split(' ').next().unwrap();
    let (status, _) = ask(&world, "POST", "/sandbox/leave", &json!({"emails": [admin]})).await;
    assert_eq!(status, 400);
    assert_eq!(world.people().await, all);
}
