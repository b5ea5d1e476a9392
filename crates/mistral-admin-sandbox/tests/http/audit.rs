//! The audit log, and the list and the deletion of API keys.

use crate::client::{TestSandbox, settings};
use camino::Utf8PathBuf;
use mistral_admin_sandbox::{Seed, Settings};
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
            "organization.invite.accepted user.organization.join billing.seat.grant",
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

/// The newest entry of a type.
async fn newest(world: &TestSandbox, event: &str) -> Value {
    world.get(&format!("/audit-logs?event_type={event}&limit=1")).await[0].take()
}

#[tokio::test]
async fn an_entry_tells_who_did_what_to_whom() {
    const ORGANIZATION: &str = "00000000-0000-4000-8000-0000000000e0";
    let world = TestSandbox::fresh().await;
    world.invite("Ada@acme.example", &["CHAT"]).await;
    let invitation = world.get("/users-invite").await[0]["invite_uuid"].take();
    let sent = newest(&world, "organization.invite.send").await;
    assert_eq!(sent["actor_type"], "API_KEY");
    assert_eq!(
        sent["actor_metadata"],
        json!({"enterprise_account_uuid": "00000000-0000-4000-8000-0000000000ac"})
    );
    let about =
        json!({"organization_uuid": ORGANIZATION, "invite_uuid": invitation, "email": "Ada@acme.example"});
    assert_eq!((&sent["target_metadata"], &sent["event_metadata"]), (&about, &json!({})));

    world.beside("accept", json!({})).await;
    let ada = world.get("/users?email=ada@acme.example").await["members"][0]["uuid"].take();
    let granted = newest(&world, "billing.seat.grant").await;
    assert_eq!(
        (&granted["actor_type"], &granted["actor_metadata"]),
        (&json!("HUMAN"), &json!({"user_uuid": ada}))
    );
    assert_eq!(granted["event_metadata"], json!({"subscription_type": "CHAT"}));
    let about = json!({"organization_uuid": ORGANIZATION, "user_uuid": ada, "email": "Ada@acme.example"});
    assert_eq!(granted["target_metadata"], about);

    let lab = world.workspace("Lab", ada.as_str().unwrap()).await;
    let added = newest(&world, "workspace.member.add").await;
    assert_eq!(
        (&added["target_metadata"]["workspace_uuid"], &added["workspace_uuid"]),
        (&json!(lab), &json!(lab))
    );
    world.send("DELETE", &format!("/users/{}", ada.as_str().unwrap()), Value::Null).await;
    assert_eq!(newest(&world, "user.organization.delete").await["target_metadata"], about);
}

