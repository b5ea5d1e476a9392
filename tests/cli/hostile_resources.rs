//! Names and descriptions of live workspaces and groups: hostile text that passes nowhere raw.

use super::harness::{Server, World, gives, group, inside, member, seed, with, workspaces};
use serde_json::{Value, json};

const HOSTILE: &str = "own\u{1b}[2J\u{7}ed\r\n::error::\u{202e}\u{9b}31m\u{200b}";

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(102, &["workspace_admin"])]),
    ];
    let name = |prefix: &str| format!("{prefix} {HOSTILE}");
    let mut resources = workspaces(&["Research", &name("Shed")]);
    resources[1]["description"] = json!(HOSTILE);
    resources[1]["icon"] = json!("\u{1b}");
    let mut parent = group(203, &name("Parent"), &[2]);
    parent["workspaces"] = json!([gives(101, "user")]);
    let mut interns = group(201, "Interns", &[]);
    interns["description"] = json!(HOSTILE);
    interns["workspaces"] = json!([gives(102, "user")]);
    interns["parent_group_ids"] = json!([parent["uuid"]]);
    let external = with(group(202, &name("Directory"), &[2]), json!({ "externally_managed": true }));
    with(seed(&members, &[]), json!({ "workspaces": resources, "groups": [interns, external, parent] }))
}

const CONFIG: &str = r#"
version: 1
policy: { max_removals: 100%, unmanaged: { members: remove, groups: remove } }
members:
  ada@acme.example: { roles: [admin] }
workspaces:
  Research: { description: "a\tb", icon: "🔬" }
groups:
  Interns: { description: "", parents: [], workspaces: {} }
"#;

fn assert_harmless(what: &str, text: &str) {
    let raw = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
    assert!(text.contains("own"), "{what} shows nothing of it: {text}");
    assert!(!text.contains(raw), "{what}: {text:?}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{what}: {text:?}");
}

#[test]
fn a_plan_shows_them_harmless_in_every_form() {
    let world = World::new(CONFIG);
    for args in [&[][..], &["--verbose"], &["--format", "json"]] {
        let run = world.plan(&live(), args);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        assert_harmless(&format!("{args:?}"), &run.stdout);
    }
    insta::assert_snapshot!("hostile_plan", world.plan(&live(), &["--verbose"]).stdout);
}

#[test]
fn an_explanation_shows_them_harmless_in_every_form() {
    let world = World::new(CONFIG);
    world.write("seed.json", &live().to_string());
    for format in ["text", "json"] {
        let args = ["explain", "bob@acme.example", "--sandbox", "seed.json", "--format", format];
        assert_harmless(format, &world.run(&args).stdout);
    }
}

#[test]
fn a_report_shows_them_harmless() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let run = world.settle(&server, &["--verbose"]);
    assert_harmless("the report", &run.stdout);
    assert_harmless("the plan", &run.stderr);
}

#[test]
fn a_refusal_shows_them_harmless() {
    let world = World::new(&CONFIG.replace("100%", "0%"));
    let run = world.plan(&live(), &[]);
    assert_eq!(run.status, 3);
    assert_harmless("the refusal", &run.stdout);
}

/// A declared group, and two that look like it and are to go.
fn look_alikes(args: &[&str]) -> String {
    let mut live = live();
    live["groups"] =
        json!([group(201, "Interns", &[1]), group(202, "Interns ", &[1]), group(203, " Interns", &[2])]);
    let config = CONFIG
        .replace("members: remove, ", "")
        .replace("parents: [], workspaces: {}", "members: [ada@acme.example]");
    World::new(&config).plan(&live, args).stdout
}

#[test]
fn names_that_look_alike_are_told_apart() {
    insta::assert_snapshot!("look_alike", look_alikes(&[]));
}

#[test]
fn what_looks_alike_has_actions_with_ids_of_their_own() {
    let document: Value = serde_json::from_str(&look_alikes(&["--format", "json"])).unwrap();
    let actions = document["actions"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> =
        actions.iter().map(|action| action["id"].as_str().unwrap()).collect();
    assert_eq!((actions.len(), ids.len()), (3, 3), "{ids:?}");
}

#[test]
fn a_difference_that_cannot_be_seen_is_shown_escaped() {
    let long = "x".repeat(200);
    let mut live = live();
    live["workspaces"][1]["description"] = json!(format!("{long} Cafe\u{301}"));
    let mut group = group(201, "Interns ", &[]);
    group["description"] = json!("a\u{a0}b");
    live["groups"] = json!([group]);
    let config = CONFIG.replace(r#""a\tb""#, &format!("\"{long} Caf\u{e9}\"")).replace(
        r#"description: "", parents: [], workspaces: {}"#,
        r#"description: a b, previously: "Interns ""#,
    );
    let text = World::new(&config).plan(&live, &["--format", "markdown"]).stdout;
    for shown in [r"x Cafe\u{301}", r"x Caf\u{e9}", r#""Interns\u{20}" → "Interns""#, r#""a\u{a0}b" → "a b""#]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let faulty = config.replace("Research: {", "\"Caf\u{e9}\": {")
        + "teams: { all: { workspaces: { \"Cafe\u{301}\": [user] } } }\n";
    let text = World::new(&faulty).run(&["validate"]).stdout;
    assert!(text.contains(r"did you mean `Caf\u{e9}`?"), "{text}");
}
