//! Members as organizations really have them: private plans, and words that this version doesn't know.

use super::harness::{Server, World, member, seed, with};
use serde_json::{Value, json};

/// A member whose seats are in `subscriptions` alone.
fn subscriber(number: u32, email: &str, subscriptions: Value) -> Value {
    with(
        member(number, email, &["M"], &[]),
        json!({ "subscription_types": null, "subscriptions": subscriptions }),
    )
}

fn subscription(plan: &str) -> Value {
    json!({ "type": "CHAT", "plan": plan, "status": "A", "self_service": true, "member_has_access": true })
}

#[test]
fn a_private_plan_takes_no_seat_and_is_never_written() {
    let world = World::new(
        "
version: 1
seats: { le_chat: { purchased: 1 } }
members:
  ada@acme.example: { roles: [admin] }
  edu@acme.example: { seats: [] }
  own@acme.example: { seats: [le_chat] }
",
    );
    let live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &[]),
            subscriber(2, "edu@acme.example", json!([subscription("EDU")])),
            subscriber(3, "own@acme.example", json!([subscription("INDIVIDUAL")])),
        ],
        &[],
    );
    let server = Server::seeded(&live, &["--purchased", "le_chat=1"]);
    insta::assert_snapshot!("private_plans", world.run_on(&server, &["plan"]).stdout);
    world.settle(&server, &[]);
    let snapshot: Value = serde_json::from_str(&world.run_on(&server, &["snapshot"]).stdout).unwrap();
    let plans = |member: &Value| {
        let subscriptions = member["subscriptions"].as_array().unwrap().iter();
        let plans: Vec<&Value> = subscriptions.map(|one| &one["plan"]).collect();
        json!([member["email"], plans])
    };
    let plans: Vec<Value> = snapshot["members"].as_array().unwrap().iter().map(plans).collect();
    let kept = json!([
        ["ada@acme.example", []],
        ["edu@acme.example", ["EDU"]],
        ["own@acme.example", ["INDIVIDUAL", "TEAM"]],
    ]);
    assert_eq!(Value::from(plans), kept);
}
