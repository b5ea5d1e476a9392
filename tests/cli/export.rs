//! `orgsync export`: configuration that plans to no change, in the style of a person, and never over a file.

use super::harness::{Run, World, member, run, seed};
use std::path::Path;

fn example(args: &[&str]) -> Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    run(root, &[args, &["--sandbox", "examples/acme/sandbox.json"]].concat(), &[])
}

#[test]
fn the_examples_organization_is_written_as_a_person_would() {
    let run = example(&["export"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let day = run.stdout.lines().find(|line| line.contains("as it was on")).unwrap().to_owned();
    insta::assert_snapshot!("export", run.stdout.replace(&day, "# The organization as it was on [day]."));
}

#[test]
fn what_was_exported_plans_to_nothing_as_a_file_and_as_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    for out in [format!("{folder}/one.yaml"), format!("{folder}/many/")] {
        assert_eq!(example(&["export", "--out", &out]).status, 0);
        let plan = example(&["plan", "--detailed-exitcode", "--config", &out]);
        assert_eq!(plan.status, 0, "{}{}", plan.stdout, plan.stderr);
    }
    let mut files: Vec<_> =
        std::fs::read_dir(format!("{folder}/many")).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["members.yaml", "orgsync.schema.json", "orgsync.yaml"]);
}

#[test]
fn nothing_is_written_where_a_file_is_there() {
    let world = World::new("version: 1\n");
    world.write("seed.json", &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json", "--out", "."]);
    assert_eq!(run.status, 1);
    insta::assert_snapshot!(run.stderr, @r"
    error: `./orgsync.yaml` is there already
      help: name another file, or remove this one first: nothing is overwritten
    ");
    assert!(!world.path().join("members.yaml").exists());
}

#[test]
fn hostile_names_come_back_and_reach_no_terminal() {
    let name = "\u{1b}]0;x\u{7}: {a}, \"b\" # \u{202e}\r\n- no";
    let mut ada = member(1, "ada@acme.example", &["A"], &[]);
    ada["name"] = serde_json::json!(name);
    let world = World::new("");
    world.write("seed.json", &seed(&[ada], &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert!(
        !run.stdout.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{}",
        run.stdout
    );
    let read: serde_yaml::Value = serde_yaml::from_str(&run.stdout).unwrap();
    assert_eq!(read["members"]["ada@acme.example"]["name"].as_str(), Some(name));
}

#[test]
fn being_an_admin_is_never_the_default() {
    let world = World::new("");
    let admins = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["A"], &[])];
    world.write("seed.json", &seed(&admins, &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert!(run.stdout.contains("defaults:\n  roles: [member]\n"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("{ roles: [admin] }").count(), 2, "{}", run.stdout);
}

#[test]
fn what_cannot_be_declared_is_said() {
    let mut nameless = member(2, "x", &["A"], &["CHAT"]);
    nameless["email"] = serde_json::Value::Null;
    nameless["name"] = serde_json::json!("Meeting\nroom\u{ffff}");
    let world = World::new("");
    world.write("seed.json", &seed(&[nameless, member(3, "bob@acme.example", &["M"], &[])], &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.ends_with("can write:\n#   Meeting\\nroom\\u{ffff}\n"), "{}", run.stdout);
    assert!(run.stderr.starts_with("warning: nobody who can be declared is an admin"), "{}", run.stderr);

    let twins = [member(1, "ada@acme.example", &["A"], &[]), member(2, "Ada@acme.example", &["M"], &[])];
    world.write("seed.json", &seed(&twins, &[]).to_string());
    let run = world.run(&["export", "--sandbox", "seed.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (3, ""));
    insta::assert_snapshot!("export_twins", run.stderr);
}
