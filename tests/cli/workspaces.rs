//! Workspaces: what is refused, and who leads a new one.

use super::harness::{Server, World, gives, group, inside, member, seed, undated, uuid, with, workspaces};
use serde_json::{Value, json};

/// Ada, the admin, and bob and cyd, with these places and these groups beside Research and Lab.
fn live(places: &[(u32, &[&str])], groups: Value) -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), places),
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
fn roles_beside_a_custom_one_are_refused_for_a_person_in_a_workspace() {
    let custom = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";
    let roles = json!({ "organization_roles": [], "workspace_roles": [
        { "name": "aud\u{1b}[31mitor", "uuid": custom, "description": "", "is_custom_role": true }] });
    let live = with(live(&[(101, &[custom])], json!([])), json!({ "roles": roles }));
    let world = config("workspaces:\n  Research:\n    members: { bob@acme.example: [user] }\n");
    insta::assert_snapshot!("workspace_locked_roles", world.plan(&live, &[]).shown());
}

#[test]
fn the_default_workspace_is_not_archived() {
    let world = config("workspaces:\n  General: { archived: true }\n");
    insta::assert_snapshot!("default_workspace", world.plan(&live(&[], json!([])), &[]).shown());
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
fn a_group_leaves_a_workspace_in_the_apply_that_archives_it() {
    let groups = json!([with(group(201, "Interns", &[2]), json!({ "workspaces": [gives(102, "user")] }))]);
    let world = config("workspaces:\n  Lab: { archived: true }\ngroups:\n  Interns: { workspaces: {} }\n");
    let server = Server::seeded(&live(&[], groups), &[]);
    world.settle(&server, &["--allow-irreversible"]);
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

#[test]
fn the_first_admin_stays_where_others_are_only_reported() {
    let server = Server::seeded(&with(live(&[], json!([])), json!({ "workspaces": workspaces(&[]) })), &[]);
    let world = config(&NEW.replace("remove", "report"));
    world.settle(&server, &[]);
    insta::assert_snapshot!("first_admin_stays", world.run_on(&server, &["plan"]).stdout);
}

#[test]
fn an_admin_through_a_group_can_be_the_first_admin_of_a_workspace() {
    let mut live =
        live(&[], json!([with(group(201, "Admins", &[1]), json!({ "organization_role": "admin" }))]));
    live["members"][0]["raw_roles"] = json!(["M"]);
    live["workspaces"] = workspaces(&[]);
    let config = "
version: 1
members:
  ada@acme.example:
  bob@acme.example:
workspaces:
  Lab: {}
groups:
  Admins: { organization_role: admin, members: [ada@acme.example] }
";
    let server = Server::seeded(&live, &[]);
    World::new(config).settle(&server, &[]);
}

#[test]
fn who_leaves_leaves_no_workspace_behind_that_another_leads_by_then_or_that_goes() {
    let live = live(&[(101, &["workspace_admin"]), (102, &["workspace_admin"])], json!([]));
    let world = |research: &str| {
        World::new(&format!(
            "
version: 1
members:
  ada@acme.example: {{ roles: [admin] }}
  cyd@acme.example:
workspaces:
  Research: {{ members: {{ cyd@acme.example: [{research}] }} }}
  Lab: {{ archived: true }}
removed: [bob@acme.example]
"
        ))
    };
    let leaves = |run: super::harness::Run| {
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        document["actions"][0]["leaves"]["workspaces"].to_string()
    };
    let of = |research| leaves(world(research).plan(&live, &["--format", "json"]));
    assert_eq!((of("workspace_admin"), of("user")), ("[]".to_owned(), "[\"Research\"]".to_owned()));
}
