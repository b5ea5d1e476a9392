//! People who left, or whom somebody removed by hand, and people who have just joined.

use super::harness::{Run, Server, World, group, inside, member, seed, with, workspaces};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 9 } }
policy: { max_removals: 100% }
members:
  ada@acme.example: { roles: [admin] }
  eve@acme.example: { seats: [le_chat] }
  new@acme.example: { roles: [member], seats: [le_chat] }
  tom@acme.example: { seats: [le_chat] }
workspaces:
  Research: { members: { ada@acme.example: [workspace_admin], new@acme.example: [dev] } }
groups:
  Readers: { members: [new@acme.example] }
";

fn begin(files: &str) -> (World, Server) {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        member(2, "eve@acme.example", &["M"], &["CHAT"]),
        member(3, "tom@acme.example", &["M"], &["CHAT"]),
    ];
    let resources =
        json!({ "workspaces": workspaces(&["Research"]), "groups": [group(201, "Readers", &[])] });
    (World::new(files), Server::seeded(&with(seed(&members, &[]), resources), &[]))
}

fn apply(world: &World, server: &Server, more: &[&str]) -> Run {
    world.run_on(server, &[&["apply", "--yes", "--settle", "300ms"][..], more].concat())
}

fn panel(server: &Server, method: &str, path: &str, body: Value) {
    let request = json!({ "by": "ada@acme.example", "method": method, "path": path, "body": body });
    server.send("/sandbox/panel", &request);
}

fn uuid_of(world: &World, server: &Server, email: &str) -> String {
    let found = world.run_on(server, &["snapshot"]);
    let snapshot: Value = serde_json::from_str(&found.stdout).unwrap();
    let members = snapshot["members"].as_array().unwrap();
    members.iter().find(|one| one["email"] == email).unwrap()["uuid"].as_str().unwrap().to_owned()
}