#[tokio::test]
async fn a_setting_decides_how_much_the_metadata_tell() {
    let world = TestSandbox::fresh().await;
    world.invite("ada@acme.example", &["CHAT"]).await;
    world.beside("accept", json!({})).await;
    let ada = world.get("/users?email=ada@acme.example").await["members"][0]["uuid"].take();
    let lab = world.workspace("Lab", ada.as_str().unwrap()).await;
    let organization = "00000000-0000-4000-8000-0000000000e0";
    let by = [
        json!({"user_uuid": ada}),
        json!({"enterprise_account_uuid": "00000000-0000-4000-8000-0000000000ac"}),
    ];
    for (detail, by_ada, seat, by_key, place) in [
        (
            "documented",
            &by[0],
            json!({"organization_uuid": organization}),
            &by[1],
            json!({"organization_uuid": organization, "workspace_uuid": lab}),
        ),
        ("none", &json!({}), json!({}), &json!({}), json!({})),
    ] {
        world.beside("settings", json!({"audit_metadata": detail})).await;
        let granted = newest(&world, "billing.seat.grant").await;
        let shown = [&granted["actor_metadata"], &granted["target_metadata"], &granted["event_metadata"]];
        assert_eq!(shown, [by_ada, &seat, &json!({})], "{detail}");
        let added = newest(&world, "workspace.member.add").await;
        assert_eq!([&added["actor_metadata"], &added["target_metadata"]], [by_key, &place], "{detail}");
        assert_eq!([&added["workspace_uuid"], &added["actor_type"]], [&json!(lab), &json!("API_KEY")]);
        let by_ada = world.get(&format!("/audit-logs?actor_user_uuid={}", ada.as_str().unwrap())).await;
        assert_eq!(by_ada.as_array().unwrap().len(), 3, "{detail}: filters know everything");
    }
    world.beside("settings", json!({"audit_metadata": "all"})).await;
    assert_eq!(newest(&world, "billing.seat.grant").await["target_metadata"]["user_uuid"], ada);
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

/// A key in a workspace. `permission` has `can_delete` and `actions`.
fn key(id: u8, permission: &Value) -> Value {
    let mut key = json!({
        "key_id": format!("00000000-0000-4000-8000-0000000000{id:02x}"), "name": format!("K{id}"), "hidden_key": "HQSx...Ug6Y",
        "created_at": "2026-01-02T03:04:05Z", "expiration_date": "2027-01-01", "last_used": "2026-11-30",
        "created_by": "ada@acme.example", "product": "API", "workspace_name": "Lab",
        "workspace_id": "00000000-0000-4000-8000-0000000000d1",
    });
    for (name, value) in permission.as_object().unwrap() {
        key[name] = value.clone();
    }
    key
}

#[tokio::test]
async fn a_key_is_deleted_for_good_unless_the_list_forbids_it() {
    let action = |status: &str| json!({"delete": {"status": status}});
    let cases = [
        (json!({}), 200),
        (json!({"can_delete": true}), 200),
        (json!({"actions": action("available")}), 200),
        (json!({"can_delete": null, "actions": {"delete": null}}), 200),
        (json!({"can_delete": false}), 403),
        (json!({"actions": action("unavailable")}), 403),
        (json!({"can_delete": true, "actions": action("unavailable")}), 403),
        (json!({"can_delete": false, "actions": action("available")}), 403),
    ];
    let keys: Vec<Value> = (1..).zip(&cases).map(|(id, (permission, _))| key(id, permission)).collect();
    let seed = json!({"format_version": "1.0", "members": [], "api_keys": keys});
    let folder = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap();
    let seed = Seed::parse("seed.json", &seed.to_string()).unwrap();
    let start = || Settings { seed: Some(seed.clone()), state: Some(state.clone()), ..settings() };
    let world = TestSandbox::start(start()).await;
    for (key, (permission, status)) in keys.iter().zip(&cases) {
        let path = format!("/api-keys/{}", key["key_id"].as_str().unwrap());
        assert_eq!(world.send("DELETE", &path, Value::Null).await.0, *status, "{permission}");
        let again = if *status == 200 { 404 } else { 403 };
        assert_eq!(world.send("DELETE", &path, Value::Null).await.0, again, "{permission}");
    }
    let last = newest(&world, "api_key.delete").await;
    assert_eq!(
        [&last["target_type"], &last["actor_type"], &last["workspace_uuid"]],
        [&json!("API_KEY"), &json!("API_KEY"), &keys[3]["workspace_id"]]
    );
    assert_eq!(last["target_metadata"]["key_id"], keys[3]["key_id"]);
    assert_eq!(world.send("DELETE", "/api-keys/1", Value::Null).await.0, 422);
    drop(world);

    let again = TestSandbox::start(start()).await;
    let left = again.get("/api-keys").await["keys"].take();
    assert_eq!(left.as_array().unwrap().len(), 4);
    for (field, value) in keys[4].as_object().unwrap() {
        assert_eq!(&left[0][field], value, "{field}");
    }
}

#[test]
fn two_keys_of_a_seed_have_two_ids() {
    let keys = [key(1, &json!({})), key(1, &json!({}))];
    let seed = json!({"format_version": "1.0", "members": [], "api_keys": keys});
    let error = Seed::parse("seed.json", &seed.to_string()).unwrap_err().to_string();
    assert!(error.contains("api_keys[1].key_id is the same as api_keys[0].key_id"), "{error}");
}
