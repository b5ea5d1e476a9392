//! Workspaces and groups of a seed, and of a state that is read again.

use crate::client::{TestSandbox, settings};
use camino::Utf8PathBuf;
use mistral_admin_sandbox::{Seed, Settings};
use serde_json::{Value, json};

const ADA: &str = "00000000-0000-4000-8000-00000000000a";
const BOB: &str = "00000000-0000-4000-8000-00000000000b";
const HOME: &str = "00000000-0000-4000-8000-0000000000f0";
const LAB: &str = "00000000-0000-4000-8000-0000000000f1";
const OPS: &str = "00000000-0000-4000-8000-0000000000a0";
const TOP: &str = "00000000-0000-4000-8000-0000000000a1";
const DEV: &str = "578584f1-4319-4c88-9948-38a5184483b6";
const CUSTOM: &str = "00000000-0000-4000-8000-0000000000c0";
const ADMIN: &str = "731eb2be-a74f-4070-b797-35bf7009e553";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn member(uuid: &str, email: &str, workspaces: Value) -> Value {
    json!({"uuid": uuid, "oid_id": null, "name": "N", "email": email, "is_sso_outsider": true, "raw_roles": ["A"],
           "workspaces": workspaces, "subscription_types": [], "created_at": "2026-01-01T00:00:00Z"})
}

fn place(uuid: &str, name: &str, roles: Value) -> Value {
    json!({"uuid": uuid, "name": name, "is_default": uuid == HOME, "raw_roles": roles})
}

/// Ada is in the lab directly and through both groups, Bob nowhere.
fn seed() -> Value {
    json!({
        "format_version": "1.0", "taken_at": "2026-01-01T00:00:00Z",
        "members": [
            member(ADA, "ada@acme.example",
                json!([place(HOME, "Home", json!(["M"])), place(LAB, "Lab", json!([DEV, ADMIN, CUSTOM]))])),
            member(BOB, "bob@acme.example", Value::Null),
        ],
        "workspaces": [
            {"uuid": HOME, "name": "Home", "description": null, "icon": null, "is_default": true},
            {"uuid": LAB, "name": "Lab", "description": "D", "icon": "L", "is_default": false,
             "spend_limit": {"value": 5.0, "currency": "EUR", "no_monthly_limit": false}},
        ],
        "groups": [
            {"uuid": OPS, "name": "Ops", "description": null, "parent_group_ids": [TOP], "members": [ADA]},
            {"uuid": TOP, "name": "Top", "description": null, "externally_managed": true,
             "workspaces": [{"workspace_uuid": LAB, "roles": [{"name": "workspace_admin"}]}]},
        ],
    })
}

fn refusal(change: impl Fn(&mut Value)) -> String {
    let mut seed = seed();
    change(&mut seed);
    Seed::parse("s", &seed.to_string()).unwrap_err().to_string()
}

#[tokio::test]
async fn a_seeded_list_tells_what_groups_do_not_explain() {
    let world = TestSandbox::seeded(&seed()).await;
    let path = format!("/v1/admin/users/{ADA}");
    let get = world.http.get(world.url(&path)).bearer_auth("sandbox-key");
    // The vendor's document knows no custom role here, and so this answer is none that it describes.
    let before: Value = get.send().await.unwrap().json().await.unwrap();
    assert_eq!(before["workspaces"][1]["raw_roles"], json!([CUSTOM, DEV, ADMIN]));
    let body = json!({"members": [{"user_uuid": ADA}]});
    let removed = world.send("DELETE", &format!("/workspaces/{LAB}/remove-users"), body.clone()).await.1;
    assert_eq!(removed["deleted_members_count"], 1);
    assert_eq!(world.access(ADA).await, "Home: M, Lab: A");
    let again = world.send("DELETE", &format!("/workspaces/{LAB}/remove-users"), body).await.1;
    assert_eq!(again["not_deleted_members"], json!([ADA]));
    let assigned = world.get(&format!("/user-groups/{TOP}/workspaces")).await;
    let row = &assigned["items"][0];
    assert_eq!(
        (&row["role_name"], &row["created"]),
        (&json!("workspace_admin"), &json!("2026-01-01T00:00:00Z"))
    );
}

#[tokio::test]
async fn what_a_seed_lists_is_what_is_answered() {
    let mut seed = seed();
    seed["groups"][1]["workspaces"] = json!([
        {"workspace_uuid": LAB, "roles": [{"name": "workspace_admin"}]},
        {"workspace_uuid": HOME, "roles": [{"uuid": ADMIN}]},
    ]);
    for (home, lab) in [
        (json!(["A"]), json!(["A"])),
        (json!(["A", "M"]), json!(["A", "M"])),
        (json!([DEV, ADMIN]), json!([DEV, ADMIN])),
    ] {
        let list = json!([place(HOME, "Home", home.clone()), place(LAB, "Lab", lab.clone())]);
        seed["members"][0]["workspaces"] = list;
        let world = TestSandbox::seeded(&seed).await;
        let words = |roles: &Value| {
            let words: Vec<&str> =
                roles.as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect();
            words.join("+")
        };
        assert_eq!(world.access(ADA).await, format!("Home: {}, Lab: {}", words(&home), words(&lab)));
    }
}

