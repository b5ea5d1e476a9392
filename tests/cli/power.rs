//! Power that no file grants: exit status, document, comment and annotations.

use super::harness::{World, member, seed, uuid, with};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
";

/// A stranger of another domain is an admin, and has a seat.
fn live() -> Value {
    seed(
        &[
            member(1, "ada@acme.example", &["A"], &[]),
            member(2, "bob@acme.example", &["M"], &[]),
            member(3, "eve@evil.example", &["A", "M"], &["CHAT"]),
        ],
        &[],
    )
}

fn with_policy(unmanaged: &str) -> World {
    World::new(&format!("{FILES}policy: {{ unmanaged: {unmanaged} }}\n"))
}

#[test]
fn an_intruder_is_listed_first_and_counts_in_the_exit_status() {
    let world = World::new(FILES);
    let run = world.plan(&live(), &["--detailed-exitcode"]);
    assert_eq!(run.status, 2, "{}", run.shown());
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn with_a_base_it_is_drift() {
    let world = World::new(FILES);
    std::fs::create_dir(world.path().join("before")).unwrap();
    world.write("before/orgsync.yaml", FILES);
    let run = world.plan(&live(), &["--detailed-exitcode", "--base", "before"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.contains("eve@evil.example"), "{}", run.stdout);
}

#[test]
fn the_document_has_its_holder_with_all_that_they_hold() {
    let run = World::new(FILES).plan(&live(), &["--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let held = json!({
        "kind": "member", "target": "eve@evil.example", "roles": ["admin", "member"], "seats": ["le_chat"],
        "through": [], "outside_domains": true,
    });
    assert_eq!(document["unmanaged"], json!([held]));
    let power = with(held, json!({ "scope": "organization", "uuid": uuid(3) }));
    assert_eq!(document["undeclared_power"], json!([power]));
}

#[test]
fn comment_and_annotations_name_it() {
    let world = World::new(FILES);
    insta::assert_snapshot!(world.plan(&live(), &["--format", "markdown"]).stdout);
    let annotations = world.plan(&live(), &["--format", "github"]).stdout;
    let first = annotations.lines().next().unwrap();
    let named = "::warning title=power that no file grants::eve@evil.example: admin, member with le_chat; outside the domains";
    assert_eq!(first, named);
}

#[test]
fn a_refusal_names_the_line_that_refuses_it() {
    let run = with_policy("{ admins: refuse }").plan(&live(), &["--detailed-exitcode"]);
    assert_eq!(run.status, 3, "{}", run.shown());
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn what_is_ignored_or_acknowledged_does_not_count() {
    for unmanaged in [
        "{ admins: ignore }".to_owned(),
        "{ admins: refuse, acknowledged: [Eve@Evil.example] }".to_owned(),
        format!("{{ admins: refuse, acknowledged: [{}] }}", uuid(3)),
    ] {
        let run = with_policy(&unmanaged).plan(&live(), &["--detailed-exitcode"]);
        assert_eq!(run.status, 0, "{unmanaged}: {}", run.shown());
        assert!(run.stdout.contains("Power that no file grants (1):"), "{}", run.stdout);
    }
}

#[test]
fn who_is_acknowledged_is_an_address_or_an_identifier() {
    let run = with_policy("{ acknowledged: [the robot] }").run(&["validate"]);
    assert_eq!(run.status, 3);
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_saved_plan_shows_it_when_it_is_applied() {
    let world = World::new(FILES);
    let server = super::harness::Server::seeded(&live(), &[]);
    assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
    let run = world.run_on(&server, &["apply", "plan.json", "--yes"]);
    assert!(run.stderr.contains("Power that no file grants (1):"), "{}", run.shown());
}
