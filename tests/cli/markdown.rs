//! `--format markdown`: the comment on a pull request.

use super::harness::{Run, Server, World, group, invitation, member, run, seed, with, workspaces};
use serde_json::{Value, json};
use std::path::Path;

/// An organization of members with a seat each, and the admin ada.
pub(crate) fn org(number: u32) -> Value {
    let people = (2..number).map(|n| member(n, &format!("p{n}@acme.example"), &["M"], &["CHAT"]));
    let members: Vec<_> =
        std::iter::once(member(1, "ada@acme.example", &["A"], &["CHAT"])).chain(people).collect();
    seed(&members, &[])
}

/// A plan that breaks the budget and a guard.
pub(crate) const REFUSED: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 6, reserve: 1 } }
policy: { max_removals: 1, min_admins: 1 }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  new@acme.example: { seats: [le_chat] }
removed: [p2@acme.example, p3@acme.example]
";

/// An organization that more people are in than its budget has seats for.
pub(crate) fn full() -> Value {
    with(org(8), json!({ "invitations": [invitation(90, "guest@acme.example", &["M"], false)] }))
}

/// Names that people choose who want to be noticed.
const NAMES: [&str; 6] = [
    "@everyone and #1",
    "</details><img src=x onerror=alert(1)>",
    "[click](https://evil.example) `code` ``more``",
    "\u{1b}[2J\r\n::error::gone\n\n# Heading\u{202e}",
    "##[add-mask]a | b \\| c",
    "*bold* _it_ ~~gone~~ https://evil.example GH-1",
];

