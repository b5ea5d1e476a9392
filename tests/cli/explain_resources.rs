//! `orgsync explain`: what somebody has and will have in groups and workspaces.

use super::harness::{World, gives, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
policy: { max_removals: 100%, unmanaged: { groups: remove } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
teams:
  builders:
    members: [bob@acme.example]
    workspaces: { Research: [dev] }
workspaces:
  Research: { members: { bob@acme.example: [workspace_admin] } }
  Attic: { archived: true }
groups:
  Staff: { organization_role: billing, workspaces: { Research: [user] } }
  Interns: { members: [bob@acme.example], parents: [Staff], workspaces: { Research: [user, dev] } }
  Readers: { members: [bob@acme.example], workspaces: { Research: [user] } }
  Left: { members: [ada@acme.example], workspaces: {} }
";

fn world() -> World {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(
            member(2, "bob@acme.example", &["M"], &[]),
            &[(101, &["user"]), (102, &["user"]), (103, &["user", "dev"]), (104, &["user"])],
        ),
    ];
    let groups = json!([
        with(group(201, "Interns", &[2]), json!({ "workspaces": [gives(101, "user")] })),
        with(group(202, "Old", &[2]), json!({ "workspaces": [gives(103, "user")] })),
        with(
            group(203, "Left", &[2]),
            json!({ "workspaces": [gives(104, "user")], "parent_group_ids": [uuid(204)] })
        ),
        with(group(204, "Told", &[]), json!({ "externally_managed": true })),
    ]);
    let resources =
        json!({ "workspaces": workspaces(&["Research", "Attic", "Shed", "Barn"]), "groups": groups });
    let world = World::new(CONFIG);
    world.write("live.json", &with(seed(&members, &[]), resources).to_string());
    world
}

#[test]
fn each_way_into_a_workspace_is_a_line() {
    let run = world().run(&["explain", "bob@acme.example", "--sandbox", "live.json"]);
    insta::assert_snapshot!("explain_resources", run.shown());
}

#[test]
fn each_way_into_a_workspace_is_in_the_document() {
    let run = world().run(&["explain", "bob@acme.example", "--sandbox", "live.json", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let entries = document["access"].as_array().unwrap();
    let nested: Vec<&Value> =
        entries.iter().filter(|entry| entry["in"] == "Research" && entry["name"] == "user").collect();
    insta::assert_snapshot!("explain_resources_document", serde_json::to_string_pretty(&nested).unwrap());
}
