//! Which requests meet a fault, and what is no rule.

use crate::client::{TestSandbox, settings};
use crate::faults::invitation;
use mistral_admin_sandbox::{FaultRules, Settings};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::runtime::Runtime;

#[tokio::test]
async fn a_rule_is_about_the_requests_that_it_names() {
    let world = TestSandbox::fresh().await;
    let paths = json!(["/users-invite*", "*/members"]);
    world.meets(json!({"kind": "server_error", "methods": ["GET", "DELETE"], "paths": paths})).await;
    let group = world.group("G", &[]).await;
    let cases = [
        ("GET", "/users-invite".to_owned(), true),
        ("DELETE", "/users-invite/x".to_owned(), true),
        ("POST", "/users-invite".to_owned(), false),
        ("GET", "/users".to_owned(), false),
        ("GET", format!("/user-groups/{group}/members"), true),
        ("GET", format!("/user-groups/{group}"), false),
    ];
    for (method, path, met) in cases {
        assert_eq!(world.status(method, &path).await == 500, met, "{method} {path}");
    }
}

#[tokio::test]
async fn a_rule_lets_some_go_by_and_then_meets_so_many() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "server_error", "after": 2, "first": 1, "paths": ["/roles"]})).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        assert_eq!(world.status("GET", "/users").await, 200);
        statuses.push(world.status("GET", "/roles").await);
    }
    assert_eq!(statuses, [200, 200, 500, 200, 200]);
}

#[tokio::test]
async fn the_first_rule_says_how_a_request_ends() {
    let world = TestSandbox::fresh().await;
    let rules = json!([
        {"kind": "seat_taken", "product": "mistral_code", "first": 1},
        {"kind": "server_error", "status": 504, "first": 1},
        {"kind": "server_error", "status": 503, "first": 2},
        {"kind": "rate_limit"},
    ]);
    world.sets(json!({"rules": rules})).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(world.status("GET", "/users").await);
    }
    assert_eq!(statuses, [504, 503, 429]);
    world.sets(json!({})).await;
    assert_eq!(world.people().await.len(), 2, "and what is beside that happens all the same");
}

/// How each of some requests ended, with a probability of one half.
async fn run(seed: u64) -> Vec<u16> {
    let world = TestSandbox::fresh().await;
    let rule = json!({"kind": "server_error", "probability": 0.5});
    world.sets(json!({"seed": seed, "rules": [rule]})).await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(world.status("GET", "/roles").await);
    }
    statuses
}