/// Groups of such names that are to go, and workspaces that are to stay.
pub(crate) fn hostile() -> (&'static str, Value) {
    let config = "
version: 1
organization: { name: \"@acme/owners <b>\" }
policy: { max_removals: 100%, unmanaged: { groups: remove } }
members: { ada@acme.example: { roles: [admin] } }
groups: { Interns: { description: \"@you, see #1\" } }
";
    let groups: Vec<_> = (201..).zip(NAMES).map(|(number, name)| group(number, name, &[1])).collect();
    let resources = json!({ "groups": groups, "workspaces": workspaces(&NAMES) });
    let mut nameless = member(3, "x", &["M"], &[]);
    nameless["email"] = Value::Null;
    nameless["name"] = json!("@team <script>alert(1)</script>");
    (config, with(seed(&[member(1, "ada@acme.example", &["A"], &[]), nameless], &[]), resources))
}

fn markdown(world: &World, seed: &Value) -> Run {
    world.plan(seed, &["--format", "markdown"])
}

/// A text without what stands in code spans. No code span here goes over a line.
fn outside_of_code(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(start) = rest.find('`') {
            out.push_str(&rest[..start]);
            let fence = rest[start..].chars().take_while(|c| *c == '`').count();
            let inside = &rest[start + fence..];
            let fence_again = "`".repeat(fence);
            let mut ends = inside.match_indices(&fence_again).map(|(at, _)| at);
            let alone = |at: &usize| !inside[..*at].ends_with('`') && !inside[at + fence..].starts_with('`');
            let end = ends.find(|at| alone(at)).unwrap_or_else(|| panic!("not closed: {line}"));
            rest = &inside[end + fence..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn the_example_is_a_comment_and_the_same_every_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let plan = ["plan", "--config", "examples/acme", "--sandbox", "examples/acme/sandbox.json"];
    let comment =
        || run(root, &[&plan[..], &["--format", "markdown", "--today", "2026-11-24"]].concat(), &[]);
    let first = comment();
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    assert_eq!(first.stdout, comment().stdout);
    insta::assert_snapshot!("markdown_example", first.stdout);
}

#[test]
fn a_refused_plan_begins_with_why() {
    let run = markdown(&World::new(REFUSED), &full());
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!("markdown_refused", run.stdout);
}

#[test]
fn a_plan_without_changes_is_a_sentence() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    let run = markdown(&world, &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]));
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("markdown_empty", run.stdout);
}

#[test]
fn names_that_want_to_be_noticed_are_text() {
    let (config, live) = hostile();
    let run = markdown(&World::new(config), &live);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("markdown_hostile", run.stdout);
    let own = outside_of_code(&run.stdout);
    for part in ["@", "](", "http", "<img", "<script", "#1", "GH-", "bold", "::", "\u{1b}", "\u{202e}"] {
        assert!(!own.contains(part), "{part:?} in {own}");
    }
    assert!(!run.stdout.contains("##["), "{}", run.stdout);
    assert_eq!(own.matches("<details>").count(), own.matches("</details>").count());
}

#[test]
fn ten_thousand_changes_fit_and_those_that_do_not_are_counted() {
    let mut config = REFUSED.split("members:").next().unwrap().replace("purchased: 6", "purchased: 20000");
    config.push_str("members:\n  ada@acme.example: { roles: [admin], seats: [le_chat] }\n");
    for n in 0..10_000 {
        config.push_str(&format!("  n{n}@acme.example: {{ seats: [le_chat] }}\n"));
    }
    config.push_str("removed: [p2@acme.example]\n");
    let run = markdown(&World::new(&config), &org(8));
    assert_eq!(run.status, 0, "{}", run.stderr);
    let length = run.stdout.chars().count();
    assert!((64_800..=65_000).contains(&length), "{length}");
    let shown = run.stdout.lines().filter(|line| line.starts_with("- `+`")).count();
    let told = format!("… and {},{:03} more changes\n", (10_000 - shown) / 1000, (10_000 - shown) % 1000);
    assert!(run.stdout.contains(&told), "{told}");
    let end: Vec<_> = run.stdout.lines().skip_while(|line| !line.starts_with("… and ")).collect();
    insta::assert_snapshot!("markdown_end", end[1..].join("\n"));
}

#[test]
fn faults_of_the_files_are_a_comment_too() {
    let world = World::new("version: 1\nmembers:\n  \"@evil\": {}\n  ada@acme.example: { seat: [] }\n");
    let run = markdown(&world, &org(2));
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("The configuration has "), "{}", run.stderr);
    insta::assert_snapshot!("markdown_faults", run.stdout);
}

/// A report without the times of its run.
fn timeless(report: &str) -> String {
    let is_time = |word: &&str| word.starts_with("20") && word.trim_end_matches('.').ends_with('Z');
    let times: Vec<&str> = report.split_whitespace().filter(is_time).collect();
    assert_eq!(times.len(), 2, "{report}");
    times.iter().fold(report.to_owned(), |text, time| text.replace(time.trim_end_matches('.'), "TIME"))
}

#[test]
fn a_report_is_a_comment() {
    let config = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
  cyd@acme.example:
";
    let members = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])];
    let faults = r#"{"rules": [{"kind": "partial", "share": 1, "paths": ["/users-invite*"]}]}"#;
    let (world, server) = (World::new(config), Server::seeded(&seed(&members, &[]), &["--faults", faults]));
    let run = world.run_on(&server, &["apply", "--yes", "--format", "markdown"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    insta::assert_snapshot!("markdown_report", timeless(&run.stdout));
}

#[test]
fn many_failures_are_folded() {
    let mut config = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n".to_owned();
    (10..22).for_each(|n| config.push_str(&format!("  n{n}@acme.example: {{ seats: [] }}\n")));
    let faults = r#"{"rules": [{"kind": "partial", "share": 1, "paths": ["/users-invite*"]}]}"#;
    let live = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    let (world, server) = (World::new(&config), Server::seeded(&live, &["--faults", faults]));
    let run = world.run_on(&server, &["apply", "--yes", "--format", "markdown"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let opened = timeless(run.stdout.split("<details>").next().unwrap());
    insta::assert_snapshot!("markdown_many_failures", opened);
    assert!(run.stdout.contains("<summary>Failed (12)</summary>"), "{}", run.stdout);
}

#[test]
fn a_report_of_nothing_is_a_sentence() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    world.write("seed.json", &org(2).to_string());
    let run = world.run(&["apply", "--yes", "--format", "markdown", "--sandbox", "seed.json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    insta::assert_snapshot!(timeless(&run.stdout), @r"
    ### Apply

    **Nothing to do. The organization is as planned.**

    From TIME to TIME.
    ");
}
