//! Names and nesting that change together: renamed things, new things in new things, groups that change places.

use super::harness::{Server, World, gives, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

fn live(groups: Value) -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
    ];
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Lab"]), "groups": groups }))
}

/// Applies, expects the second plan to be empty, and gives the plan and the report.
fn applied(live: &Value, config: &str) -> String {
    let people = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  bob@acme.example:\n";
    let server = Server::seeded(live, &[]);
    let run = World::new(&format!("{people}{config}")).settle(&server, &[]);
    format!("{}\n---\n{}", run.stderr, run.stdout)
}

#[test]
fn renamed_things_keep_what_they_have_and_change_in_other_ways_too() {
    let interns = with(group(201, "Students", &[2]), json!({ "workspaces": [gives(101, "user")] }));
    let config = "
workspaces:
  Research: { previously: Lab, description: New, members: { bob@acme.example: [dev] } }
groups:
  Interns: { previously: Students, members: [ada@acme.example], workspaces: { Research: [dev] } }
";
    insta::assert_snapshot!("renamed", applied(&live(json!([interns])), config));
}

#[test]
fn two_groups_change_places() {
    let inner = with(group(201, "A", &[2]), json!({ "parent_group_ids": [uuid(202)] }));
    let config = "groups:\n  A: { parents: [] }\n  B: { parents: [A] }\n";
    insta::assert_snapshot!("change_places", applied(&live(json!([inner, group(202, "B", &[])])), config));
}

#[test]
fn a_circle_of_three_groups_turns_round() {
    let nested =
        |number, name, parent| with(group(number, name, &[]), json!({ "parent_group_ids": [uuid(parent)] }));
    let groups = json!([nested(201, "A", 202), nested(202, "B", 203), group(203, "C", &[1])]);
    let config = "groups:\n  A: { parents: [] }\n  B: { parents: [A] }\n  C: { parents: [B] }\n";
    applied(&live(groups), config);
}

#[test]
fn new_things_stand_in_new_things() {
    let config = "
workspaces:
  Garden: { members: { bob@acme.example: [workspace_admin] } }
groups:
  Inner: { parents: [Outer], members: [bob@acme.example] }
  Outer: { workspaces: { Garden: [user] } }
";
    insta::assert_snapshot!("new_in_new", applied(&live(json!([])), config));
}

#[test]
fn a_deleted_group_lets_go_of_those_that_are_nested_in_it() {
    let nested = |number, name| with(group(number, name, &[2]), json!({ "parent_group_ids": [uuid(209)] }));
    let groups = json!([nested(201, "Told"), nested(202, "Silent"), group(209, "Old", &[])]);
    let config = "
policy: { max_removals: 100%, unmanaged: { groups: remove } }
groups:
  Told: { parents: [] }
  Silent: {}
";
    insta::assert_snapshot!("deleted_parent", applied(&live(groups), config));
}

#[test]
fn somebody_who_loses_a_group_keeps_what_is_theirs_in_the_workspace() {
    let groups = json!([with(group(201, "Interns", &[2]), json!({ "workspaces": [gives(101, "user")] }))]);
    let config = "
workspaces:
  Lab: { members: { bob@acme.example: [user] } }
groups:
  Interns: { members: [], workspaces: {} }
";
    insta::assert_snapshot!("uncovered", applied(&live(groups), config));
}

#[test]
fn a_circle_that_live_nesting_closes_is_refused() {
    let inner = with(group(201, "A", &[]), json!({ "parent_group_ids": [uuid(202)] }));
    let config = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
groups:
  A: {}
  B: { parents: [A] }
";
    let run = World::new(config).plan(&live(json!([inner, group(202, "B", &[])])), &[]);
    insta::assert_snapshot!("live_circle", run.shown());
}
