//! Names and nesting that change together: renamed resources, new ones in new ones, groups that swap their nesting.

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
fn renamed_resources_keep_what_they_have_and_change_in_other_ways_too() {
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
fn new_groups_are_nested_in_new_ones_and_assigned_to_new_workspaces() {
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

/// A role that the Admin API can't clear. For `member`, keeping it and giving it up are the same.
#[test]
fn the_way_out_of_a_group_s_role_is_named_once() {
    for (role, ways) in [("member", vec!["member"]), ("billing_manager", vec!["billing", "member"])] {
        let live = live(json!([with(group(201, "Interns", &[]), json!({ "organization_role": role }))]));
        let people = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  bob@acme.example:\n";
        let run = World::new(&format!("{people}groups: {{ Interns: {{}} }}\n")).plan(&live, &[]);
        let (_, help) = run.stdout.split_once("= help: ").unwrap();
        let named = help.split("`organization_role: ").skip(1).filter_map(|rest| rest.split('`').next());
        assert_eq!((run.status, named.collect::<Vec<_>>()), (3, ways), "{}", run.stdout);
    }
}

/// Nesting makes admins of people whom the changed lines don't name.
#[test]
fn who_becomes_an_admin_through_nesting_is_named_in_every_format() {
    let people: String = (3..15).map(|number| format!("  p{number:02}@acme.example:\n")).collect();
    let world = World::new(&format!(
        "version: 1\nmembers:\n  ada@acme.example: {{ roles: [admin] }}\n  bob@acme.example:\n{people}groups:
  Admins: {{ organization_role: admin, members: [ada@acme.example] }}
  Crowd: {{ parents: [Staff] }}
  Staff: {{ members: [ada@acme.example, bob@acme.example], parents: [Admins] }}\n"
    ));
    let mut members =
        vec![member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])];
    members.extend((3..15).map(|number| member(number, &format!("p{number:02}@acme.example"), &["M"], &[])));
    let crowd: Vec<u32> = (3..15).collect();
    let groups = json!([
        group(201, "Staff", &[1, 2]),
        with(group(202, "Crowd", &crowd), json!({ "parent_group_ids": [uuid(201)] })),
        with(group(203, "Admins", &[1]), json!({ "organization_role": "organization_admin" })),
    ]);
    let live = with(seed(&members, &[]), json!({ "groups": groups }));
    let plan = |format: &str| world.plan(&live, &["--format", format]).stdout;
    insta::assert_snapshot!("new_admins", ["text", "markdown", "github"].map(plan).join("\n⁂\n\n"));
}