#[tokio::test]
async fn the_same_seed_and_requests_meet_the_same_faults() {
    let (one, again, other) = (run(7).await, run(7).await, run(8).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    let met = one.iter().filter(|status| **status == 500).count();
    assert!((8..=32).contains(&met), "{met} of 40");
}

#[tokio::test]
async fn faults_are_shown_as_they_can_be_set_and_are_cleared_by_nothing() {
    let world = TestSandbox::fresh().await;
    let rules = json!([
        {"kind": "rate_limit", "retry_after": {"date": 2}, "probability": 0.25, "first": 3, "after": 10,
         "methods": ["POST"], "paths": ["/users-invite*"]},
        {"kind": "latency", "ms": 0, "probability": 1.0, "after": 0},
        {"kind": "seat_taken", "product": "le_chat", "probability": 0.0, "after": 0},
    ]);
    let faults = json!({"seed": 7, "rules": rules});
    assert_eq!(world.beside("faults", faults.clone()).await, faults);
    assert_eq!(world.shows("faults").await, faults);
    let answer = world.http.post(world.url("/sandbox/faults")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(world.shows("faults").await, json!({"seed": 0, "rules": []}));
    assert_eq!(world.noted().await, [""; 0], "nor are these requests to the Admin API");
}

#[tokio::test]
async fn what_is_no_rule_is_refused_with_its_place_and_changes_nothing() {
    let world = TestSandbox::fresh().await;
    let faults = json!({"seed": 1, "rules": [{"kind": "latency", "ms": 1, "probability": 1.0, "after": 0}]});
    world.sets(faults.clone()).await;
    let rule = |rule: Value| json!({"rules": [{"kind": "latency", "ms": 2}, rule]});
    let cases = [
        (json!([]), "body"),
        (json!({"sed": 1}), "body.sed"),
        (json!({"seed": -1}), "body.seed"),
        (json!({"rules": {}}), "body.rules"),
        (json!({"rules": vec![json!({"kind": "reset"}); 1001]}), "body.rules"),
        (rule(json!(3)), "body.rules.1"),
        (rule(json!({})), "body.rules.1.kind"),
        (rule(json!({"kind": "flood"})), "body.rules.1.kind"),
        (rule(json!({"kind": "latency"})), "body.rules.1.ms"),
        (rule(json!({"kind": "latency", "ms": 600_001})), "body.rules.1.ms"),
        (rule(json!({"kind": "latency", "ms": "1"})), "body.rules.1.ms"),
        (rule(json!({"kind": "reset", "ms": 1})), "body.rules.1.ms"),
        (rule(json!({"kind": "reset", "when": "during"})), "body.rules.1.when"),
        (rule(json!({"kind": "reset", "probability": 1.5})), "body.rules.1.probability"),
        (rule(json!({"kind": "reset", "first": -1})), "body.rules.1.first"),
        (rule(json!({"kind": "reset", "after": 0.5})), "body.rules.1.after"),
        (rule(json!({"kind": "reset", "methods": ["post"]})), "body.rules.1.methods.0"),
        (rule(json!({"kind": "reset", "methods": []})), "body.rules.1.methods"),
        (rule(json!({"kind": "reset", "paths": ["users"]})), "body.rules.1.paths.0"),
        (rule(json!({"kind": "server_error", "status": 404})), "body.rules.1.status"),
        (rule(json!({"kind": "rate_limit", "retry_after": {"day": 1}})), "body.rules.1.retry_after.day"),
        (rule(json!({"kind": "truncated_body", "bytes": -1})), "body.rules.1.bytes"),
        (rule(json!({"kind": "slow_body"})), "body.rules.1.ms_per_chunk"),
        (rule(json!({"kind": "partial", "share": 2})), "body.rules.1.share"),
        (rule(json!({"kind": "stale_reads", "ms": null})), "body.rules.1.ms"),
        (rule(json!({"kind": "seat_taken", "product": "CHAT"})), "body.rules.1.product"),
    ];
    for (body, place) in cases {
        let answer = world.http.post(world.url("/sandbox/faults")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 422, "{place}");
        let answer: Value = answer.json().await.unwrap();
        let steps = answer["detail"][0]["loc"].as_array().unwrap().iter();
        let steps: Vec<_> = steps.map(|step| step.to_string().replace('"', "")).collect();
        assert_eq!(steps.join("."), place, "{answer}");
        let told = FaultRules::parse(&body.to_string()).unwrap_err().to_string();
        assert!(told.contains(place.trim_start_matches("body").trim_start_matches('.')), "{told}");
    }
    assert_eq!(world.shows("faults").await, faults);
}

#[tokio::test]
async fn faults_meet_no_request_beside_the_admin_api_and_none_without_the_key() {
    let world = TestSandbox::fresh().await;
    world.meets(json!({"kind": "reset", "first": 1})).await;
    assert_eq!(world.beside("advance", json!({"days": 1})).await, json!({"advanced_days": 1}));
    assert_eq!(world.shows("requests").await, json!([]));
    let answer = world.http.get(world.url("/v1/admin/roles")).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(world.ask("GET", "/roles", &Value::Null).await.is_err());
}

#[tokio::test]
async fn a_state_file_stays_whole_and_holds_what_took_effect() {
    let folder = tempfile::tempdir().unwrap();
    let state = camino::Utf8PathBuf::try_from(folder.path().join("state.json")).unwrap();
    let world = TestSandbox::start(Settings { state: Some(state.clone()), ..settings() }).await;
    let kinds = [
        json!({"kind": "reset", "when": "after"}),
        json!({"kind": "reset", "when": "before"}),
        json!({"kind": "truncated_body", "bytes": 1}),
        json!({"kind": "bad_gateway", "when": "after"}),
        json!({"kind": "seat_taken", "product": "le_chat"}),
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        world.meets(kind).await;
        let _ = world.ask("POST", "/users-invite", &invitation(&format!("p{number}@x.example"))).await;
    }
    world.sets(json!({})).await;
    let people = world.people().await;
    assert_eq!(people.len(), 6, "{people:?}");
    drop(world);
    let again = TestSandbox::start(Settings { state: Some(state), ..settings() }).await;
    assert_eq!(again.people().await, people);
}

/// Any rule of any kind, all of them quick.
fn any_rule() -> impl Strategy<Value = Value> {
    let when = prop_oneof![Just("before"), Just("after")];
    let kind = (0_usize..11, when, 0_u32..30, 500_u16..600).prop_map(|(kind, when, number, status)| {
        let kinds = [
            json!({"kind": "latency", "ms": number}),
            json!({"kind": "rate_limit", "retry_after": number}),
            json!({"kind": "server_error", "status": status, "when": when}),
            json!({"kind": "bad_gateway", "when": when}),
            json!({"kind": "reset", "when": when}),
            json!({"kind": "truncated_body", "bytes": number}),
            json!({"kind": "slow_body", "ms_per_chunk": number / 10}),
            json!({"kind": "partial", "share": f64::from(number) / 30.0}),
            json!({"kind": "stale_reads", "ms": number}),
            json!({"kind": "seat_taken", "product": "le_chat"}),
            json!({"kind": "forbidden"}),
        ];
        kinds[kind].clone()
    });
    (kind, 0.0..=1.0).prop_map(|(mut kind, probability)| {
        kind["probability"] = json!(probability);
        kind
    })
}

#[test]
fn whatever_is_met_the_sandbox_goes_on_and_keeps_its_rules() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(TestSandbox::with_seats(3));
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let rules = proptest::collection::vec(any_rule(), 0..6);
    let tried = TestRunner::new(config).run(&(any::<u64>(), rules), |(seed, rules)| {
        runtime.block_on(async {
            world.sets(json!({"seed": seed, "rules": rules})).await;
            let name = |number: u32| format!("p{number}-{seed}@x.example");
            for number in 0..4 {
                let pair = format!("{},{}", name(number), name(number + 1));
                let _ = world.ask("POST", "/users-invite", &invitation(&pair)).await;
                if let Ok(answer) = world.ask("GET", "/users?page_size=1000", &Value::Null).await {
                    let _ = tokio::time::timeout(Duration::from_secs(10), answer.bytes()).await.unwrap();
                }
            }
            world.sets(json!({})).await;
            world.get("/users").await;
            let moments = world.shows("moments").await;
            let seats = |moment: &Value| moment["used"]["le_chat"].as_u64().unwrap();
            assert!(moments.as_array().unwrap().iter().all(|moment| seats(moment) <= 3));
            let invited = world.shows("invited").await;
            assert!(invited.as_object().unwrap().values().all(|times| times == 1), "{invited}");
        });
        Ok(())
    });
    tried.unwrap();
}
