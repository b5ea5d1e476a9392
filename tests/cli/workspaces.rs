//! Workspaces: what is refused, and who leads a new one.

use super::harness::{Server, World, group, inside, member, seed, undated, uuid, with, workspaces};
use serde_json::{Value, json};

/// Ada, the admin, bob with these roles in workspaces, and cyd; Research and Lab, and these groups.
fn live(of_bob: &[(u32, &[&str])], groups: Value) -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), of_bob),
        member(3, "cyd@acme.example", &["M"], &[]),
    ];
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Research", "Lab"]), "groups": groups }))
}

const PEOPLE: &str = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  cyd@acme.example:
";

fn config(more: &str) -> World {
    World::new(&format!("{PEOPLE}{more}"))
}

#[test]
fn nobody_archives_by_mistake() {
    let world = config("workspaces:\n  Lab: { archived: true }\n");
    let server = Server::seeded(&live(&[], json!([])), &[]);
    let plan = world.run_on(&server, &["plan"]);
    let refused = world.run_on(&server, &["apply", "--yes"]);
    assert_eq!(server.writes(), Vec::<String>::new());
    insta::assert_snapshot!("irreversible", format!("{}\n---\n{}", plan.shown(), refused.shown()));
}

#[test]
fn who_allows_what_cannot_be_undone_archives() {
    let world = config("workspaces:\n  Lab: { archived: true }\n");
    let server = Server::seeded(&live(&[(102, &["user"])], json!([])), &[]);
    let run = world.settle(&server, &["--allow-irreversible"]);
    assert!(run.stderr.ends_with("\n1 of 1 change\n"), "{}", run.stderr);
    assert_eq!(server.writes(), ["DELETE /workspaces/ID 204"]);
}

#[test]
fn more_workspaces_than_there_can_be_are_refused() {
    let names: Vec<String> = (0..498).map(|number| format!("W{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let live = with(live(&[], json!([])), json!({ "workspaces": workspaces(&names) }));
    let world = config("workspaces:\n  One: {}\n  Two: {}\n  W0: { archived: true }\n");
    insta::assert_snapshot!("workspace_limit", world.plan(&live, &[]).shown());
}

#[test]
fn two_live_workspaces_of_one_declared_name_are_refused() {
    let mut live = live(&[], json!([group(201, "Interns", &[]), group(202, "Interns", &[])]));
    live["workspaces"][2]["name"] = json!("Research");
    let world = config("workspaces:\n  Research: {}\ngroups:\n  Interns: {}\n");
    world.write("live.json", &undated(&live));
    insta::assert_snapshot!("duplicate_live_name", world.run(&["plan", "--live", "live.json"]).shown());
}

#[test]
fn another_organization_is_refused_and_so_is_one_that_nobody_knows() {
    let world = config(&format!("organization: {{ id: {} }}\n", uuid(900)));
    let another = with(live(&[], json!([])), json!({ "organization_uuid": uuid(901) }));
    let another = world.plan(&another, &[]).shown();
    world.write("live.json", &undated(&live(&[], json!([]))));
    let unknown = world.run(&["plan", "--live", "live.json"]).shown();
    insta::assert_snapshot!("other_organization", format!("{another}\n---\n{unknown}"));
}

const NEW: &str = "
policy: { unmanaged: { workspace_members: remove } }
workspaces:
  Lab: { members: { bob@acme.example: [user], cyd@acme.example: [workspace_admin] } }
  Garden: { members: { bob@acme.example: [user] } }
  Shed: { members: { ada@acme.example: [user] } }
";

#[test]
fn a_new_workspace_is_led_by_its_declared_admin_or_else_for_a_moment_by_one_of_the_organization() {
    let server = Server::seeded(&with(live(&[], json!([])), json!({ "workspaces": workspaces(&[]) })), &[]);
    let world = config(NEW);
    let run = world.settle(&server, &[]);
    insta::assert_snapshot!("first_admin", format!("{}\n---\n{}", run.stderr, run.stdout));
}