#[tokio::test]
async fn a_list_that_was_null_stays_so_until_there_is_more_to_tell() {
    let world = TestSandbox::seeded(&seed()).await;
    let mut seen = vec![world.access(BOB).await];
    let users = json!({"user_uuids": [BOB]});
    let path = format!("/user-groups/{OPS}/members");
    world.send("POST", &path, users.clone()).await;
    seen.push(world.access(BOB).await);
    world.send("DELETE", &path, users).await;
    seen.push(world.access(BOB).await);
    assert_eq!(seen, ["null", "Home: M, Lab: A", "null"]);
}

#[tokio::test]
async fn without_a_list_workspaces_are_those_that_members_name() {
    let mut seed = seed();
    for key in ["workspaces", "groups"] {
        seed.as_object_mut().unwrap().remove(key);
    }
    let world = TestSandbox::seeded(&seed).await;
    assert_eq!(world.names("/workspaces").await, "Home, Lab of 2");
    assert_eq!(world.names("/user-groups").await, " of 0");
}

#[tokio::test]
async fn an_externally_managed_group_cannot_be_edited_but_can_be_a_parent() {
    let world = TestSandbox::seeded(&seed()).await;
    let top = format!("/user-groups/{TOP}");
    let (users, roles) =
        (json!({"user_uuids": [BOB]}), json!({"workspace_uuid": LAB, "role_names": ["dev"]}));
    let provision = json!({"user_group_uuid": TOP, "workspace_uuid": LAB});
    let mut refused = Vec::new();
    for (method, path, body) in [
        ("PATCH", top.clone(), json!({"name": "T"})),
        ("DELETE", top.clone(), Value::Null),
        ("POST", format!("{top}/members"), users.clone()),
        ("DELETE", format!("{top}/members"), users),
        ("POST", format!("{top}/workspaces"), roles.clone()),
        ("PATCH", format!("{top}/workspaces/{LAB}"), roles),
        ("DELETE", format!("{top}/workspaces/{LAB}"), Value::Null),
        ("PATCH", format!("{top}/organization-role"), json!({"organization_role": "A"})),
        ("PATCH", format!("/user-groups/{OPS}/nested"), json!({"child_group_uuids": []})),
        ("POST", "/user-groups/provision-workspace".to_owned(), provision),
    ] {
        refused.push(world.send(method, &path, body).await.1["code"].clone());
    }
    // What is not nested there needs no edit to stay out.
    assert_eq!(refused.remove(8), Value::Null);
    assert_eq!(refused, vec![json!("externally_managed"); 9]);
    let other = world.group("Other", &[TOP]).await;
    let nest = |parent: &str| (format!("/user-groups/{parent}/nested"), json!({"child_group_uuids": [TOP]}));
    let (path, body) = nest(&world.group("Free", &[]).await);
    assert_eq!(world.send("PATCH", &path, body).await.1["code"], "externally_managed");
    let children = json!({"child_group_uuids": [OPS]});
    assert_eq!(world.send("PATCH", &format!("{top}/nested"), children).await.0, 204);
    assert_eq!(world.get(&format!("/user-groups/{other}")).await["parent_group_ids"], json!([]));
}

#[tokio::test]
async fn a_state_that_is_read_again_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(folder.path().join("state.json")).unwrap();
    let mut start = seed();
    start["organization_uuid"] = json!(CUSTOM);
    start["api_keys"] = json!([{"key_id": CUSTOM, "hidden_key": "a...b", "product": "Vibe"}]);
    let seed = Some(Seed::parse("seed.json", &start.to_string()).unwrap());
    let first = TestSandbox::start(Settings { seed, state: Some(state.clone()), ..settings() }).await;
    let gone = first.workspace("Gone", ADA).await;
    first.send("DELETE", &format!("/workspaces/{gone}"), Value::Null).await;
    first.workspace("Gone", ADA).await;
    let body = json!({"members": [{"user_uuid": ADA, "role_names": ["dev"]}]});
    first.send("PATCH", &format!("/workspaces/{HOME}/users"), body).await;
    let body = json!({"members": [{"user_uuid": ADA, "roles": ["A"]}]});
    first.send("PATCH", &format!("/workspaces/{LAB}/users"), body).await;
    first
        .send("PATCH", &format!("/user-groups/{OPS}/organization-role"), json!({"organization_role": "B"}))
        .await;
    drop(first);
    let written = fs_err::read_to_string(&state).unwrap();
    let document = |text: &str| {
        let mut document: Value = serde_json::from_str(text).unwrap();
        document["taken_at"].take();
        document
    };
    let second = TestSandbox::start(Settings { state: Some(state.clone()), ..settings() }).await;
    assert_eq!(document(&written), document(&fs_err::read_to_string(&state).unwrap()));
    assert_eq!(second.names("/workspaces?is_archived=true").await, "Home, Lab, Gone, Gone of 4");
    let organization = second.get("/audit-logs").await[0]["organization_uuid"].clone();
    let keys = second.get("/api-keys").await["keys"].as_array().unwrap().len();
    assert_eq!((organization, keys), (json!(CUSTOM), 1));
    // Written as it is, direct access does not depend on groups: this role came both ways.
    second.send("PATCH", &format!("/user-groups/{OPS}"), json!({"parent_group_ids": []})).await;
    assert_eq!(second.access(ADA).await, format!("Home: {DEV}, Gone: A, Lab: A"));
}

