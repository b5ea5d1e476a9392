//! `orgsync validate` for machines, and from standard input.

use super::documents::assert_fits;
use super::harness::{KEY, Run, World};
use std::io::Write as _;
use std::process::{Command, Stdio};

const FAULTY: &str = "version: 1
include: [teams/*.yaml]
members:
  ada@acme.example: { roles: [admin], seat: [] }
  bob@acme.example: { roles: [] }
";

/// A configuration with faults in two files, and one that concerns both.
fn faulty() -> World {
    let world = World::new(FAULTY);
    std::fs::create_dir(world.path().join("teams")).unwrap();
    world.write("teams/a.yaml", "members:\n  bob@acme.example:\n");
    world
}

/// Validates what comes from standard input.
fn validate(world: &World, text: &[u8], args: &[&str], env: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.current_dir(world.path()).arg("validate").args(args).env_clear().envs(env.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Who refuses the command line reads nothing.
    let _ = child.stdin.take().unwrap().write_all(text);
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn faults_are_data() {
    let run = faulty().run(&["validate", "--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    assert_fits("validation", &run.stdout);
    insta::assert_snapshot!("validation", run.stdout);
}

#[test]
fn what_is_valid_is_data() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    let run = world.run(&["validate", "--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert_fits("validation", &run.stdout);
    insta::assert_snapshot!(run.stdout, @r#"
    {
      "format_version": "1.0",
      "valid": true,
      "files": [
        "orgsync.yaml"
      ],
      "members": 1,
      "faults": 0,
      "diagnostics": [],
      "warnings": []
    }
    "#);
}

#[test]
fn a_file_that_is_not_there_is_data() {
    let run = faulty().run(&["validate", "--config", "absent\u{1b}.yaml", "--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    assert_fits("validation", &run.stdout);
    insta::assert_snapshot!("validation_absent", run.stdout);
}

#[test]
fn each_fault_is_an_annotation_that_names_the_other_places() {
    let run = faulty().run(&["validate", "--format", "github"]);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!("validation_github", run.stdout);
}

#[test]
fn what_is_valid_is_a_sentence_for_github() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    let run = world.run(&["validate", "--format", "github"]);
    insta::assert_snapshot!(run.stdout, @"The configuration is valid: 1 file, 1 declared member, 0 removals.");
}

#[test]
fn standard_input_takes_the_place_of_the_main_file() {
    let world = faulty();
    world.write("orgsync.yaml", "none of this: is read");
    for args in [&["-"][..], &["-", "--stdin-filename", "orgsync.yaml"]] {
        let run = validate(&world, FAULTY.as_bytes(), args, &[]);
        assert_eq!((run.status, run.stderr.as_str()), (3, ""));
        assert_eq!(run.stdout, faulty().run(&["validate"]).stdout);
    }
    // Includes are relative to the name; the file itself is no include of itself.
    let args = ["-", "--stdin-filename", "teams/unsaved.yaml"];
    let text = "version: 1\ninclude: [a.yaml]\nmembers: { ada@acme.example: { roles: [admin] } }\n";
    let run = validate(&world, text.as_bytes(), &args, &[]);
    insta::assert_snapshot!(run.stdout, @"The configuration is valid: 2 files, 2 declared members, 0 removals.");
}

#[test]
fn standard_input_is_held_to_what_files_are() {
    let world = faulty();
    let secret = format!("version: 1\norganization: {{ name: {KEY} }}\n");
    let cases = [
        validate(&world, secret.as_bytes(), &["-"], &[("MISTRAL_ADMIN_API_KEY", KEY)]),
        validate(&world, b"version: 1\nmembers: { \xff: }\n", &["-", "--stdin-filename", "a.yaml"], &[]),
        validate(&world, b"", &["-"], &[]),
    ];
    for run in &cases {
        assert_eq!(run.status, 3, "{}", run.stderr);
        assert!(!run.stdout.contains(KEY), "{}", run.stdout);
    }
    insta::assert_snapshot!("validation_stdin", cases.map(|run| run.stdout).concat());
}

#[test]
fn standard_input_is_asked_for_in_one_way() {
    let world = faulty();
    let cases = [&["orgsync.yaml"][..], &["-", "--config", "orgsync.yaml"], &["--stdin-filename", "a.yaml"]];
    let shown = cases.map(|args| {
        let run = validate(&world, b"", args, &[]);
        format!("exit status {}\n{}", run.status, run.stderr)
    });
    insta::assert_snapshot!("validation_usage", shown.join("\n"));
}

#[test]
fn of_very_many_faults_all_are_counted_and_the_first_are_shown() {
    let lines: String = (0..4321).map(|n| format!("  p{n}@acme.example: {{ seat: [] }}\n")).collect();
    let world = World::new(&format!("version: 1\nmembers:\n{lines}"));
    let text = world.run(&["validate"]);
    assert_eq!((text.status, text.stdout.matches("error[").count()), (3, 1000));
    let end = text.stdout.lines().rev().nth(1).unwrap();
    assert_eq!(end, "The configuration has 4,322 faults. Only the first 1,000 are shown.");
    let plan = world.run(&["plan"]);
    assert_eq!((plan.status, plan.stdout.as_str(), plan.stderr), (3, "", text.stdout));

    let json = world.run(&["validate", "--format", "json"]);
    assert_fits("validation", &json.stdout);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (json["faults"].as_u64(), json["diagnostics"].as_array().map(Vec::len)),
        (Some(4322), Some(1000))
    );

    let github = world.run(&["validate", "--format", "github"]);
    assert!(github.stdout.contains("and 4,313 more: the log shows more"), "{}", github.stdout);
    let markdown = world.run(&["plan", "--format", "markdown"]).stdout;
    assert!(markdown.contains("Faults (4,322)"), "{markdown}");
}
