//! Random faults, in the shape that `POST /sandbox/faults` takes.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// The longest time for which lists lag behind, in milliseconds.
pub(super) const LONGEST_LAG: u64 = 250;

fn when() -> impl Strategy<Value = &'static str> {
    select(&["before", "after"][..])
}

/// A kind with its own parameters.
fn kind() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => (1..8_u8).prop_map(|ms| json!({"kind": "latency", "ms": ms})),
        2 => Just(json!({"kind": "rate_limit"})),
        1 => select(vec![json!(0), json!({"date": 0}), json!(1)])
            .prop_map(|after| json!({"kind": "rate_limit", "retry_after": after})),
        6 => (select(&[500, 503, 504, 501][..]), when())
            .prop_map(|(status, when)| json!({"kind": "server_error", "status": status, "when": when})),
        4 => when().prop_map(|when| json!({"kind": "bad_gateway", "when": when})),
        6 => when().prop_map(|when| json!({"kind": "reset", "when": when})),
        4 => (0..60_u8).prop_map(|bytes| json!({"kind": "truncated_body", "bytes": bytes})),
        1 => (0..3_u8).prop_map(|ms| json!({"kind": "slow_body", "ms_per_chunk": ms})),
        4 => (0.1..1.0).prop_map(|share| json!({"kind": "partial", "share": share})),
        4 => (20..=LONGEST_LAG).prop_map(|ms| json!({"kind": "stale_reads", "ms": ms})),
        1 => select(&["le_chat", "mistral_code"][..])
            .prop_map(|product| json!({"kind": "seat_taken", "product": product})),
    ]
}

/// Which requests, and how many of them.
type Scope = (Option<f64>, Option<u32>, u32, Option<Vec<&'static str>>, Option<&'static str>);

fn scope() -> impl Strategy<Value = Scope> {
    let methods = prop_oneof![
        4 => Just(None),
        4 => Just(Some(vec!["POST"])),
        2 => Just(Some(vec!["PATCH", "DELETE"])),
        1 => Just(Some(vec!["GET"])),
    ];
    let path = prop_oneof![
        6 => Just(None),
        2 => Just(Some("/users-invite*")),
        1 => Just(Some("/users*")),
        1 => Just(Some("/workspaces*")),
        1 => Just(Some("/user-groups*")),
    ];
    let often = prop_oneof![
        3 => (0.05..0.4).prop_map(|probability| (Some(probability), None)),
        2 => (0.3..1.0, 1..5_u32).prop_map(|(probability, first)| (Some(probability), Some(first))),
        2 => (1..4_u32).prop_map(|first| (None, Some(first))),
    ];
    let after = prop_oneof![3 => Just(0), 1 => 1..12_u32];
    (often, after, methods, path)
        .prop_map(|((probability, first), after, methods, path)| (probability, first, after, methods, path))
}

fn rule() -> impl Strategy<Value = Value> {
    (kind(), scope()).prop_map(|(mut rule, (probability, first, after, methods, path))| {
        // These cost time, or seats, each time.
        let first = match rule["kind"].as_str() {
            Some("rate_limit" | "seat_taken") => Some(first.unwrap_or(2).min(2)),
            _ => first,
        };
        rule["after"] = json!(after);
        let given = [
            ("probability", probability.map(Value::from)),
            ("first", first.map(Value::from)),
            ("methods", methods.map(Value::from)),
            ("paths", path.map(|path| json!([path]))),
        ];
        for (key, value) in given {
            if let Some(value) = value {
                rule[key] = value;
            }
        }
        rule
    })
}

pub(super) fn rules() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(rule(), 1..5)
}

/// By how much lists lag behind, in milliseconds.
pub(super) fn lag(rules: &[Value]) -> u64 {
    let stale = rules.iter().filter(|rule| rule["kind"] == "stale_reads");
    stale.filter_map(|rule| rule["ms"].as_u64()).max().unwrap_or(0)
}
