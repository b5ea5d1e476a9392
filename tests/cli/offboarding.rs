//! `policy.offboarding.api_keys`: which API keys of people who leave are deleted, in which order, and what is left.

use super::breaker::{Breaker, Cut};
use super::harness::{Run, Server, World, member, seed, uuid, with};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// Bob is removed, Cyd's access ends in June, Gone has left before, and Dan leaves by himself.
const FILES: &str = "
version: 1
organization: { name: Acme }
policy: { max_removals: 100%, offboarding: { api_keys: { revoke: { unused_for: 7d } } } }
members:
  ada@acme.example: { roles: [admin] }
  cyd@acme.example: { expires: 2026-06-30 }
  dan@acme.example:
removed: [bob@acme.example, gone@acme.example]
";

const DAY: [&str; 2] = ["--today", "2026-07-01"];

fn key(number: u32, name: &str, created_by: Value, more: Value) -> Value {
    let key = json!({
        "key_id": uuid(number), "key": null, "name": name, "hidden_key": format!("HQSx...{number:04}"),
        "created_at": "2026-01-31T08:00:00Z", "expiration_date": null, "actions": {}, "workspace_id": null,
        "workspace_name": null, "created_by": created_by, "product": "API", "last_used": null, "can_delete": null,
    });
    with(key, more)
}

fn live() -> Value {
    let people = ["ada", "bob", "cyd", "dan"].map(|name| format!("{name}@acme.example"));
    let members: Vec<Value> = people
        .iter()
        .zip(1..)
        .map(|(email, number)| member(number, email, if number == 1 { &["A"] } else { &["M"] }, &[]))
        .collect();
    let keys = [
        key(11, "Never used", json!("Bob@acme.example"), json!({})),
        key(12, "Just made", json!(uuid(2)), json!({ "created_at": "2026-06-24T00:00:00Z" })),
        key(13, "Used a week ago", json!("bob@acme.example"), json!({ "last_used": "2026-06-24" })),
        key(14, "Used before", json!("bob@acme.example"), json!({ "last_used": "2026-06-23" })),
        key(15, "Shared", json!("bob@acme.example"), json!({ "can_delete": false })),
        key(16, "Expired", json!("cyd@acme.example"), json!({ "can_delete": true })),
        key(17, "Old", json!("gone@acme.example"), json!({})),
        key(18, "Dan's", json!("dan@acme.example"), json!({})),
        key(19, "Pipeline", json!("another key"), json!({})),
        key(20, "Ada's", json!("ada@acme.example"), json!({})),
    ];
    with(seed(&members, &[]), json!({ "api_keys": keys }))
}

fn begin(files: &str) -> (World, Server) {
    (World::new(files), Server::seeded(&live(), &[]))
}

fn run(world: &World, server: &Server, args: &[&str]) -> Run {
    world.run_on(server, &[args, &DAY].concat())
}

fn apply(world: &World, server: &Server, more: &[&str]) -> Run {
    let args = ["apply", "--yes", "--settle", "300ms"];
    run(world, server, &[&args, more].concat())
}

