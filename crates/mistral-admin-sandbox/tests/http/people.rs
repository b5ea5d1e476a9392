//! Members, invitations and seats, as the vendor describes them.

use crate::client::TestSandbox;
use futures::future::join_all;
use serde_json::{Value, json};

#[tokio::test]
async fn without_a_seed_there_is_one_admin() {
    let world = TestSandbox::fresh().await;
    let mut page = world.get("/users").await;
    let member = &mut page["members"][0];
    let id = member["uuid"].take();
    member["created_at"].take();
    assert_eq!(
        page,
        json!({
            "members": [{
                "uuid": null, "oid_id": null, "name": "Sandbox Admin", "email": "admin@sandbox.example",
                "is_sso_outsider": false, "subscriptions": [], "raw_roles": ["A"], "raw_role": "A",
                "workspaces": [{
                    "uuid": "00000000-0000-4000-8000-0000000000d0", "name": "Default", "is_default": true,
                    "raw_roles": ["M"], "raw_role": "M",
                }],
                "subscription_types": [], "created_at": null,
            }],
            "invites": [], "total": 1, "page": 1, "page_size": 25,
        })
    );
    let one = world.get(&format!("/users/{}", id.as_str().unwrap())).await;
    assert_eq!((&one["first_name"], &one["last_name"]), (&json!("Sandbox"), &json!("Admin")));
}

#[tokio::test]
async fn roles_are_listed_with_their_uuids() {
    let roles = TestSandbox::fresh().await.get("/roles").await;
    let names = |key: &str| -> Vec<String> {
        roles[key].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("organization_roles"), ["organization_admin", "billing_manager", "member"]);
    assert_eq!(names("workspace_roles").len(), 11);
}

#[tokio::test]
async fn roles_and_seats_are_replaced_as_a_whole_in_any_spelling() {
    let world = TestSandbox::fresh().await;
    let id = &world.create(&["ada@acme.example"], &["CHAT", "API"]).await[0];
    let path = format!("/users/{id}");
    let mut seen = Vec::new();
    for change in [
        json!({}),
        json!({"role_names": ["member", "organization_admin", "member"], "subscription_types": null}),
        json!({"roles": ["c955f4e1-9477-43f0-8349-6fbc629fccc9"], "subscription_types": ["MISTRAL_CODE", "CHAT"]}),
        json!({"role": "M", "subscription_types": [], "name": "ignored"}),
        json!({"role_name": "organization_admin", "roles": null}),
        json!({"roles": ["B"], "role_name": "member"}),
    ] {
        let (_, answer) = world.send("PATCH", &path, change).await;
        let plans: Vec<&Value> =
            answer["subscriptions"].as_array().unwrap().iter().map(|entry| &entry["plan"]).collect();
        seen.push(json!([answer["raw_roles"], answer["raw_role"], answer["subscription_types"], plans]));
    }
    assert_eq!(
        seen,
        [
            json!([["M"], "M", ["CHAT"], ["TEAM"]]),
            json!([["A", "M"], "A", ["CHAT"], ["TEAM"]]),
            json!([["B"], "B", ["CHAT", "MISTRAL_CODE"], ["TEAM", "ENTERPRISE"]]),
            json!([["M"], "M", [], []]),
            json!([["A"], "A", [], []]),
            json!([["B"], "B", [], []]),
        ]
    );
}

#[tokio::test]
async fn a_seat_that_is_not_free_changes_nothing_and_a_freed_one_can_be_given_at_once() {
    let world = TestSandbox::with_seats(1).await;
    let ids = world.create(&["ada@acme.example"], &["CHAT"]).await;
    let others = world.create(&["bob@acme.example"], &[]).await;
    let bob = format!("/users/{}", others[0]);
    let take = json!({"role_names": ["billing_manager"], "subscription_types": ["CHAT", "MISTRAL_CODE"]});
    let (status, answer) = world.send("PATCH", &bob, take.clone()).await;
    assert_eq!(
        (status, answer["message"].as_str().unwrap()),
        (400, "no seat of CHAT is available: 1 purchased, 1 in use")
    );
    assert_eq!(
        world.people().await,
        ["admin@sandbox.example A", "ada@acme.example M CHAT", "bob@acme.example M"]
    );
    world.send("PATCH", &format!("/users/{}", ids[0]), json!({"subscription_types": []})).await;
    assert_eq!(world.send("PATCH", &bob, take).await.0, 200);
}

