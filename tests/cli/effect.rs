//! What people may do in the end: a plan names it although groups, nesting and teams hide it, and the sandbox shows the
//! same after the apply.

use super::harness::{Server, World, gives, group, inside, member, seed, uuid, with, workspaces};
use serde_json::{Value, json};

/// Cyd has `dev` through Readers, which is nested in Writers. Bob has `user` directly.
fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
        inside(member(3, "cyd@acme.example", &["M"], &[]), &[(101, &["dev"])]),
        inside(member(4, "dee@acme.example", &["M"], &[]), &[(102, &["dev"])]),
    ];
    let writers = with(group(201, "Writers", &[]), json!({ "workspaces": [gives(101, "dev")] }));
    let readers = with(group(202, "Readers", &[3]), json!({ "parent_group_ids": [uuid(201)] }));
    let groups = json!([writers, readers]);
    with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Lab", "Press"]), "groups": groups }))
}

/// Readers gains members. Dee, of whom a file asks that she leaves Press, joins a team that is in Lab. The new group
/// makes cyd an admin, and ada, who is one already.
const CONFIG: &str = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  cyd@acme.example:
  dee@acme.example:
teams:
  office: { members: [bob@acme.example, dee@acme.example], workspaces: { Lab: [dev] } }
workspaces:
  Lab: { members: {} }
  Press: { members: {} }
groups:
  Writers: { members: [], workspaces: { Lab: [dev] } }
  Readers: { parents: [Writers], members: [ada@acme.example, bob@acme.example, cyd@acme.example] }
  Owners: { organization_role: admin, members: [ada@acme.example, cyd@acme.example] }
";

#[test]
fn verbose_text_and_markdown_name_the_roles_that_people_have_in_the_end() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let text = world.run_on(&server, &["plan", "--verbose"]);
    let markdown = world.run_on(&server, &["plan", "--format", "markdown"]);
    let before = world.run_on(&server, &["members"]);
    world.settle(&server, &[]);
    let after = world.run_on(&server, &["members"]);
    let all = [text, markdown, before, after].map(|run| run.shown());
    insta::assert_snapshot!("effect", all.join("\n---\n"));
}

#[test]
fn long_lists_of_people_are_cut_in_markdown_and_complete_with_verbose() {
    let emails: Vec<String> = (1..=40).map(|number| format!("person{number:02}@acme.example")).collect();
    let members: Vec<Value> =
        (1..).zip(&emails).map(|(number, email)| member(number, email, &["A"], &[])).collect();
    let live = with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Lab"]) }));
    let people: String = emails.iter().map(|email| format!("  {email}: {{ roles: [admin] }}\n")).collect();
    let config = format!(
        "version: 1\nmembers:\n{people}groups:\n  All: {{ members: [{}], workspaces: {{ Lab: [dev] }} }}\nworkspaces: {{ Lab: {{}} }}\n",
        emails.join(", ")
    );
    let world = World::new(&config);
    let effect = |text: &str| text[text.find("+ dev for 40 people").unwrap()..].to_owned();
    let markdown = effect(&world.plan(&live, &["--format", "markdown"]).stdout);
    assert!(markdown.lines().next().unwrap().ends_with(" and 23 more)`"), "{markdown}");
    let text = effect(&world.plan(&live, &["--verbose"]).stdout);
    assert!(emails.iter().all(|email| text.contains(email)), "{text}");
}
