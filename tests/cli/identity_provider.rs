//! The recipe for an organization whose identity provider owns who is in: orgsync owns seats, roles and workspaces.

use super::harness::{Server, World};
use serde_json::{Value, json};
use std::path::Path;

fn example(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/identity-provider");
    std::fs::read_to_string(folder.join(file)).unwrap()
}

fn start() -> (World, Server) {
    let seed: Value = serde_json::from_str(&example("sandbox.json")).unwrap();
    (World::new(&example("orgsync.yaml")), Server::seeded(&seed, &["--purchased", "le_chat=3"]))
}

fn group(world: &World, server: &Server) -> Value {
    let snapshot: Value = serde_json::from_str(&world.run_on(server, &["snapshot"]).stdout).unwrap();
    snapshot["groups"][0].clone()
}

#[test]
fn the_configuration_of_the_recipe_is_valid_without_warnings() {
    let (world, _) = start();
    let run = world.run(&["validate", "--strict"]);
    assert_eq!(run.status, 0, "{}", run.shown());
}

/// The page shows the file without its first comments.
#[test]
fn the_page_of_the_recipe_shows_the_configuration() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/recipes/identity-provider.md");
    let (_, files) =
        example("orgsync.yaml").split_once("version: 1").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(std::fs::read_to_string(page).unwrap().contains(&format!("```yaml\nversion: 1{files}```")));
}

#[test]
fn people_come_and_go_by_the_provider_and_orgsync_invites_and_removes_no_one() {
    let (world, server) = start();
    let (group_before, both) =
        (group(&world, &server), json!({ "emails": ["bob@acme.example", "cyd@acme.example"] }));
    let waiting = world.settle(&server, &["--verbose"]);
    assert!(waiting.stderr.contains("joins at the first sign-in (`onboarding: sso`)"), "{}", waiting.shown());
    server.post("/sandbox/sign_in", both);
    world.settle(&server, &[]);
    let seats = world.run_on(&server, &["seats"]).stdout;
    assert!(seats.contains("bob@acme.example") && seats.contains("cyd@acme.example"), "{seats}");
    server.post("/sandbox/leave", json!({ "emails": ["bob@acme.example"] }));
    let left = world.settle(&server, &["--verbose"]);
    assert!(left.stderr.contains("bob@acme.example"), "{}", left.shown());
    // Who is no longer declared, and still there, stays.
    let files = example("orgsync.yaml").replace("  cyd@acme.example:\n", "");
    world.write("orgsync.yaml", &files);
    let gone = world.settle(&server, &["--verbose"]);
    assert!(gone.stderr.contains("cyd@acme.example  member with le_chat"), "{}", gone.shown());
    let writes = server.writes();
    let forbidden = |write: &&String| {
        write.contains("invite") || write.starts_with("DELETE") || write.contains("POST /v1/admin/users")
    };
    assert_eq!(writes.iter().find(forbidden), None, "{writes:?}");
    assert!(!writes.iter().any(|write| write.contains("groups")), "{writes:?}");
    assert_eq!(group(&world, &server), group_before);
}