#[tokio::test]
async fn hundreds_at_once_never_take_more_seats_than_there_are() {
    let world = TestSandbox::with_seats(3).await;
    let emails: Vec<String> = (0..200).map(|n| format!("p{n}@acme.example")).collect();
    let ids = world.create(&emails.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;
    let paths: Vec<String> = ids.iter().map(|id| format!("/users/{id}")).collect();
    let take = paths.iter().map(|path| world.send("PATCH", path, json!({"subscription_types": ["CHAT"]})));
    let granted = join_all(take).await.into_iter().filter(|(status, _)| *status == 200).count();
    let holders = world.people().await.into_iter().filter(|line| line.ends_with("CHAT")).count();
    assert_eq!((granted, holders), (3, 3));
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = TestSandbox::fresh().await;
    let admin = world.get("/users").await["members"][0]["uuid"].as_str().unwrap().to_owned();
    let admin = format!("/users/{admin}");
    let ada = format!("/users/{}", world.create(&["ada@acme.example"], &[]).await[0]);
    let demote = json!({"role_names": ["member"], "subscription_types": ["CHAT"]});
    let mut seen = vec![
        world.send("PATCH", &admin, demote.clone()).await.0,
        world.send("DELETE", &admin, Value::Null).await.0,
        world.send("PATCH", &admin, json!({"roles": ["A", "B"]})).await.0,
        world.send("PATCH", &ada, json!({"roles": ["A"]})).await.0,
    ];
    seen.push(world.send("DELETE", &admin, Value::Null).await.0);
    seen.push(world.send("PATCH", &ada, demote).await.0);
    assert_eq!(seen, [400, 400, 200, 200, 200, 400]);
    assert_eq!(world.people().await, ["ada@acme.example A"]);
}

#[tokio::test]
async fn creating_succeeds_in_part() {
    let world = TestSandbox::with_seats(1).await;
    world.invite("invited@acme.example", &[]).await;
    let person = |email: &str, seats: Value| json!({"email": email, "first_name": "Ada", "last_name": "Lovelace", "subscription_types": seats});
    let people = json!([
        person("Ada@acme.example", json!(["CHAT"])),
        person("ada@ACME.example", json!([])),
        person("ADMIN@sandbox.example", json!([])),
        person("Invited@acme.example", json!([])),
        person("no address", json!([])),
        person("late@acme.example", json!(["MISTRAL_CODE", "CHAT"])),
        person("bob@acme.example", Value::Null),
    ]);
    let (_, answer) = world.send("POST", "/users", people).await;
    let invalid = [
        "ada@ACME.example",
        "ADMIN@sandbox.example",
        "Invited@acme.example",
        "no address",
        "late@acme.example",
    ];
    assert_eq!(answer["invalid_emails"], json!(invalid));
    let made: Vec<&String> = answer["email_to_user_id"].as_object().unwrap().keys().collect();
    assert_eq!(made, ["Ada@acme.example", "bob@acme.example"]);
    assert_eq!(world.get("/users?email=ADA@acme.example").await["members"][0]["name"], "Ada Lovelace");
}

#[tokio::test]
async fn inviting_succeeds_in_part() {
    let world = TestSandbox::fresh().await;
    world.invite("old@acme.example", &[]).await;
    world.beside("advance", json!({"days": 7})).await;
    world.invite("pending@acme.example", &[]).await;
    let emails = "Ada@acme.example, bob@acme.example\r\n,ada@ACME.example\nOld@acme.example,pending@acme.example,x y@z,Admin@sandbox.example";
    assert_eq!(
        world.invite(emails, &[]).await,
        json!({
            "invalid_emails": ["Old@acme.example", "pending@acme.example", "x y@z"],
            "already_members": ["Admin@sandbox.example"],
            "invited_members_count": 2,
        })
    );
    let listed = world.get("/users-invite").await;
    let listed: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["email"], one["roles"], one["role"]]))
        .collect();
    let row = |email: &str| json!([email, ["M"], "M"]);
    assert_eq!(
        listed,
        [
            row("old@acme.example"),
            row("pending@acme.example"),
            row("Ada@acme.example"),
            row("bob@acme.example")
        ]
    );
}

