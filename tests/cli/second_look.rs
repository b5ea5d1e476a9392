//! The second look of an apply: direct roles that roles of groups had hidden are revoked in the same run.

#[cfg(unix)]
use super::breaker::{Breaker, Cut};
use super::harness::{
    Run, Server, World, gives, group, inside, member, seed, spelled, uuid, with, workspaces,
};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
policy:
  unmanaged: { workspace_members: remove, group_members: remove }
  max_removals: 100%
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  eve@acme.example:
workspaces:
  Research: { members: { ada@acme.example: [dev] } }
groups:
  Interns: { members: [bob@acme.example], workspaces: { Research: [user] } }
";

/// Bob and eve are interns; eve has the role of the interns in Research also directly, which nothing shows.
fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["dev"])]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
        inside(member(3, "eve@acme.example", &["M"], &[]), &[(101, &["user"])]),
    ];
    let interns = with(group(201, "Interns", &[2, 3]), json!({ "workspaces": [gives(101, "user")] }));
    let direct = json!({ uuid(101): { uuid(1): [spelled("dev")], uuid(3): [spelled("user")] } });
    let resources = json!({
        "workspaces": workspaces(&["Research"]), "groups": [interns], "sandbox": { "workspace_members": direct },
    });
    with(seed(&members, &[]), resources)
}

fn start(config: &str) -> (World, Server) {
    (World::new(config), Server::seeded(&live(), &[]))
}

const REMOVAL: &str = "DELETE /workspaces/ID/remove-users 200";

/// Nothing is left to do, and the direct role was revoked once.
fn assert_settled(world: &World, server: &Server) {
    let plan = world.run_on(server, &["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status, 0, "{}", plan.shown());
    let removals = server.writes().iter().filter(|write| *write == REMOVAL).count();
    assert_eq!(removals, 1, "{:?}", server.writes());
}

fn results(run: &Run) -> Value {
    serde_json::from_str::<Value>(&run.stdout).unwrap()["results"].clone()
}

#[test]
fn the_direct_role_behind_a_groups_is_revoked_in_the_same_run() {
    let (world, server) = start(CONFIG);
    let plan = world.run_on(&server, &["plan"]);
    let apply = world.run_on(&server, &["apply", "--yes"]);
    assert_eq!(apply.status, 0, "{}", apply.shown());
    insta::assert_snapshot!("second_look", format!("{}\n---\n{}", plan.stdout, apply.stdout));
    assert_settled(&world, &server);
}

#[test]
fn a_saved_plan_names_the_person_and_its_apply_revokes_the_role() {
    let (world, server) = start(CONFIG);
    assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
    let plan: Value =
        serde_json::from_slice(&std::fs::read(world.path().join("plan.json")).unwrap()).unwrap();
    let named = json!([{
        "member": { "name": "eve@acme.example", "id": uuid(3) },
        "workspace": { "name": "Research", "id": uuid(101) },
        "roles": ["user"],
    }]);
    assert_eq!(plan["hidden_roles"], named);
    std::fs::remove_file(world.path().join("orgsync.yaml")).unwrap();
    let apply = world.run_on(&server, &["apply", "--yes", "plan.json", "--format", "json"]);
    assert_eq!(apply.status, 0, "{}", apply.shown());
    let second = json!({
        "id": "workspace.members.remove:Research#eve@acme.example", "second_look": true, "status": "done",
        "reason": "a direct role (user) showed only after the same role of a group ended", "at": null,
        "before": { "members": { "eve@acme.example": ["user"] } }, "after": { "members": { "eve@acme.example": [] } },
    });
    assert!(results(&apply)[1]["at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(with(results(&apply)[1].clone(), json!({ "at": null })), second);

    world.write("orgsync.yaml", CONFIG);
    assert_settled(&world, &server);
    let again = world.run_on(&server, &["apply", "--yes", "plan.json"]);
    assert_eq!(again.status, 0, "{}", again.shown());
    assert_settled(&world, &server);
}

#[test]
fn a_deleted_group_and_an_ended_assignment_uncover_a_direct_role_too() {
    let deleted = CONFIG.replace("group_members: remove }", "group_members: remove, groups: remove }");
    let (deleted, _) = deleted.split_once("groups:\n").unwrap();
    for config in [deleted, &CONFIG.replace("workspaces: { Research: [user] } }", "workspaces: {} }")] {
        let (world, server) = start(config);
        let apply = world.run_on(&server, &["apply", "--yes"]);
        assert_eq!(apply.status, 0, "{}", apply.shown());
        assert!(
            apply
                .stdout
                .contains("the direct role of eve@acme.example in the workspace Research was revoked"),
            "{}",
            apply.stdout
        );
        assert!(!apply.stdout.contains("bob@acme.example"), "{}", apply.stdout);
        assert_settled(&world, &server);
    }
}

#[test]
fn where_unlisted_people_are_only_reported_nothing_is_announced_or_revoked() {
    let (world, server) = start(&CONFIG.replace("workspace_members: remove, ", ""));
    let plan = world.run_on(&server, &["plan"]);
    assert!(!plan.stdout.contains("Read again"), "{}", plan.stdout);
    assert_eq!(world.run_on(&server, &["apply", "--yes"]).status, 0);
    assert!(!server.writes().iter().any(|write| write == REMOVAL), "{:?}", server.writes());
    assert_eq!(world.run_on(&server, &["plan", "--detailed-exitcode"]).status, 0);
}

#[test]
fn what_max_removals_forbids_is_reported_and_not_done() {
    let (world, server) = start(&CONFIG.replace("max_removals: 100%", "max_removals: 0"));
    let out = ["plan", "--out", "plan.json", "--allow-removals", "group_members=1"];
    assert_eq!(world.run_on(&server, &out).status, 0);
    let apply = ["apply", "--yes", "plan.json", "--allow-removals"];
    let held = world.run_on(&server, &[&apply[..], &["group_members=1"]].concat());
    assert_eq!(held.status, 3, "{}", held.shown());
    insta::assert_snapshot!("second_look_held_back", held.stdout);
    assert!(!server.writes().iter().any(|write| write == REMOVAL), "{:?}", server.writes());

    // The rest of the saved plan is that role alone.
    let rest = world.run_on(&server, &[&apply[..], &["workspace_members=1"]].concat());
    assert_eq!(rest.status, 0, "{}", rest.shown());
    insta::assert_snapshot!("second_look_rest", rest.shown());
    assert_settled(&world, &server);
}

#[test]
fn a_role_that_somebody_has_granted_meanwhile_is_left_to_the_next_plan() {
    let (world, server) = start(CONFIG);
    assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
    let grant = json!({ "members": [{ "user_uuid": uuid(3), "role_names": ["dev"] }] });
    server.call("PATCH", &format!("/workspaces/{}/users", uuid(101)), &grant);
    let apply = world.run_on(&server, &["apply", "--yes", "plan.json"]);
    assert_eq!(apply.status, 0, "{}", apply.shown());
    assert!(!server.writes().iter().any(|write| write == REMOVAL), "{:?}", server.writes());
    let plan = world.run_on(&server, &["plan"]);
    assert!(plan.stdout.contains("- eve@acme.example"), "{}", plan.stdout);
}

#[test]
fn lists_that_lag_behind_are_given_time() {
    let (world, server) = start(CONFIG);
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "stale_reads", "ms": 1500 }] }));
    let apply = world.run_on(&server, &["apply", "--yes", "--settle", "20s", "--format", "json"]);
    assert_eq!(apply.status, 0, "{}", apply.shown());
    assert_eq!(results(&apply)[1]["status"], "done", "{}", apply.shown());
    server.post("/sandbox/faults", json!({ "rules": [] }));
    assert_settled(&world, &server);
}

