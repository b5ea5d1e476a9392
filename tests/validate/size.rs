//! Files that are large or deep.

use super::support::{ADMIN, faults, read};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

fn people(count: usize, entry: impl Fn(usize) -> String) -> String {
    let mut text =
        format!("version: 1\nseats: {{ le_chat: {{ purchased: {count} }} }}\nmembers:\n  {ADMIN}\n");
    for n in 0..count {
        let _ = writeln!(text, "  p{n}@acme.example: {}", entry(n));
    }
    text
}

#[test]
fn a_hundred_thousand_lines_are_read() {
    let text = people(25_000, |n| match n % 2 {
        0 => "\n    name: Some Body\n    roles: [member]\n    seats: [le_chat]".to_owned(),
        _ => "{ seats: [le_chat] }\n# a comment\n\n".to_owned(),
    });
    assert!(text.lines().count() > 100_000);
    assert_eq!(read(text).desired().members.len(), 25_001);
}

#[test]
fn a_hundred_thousand_lines_of_comments_are_read() {
    let text = format!("{}members:\n  {ADMIN}\n", "# nothing\n".repeat(100_000));
    assert_eq!(read(text).desired().members.len(), 1);
}

#[test]
fn ten_thousand_people_in_one_line_are_read() {
    let people: Vec<_> = (0..10_000).map(|n| format!("p{n}@acme.example: {{ roles: [member] }}")).collect();
    let text = format!("members: {{ {ADMIN}, {} }}", people.join(", "));
    assert_eq!(read(text).desired().members.len(), 10_001);
}

#[test]
fn ten_thousand_faulty_lines_are_all_told() {
    let told = read(people(10_000, |_| "{ rolse: [] }".to_owned()));
    assert_eq!(told.diagnostics().len(), 10_000);
}

#[test]
fn deep_nesting_is_a_fault_and_no_crash() {
    let deep = [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "[".repeat(10_000) + &"]".repeat(10_000),
        "- ".repeat(10_000),
        "? ".repeat(10_000),
        (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(),
    ];
    for text in deep {
        let start = Instant::now();
        let found = faults(&text);
        assert_eq!(found.len(), 1, "{}: {found:?}", text.get(..10).unwrap());
        assert!(start.elapsed() < Duration::from_secs(20), "{}", text.get(..10).unwrap());
    }
}