/// The names of the keys that are left.
fn keys(world: &World, server: &Server) -> Vec<String> {
    let snapshot: Value = serde_json::from_str(&world.run_on(server, &["snapshot"]).stdout).unwrap();
    let keys = snapshot["api_keys"].as_array().unwrap().iter();
    keys.map(|key| key["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn keys_that_are_not_used_any_more_are_deleted_before_their_owners_leave_and_the_rest_is_listed() {
    let (world, server) = begin(FILES);
    server.post("/sandbox/leave", json!({ "emails": ["dan@acme.example"] }));
    let plan = run(&world, &server, &["plan"]);
    assert_eq!(plan.status, 0, "{}", plan.shown());
    let refused = apply(&world, &server, &[]);
    assert_eq!((refused.status, server.writes()), (3, Vec::new()), "{}", refused.shown());
    assert!(refused.stderr.contains("error[irreversible]: this plan deletes API keys"), "{}", refused.stderr);
    let done = apply(&world, &server, &["--allow-irreversible"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let writes = server.writes();
    let is_key = |write: &String| write.contains("/api-keys/");
    assert_eq!(writes.iter().rposition(is_key), Some(writes.iter().filter(|one| is_key(one)).count() - 1));
    assert_eq!(keys(&world, &server), ["Just made", "Used a week ago", "Shared", "Pipeline", "Ada's"]);
    insta::with_settings!({ filters => vec![(r"left, [0-9]{4}-[-0-9: ]+ UTC", "left, TIME UTC")] }, {
        insta::assert_snapshot!(format!("{}\n{}", plan.stdout, done.stdout));
    });
    let again = apply(&world, &server, &["--allow-irreversible"]);
    assert_eq!((again.status, server.writes()), (0, writes), "{}", again.shown());
}

#[test]
fn a_key_of_a_person_who_has_left_is_found_by_the_identifier_that_the_log_tells() {
    let (world, server) = begin(
        &FILES
            .replace("bob@acme.example, gone", "dan@acme.example, gone")
            .replace("  dan@acme.example:\n", "  bob@acme.example:\n"),
    );
    // Bob has left by himself, and one of his keys names him by his identifier alone.
    server.post("/sandbox/leave", json!({ "emails": ["bob@acme.example"] }));
    let document = run(&world, &server, &["plan", "--format", "json"]);
    let document: Value = serde_json::from_str(&document.stdout).unwrap();
    super::documents::assert_fits("plan", &document.to_string());
    let left = document["api_keys_left"].as_array().unwrap();
    let just_made = left.iter().find(|key| key["name"] == "Just made").unwrap();
    let told = ["owner", "reason", "kept"].map(|field| just_made[field].as_str());
    assert_eq!(told, [Some("bob@acme.example"), Some("departed"), Some("in_use")], "{just_made}");
}

#[test]
fn a_refused_deletion_fails_for_that_key_alone() {
    let (world, server) = begin(FILES);
    let refused = format!("/api-keys/{}", uuid(14));
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "forbidden", "paths": [refused] }] }));
    let run = apply(&world, &server, &["--allow-irreversible"]);
    assert_eq!(run.status, 1, "{}", run.shown());
    assert_eq!(
        keys(&world, &server),
        ["Just made", "Used a week ago", "Used before", "Shared", "Dan's", "Pipeline", "Ada's"]
    );
    let removed = server.writes().into_iter().filter(|one| one == "DELETE /users/ID 200").count();
    assert_eq!(removed, 2, "{}", run.shown());
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn what_is_due_deletes_the_keys_of_people_whose_access_has_ended_and_of_nobody_else() {
    let (world, server) = begin(FILES);
    let done = apply(&world, &server, &["--due", "--allow-irreversible"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert_eq!(server.writes(), ["DELETE /api-keys/ID 200", "DELETE /users/ID 200"]);
    assert!(!keys(&world, &server).contains(&"Expired".to_owned()), "{:?}", keys(&world, &server));
}

#[test]
fn without_leave_to_delete_what_is_due_goes_on_and_says_so() {
    let (world, server) = begin(FILES);
    let run = apply(&world, &server, &["--due"]);
    assert_eq!(
        (run.status, server.writes()),
        (3, vec!["DELETE /users/ID 200".to_owned()]),
        "{}",
        run.shown()
    );
    assert!(run.stdout.contains("this plan deletes API keys, which can't be undone"), "{}", run.stdout);
}

#[test]
fn whoever_a_guard_keeps_keeps_their_keys() {
    let (world, server) = begin(&FILES.replace("max_removals: 100%", "max_removals: 0"));
    let run = apply(&world, &server, &["--due", "--allow-irreversible"]);
    assert_eq!((run.status, server.writes()), (3, Vec::new()), "{}", run.shown());
}

#[test]
fn an_emergency_deletes_keys_only_if_that_is_allowed() {
    let (world, server) = begin(FILES);
    let careful = apply(&world, &server, &["--only", "cyd@acme.example"]);
    assert_eq!((careful.status, server.writes()), (0, vec!["DELETE /users/ID 200".to_owned()]));
    assert!(careful.stdout.contains("not deleted: needs --allow-irreversible"), "{}", careful.shown());
    let (world, server) = begin(FILES);
    let run = apply(&world, &server, &["--only", "cyd@acme.example", "--allow-irreversible"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert_eq!(server.writes(), ["DELETE /api-keys/ID 200", "DELETE /users/ID 200"]);
}

#[test]
fn a_saved_deletion_of_an_unused_key_conflicts_with_a_use_since() {
    let (world, server) = begin(FILES);
    let saved = run(&world, &server, &["plan", "--out", "PLAN.json"]);
    assert_eq!(saved.status, 0, "{}", saved.shown());
    let mut used = live();
    used["api_keys"][3]["last_used"] = json!("2026-07-01");
    let later = Server::seeded(&used, &[]);
    let args = ["apply", "PLAN.json", "--yes", "--allow-irreversible", "--settle", "300ms"];
    let stale = world.run_on(&later, &args);
    assert_eq!((stale.status, later.writes()), (3, Vec::new()), "{}", stale.shown());
    assert!(stale.stderr.contains("last used 2026-07-01"), "{}", stale.stderr);
    let done = world.run_on(&server, &args);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(!keys(&world, &server).contains(&"Used before".to_owned()));
}

#[test]
fn a_killed_offboarding_is_completed_by_the_next_run() {
    let args = ["apply", "--yes", "--allow-irreversible", "--settle", "300ms", DAY[0], DAY[1]];
    let (world, server) = begin(FILES);
    assert_eq!(world.run_on(&server, &args).status, 0);
    let (writes, left) = (server.writes().len(), keys(&world, &server));
    for cut in (1..=writes).flat_map(|at| [Cut::Before(at), Cut::After(at)]) {
        let (world, server) = begin(FILES);
        let breaker = Breaker::before(&server);
        breaker.run(&world, &args, Some(cut));
        let next = breaker.run(&world, &args, None);
        assert_eq!((next.status, keys(&world, &server)), (0, left.clone()), "{cut:?}: {}", next.shown());
        let journal = std::fs::read_dir(world.path()).unwrap().flatten();
        let texts = journal.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        assert!(texts.filter(|text| text.contains("DELETE")).all(|text| !text.contains("HQSx")), "{cut:?}");
        let sent = server.writes();
        let last = breaker.run(&world, &args, None);
        assert_eq!((last.status, server.writes()), (0, sent), "{cut:?}: {}", last.shown());
    }
}

/// A random key: its owner, when it was used and made, in days before the plan, and what the API says of its deletion.
type Sample = (usize, Option<i64>, Option<i64>, Option<bool>, Option<&'static str>);

/// Who made a key: whose address, or whose identifier; then what is no person.
const OWNERS: [(&str, Option<u32>); 9] = [
    ("ada@acme.example", None),
    ("bob@acme.example", None),
    ("bob@acme.example", Some(2)),
    ("cyd@acme.example", None),
    ("cyd@acme.example", Some(3)),
    ("gone@acme.example", None),
    ("old@acme.example", None),
    ("another key", None),
    ("nobody", Some(99)),
];

/// Which keys the contract deletes, and which it lists, of so many days of policy: none reports, 0 revokes all.
fn judged(keys: &[Sample], policy: Option<i64>) -> (Vec<String>, Vec<String>) {
    let (mut deleted, mut left) = (Vec::new(), Vec::new());
    for (number, (owner, used, made, can, action)) in (11..).zip(keys) {
        let unknown = *owner >= 7;
        if *owner == 0 {
            continue;
        }
        let forbidden = *can == Some(false) || *action == Some("unavailable");
        let unused = policy == Some(0) || used.or(*made).is_some_and(|days| Some(days) > policy);
        let goes = policy.is_some() && !unknown && !forbidden && unused;
        if goes { &mut deleted } else { &mut left }.push(uuid(number));
    }
    (deleted, left)
}

#[test]
fn random_keys_are_deleted_or_listed_as_the_contract_says() {
    let files = FILES
        .replace("  dan@acme.example:", "  old@acme.example: { expires: 2026-06-29 }\n  dan@acme.example:");
    let policies = [("report", None), ("revoke", Some(0)), ("{ revoke: { unused_for: 7d } }", Some(7))];
    let days = || prop::option::of(0..15_i64);
    let action = prop::option::of(prop::sample::select(vec!["available", "unavailable", "perhaps"]));
    let sample = (0..OWNERS.len(), days(), days(), any::<Option<bool>>(), action);
    let samples = (prop::collection::vec(sample, 0..12), prop::sample::select(policies.to_vec()));
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let today: jiff::civil::Date = DAY[1].parse().unwrap();
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&samples, |(keys, (word, policy))| {
            let day = |before: i64| (today - jiff::Span::new().days(before)).to_string();
            let listed = (11..).zip(&keys).map(|(number, (owner, used, made, can, status))| {
                let (name, id) = OWNERS[*owner];
                let more = json!({
                    "last_used": used.map(day), "created_at": made.map(|made| day(made) + "T23:59:59Z"),
                    "can_delete": can, "actions": { "delete": status.map(|status| json!({ "status": status })) },
                });
                key(number, "Key", id.map_or(json!(name), |id| json!(uuid(id))), more)
            });
            let live = with(live(), json!({ "api_keys": listed.collect::<Vec<_>>() }));
            let files = files.replace("{ revoke: { unused_for: 7d } }", word);
            let plan = |more: &[&str]| -> Value {
                let run = World::new(&files).plan(&live, &[&["--format", "json"], &DAY[..], more].concat());
                serde_json::from_str(&run.stdout).unwrap()
            };
            let actions = |plan: &Value| -> Vec<Value> { plan["actions"].as_array().unwrap().clone() };
            let deletions = |plan: &Value| -> Vec<String> {
                let all = actions(plan);
                let keys = all.iter().filter(|action| action["kind"] == "api_key.delete");
                let mut ids: Vec<_> = keys.map(|key| key["target"].as_str().unwrap().to_owned()).collect();
                ids.sort();
                ids
            };
            let whole = plan(&[]);
            let (deleted, left) = judged(&keys, policy);
            prop_assert_eq!(deletions(&whole), deleted.clone());
            let mut listed: Vec<_> =
                whole["api_keys_left"].as_array().unwrap().iter().map(|key| key["key_id"].as_str().unwrap().to_owned()).collect();
            listed.sort();
            prop_assert_eq!(listed, left);
            let phase = |kind: &str| {
                actions(&whole).iter().filter(|one| one["kind"] == kind).map(|one| one["phase"].as_u64()).collect::<Vec<_>>()
            };
            prop_assert!(phase("api_key.delete").iter().max() < phase("member.remove").iter().min());
            let owner = |id: &String| keys[id[id.len() - 2..].parse::<usize>().unwrap() - 11].0;
            let due: Vec<_> = deleted.into_iter().filter(|id| [3, 4, 6].contains(&owner(id))).collect();
            prop_assert_eq!(deletions(&plan(&["--due"])), due);
            Ok(())
        })
        .unwrap();
}