#[tokio::test]
async fn invitations_are_accepted_while_fresh_and_take_the_seats_that_are_free() {
    let world = TestSandbox::with_seats(1).await;
    let body = json!({"email": "old@acme.example", "role_names": ["organization_admin"]});
    world.send("POST", "/users-invite", body).await;
    world.beside("advance", json!({"days": 7})).await;
    world.invite("Ada@acme.example, bob@acme.example", &["CHAT", "MISTRAL_CODE", "API"]).await;
    world.invite("eve@acme.example", &[]).await;
    let emails =
        json!({"emails": ["ada@acme.example", "Bob@acme.example", "old@acme.example", "zoe@acme.example"]});
    assert_eq!(
        world.beside("accept", emails).await,
        json!({
            "accepted": ["Ada@acme.example", "bob@acme.example"],
            "without_seat": [{"email": "bob@acme.example", "product": "le_chat"}],
            "expired": ["old@acme.example"],
            "unknown": ["zoe@acme.example"],
        })
    );
    let none = json!({"accepted": ["eve@acme.example"], "without_seat": [], "expired": [], "unknown": []});
    assert_eq!(world.beside("accept", json!({})).await, none);
    assert_eq!(
        world.people().await,
        [
            "admin@sandbox.example A",
            "Ada@acme.example M CHAT+MISTRAL_CODE",
            "bob@acme.example M MISTRAL_CODE",
            "eve@acme.example M",
            "old@acme.example?",
        ]
    );
}

#[tokio::test]
async fn pages_hold_members_then_invitations_each_once() {
    let world = TestSandbox::fresh().await;
    let emails: Vec<String> = (0..24).map(|n| format!("m{n}@acme.example")).collect();
    world.create(&emails.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;
    world.invite(&(0..8).map(|n| format!("i{n}@acme.example")).collect::<Vec<_>>().join(","), &[]).await;
    let mut sizes = Vec::new();
    for page in 1..=5 {
        let answer = world.get(&format!("/users?page={page}&page_size=10")).await;
        let size = |key: &str| answer[key].as_array().unwrap().len();
        sizes.push((size("members"), size("invites"), answer["total"].as_u64().unwrap()));
    }
    assert_eq!(sizes, [(10, 0, 33), (10, 0, 33), (5, 5, 33), (0, 3, 33), (0, 0, 33)]);
    let far = world
        .get("/users?page=9223372036854775807&page_size=9223372036854775807&email=I3@acme.example")
        .await;
    assert_eq!((&far["total"], &far["invites"]), (&json!(1), &json!([])));
}

#[tokio::test]
async fn revoked_and_removed_people_are_gone_and_every_request_is_listed() {
    let world = TestSandbox::fresh().await;
    world.invite("ada@acme.example", &[]).await;
    let id = world.get("/users-invite").await[0]["invite_uuid"].as_str().unwrap().to_owned();
    let path = format!("/users-invite/{id}");
    let (_, answer) = world.send("DELETE", &path, Value::Null).await;
    assert_eq!(answer, json!({"message": "Organization invitation deleted successfully"}));
    world.send("DELETE", &path, Value::Null).await;
    assert_eq!(world.get("/users?email=ada@acme.example").await["total"], 0);
    let listed: Value =
        world.http.get(world.url("/sandbox/requests")).send().await.unwrap().json().await.unwrap();
    let note = |method: &str, path: &str, status: u16| json!({"method": method, "path": format!("/v1/admin{path}"), "status": status});
    assert_eq!(
        listed,
        json!([
            note("POST", "/users-invite", 200),
            note("GET", "/users-invite", 200),
            note("DELETE", &path, 200),
            note("DELETE", &path, 404),
            note("GET", "/users", 200),
        ])
    );
}
