//! `plan --base`: a deleted line removes nothing unless the policy says so, and every reader of the plan sees that.

use super::harness::{
    Run, Server, World, gives, group, inside, invitation, member, seed, uuid, with, workspaces,
};
use serde_json::{Value, json};

const BEFORE: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
include: [staff/*.yaml]
seats: { le_chat: { purchased: 6 } }
policy: { unmanaged: { group_members: report } }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing], seats: [le_chat] }
  eve@acme.example:
  fay@acme.example:
  gus@acme.example:
  hal@acme.example:
  ivy@acme.example:
  jan@partner.example: { external: true, expires: 2026-01-31 }
teams:
  writers:
    members: [ada@acme.example, fay@acme.example]
    workspaces: { Papers: [dev] }
workspaces:
  Research:
    members:
      ada@acme.example: [dev]
      eve@acme.example: [dev, user]
  Papers: {}
  Old: {}
groups:
  Interns: { members: [gus@acme.example, hal@acme.example] }
  Crew: { members: [ada@acme.example] }
";

const SALES: &str = "members:\n  dan@acme.example: { roles: [member] }\n";
const SUPPORT: &str = "members:\n  cyd@acme.example:\n  kay@acme.example:\n";

/// What the change deletes, and Hal's new address. Ivy leaves.
fn after() -> String {
    let edits = [
        ("  bob@acme.example: { roles: [billing], seats: [le_chat] }\n", ""),
        ("  hal@acme.example:\n", "  hal@new.acme.example: { previously: hal@acme.example }\n"),
        ("domains: [acme.example]", "domains: [acme.example, new.acme.example]"),
        ("  ivy@acme.example:\n", ""),
        ("  jan@partner.example: { external: true, expires: 2026-01-31 }\n", ""),
        ("[ada@acme.example, fay@acme.example]", "[ada@acme.example]"),
        ("      eve@acme.example: [dev, user]\n", ""),
        ("  Old: {}\n", ""),
        ("[gus@acme.example, hal@acme.example]", "[hal@new.acme.example]"),
        ("  Crew: { members: [ada@acme.example] }\n", ""),
    ];
    let text = edits.iter().fold(BEFORE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    });
    format!("{text}removed: [ivy@acme.example]\n")
}

fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A", "M"], &[]), &[(101, &["dev"]), (102, &["dev"])]),
        member(2, "bob@acme.example", &["B"], &["CHAT"]),
        member(4, "dan@acme.example", &["M"], &[]),
        inside(member(5, "eve@acme.example", &["M"], &[]), &[(101, &["dev", "user"])]),
        inside(member(6, "fay@acme.example", &["M"], &[]), &[(102, &["dev"])]),
        member(7, "gus@acme.example", &["M"], &[]),
        member(8, "hal@acme.example", &["M"], &[]),
        member(9, "ivy@acme.example", &["M"], &[]),
        member(10, "jan@partner.example", &["M"], &[]),
        member(11, "kay@acme.example", &["M"], &[]),
        member(12, "zoe@acme.example", &["M"], &[]),
    ];
    let invitations = [invitation(20, "cyd@acme.example", &["M"], false)];
    let admins = json!({ "organization_role": "organization_admin" });
    let resources = json!({
        "workspaces": workspaces(&["Research", "Papers", "Old"]),
        "groups": [
            with(group(201, "Interns", &[7, 8]), json!({ "workspaces": [gives(101, "user")] })),
            group(202, "Crew", &[1]),
            with(group(203, "Ops", &[4]), admins),
        ],
    });
    with(seed(&members, &invitations), resources)
}

/// The files before and now. One included file is gone.
fn world() -> World {
    let world = World::new(&after());
    for folder in ["before", "before/staff", "staff"] {
        std::fs::create_dir(world.path().join(folder)).unwrap();
    }
    world.write("before/orgsync.yaml", BEFORE);
    world.write("before/staff/sales.yaml", SALES);
    world.write("before/staff/support.yaml", SUPPORT);
    world.write("staff/support.yaml", "members:\n  kay@acme.example:\n");
    world
}

fn plan(world: &World, args: &[&str]) -> Run {
    world.plan(&live(), &[&["--today", "2026-11-24", "--base", "before"], args].concat())
}

fn document(run: &Run) -> Value {
    assert_eq!(run.status, 0, "{}", run.shown());
    serde_json::from_str(&run.stdout).unwrap()
}

/// A section of a text or comment, up to the next empty line but one.
fn section<'t>(text: &'t str, heading: &str, end: &str) -> &'t str {
    let start = text.find(heading).unwrap_or_else(|| panic!("no `{heading}` in {text}"));
    let text = text.get(start..).unwrap();
    text.get(..text.find(end).unwrap()).unwrap()
}

/// The acceptance test: one deleted line.
#[test]
fn a_deleted_line_is_listed_in_every_format_and_is_no_change() {
    let declared = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let world = World::new(declared);
    std::fs::create_dir(world.path().join("before")).unwrap();
    world.write("before/orgsync.yaml", &format!("{declared}  bob@acme.example:\n"));
    let live = seed(
        &[member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &["CHAT"])],
        &[],
    );
    let plan = |args: &[&str]| {
        let run = world.plan(&live, &[&["--base", "before", "--detailed-exitcode"], args].concat());
        assert_eq!(run.status, 0, "{}", run.shown());
        run.stdout
    };
    insta::assert_snapshot!(
        ["text", "markdown", "github"].map(|format| plan(&["--format", format])).join("\n⁂\n\n")
    );
    let document: Value = serde_json::from_str(&plan(&["--format", "json"])).unwrap();
    let left = json!([{
        "kind": "member", "target": "bob@acme.example", "roles": ["member"], "seats": ["le_chat"], "through": [],
        "outside_domains": false, "sources": [{ "file": "before/orgsync.yaml", "line": 4, "column": 3 }],
    }]);
    assert_eq!(document["no_longer_declared"], left);
    assert_eq!(document["actions"], json!([]));
}

#[test]
fn everything_that_was_declared_and_stays_is_listed_with_what_it_keeps() {
    let text = plan(&world(), &[]).stdout;
    insta::assert_snapshot!(section(&text, "No longer declared", "\n\n"));
}

#[test]
fn the_document_lists_it_too() {
    let document = document(&plan(&world(), &["--format", "json"]));
    insta::assert_snapshot!(format!("{:#}", document["no_longer_declared"]));
}

#[test]
fn a_comment_warns() {
    let comment = plan(&world(), &["--format", "markdown"]).stdout;
    insta::assert_snapshot!(section(&comment, "#### No longer declared", "\n####"));
}

/// The lines are no longer there. GitHub shows an annotation only for a file of the change.
#[test]
fn annotations_are_on_the_same_file_or_on_the_main_file() {
    let annotations = plan(&world(), &["--format", "github"]).stdout;
    let left: Vec<_> = annotations.lines().filter(|line| line.contains("title=no longer declared")).collect();
    insta::assert_snapshot!(left.join("\n").replace("%0A", "\n  "));
}

#[test]
fn what_the_plan_removes_is_not_listed() {
    let world = world();
    let unmanaged = "{ members: remove, invitations: remove, groups: remove, workspace_members: remove }";
    let files = after().replace("{ group_members: report }", unmanaged);
    world.write("orgsync.yaml", &files.replace("policy: {", "policy: { max_removals: 100%,"));
    let document = document(&plan(&world, &["--format", "json"]));
    let listed: Vec<_> =
        document["no_longer_declared"].as_array().unwrap().iter().map(|left| &left["target"]).collect();
    // Fay's workspace does not list its members, and a workspace is never removed.
    assert_eq!(listed, ["Old", "fay@acme.example"]);
}

#[test]
fn nothing_is_listed_without_a_deletion_or_a_base() {
    let world = world();
    for name in ["orgsync.yaml", "staff/sales.yaml", "staff/support.yaml"] {
        let text = std::fs::read_to_string(world.path().join("before").join(name)).unwrap();
        world.write(name, &text);
    }
    assert_eq!(document(&plan(&world, &["--format", "json"]))["no_longer_declared"], json!([]));
    let alone = world.plan(&live(), &["--format", "json", "--today", "2026-11-24"]);
    assert_eq!(document(&alone)["no_longer_declared"], json!([]));
}

#[test]
fn hostile_names_are_escaped_and_a_long_list_is_cut_in_the_text_alone() {
    let declared = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let world = World::new(declared);
    std::fs::create_dir(world.path().join("before")).unwrap();
    let hostile = "<b>@all</b> ::error::x";
    let people: String = (0..30).map(|number| format!("  p{number:02}@acme.example:\n")).collect();
    let named = format!("workspaces:\n  \"{hostile}\": {{}}\n");
    world.write("before/orgsync.yaml", &format!("{declared}{people}{named}"));
    let mut members = vec![member(1, "ada@acme.example", &["A"], &[])];
    members
        .extend((0..30).map(|number| member(number + 2, &format!("p{number:02}@acme.example"), &["M"], &[])));
    let live = with(seed(&members, &[]), json!({ "workspaces": workspaces(&[hostile]) }));
    let plan = |format: &str| world.plan(&live, &["--base", "before", "--format", format]).stdout;
    let text = plan("text");
    let listed = section(&text, "No longer declared", "\n\n");
    assert!(listed.contains("… and 21 more (--verbose lists them)"), "{listed}");
    assert!(text.contains("31 deleted entries remove nothing."), "{text}");
    let comment = plan("markdown");
    assert!(comment.contains(&format!("- `{hostile}` `` workspace; ")), "{comment}");
    let annotations = plan("github");
    let warnings: Vec<_> = annotations.lines().filter(|line| line.starts_with("::warning")).collect();
    assert_eq!(warnings.len(), 1, "{annotations}");
    assert!(warnings[0].ends_with("%0Aand 21 more"), "{}", warnings[0]);
    let document: Value = serde_json::from_str(&plan("json")).unwrap();
    assert_eq!(document["no_longer_declared"].as_array().unwrap().len(), 31);
}

#[test]
fn a_saved_plan_shows_it_when_it_is_applied() {
    let (world, server) = (world(), Server::seeded(&live(), &[]));
    let made = world.run_on(&server, &["plan", "--base", "before", "--out", "plan.json"]);
    assert_eq!(made.status, 0, "{}", made.shown());
    let run = world.run_on(&server, &["apply", "plan.json", "--yes"]);
    assert!(run.stderr.contains("No longer declared, and left as it is ("), "{}", run.shown());
    assert!(!server.writes().iter().any(|write| write.contains(&uuid(2))), "{:?}", server.writes());
}