#[test]
fn what_refers_to_nothing_is_refused_with_the_place() {
    let group = |group: usize, key: &'static str, value: Value| {
        refusal(move |seed| seed["groups"][group][key] = value.clone())
    };
    let beside = |key: &'static str, value: Value| refusal(move |seed| seed["sandbox"] = json!({key: value}));
    let messages = [
        refusal(|seed| seed["workspaces"] = json!([])),
        refusal(|seed| seed["workspaces"][1]["uuid"] = json!(HOME)),
        refusal(|seed| seed["workspaces"][1]["name"] = json!("Home")),
        refusal(|seed| seed["workspaces"][1]["is_default"] = json!(true)),
        refusal(|seed| seed["members"][0]["workspaces"][1]["raw_roles"] = json!(["B"])),
        group(0, "uuid", json!(TOP)),
        group(0, "name", json!("Top")),
        group(0, "members", json!([ADA, NOBODY])),
        group(0, "parent_group_ids", json!([NOBODY])),
        group(1, "parent_group_ids", json!([OPS])),
        group(0, "workspaces", json!([{"workspace_uuid": NOBODY}])),
        group(0, "workspaces", json!([{"workspace_uuid": LAB}, {"workspace_uuid": LAB}])),
        group(0, "workspaces", json!([{"workspace_uuid": LAB, "roles": [{"name": "chief"}]}])),
        group(0, "target_type", json!("X")),
        beside("workspace_members", json!({NOBODY: {}})),
        beside("workspace_members", json!({LAB: {NOBODY: [DEV]}})),
        beside("workspace_members", json!({LAB: {ADA: []}})),
        beside("archived_workspaces", json!([{"uuid": LAB, "name": "Lab"}])),
        beside("archived_workspaces", json!([{"uuid": OPS, "name": "Old", "is_default": true}])),
        refusal(|seed| seed["api_keys"] = json!([7])),
        refusal(|seed| {
            seed["workspaces"] = Value::Null;
            seed["members"][0]["workspaces"][1]["name"] = json!("Home");
        }),
    ];
    insta::with_settings!({filters => vec![(r"column \d{2,}", "column N")]}, {
        insta::assert_snapshot!(messages.join("\n"), @r"
        s: members[0].workspaces[0].uuid is not among `workspaces`; list it there, or leave that key out
        s: workspaces[1].uuid is the same as workspaces[0].uuid; give each its own
        s: workspaces[1].name is the same as workspaces[0].name; give each its own
        s: workspaces has several entries with `is_default`; only one workspace can be the default
        s: members[0].workspaces[1].raw_roles[0]: `B` is no role: write A, M or the UUID of a workspace role at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        s: groups[1].uuid is the same as groups[0].uuid; give each its own
        s: groups[1].name is the same as groups[0].name; give each its own
        s: groups[0].members[1] is not a member; leave it out, or list it in `members`
        s: groups[0].parent_group_ids[0] is not in `groups`; leave it out, or list it there
        s: groups[0].parent_group_ids nests the group in itself; remove one step of the cycle
        s: groups[0].workspaces[0].workspace_uuid is not an active workspace; leave it out, or list it in `workspaces`
        s: groups[0].workspaces[1].workspace_uuid is the same as groups[0].workspaces[0].workspace_uuid; give each its own
        s: groups[0].workspaces[0].roles[0] is not a workspace role; use a name or UUID from `roles`
        s: groups[0].target_type: unknown variant `X`, expected `W` or `O` at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        s: sandbox.workspace_members.00000000-0000-4000-8000-000000000000 is not an active workspace; leave it out, or list it in `workspaces`
        s: sandbox.workspace_members.00000000-0000-4000-8000-0000000000f1.00000000-0000-4000-8000-000000000000 is not a member; leave it out, or list it in `members`
        s: sandbox.workspace_members.00000000-0000-4000-8000-0000000000f1.00000000-0000-4000-8000-00000000000a is empty; every person in a workspace has at least one role
        s: sandbox.archived_workspaces[0].uuid is also active; leave it out here or in `workspaces`
        s: sandbox.archived_workspaces[0].is_default is true; the default workspace can't be archived
        s: api_keys[0]: invalid type: integer `7`, expected an API key at line 1 column N; a seed is a document in the format of `orgsync snapshot`
        s: members[0].workspaces[1].name is the name of another workspace; give each its own
        ");
    });
}
