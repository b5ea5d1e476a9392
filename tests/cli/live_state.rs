//! `seats` and `explain` show the live organization when the files can't be applied.

use super::harness::{World, member, seed, undated};

const OVER_BUDGET: &str = "
version: 1
seats: { le_chat: { purchased: 1 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  alan@acme.example: { seats: [le_chat] }
";

fn world(config: &str) -> World {
    let people = [
        member(1, "ada@acme.example", &["A"], &["CHAT"]),
        member(2, "alan@acme.example", &["M"], &["CHAT"]),
        member(3, "eve@evil.example", &["A"], &["CHAT"]),
    ];
    let world = World::new(config);
    world.write("live.json", &undated(&seed(&people, &[])));
    world
}

#[test]
fn over_budget_the_live_state_is_shown_with_a_warning() {
    let world = world(OVER_BUDGET);
    for command in [&["seats"][..], &["explain", "eve@evil.example"]] {
        let run = world.run(&[command, &["--live", "live.json"]].concat());
        assert_eq!(run.status, 0, "{}", run.shown());
        assert!(
            run.stderr.starts_with("warning[seat_budget]: 2 seats of `le_chat` are declared"),
            "{}",
            run.stderr
        );
        assert!(!run.stdout.is_empty());
    }
    let plan = world.run(&["plan", "--live", "live.json"]);
    assert_eq!(plan.status, 3, "a plan grants seats, so its files have to be valid");
}

#[test]
fn without_files_the_live_state_is_shown_with_a_note() {
    let world = world(OVER_BUDGET);
    std::fs::remove_file(world.path().join("orgsync.yaml")).unwrap();
    let shown = [&["seats"][..], &["explain", "eve@evil.example"], &["seats", "--format", "json"]]
        .map(|command| world.run(&[command, &["--live", "live.json"]].concat()).shown());
    insta::assert_snapshot!("live_state_without_files", shown.join("\n---\n"));
    for named in ["orgsync.yaml", "absent.yaml", "."] {
        let run = world.run(&["seats", "--config", named, "--live", "live.json"]);
        assert_eq!((run.status, run.stdout.as_str()), (3, ""), "{}", run.shown());
        assert!(run.stderr.starts_with("error[file_unreadable]"), "{}", run.stderr);
    }
}

#[test]
fn beside_a_refused_plan_the_live_state_is_shown() {
    let refused = OVER_BUDGET
        .replace("purchased: 1", "purchased: 2")
        .replace("members:", "policy: { unmanaged: { admins: refuse } }\nmembers:");
    let world = world(&refused);
    assert_eq!(world.run(&["plan", "--live", "live.json"]).status, 3);
    for command in [&["seats"][..], &["explain", "eve@evil.example"]] {
        let run = world.run(&[command, &["--live", "live.json"]].concat());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.shown());
    }
}

#[test]
fn other_faults_of_the_files_are_not_passed_over() {
    let world = world(&OVER_BUDGET.replace("version: 1", "version: 1\nmembrs: {}"));
    let run = world.run(&["seats", "--live", "live.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (3, ""), "{}", run.shown());
    assert!(run.stderr.contains("error[unknown_key]") && run.stderr.contains("error[seat_budget]"));
    assert!(run.stderr.contains("To see the live organization without the files"), "{}", run.stderr);
}

#[test]
fn files_with_the_other_ending_are_offered() {
    let world = world(OVER_BUDGET);
    std::fs::rename(world.path().join("orgsync.yaml"), world.path().join("orgsync.yml")).unwrap();
    let run = world.run(&["seats", "--live", "live.json"]);
    let offer = "`orgsync.yml` is there: rename it to `orgsync.yaml`, or name it: --config orgsync.yml";
    assert!(run.status == 0 && run.stderr.contains(offer), "{}", run.shown());
}
