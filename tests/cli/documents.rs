//! Documents: each fits its schema, and a snapshot serves as what it was taken from.

use super::harness::{Run, World, member, run, seed, with};
use serde_json::{Value, json};
use std::path::Path;

const EXAMPLE: [&str; 2] = ["--sandbox", "examples/acme/sandbox.json"];

fn example(args: &[&str]) -> Run {
    let run = run(Path::new(env!("CARGO_MANIFEST_DIR")), args, &[]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run
}

pub(crate) fn assert_fits(name: &str, document: &str) {
    let schema = example(&["schema", name]).stdout;
    let schema = jsonschema::draft7::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let faults: Vec<_> = schema.iter_errors(&document).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_plan_fits_its_schema() {
    let plan = ["plan", "--config", "examples/acme", "--format", "json"];
    assert_fits("plan", &example(&[&plan[..], &EXAMPLE].concat()).stdout);
}

#[test]
fn a_report_fits_its_schema() {
    let apply = ["apply", "--yes", "--config", "examples/acme", "--format", "json"];
    assert_fits("report", &example(&[&apply[..], &EXAMPLE].concat()).stdout);
}

#[test]
fn a_snapshot_fits_its_schema_and_plans_and_serves_as_the_organization_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapshot.json");
    let file = file.to_str().unwrap();
    example(&[&["snapshot", "--out", file][..], &EXAMPLE].concat());
    assert_fits("snapshot", &std::fs::read_to_string(file).unwrap());
    let plan = |live: &[&str]| example(&[&["plan", "--config", "examples/acme"][..], live].concat()).stdout;
    let expected = plan(&EXAMPLE);
    // The seed that was served is as good a snapshot.
    for file in [file, EXAMPLE[1]] {
        let shown = plan(&["--live", file]);
        let (first, rest) = shown.split_once("Planned against a snapshot").unwrap();
        assert_eq!([first, rest.split_once('\n').unwrap().1].concat(), expected);
    }
    assert_eq!(plan(&["--sandbox", file]), expected);
}

#[test]
fn a_plan_against_a_snapshot_tells_its_age_in_every_format() {
    let plan = |more: &[&str]| {
        let live = ["plan", "--config", "examples/acme", "--live", "examples/acme/sandbox.json"];
        let args = [&live[..], &["--today", "2025-07-04"], more].concat();
        run(Path::new(env!("CARGO_MANIFEST_DIR")), &args, &[])
    };
    let said = "Planned against a snapshot from 2025-07-01T00:00:00Z (3 days old), not against the live organization.";
    // In a pipeline, the annotation says so and the log.
    for (format, times) in [("text", 1), ("markdown", 1), ("github", 2)] {
        let run = plan(&["--format", format]);
        assert_eq!(run.stdout.matches(said).count(), times, "{}", run.stdout);
        assert!(
            run.stderr.starts_with("warning: the snapshot `examples/acme/sandbox.json` is "),
            "{}",
            run.stderr
        );
    }
    let document: Value = serde_json::from_str(&plan(&["--format", "json"]).stdout).unwrap();
    assert_eq!(document["live_taken_at"], "2025-07-01T00:00:00Z");
}

#[test]
fn the_last_days_of_the_calendar_are_days_like_any_other() {
    let world = World::new(
        "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  eve@acme.example: { expires: 9999-12-31 }\n",
    );
    let people = [member(1, "ada@acme.example", &["A"], &[]), member(2, "eve@acme.example", &["M"], &[])];
    for taken_at in ["9999-12-30T22:00:00.999999999Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z"] {
        world.write("live.json", &with(seed(&people, &[]), json!({ "taken_at": taken_at })).to_string());
        for today in ["9999-12-30", "9999-12-31"] {
            let run = world.run(&["plan", "--live", "live.json", "--detailed-exitcode", "--today", today]);
            assert_eq!(run.status, 0, "{taken_at} {today}: {}", run.shown());
        }
    }
    for wrong in ["10000-01-01", "9999-12-32"] {
        assert_eq!(world.run(&["validate", "--today", wrong]).status, 64);
        world.write("orgsync.yaml", &format!("members:\n  ada@acme.example: {{ expires: {wrong} }}\n"));
        let run = world.run(&["validate"]);
        assert!(run.status == 3 && run.stdout.contains("error[invalid_date]"), "{}", run.shown());
    }
}

#[test]
fn a_snapshot_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("empty", ""),
        ("no JSON", "{\"format_version\": nope}"),
        ("another version", r#"{"format_version": "2.0", "members": []}"#),
        ("another document", r#"{"members": 3}"#),
    ];
    std::fs::write(folder.path().join("orgsync.yaml"), "members:\n  ada@acme.example: { roles: [admin] }\n")
        .unwrap();
    let shown = cases.map(|(name, text)| {
        std::fs::write(folder.path().join("live.json"), text).unwrap();
        let run = run(folder.path(), &["plan", "--live", "live.json"], &[]);
        format!("## {name}\nexit status {}\n{}", run.status, run.stderr)
    });
    insta::assert_snapshot!("unusable_snapshots", shown.join("\n"));
}

#[test]
fn completions_and_manual_pages_are_made_for_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(example(&["completions", shell]).stdout.contains("snapshot"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    example(&["man", "--out", folder.path().to_str().unwrap()]);
    let mut pages: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().file_name()).collect();
    pages.sort();
    assert!(pages.contains(&"orgsync.1".into()) && pages.contains(&"orgsync-plan.1".into()), "{pages:?}");
}