#[test]
fn who_left_or_was_removed_by_hand_is_not_invited_again_until_somebody_decides() {
    let (world, server) = begin(FILES);
    server.post("/sandbox/leave", json!({ "emails": ["eve@acme.example"] }));
    let tom = uuid_of(&world, &server, "tom@acme.example");
    panel(&server, "DELETE", &format!("/v1/admin/users/{tom}"), Value::Null);
    let plan = world.run_on(&server, &["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let waiting: Vec<_> =
        plan["waiting"].as_array().unwrap().iter().filter(|one| one["for"] == "departed").collect();
    assert_eq!(waiting.len(), 2, "{plan:#}");
    assert_eq!(
        (&waiting[0]["target"], &waiting[0]["departed"]["left"]),
        (&json!("eve@acme.example"), &json!(true))
    );
    assert_eq!(
        (&waiting[1]["target"], &waiting[1]["departed"]["by"]),
        (&json!("tom@acme.example"), &json!("ada@acme.example"))
    );
    assert_eq!(
        plan["actions"].as_array().unwrap().iter().map(|one| &one["id"]).collect::<Vec<_>>(),
        ["invitation.send:new@acme.example"]
    );
    for (person, told) in
        [("eve", "  departed:  left, 20"), ("tom", "  departed:  was removed by ada@acme.example, 20")]
    {
        let run = world.run_on(&server, &["explain", &format!("{person}@acme.example")]);
        assert!(run.stdout.contains(told), "{}", run.shown());
    }
    // Their seats are free.
    assert_eq!(plan["seats"]["le_chat"]["pending"], json!(1));
    // The ways on: for everyone, or for one person.
    for files in [
        FILES.replace("max_removals: 100%", "max_removals: 100%, departed: invite"),
        FILES
            .replace("eve@acme.example: { ", "eve@acme.example: { rejoin: 2099-12-31, ")
            .replace("tom@acme.example: { ", "tom@acme.example: { rejoin: 2099-12-31, "),
    ] {
        world.write("orgsync.yaml", &files);
        let plan = world.run_on(&server, &["plan"]);
        assert!(plan.stdout.contains("3 people join"), "{}", plan.shown());
    }
    world.write("orgsync.yaml", FILES);
    let without = world.run_on(&server, &["plan", "--audit-days", "0"]);
    assert!(without.stdout.contains("3 people join"), "{}", without.shown());
}

#[test]
fn who_was_removed_by_an_apply_and_is_declared_again_is_invited() {
    let (world, server) = begin(
        &(FILES.replace("  tom@acme.example: { seats: [le_chat] }\n", "") + "removed: [tom@acme.example]\n"),
    );
    assert_eq!(apply(&world, &server, &[]).status, 0);
    world.write("orgsync.yaml", FILES);
    let plan = world.run_on(&server, &["plan"]);
    assert!(plan.stdout.contains("+ tom@acme.example"), "{}", plan.shown());
}

#[test]
fn a_log_that_can_not_be_read_or_tells_nothing_changes_nothing() {
    for (settings, faults) in [
        (json!({ "audit_metadata": "documented" }), json!({ "rules": [] })),
        (json!({}), json!({ "rules": [{ "kind": "forbidden", "paths": ["/audit-logs"] }] })),
    ] {
        let (world, server) = begin(FILES);
        server.post("/sandbox/leave", json!({ "emails": ["eve@acme.example"] }));
        let tom = uuid_of(&world, &server, "tom@acme.example");
        panel(&server, "DELETE", &format!("/v1/admin/users/{tom}"), Value::Null);
        server.post("/sandbox/settings", settings);
        server.post("/sandbox/faults", faults);
        let plan = world.run_on(&server, &["plan"]);
        assert_eq!(plan.status, 0, "{}", plan.shown());
        assert!(plan.stdout.contains("+ tom@acme.example"), "{}", plan.shown());
    }
}

#[test]
fn who_accepted_gets_what_had_to_wait_and_not_what_somebody_took_away_since() {
    let (world, server) = begin(FILES);
    assert_eq!(apply(&world, &server, &[]).status, 0);
    server.accept_all();
    // Tom's seat goes by hand: that is for a review.
    let tom = uuid_of(&world, &server, "tom@acme.example");
    panel(&server, "PATCH", &format!("/v1/admin/users/{tom}"), json!({ "subscription_types": [] }));
    let plan = world.run_on(&server, &["plan", "--due", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let causes: Vec<String> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| format!("{} {}", action["id"].as_str().unwrap(), action["causes"]))
        .collect();
    assert_eq!(
        causes,
        [r#"workspace.members.set:Research ["joined"]"#, r#"group.members.add:Readers ["joined"]"#]
    );
    let done = apply(&world, &server, &["--due"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let again = world.run_on(&server, &["plan", "--due", "--detailed-exitcode"]);
    assert_eq!(again.status, 0, "{}", again.shown());
    // What somebody takes away afterwards is not given back by itself.
    let new = uuid_of(&world, &server, "new@acme.example");
    panel(
        &server,
        "DELETE",
        "/v1/admin/user-groups/00000000-0000-4000-8000-000000000201/members",
        json!({ "user_uuids": [new] }),
    );
    let due = world.run_on(&server, &["plan", "--due", "--detailed-exitcode"]);
    assert_eq!(due.status, 0, "{}", due.shown());
    let told = "new@acme.example  in the group Readers: revoked 20";
    assert!(due.stdout.contains(told), "{}", due.shown());
    let whole = world.run_on(&server, &["plan", "--format", "json"]);
    assert!(whole.stdout.contains("group.members.add:Readers"), "{}", whole.shown());
}

#[test]
fn without_the_log_a_new_person_is_completed_once() {
    let (world, server) = begin(FILES);
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "forbidden", "paths": ["/audit-logs"] }] }));
    assert_eq!(apply(&world, &server, &[]).status, 0);
    server.accept_all();
    let done = apply(&world, &server, &["--due"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(done.stderr.contains("what new people wait for is given only once"), "{}", done.stderr);
    let new = uuid_of(&world, &server, "new@acme.example");
    let group = "/v1/admin/user-groups/00000000-0000-4000-8000-000000000201/members";
    panel(&server, "DELETE", group, json!({ "user_uuids": [new] }));
    let writes = server.writes();
    assert!(writes.iter().any(|write| write.starts_with("POST /user-groups/ID/members")), "{writes:?}");
    let again = apply(&world, &server, &["--due"]);
    assert_eq!((again.status, server.writes()), (0, writes), "{}", again.shown());
}

#[test]
fn a_snapshot_with_the_audit_log_tells_who_has_left_and_one_without_says_that_it_does_not() {
    let (world, server) = begin(FILES);
    server.post("/sandbox/leave", json!({ "emails": ["eve@acme.example"] }));
    for (days, invites, says) in [("30", false, false), ("0", true, true)] {
        let args = ["snapshot", "--audit-days", days, "--out", "live.json", "--force"];
        assert_eq!(world.run_on(&server, &args).status, 0);
        let plan = world.run(&["plan", "--live", "live.json"]);
        assert_eq!(plan.status, 0, "{}", plan.shown());
        assert_eq!(plan.stdout.contains("+ eve@acme.example"), invites, "{}", plan.shown());
        let told = "The snapshot has no audit log, so it is not known who has left";
        assert_eq!(plan.stderr.contains(told), says, "{}", plan.shown());
    }
    // With its log, it is a seed as well.
    assert_eq!(world.run_on(&server, &["snapshot", "--audit-days", "30", "--out", "seed.json"]).status, 0);
    let plan = world.run(&["plan", "--sandbox", "seed.json"]);
    assert_eq!(plan.status, 0, "{}", plan.shown());
}
