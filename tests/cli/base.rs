//! `plan --base`: what a change of the files does, told from drift.

use super::harness::{KEY, Run, Server, World, gives, group, inside, member, run, seed, with, workspaces};
use serde_json::{Value, json};

const BASE: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 6 } }
policy: { max_removals: 100% }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  bob@acme.example: { seats: [le_chat] }
  cyd@acme.example: { seats: [] }
  dan@acme.example: { seats: [] }
  eve@acme.example: { expires: 2026-01-31, seats: [] }
workspaces:
  Research: { description: Models, members: { bob@acme.example: [dev] } }
groups:
  Interns: { members: [cyd@acme.example] }
removed: [fay@acme.example, gus@acme.example]
";

/// Dan is to be an admin, Bob, too, who is to get a seat in any case; Hal comes; Eve and Gus may stay.
fn changed() -> String {
    let edits = [
        ("bob@acme.example: { seats: [le_chat] }", "bob@acme.example: { roles: [admin], seats: [le_chat] }"),
        ("dan@acme.example: { seats: [] }", "dan@acme.example: { roles: [admin], seats: [] }"),
        ("eve@acme.example: { expires: 2026-01-31, seats: [] }", "hal@acme.example: { seats: [le_chat] }"),
        ("[fay@acme.example, gus@acme.example]", "[fay@acme.example]"),
    ];
    edits.iter().fold(BASE.to_owned(), |text, (old, new)| text.replace(old, new))
}

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        inside(member(2, "bob@acme.example", &["M"], &[]), &[(101, &["user"])]),
        member(3, "cyd@acme.example", &["M"], &["CHAT"]),
        member(4, "dan@acme.example", &["M"], &[]),
        member(5, "eve@acme.example", &["M"], &[]),
        member(6, "fay@acme.example", &["M"], &[]),
        member(7, "gus@acme.example", &["M"], &[]),
    ];
    let resources = json!({
        "workspaces": workspaces(&["Research"]),
        "groups": [with(group(201, "Interns", &[]), json!({ "workspaces": [gives(101, "user")] }))],
    });
    with(seed(&members, &[]), resources)
}

/// A world with the files before and after.
fn world(before: &str) -> World {
    let world = World::new(&changed());
    std::fs::create_dir(world.path().join("before")).unwrap();
    world.write("before/orgsync.yaml", before);
    world
}

fn plan(world: &World, args: &[&str]) -> Run {
    world.plan(&live(), &[&["--today", "2026-11-24"], args].concat())
}

#[test]
fn a_change_of_the_files_is_shown_apart_from_drift_for_people() {
    insta::assert_snapshot!(plan(&world(BASE), &["--base", "before"]).shown());
}

