//! `apply --format ndjson`: what happens, line by line.

use super::breaker::{Breaker, Cut};
use super::documents::assert_fits;
use super::harness::{Run, Server, World, member, run, seed};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CONFIG: &str = "
version: 1
organization: { name: Acme }
policy: { max_removals: 100% }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
  cyd@acme.example: { roles: [billing] }
  dan@acme.example:
  eve@acme.example:
removed: [fay@acme.example]
";

const APPLY: [&str; 4] = ["apply", "--yes", "--format", "ndjson"];

fn start() -> (World, Server) {
    let people = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M"], &[]),
        member(3, "cyd@acme.example", &["M"], &[]),
        member(6, "fay@acme.example", &["M"], &[]),
    ];
    (World::new(CONFIG), Server::seeded(&seed(&people, &[]), &[]))
}

/// The lines, each of which fits the schema.
fn lines(stdout: &str) -> Vec<Value> {
    stdout
        .lines()
        .map(|line| {
            assert_fits("events", line);
            let event: Value = serde_json::from_str(line).unwrap();
            assert!(event["time"].is_string() && event["type"].is_string(), "{line}");
            event
        })
        .collect()
}

fn ids(events: &[Value], kind: &str) -> BTreeSet<String> {
    let of_kind = events.iter().filter(|event| event["type"] == kind);
    of_kind.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

fn assert_ends(run: &Run, status: &str) -> Vec<Value> {
    let events = lines(&run.stdout);
    let ends = events.iter().filter(|event| event["type"] == "end").count();
    let last = events.last().unwrap();
    assert_eq!(
        (ends, &last["status"], &last["exit_status"]),
        (1, &json!(status), &json!(run.status)),
        "{}",
        run.shown()
    );
    events
}

#[test]
fn each_action_starts_and_has_a_result_and_the_run_an_end() {
    let (world, server) = start();
    let faults = json!([
        { "kind": "server_error", "status": 503, "when": "before", "paths": ["/users/*"], "methods": ["PATCH"], "first": 1 },
        { "kind": "partial", "share": 1, "paths": ["/users-invite*"] },
    ]);
    server.post("/sandbox/faults", json!({ "rules": faults }));
    let run = world.run_on(&server, &APPLY);
    assert_eq!(run.status, 1, "{}", run.shown());
    let events = assert_ends(&run, "failed");
    assert_eq!((&events[0]["type"], &events[0]["organization"]), (&json!("plan"), &json!("Acme")));
    assert_eq!(events[0]["summary"]["changes"], 5);
    assert_eq!(ids(&events, "start").len(), 5);
    assert_eq!(ids(&events, "start"), ids(&events, "result"));
    let retry = events.iter().find(|event| event["type"] == "retry").unwrap();
    assert_eq!((retry["attempt"].as_u64(), retry["pause_ms"].is_u64()), (Some(2), true));
    let failed = events.iter().filter(|event| event["status"] == "failed" && event["type"] == "result");
    assert!(
        failed.clone().count() == 2 && failed.clone().all(|event| event["reason"].is_string()),
        "{}",
        run.stdout
    );
    assert_eq!(
        events.last().unwrap()["summary"],
        json!({ "done": 3, "already": 0, "failed": 2, "not_tried": 0 })
    );
}

#[test]
fn a_killed_run_leaves_complete_lines() {
    for cut in [Cut::Before(1), Cut::Before(3), Cut::After(2), Cut::After(4)] {
        let (world, server) = start();
        let breaker = Breaker::before(&server);
        let killed = breaker.run(&world, &[&APPLY[..], &["--concurrency", "1"]].concat(), Some(cut));
        assert_eq!(killed.status, 137, "{}", killed.shown());
        assert!(killed.stdout.ends_with('\n'), "{}", killed.shown());
        let events = lines(&killed.stdout);
        let (started, ended) = (ids(&events, "start"), ids(&events, "result"));
        assert!(ended.is_subset(&started) && started.len() > ended.len(), "{}", killed.shown());
        assert!(!events.iter().any(|event| event["type"] == "end"), "{}", killed.shown());

        let next = breaker.run(&world, &APPLY, None);
        assert_eq!(next.status, 0, "{}", next.shown());
        assert_ends(&next, "done");
    }
}

#[test]
fn a_refusal_and_a_failure_end_with_their_status() {
    let (world, server) = start();
    world.write(
        "orgsync.yaml",
        &CONFIG
            .replace("100%", "0")
            .replace("removed: [fay@acme.example]", "")
            .replace("policy: {", "policy: { unmanaged: { members: remove },"),
    );
    let refused = world.run_on(&server, &APPLY);
    assert_eq!(refused.status, 3, "{}", refused.shown());
    let events = assert_ends(&refused, "refused");
    assert_eq!(events[0]["refusals"][0]["code"], "max_removals");
    assert_eq!(events.len(), 2, "{}", refused.stdout);

    world.write("orgsync.yaml", "members: 3\n");
    assert_eq!(assert_ends(&world.run_on(&server, &APPLY), "refused").len(), 1);

    world.write("orgsync.yaml", CONFIG);
    let wrong = [("ORGSYNC_API_URL", server.env()[0].1), ("MISTRAL_ADMIN_API_KEY", "wrong-key-1234")];
    let failed = run(world.path(), &APPLY, &wrong);
    let events = assert_ends(&failed, "failed");
    assert!(events[0]["message"].is_string() && events[0]["help"].is_string(), "{}", failed.stdout);

    let unasked = world.run_on(&server, &["apply", "--format", "ndjson"]);
    assert_eq!(unasked.status, 64);
    assert_ends(&unasked, "usage");
}

#[test]
fn actions_of_a_saved_plan_that_are_already_applied_have_results() {
    let (world, server) = start();
    assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
    assert_eq!(world.run_on(&server, &["apply", "--yes"]).status, 0);
    let run = world.run_on(&server, &[&APPLY[..], &["plan.json"]].concat());
    let events = assert_ends(&run, "done");
    assert_eq!((ids(&events, "start").len(), ids(&events, "result").len()), (0, 5), "{}", run.stdout);
}
