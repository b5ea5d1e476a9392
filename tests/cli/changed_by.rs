//! Who made the changes that a plan undoes: told as far as the audit log tells it, and not further.

use super::harness::{Server, World, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FILES: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 9 } }
members:
  ada@acme.example: { roles: [admin] }
  eve@acme.example:
  fay@acme.example: { seats: [le_chat] }
  gus@acme.example:
  hal@acme.example:
  ivy@acme.example:
workspaces:
  Lab:
    description: Where we try things
    members: { ada@acme.example: [workspace_admin], gus@acme.example: [dev] }
groups:
  Readers: { members: [] }
";

/// As the files say.
fn begin(files: &str) -> (World, Server) {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        member(2, "eve@acme.example", &["M"], &[]),
        member(3, "fay@acme.example", &["M"], &["CHAT"]),
        inside(member(4, "gus@acme.example", &["M"], &[]), &[(101, &["dev"])]),
        member(5, "hal@acme.example", &["M"], &[]),
        member(6, "ivy@acme.example", &["M"], &[]),
        member(7, "zoe@acme.example", &["M"], &[]),
    ];
    let resources = json!({ "workspaces": workspaces(&["Lab"]), "groups": [group(201, "Readers", &[])] });
    let (world, server) = (World::new(files), Server::seeded(&with(seed(&members, &[]), resources), &[]));
    assert_eq!(world.run_on(&server, &["apply", "--yes", "--settle", "300ms"]).status, 0);
    (world, server)
}

/// What Ada and somebody with a key do by hand.
fn change(server: &Server) {
    let panel = |method: &str, path: &str, body: Value| {
        let path = format!("/v1/admin{path}");
        server.send(
            "/sandbox/panel",
            &json!({ "by": "ada@acme.example", "method": method, "path": path, "body": body }),
        );
    };
    let user = |number: u32| format!("/users/{}", uuid(number));
    panel("PATCH", &user(2), json!({ "role_names": ["organization_admin"] }));
    panel("PATCH", &user(3), json!({ "subscription_types": [] }));
    let gus = json!({ "members": [{ "user_uuid": uuid(4) }] });
    panel("DELETE", &format!("/workspaces/{}/remove-users", uuid(101)), gus);
    panel("POST", &format!("/user-groups/{}/members", uuid(201)), json!({ "user_uuids": [uuid(5)] }));
    panel("PATCH", &format!("/workspaces/{}", uuid(101)), json!({ "description": "Ada's" }));
    panel("PATCH", &user(7), json!({ "role_names": ["billing_manager"] }));
    server.call("PATCH", &user(6), &json!({ "subscription_types": ["CHAT"] }));
}

fn plan(world: &World, server: &Server, args: &[&str]) -> Value {
    let run = world.run_on(server, &[&["plan", "--format", "json"], args].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.shown()))
}

/// The claims of a plan, by the id of the action or the address of the holder of power.
fn claims(plan: &Value) -> BTreeMap<String, Value> {
    let actions = plan["actions"].as_array().unwrap().iter().map(|one| (&one["id"], &one["changed_by"]));
    let power = plan["undeclared_power"].as_array().unwrap().iter();
    let all = actions.chain(power.map(|one| (&one["target"], &one["changed_by"])));
    all.filter(|(_, by)| !by.is_null())
        .map(|(id, by)| (id.as_str().unwrap().to_owned(), by.clone()))
        .collect()
}

#[test]
fn each_change_by_hand_has_its_author() {
    let (world, server) = begin(FILES);
    change(&server);
    let document = plan(&world, &server, &[]);
    super::documents::assert_fits("plan", &document.to_string());
    let told: Vec<String> = claims(&document)
        .iter()
        .map(|(id, by)| format!("{id}: {} {} {}", by["actor_type"], by["actor"], by["event"]))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    // Each is the newest entry of its type that tells the resource: read without orgsync.
    let log = server.log();
    for (id, by) in claims(&document) {
        let entry = log.iter().find(|entry| entry["log_id"] == by["log_id"]).unwrap();
        assert_eq!(entry["event_type"], by["event"], "{id}");
        let later = log.iter().filter(|other| {
            other["event_type"] == entry["event_type"]
                && other["target_metadata"] == entry["target_metadata"]
                && other["log_id"].as_i64() > entry["log_id"].as_i64()
        });
        assert_eq!(later.count(), 0, "{id}: {entry:#}");
    }
    let text = world.run_on(&server, &["plan"]);
    let text = text.stdout.lines().filter(|line| line.contains("changed ")).collect::<Vec<_>>().join("\n");
    let filters = [(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC", "TIME UTC")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!("changed_by_text", text) });
}

#[test]
fn nothing_is_claimed_that_the_log_does_not_tell() {
    // An entry tells its workspace in any case; who did it is metadata.
    for (level, actor) in [("documented", json!("ada@acme.example")), ("none", Value::Null)] {
        let (world, server) = begin(FILES);
        change(&server);
        server.post("/sandbox/settings", json!({ "audit_metadata": level }));
        let told = claims(&plan(&world, &server, &[]));
        let told: Vec<_> = told.iter().map(|(id, by)| (id.as_str(), &by["actor"])).collect();
        assert_eq!(told, [("workspace.update:Lab", &actor)], "{level}");
    }
    let (world, server) = begin(FILES);
    change(&server);
    assert_eq!(claims(&plan(&world, &server, &["--audit-days", "0"])), BTreeMap::new());
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "forbidden", "paths": ["/audit-logs"] }] }));
    assert_eq!(claims(&plan(&world, &server, &[])), BTreeMap::new());
}

#[test]
fn a_change_of_the_files_is_nobodys_change_by_hand() {
    let (world, server) = begin(FILES);
    world.write("before.yaml", FILES);
    world.write(
        "orgsync.yaml",
        &FILES.replace("  eve@acme.example:\n", "  eve@acme.example: { roles: [billing] }\n"),
    );
    change(&server);
    let told = claims(&plan(&world, &server, &["--base", "before.yaml"]));
    assert!(!told.contains_key("member.update:eve@acme.example"), "{told:#?}");
    assert!(told.contains_key("member.update:ivy@acme.example"), "{told:#?}");
}

#[test]
fn the_log_is_read_only_if_there_is_something_to_attribute() {
    let (world, server) = begin(FILES);
    let asked = |server: &Server| server.requests().iter().filter(|one| one.contains("/audit-logs")).count();
    let before = asked(&server);
    assert_eq!(claims(&plan(&world, &server, &[])), BTreeMap::new());
    // One request is for the identifier of the organization.
    assert_eq!(asked(&server) - before, 1);
    change(&server);
    let before = asked(&server);
    plan(&world, &server, &[]);
    assert_eq!(asked(&server) - before, 2);
}

#[test]
fn an_explanation_ends_with_the_last_events_about_the_person() {
    let (world, server) = begin(FILES);
    change(&server);
    let run = world.run_on(&server, &["explain", "gus@acme.example"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    let filters = [(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC", "TIME UTC")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!("explained_history", run.stdout) });
    let json = world.run_on(&server, &["explain", "gus@acme.example", "--format", "json"]);
    super::documents::assert_fits("explanation", &json.stdout);
}