#[test]
fn it_is_so_in_a_comment() {
    let run = plan(&world(BASE), &["--base", "before/orgsync.yaml", "--format", "markdown"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn and_on_the_lines_of_the_files() {
    insta::assert_snapshot!(plan(&world(BASE), &["--base", "before", "--format", "github"]).stdout);
}

#[test]
fn the_document_tells_of_each_action_where_it_comes_from() {
    let document = |args: &[&str]| -> Value {
        let run = plan(&world(BASE), &[&["--format", "json"], args].concat());
        serde_json::from_str(&run.stdout).unwrap()
    };
    let (compared, alone) = (document(&["--base", "before"]), document(&[]));
    let told = |action: &Value| {
        format!("{:7} {}", action["origin"].as_str().unwrap(), action["id"].as_str().unwrap())
    };
    let actions: Vec<_> = compared["actions"].as_array().unwrap().iter().map(told).collect();
    insta::assert_snapshot!(format!(
        "{}\nwithdrawn {}\n{:#}",
        actions.join("\n"),
        compared["withdrawn"],
        compared["summary"]
    ));
    let text = alone.to_string();
    assert!(!text.contains("\"origin\"") && !text.contains("\"drift\"") && !text.contains("withdrawn"));
}

/// A plan that is saved beside what it is for.
fn saved() -> (World, Server) {
    let (world, server) = (world(BASE), Server::seeded(&live(), &[]));
    let made = world.run_on(&server, &["plan", "--base", "before", "--out", "plan.json"]);
    assert_eq!(made.status, 0, "{}", made.shown());
    (world, server)
}

#[test]
fn a_saved_plan_with_a_base_is_shown_in_its_parts_again() {
    let (world, server) = saved();
    let parts = |shown: &str| {
        shown.lines().take_while(|line| !line.starts_with("Seats")).collect::<Vec<_>>().join("\n")
    };
    let planned = world.run_on(&server, &["plan", "--base", "before"]);
    assert!(planned.stdout.contains("── Drift: "), "{}", planned.stdout);
    let applied = world.run_on(&server, &["apply", "plan.json", "--yes"]);
    let (_, shown) = applied.stderr.split_once("Plan for Acme").unwrap();
    assert_eq!(format!("Plan for Acme{}", parts(shown)), parts(&planned.stdout));
}

#[test]
fn a_saved_plan_with_a_base_is_carried_out_as_a_whole() {
    let (world, server) = saved();
    let applied = world.run_on(&server, &["apply", "plan.json", "--yes"]);
    assert_eq!(applied.status, 0, "{}", applied.shown());
    let left = world.run_on(&server, &["plan", "--detailed-exitcode"]);
    assert_eq!(left.status, 0, "{}", left.shown());
}

/// The exit status with `--detailed-exitcode` for a change from `before` to `after`.
fn detailed(before: &str, after: &str) -> i32 {
    let world = world(before);
    world.write("orgsync.yaml", after);
    plan(&world, &["--base", "before", "--detailed-exitcode"]).status
}

#[test]
fn the_detailed_exit_status_is_that_of_the_change_alone() {
    assert_eq!(plan(&world(BASE), &["-c", "before", "--detailed-exitcode"]).status, 2);
    assert_eq!(detailed(BASE, BASE), 0);
    assert_eq!(detailed(BASE, &changed()), 2);
    let too_many = BASE.replace("purchased: 6", "purchased: 1");
    assert_eq!(detailed(BASE, &too_many), 3);
}

#[test]
fn without_files_before_everything_comes_from_the_change() {
    let world = World::new(BASE);
    std::fs::create_dir(world.path().join("before")).unwrap();
    let run = plan(&world, &["--base", "before", "--detailed-exitcode"]);
    assert_eq!(run.status, 2, "{}", run.shown());
    assert_eq!(
        run.stderr,
        "The base has no `before/orgsync.yaml`: all changes count as part of this change.\n"
    );
    assert!(run.stdout.contains("── From this change (there were no previous files): "), "{}", run.stdout);
    assert!(!run.stdout.contains("Drift"), "{}", run.stdout);
    world.write("before/orgsync.yml", BASE);
    let run = plan(&world, &["--base", "before"]);
    assert!(run.stderr.contains("to compare with it, use --base before/orgsync.yml"), "{}", run.stderr);
}

/// The name of a branch, or what is misspelt, would make all drift look like the change's.
#[test]
fn a_base_whose_folder_is_not_there_is_wrong_usage() {
    for base in ["main", "nowhere/orgsync.yaml"] {
        let run = plan(&world(BASE), &["--base", base]);
        assert_eq!((run.status, run.stdout.as_str()), (64, ""), "{base}");
        let way = format!("to read them from git, use --base-ref {base}");
        assert!(run.stderr.contains(&way), "{}", run.stderr);
    }
}

#[test]
fn faults_of_the_base_stop_nothing_and_are_told() {
    let world = world(&BASE.replace("[dev]", "[developer]"));
    let run = plan(&world, &["--base", "before", "--detailed-exitcode"]);
    assert_eq!(run.status, 2, "{}", run.shown());
    assert!(run.stdout.contains("── From this change or drift (the previous files had faults): "));
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_base_with_the_key_is_not_shown() {
    let world = world(&BASE.replace("Models", KEY));
    world.write("seed.json", &live().to_string());
    let args = |base| ["plan", "--sandbox", "seed.json", "--base", base];
    for base in ["before", KEY] {
        let run = run(world.path(), &args(base), &[("MISTRAL_ADMIN_API_KEY", KEY)]);
        assert_eq!(run.status, 0, "{}", run.shown());
        assert!(run.stderr.contains("contains the Admin API key"), "{}", run.stderr);
    }
}
