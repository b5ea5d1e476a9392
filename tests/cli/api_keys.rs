//! The API keys that people leave behind: in every format, also when they have left before, and where nobody can tell.

use super::harness::{KEY, Server, World, member, seed, uuid, with};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme }
members:
  ada@acme.example: { roles: [admin] }
  old@acme.example: { expires: 2026-01-31 }
removed: [bob@acme.example, gone@acme.example]
";

fn key(number: u32, name: Value, created_by: Value) -> Value {
    json!({
        "key_id": uuid(number), "key": null, "name": name, "hidden_key": format!("HQSx...{number:04}"),
        "created_at": null, "expiration_date": null, "actions": {}, "workspace_id": null, "workspace_name": null,
        "created_by": created_by, "product": "API", "last_used": null, "can_delete": true,
    })
}

/// Bob leaves, and made a key as an address and one as an identifier. Gone has left before, and so has Old.
fn live() -> Value {
    let members = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])];
    let used =
        json!({"last_used": "2026-11-20", "expiration_date": "2027-01-31", "workspace_name": "Research"});
    let keys = [
        with(key(11, json!("Batch"), json!("Bob@acme.example")), used),
        key(12, json!(null), json!(uuid(2))),
        key(13, json!("Old one"), json!("gone@acme.example")),
        key(14, json!("Older one"), json!("old@acme.example")),
        key(15, json!("Pipeline"), json!("another key")),
        key(16, json!("Nobody's"), json!(uuid(99))),
        key(17, json!("Ada's"), json!("ada@acme.example")),
    ];
    with(seed(&members, &[]), json!({ "api_keys": keys }))
}

fn plan(args: &[&str]) -> String {
    let run = World::new(FILES).plan(&live(), &[&["--allow-removals", "members=1"], args].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    run.stdout
}

#[test]
fn keys_of_people_who_leave_are_shown_with_the_removal() {
    insta::assert_snapshot!("api_keys_text", plan(&[]));
    insta::assert_snapshot!("api_keys_markdown", plan(&["--format", "markdown"]));
}

#[test]
fn the_document_lists_each_key_with_its_owner_and_those_without_one() {
    let document: Value = serde_json::from_str(&plan(&["--format", "json"])).unwrap();
    super::documents::assert_fits("plan", &document.to_string());
    insta::assert_snapshot!(serde_json::to_string_pretty(&document["api_keys_left"]).unwrap());
}

#[test]
fn keys_of_people_who_have_left_are_told_though_there_is_nothing_to_do() {
    let world = World::new(
        &FILES.replace("bob@acme.example, ", "").replace("members:", "members:\n  bob@acme.example:"),
    );
    let run = world.plan(&live(), &["--detailed-exitcode"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.contains("API keys of people who have left (2):\n"), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("as declared. People who have left still have 2 API keys.\n"),
        "{}",
        run.stdout
    );
    // Nobody leaves, and nobody has left: a key without a known owner is nothing to tell then.
    let files = "version: 1\norganization: { name: Acme }\nmembers:\n  ada@acme.example: { roles: [admin] }\n  bob@acme.example:\n";
    let run = World::new(files).plan(&live(), &["--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["api_keys_left"], json!([]));
}

#[test]
fn where_keys_cannot_be_read_the_plan_warns_and_the_removal_goes_on() {
    let world = World::new(FILES);
    let server = Server::seeded(&live(), &[]);
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "forbidden", "paths": ["/api-keys"] }] }));
    let args = ["--allow-removals", "members=1"];
    let run = world.run_on(&server, &[&["plan"], &args[..]].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.contains("warning[api_keys_unknown]: the API keys can't be read"), "{}", run.stdout);
    assert!(!run.stdout.contains("left behind"), "{}", run.stdout);
    let run = world.run_on(&server, &[&["apply", "--yes"], &args[..]].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(server.writes().iter().any(|write| write.starts_with("DELETE /users/")), "{:?}", server.writes());
    // Nobody leaves any more: then there is nothing to warn of.
    let run = world.run_on(&server, &["plan"]);
    assert!(!run.shown().contains("api_keys_unknown"), "{}", run.shown());
}

#[test]
fn a_masked_key_is_in_the_saved_plan_and_never_in_a_journal() {
    let world = World::new(FILES);
    let server = Server::seeded(&live(), &[]);
    let args = ["plan", "--allow-removals", "members=1", "--out", "PLAN.json"];
    assert_eq!(world.run_on(&server, &args).status, 0);
    let saved = std::fs::read_to_string(world.path().join("PLAN.json")).unwrap();
    assert!(saved.contains("HQSx...0011") && !saved.contains(KEY));
    let args = ["apply", "PLAN.json", "--yes", "--allow-removals", "members=1", "--journal", "journal"];
    let run = world.run_on(&server, &args);
    assert_eq!(run.status, 0, "{}", run.shown());
    let journal = std::fs::read_to_string(world.path().join("journal")).unwrap();
    assert!(journal.contains("\"DELETE\"") && !journal.contains("HQSx"), "{journal}");
}