#[test]
fn a_failed_revocation_or_reading_is_a_failure_that_the_next_run_completes() {
    for (method, path, after) in [("DELETE", "/workspaces/*", 0), ("GET", "/users", 1)] {
        let (world, server) = start(CONFIG);
        let kind = json!({ "kind": "server_error", "status": 500, "when": "before" });
        let rule = with(kind, json!({ "methods": [method], "paths": [path], "after": after }));
        server.post("/sandbox/faults", json!({ "rules": [rule] }));
        let apply = world.run_on(&server, &["apply", "--yes"]);
        assert_eq!(apply.status, 1, "{}", apply.shown());
        assert!(
            apply
                .stdout
                .contains("the direct role of eve@acme.example in the workspace Research was not revoked"),
            "{}",
            apply.stdout
        );
        server.post("/sandbox/faults", json!({ "rules": [] }));
        assert_eq!(world.run_on(&server, &["apply", "--yes"]).status, 0);
        assert_eq!(world.run_on(&server, &["plan", "--detailed-exitcode"]).status, 0);
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_around_the_second_look_is_completed_by_the_next() {
    for saved in [false, true] {
        for cut in [Cut::After(1), Cut::Before(2), Cut::After(2)] {
            let (world, server) = start(CONFIG);
            let breaker = Breaker::before(&server);
            let plan: &[&str] = if saved { &["plan.json"] } else { &[] };
            assert_eq!(breaker.run(&world, &["plan", "--out", "plan.json"], None).status, 0);
            let apply = [&["apply", "--yes", "--settle", "300ms"], plan].concat();
            let killed = breaker.run(&world, &apply, Some(cut));
            assert_eq!(killed.status, 137, "{}", killed.shown());
            let completed = breaker.run(&world, &apply, None);
            assert_eq!(completed.status, 0, "{cut:?} {}", completed.shown());
            assert_settled(&world, &server);
        }
    }
}
