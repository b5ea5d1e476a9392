//! Answers that get lost inside a run: what was done is not done again, and what was not done is.

use super::breaker::{end, start};
use super::harness::{Server, World, inside, member, seed, side_by_side, with, workspaces};
use serde_json::{Value, json};

const CONFIG: &str = "
version: 1
policy: { onboarding: ONBOARDING }
members:
  ada@acme.example: { name: Ada Archer, roles: [admin] }
  bob@acme.example: { name: Bob Brown }
  eve@acme.example: { name: Eve Everett }
workspaces:
  Research: { members: { bob@acme.example: [dev] } }
  Lab: { members: { ada@acme.example: [workspace_admin] } }
groups:
  Interns: { members: [bob@acme.example], workspaces: { Research: [user] } }
";

/// Every request that makes or adds something, and how people come in where it is sent.
const REQUESTS: [(&str, &str); 7] = [
    ("/users-invite", "invite"),
    ("/users", "create"),
    ("/workspaces", "invite"),
    ("/workspaces/*/users", "invite"),
    ("/user-groups", "invite"),
    ("/user-groups/*/members", "invite"),
    ("/user-groups/*/workspaces*", "invite"),
];

fn kinds(when: &str) -> Vec<Value> {
    let mut kinds: Vec<Value> =
        ["reset", "server_error", "bad_gateway"].map(|kind| json!({ "kind": kind, "when": when })).into();
    if when == "after" {
        kinds.push(json!({ "kind": "truncated_body", "bytes": 2 }));
    }
    kinds
}

fn each_is_done(when: &str) {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        member(2, "bob@acme.example", &["M"], &[]),
    ];
    let live = with(seed(&members, &[]), json!({ "workspaces": workspaces(&["Research"]) }));
    let rule =
        |kind: Value, path: &str| with(kind, json!({ "methods": ["POST"], "paths": [path], "first": 1 }));
    let cases = REQUESTS.iter().flat_map(|(path, onboarding)| {
        kinds(when).into_iter().map(move |kind| (rule(kind, path), *onboarding))
    });
    let faults = side_by_side(cases.collect(), |(rule, onboarding)| fault(&live, rule, onboarding));
    assert!(faults.is_empty(), "{}", faults.join("\n=====\n"));
}

/// What went wrong where one answer is lost, if anything did.
fn fault(live: &Value, rule: &Value, onboarding: &str) -> Option<String> {
    let world = World::new(&CONFIG.replace("ONBOARDING", onboarding));
    let server = Server::seeded(live, &[]);
    server.post("/sandbox/faults", json!({ "rules": [rule] }));
    let url = server.env()[0].1.to_owned();
    let run = end(start(&world, &url, &["apply", "--yes", "--verbose", "--settle", "300ms"]));
    let writes = server.writes();
    let sent = server.get("/sandbox/invited");
    let twice = sent.as_object().unwrap().values().any(|times| times.as_u64() > Some(1));
    let clash = writes.iter().any(|request| request.starts_with("POST") && request.contains(" 4"));
    let done = run.stdout.lines().filter(|line| line.starts_with("done ")).count();
    let plan = end(start(&world, &url, &["plan", "--detailed-exitcode"]));
    let is_wrong = run.status != 0 || done != 6 || twice || clash || plan.status != 0;
    is_wrong.then(|| format!("{rule}\n{}\n{writes:#?}\n{}", run.shown(), plan.shown()))
}

#[test]
fn what_was_done_although_the_answer_is_lost_is_not_done_again() {
    each_is_done("after");
}

#[test]
fn what_was_not_done_is_sent_again() {
    each_is_done("before");
}
