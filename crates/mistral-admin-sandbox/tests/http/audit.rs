//! The audit log and the list of API keys.

use crate::client::TestSandbox;
use serde_json::{Value, json};

async fn events(world: &TestSandbox, query: &str) -> Vec<String> {
    let log = world.get(&format!("/audit-logs?{query}")).await;
    let name = |entry: &Value| entry["event_type"].as_str().unwrap().to_owned();
    log.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn what_is_done_is_logged_with_who_did_it() {
    let world = TestSandbox::fresh().await;
    let log = world.get("/audit-logs").await;
    assert_eq!(log[0]["organization_uuid"], "00000000-0000-4000-8000-0000000000e0");
    world.invite("ada@acme.example", &["CHAT"]).await;
    world.beside("accept", json!({})).await;
    let ada = world.get("/users?email=ada@acme.example").await["members"][0]["uuid"].clone();
    let ada = ada.as_str().unwrap();
    let lab = world.workspace("Lab", ada).await;
    let (path, members) = (format!("/workspaces/{lab}"), json!({"members": [{"user_uuid": ada}]}));
    world.send("PATCH", &format!("{path}/users"), members.clone()).await;
    world.send("DELETE", &format!("{path}/remove-users"), members).await;
    let group = world.group("Ops", &[]).await;
    for method in ["POST", "DELETE"] {
        world.send(method, &format!("/user-groups/{group}/members"), json!({"user_uuids": [ada]})).await;
    }
    let member = format!("/users/{ada}");
    world.send("PATCH", &member, json!({"role": "B", "subscription_types": []})).await;
    world.send("DELETE", &member, Value::Null).await;
    world.invite("bob@acme.example", &[]).await;
    let bob = world.get("/users-invite").await[0]["invite_uuid"].clone();
    world.send("DELETE", &format!("/users-invite/{}", bob.as_str().unwrap()), Value::Null).await;
    let all = [
        "organization.create",
        "organization.invite.send",
        "organization.invite.accepted",
        "user.organization.join",
        "billing.seat.grant",
        "workspace.create",
        "workspace.member.add",
        "workspace.member.role.update",
        "workspace.member.remove",
        "user_group.create",
        "user_group.member.add",
        "user_group.member.remove",
        "user.organization.role.update",
        "billing.seat.revoke",
        "user.organization.delete",
        "organization.invite.send",
        "organization.invite.revoked",
    ];
    assert_eq!(events(&world, "sort=ascending").await, all);
    assert_eq!(events(&world, "limit=1").await, ["organization.invite.revoked"]);
    let filters = [
        "event_type=workspace.member.add&event_type=workspace.create&sort=ascending",
        "actor_type=HUMAN&sort=ascending",
        "target_type=USER_GROUP&sort=ascending",
        "limit=-1",
        "after=2999-01-01T00:00:00Z",
        "before=2001-01-01T00:00:00",
        "actor_type=OTHER",
    ];
    let mut found = Vec::new();
    for filter in filters {
        found.push(events(&world, filter).await.join(" "));
    }
    assert_eq!(
        found,
        [
            "workspace.create workspace.member.add",
            "organization.invite.accepted user.organization.join",
            "user_group.create user_group.member.add user_group.member.remove",
            "",
            "",
            "",
            "",
        ]
    );
    let by_ada = world.get(&format!("/audit-logs?actor_user_uuid={ada}&limit=1")).await;
    assert_eq!(by_ada[0]["actor_metadata"], json!({"user_uuid": ada}));
}

#[tokio::test]
async fn of_many_entries_the_latest_are_kept() {
    let world = TestSandbox::fresh().await;
    let emails: Vec<String> = (0..10_050).map(|number| format!("m{number}@acme.example")).collect();
    world.create(&emails.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;
    let ends = [
        world.get("/audit-logs?limit=1&sort=ascending").await[0]["log_id"].clone(),
        world.get("/audit-logs?limit=1").await[0]["log_id"].clone(),
    ];
    assert_eq!(ends, [52, 10_051]);
}

#[tokio::test]
async fn api_keys_of_a_seed_are_listed() {
    let key = |id: u8, name: &str, hidden: &str| {
        json!({"key_id": format!("00000000-0000-4000-8000-0000000000{id:02x}"), "name": name, "hidden_key": hidden,
               "key": "secret", "product": "API"})
    };
    let keys = [key(1, "Prodüction", "HQSx...Ug6Y"), key(2, "Test", "ABCD...prod"), key(3, "Other", "X")];
    let seed = json!({"format_version": "1.0", "members": [], "api_keys": keys});
    let world = TestSandbox::seeded(&seed).await;
    let mut seen = Vec::new();
    for query in ["", "name=PRODU", "name=prod", "name=ug6y", "limit=1&offset=1", "limit=-1", "offset=9"] {
        let page = world.get(&format!("/api-keys?{query}")).await;
        let names = page["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap());
        seen.push(names.collect::<Vec<_>>().join(" "));
    }
    assert_eq!(
        seen,
        ["Prodüction Test Other", "Prodüction", "Prodüction Test", "Prodüction", "Test", "", ""]
    );
    assert_eq!(world.get("/api-keys").await["keys"][0]["key"], Value::Null, "a list tells no secret");
}
