//! Every kind of change of workspaces and groups, in each form in which it is shown.

use super::documents::assert_fits;
use super::harness::{Server, World, gives, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

const CONFIG: &str = r#"
version: 1
organization: { name: Acme }
policy: { unmanaged: { groups: remove, workspace_members: remove, group_members: remove }, max_removals: 100% }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  cyd@acme.example:
workspaces:
  Research:
    description: Models and papers
    members: { bob@acme.example: [dev, user] }
  Support: { previously: Helpdesk, icon: "🎧" }
  Attic: { archived: true }
  Lab:
    description: New
    members: { cyd@acme.example: [workspace_admin] }
groups:
  Staff: { organization_role: member }
  Interns:
    description: Summer
    organization_role: billing
    members: [bob@acme.example]
    parents: [Staff]
    workspaces: { Lab: [user], Research: [dev] }
  Office: { previously: Bureau, parents: [], members: [], workspaces: {} }
"#;

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
        inside(member(3, "cyd@acme.example", &["M"], &[]), &[(101, &["workspace_admin"])]),
    ];
    let groups = json!([
        with(group(201, "Interns", &[3]), json!({ "workspaces": [gives(101, "user")] })),
        with(
            group(202, "Bureau", &[2, 3]),
            json!({
                "workspaces": [gives(102, "user")], "parent_group_ids": [uuid(203)], "description": "Accounts",
            })
        ),
        group(203, "Everybody", &[1]),
    ]);
    let resources = json!({ "workspaces": workspaces(&["Research", "Helpdesk", "Attic"]), "groups": groups });
    with(seed(&members, &[]), resources)
}

#[test]
fn each_change_is_a_phrase() {
    insta::assert_snapshot!("kinds_text", World::new(CONFIG).plan(&live(), &[]).stdout);
}

#[test]
fn each_change_is_a_diff_where_that_is_asked_for() {
    insta::assert_snapshot!("kinds_verbose", World::new(CONFIG).plan(&live(), &["--verbose"]).stdout);
}

#[test]
fn each_change_is_an_action_of_the_document() {
    let run = World::new(CONFIG).plan(&live(), &["--format", "json", "--today", "2026-11-24"]);
    assert_fits("plan", &run.stdout);
    let mut document: Value = serde_json::from_str(&run.stdout).unwrap();
    for changing in ["created_at", "digest", "orgsync_version"] {
        document[changing] = json!("…");
    }
    insta::assert_snapshot!("kinds_document", serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn each_change_is_a_line_of_the_report_and_is_made_once() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let run = world.settle(&server, &["--allow-irreversible"]);
    // What stands in one phase goes out side by side.
    let mut sent = server.writes();
    sent.sort();
    let report = format!("{}\n{}", run.stdout, sent.join("\n"));
    insta::assert_snapshot!("kinds_report", report);
}
