//! Too many seats are one short message, whatever the number of lines that ask for them. JSON has all lines.

use super::harness::{World, member, seed, undated};
use serde_json::Value;

/// People who ask for a seat.
const MANY: usize = 300;

/// Many people, each with a line that asks for a seat, and this many seats.
fn files(purchased: usize) -> String {
    let people: String =
        (1..MANY).map(|n| format!("  p{n}@acme.example: {{ seats: [le_chat] }}\n")).collect();
    format!(
        "version: 1\nseats: {{ le_chat: {{ purchased: {purchased}, reserve: 2 }} }}\nmembers:\n  \
         ada@acme.example: {{ roles: [admin], seats: [le_chat] }}\n{people}"
    )
}

/// The lines of the places in a document, in order.
fn lines(places: &Value) -> Vec<u64> {
    let mut lines: Vec<_> =
        places.as_array().unwrap().iter().map(|place| place["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    lines
}

/// The budget and everyone who asks.
fn all_lines() -> Vec<u64> {
    std::iter::once(2).chain(4..4 + MANY as u64).collect()
}

#[test]
fn too_many_declared_seats_take_a_few_lines_in_every_format_and_json_has_all() {
    let world = World::new(&files(200));
    insta::assert_snapshot!("budget_declared", world.run(&["validate"]).shown());
    insta::assert_snapshot!("budget_declared_github", world.run(&["validate", "--format", "github"]).shown());
    let json = world.run(&["validate", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["faults"], 1);
    assert_eq!(lines(&document["diagnostics"][0]["places"]), all_lines());
}

#[test]
fn a_plan_over_the_budget_shows_a_few_lines_in_every_format_and_json_has_all() {
    let world = World::new(&files(MANY + 2));
    let holders: Vec<_> =
        (0..5).map(|n| member(n, &format!("old{n}@acme.example"), &["A"], &["CHAT"])).collect();
    world.write("live.json", &undated(&seed(&holders, &[])));
    let plan = |format: &str| {
        let run = world.run(&["plan", "--live", "live.json", "--format", format]);
        assert_eq!(run.status, 3, "{}", run.shown());
        run.stdout
    };
    let text = plan("text");
    let refusal = &text[text.find("error[seat_budget]").unwrap()..];
    insta::assert_snapshot!("budget_planned", refusal);
    let annotations = plan("github");
    let errors = annotations.lines().filter(|line| line.starts_with("::error "));
    assert_eq!(errors.count(), 4, "{annotations}");
    assert!(plan("markdown").contains("  - at 297 more places\n"));
    let document: Value = serde_json::from_str(&plan("json")).unwrap();
    assert_eq!(lines(&document["refusals"][0]["sources"]), all_lines());
}
