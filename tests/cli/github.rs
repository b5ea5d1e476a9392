//! `--format github`: annotations on the lines of the files, and the comment in the summary of the step.

use super::harness::{Run, World, run, seed};
use super::markdown::{REFUSED, full, hostile, org};
use serde_json::Value;

/// Plans with a file for the summary, and gives what was added to it.
fn plan(world: &World, seed: &Value) -> (Run, String) {
    world.write("seed.json", &seed.to_string());
    world.write("summary.md", "from an earlier command");
    let file = world.path().join("summary.md");
    let args = ["plan", "--sandbox", "seed.json", "--format", "github"];
    let run = run(world.path(), &args, &[("GITHUB_STEP_SUMMARY", file.to_str().unwrap())]);
    let summary = std::fs::read_to_string(file).unwrap();
    (run, summary.strip_prefix("from an earlier command\n").unwrap().to_owned())
}

#[test]
fn refusals_are_errors_and_removals_warnings_on_their_lines() {
    let world = World::new(REFUSED);
    let (run, summary) = plan(&world, &full());
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!("github_refused", run.stdout);
    assert_eq!(summary, world.plan(&full(), &["--format", "markdown"]).stdout);
}

#[test]
fn of_many_annotations_the_last_counts_the_others() {
    let config = "
version: 1
policy: { unmanaged: remove, max_removals: 100% }
members: { ada@acme.example: { roles: [admin], seats: [] } }
";
    let config = format!("{config}seats: {{ le_chat: {{ purchased: 50 }} }}\n");
    let (run, _) = plan(&World::new(&config), &org(40));
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    let warnings: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("::warning ")).collect();
    assert_eq!(warnings.len(), 10);
    insta::assert_snapshot!(warnings[9], @"::warning title=more::and 30 more: the log shows all");
}

#[test]
fn what_a_change_does_is_marked_before_drift() {
    let removed = |numbers: std::ops::RangeInclusive<u32>| {
        let people: Vec<_> = numbers.map(|n| format!("p{n}@acme.example")).collect();
        format!(
            "version: 1\npolicy: {{ max_removals: 100% }}\nmembers: {{ ada@acme.example: {{ roles: [admin] }} }}\n\
             removed: [{}]\n",
            people.join(", ")
        )
    };
    let world = World::new(&removed(2..=15));
    world.write("before.yaml", &removed(2..=14));
    let run = world.plan(&org(16), &["--base", "before.yaml", "--format", "github"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.lines().next().unwrap().contains("title=removal::p15@acme.example"), "{}", run.stdout);
}

#[test]
fn a_plan_without_changes_is_a_notice() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    let (run, _) = plan(&world, &org(2));
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("github_nothing", run.stdout);
}

#[test]
fn names_give_no_commands() {
    let (config, live) = hostile();
    let (run, _) = plan(&World::new(config), &live);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("github_hostile", run.stdout);
    assert!(!run.stdout.contains("##["), "{}", run.stdout);
    let commands: Vec<_> = run.stdout.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    let own = |line: &&str| line.starts_with("::warning ") || line.starts_with("::notice ");
    assert!(commands.iter().all(own), "{commands:#?}");
}

#[cfg(unix)]
#[test]
fn files_are_named_by_their_path_in_the_repository() {
    let world = World::new("");
    std::fs::create_dir(world.path().join("acme")).unwrap();
    world.write("acme/orgsync.yaml", "version: 1\ninclude: [../shared.yaml]\n");
    world.write("shared.yaml", "members: { ada: }\n");
    std::os::unix::fs::symlink(world.path(), world.path().join("link")).unwrap();
    let root = world.path().join("link");
    let env = [("GITHUB_WORKSPACE", root.to_str().unwrap())];
    let run = run(&root.join("acme"), &["validate", "--format", "github"], &env);
    assert!(run.stdout.starts_with("::error file=shared.yaml,line=1,col=12,"), "{}", run.stdout);
}

#[test]
fn names_of_files_are_escaped_as_properties() {
    let world = World::new("");
    world.write("a,b:c%.yaml", "version: 1\nmembers: { ada: }\n");
    let run = world.run(&["validate", "--config", "./a,b:c%.yaml", "--format", "github"]);
    assert!(run.stdout.starts_with("::error file=a%2Cb%3Ac%25.yaml,line=2,col=12,"), "{}", run.stdout);
}

#[test]
fn faults_of_the_files_are_errors_in_a_plan_too() {
    let (run, summary) =
        plan(&World::new("version: 1\nmembers:\n  ada@acme.example: { seat: [] }\n"), &org(2));
    assert_eq!(run.status, 3);
    assert!(
        run.stdout.contains("\n::error file=orgsync.yaml,line=3,col=23,title=unknown_key::"),
        "{}",
        run.stdout
    );
    assert!(summary.contains("**unknown_key**"), "{summary}");
}

#[test]
fn a_summary_that_cannot_be_written_is_a_warning() {
    let world = World::new("version: 1\nmembers: { ada@acme.example: { roles: [admin] } }\n");
    world.write(
        "seed.json",
        &seed(&[super::harness::member(1, "ada@acme.example", &["A"], &[])], &[]).to_string(),
    );
    let args = ["plan", "--sandbox", "seed.json", "--format", "github"];
    let with = |file| run(world.path(), &args, &[("GITHUB_STEP_SUMMARY", file)]);
    let (unset, unwritable) = (with(""), with("absent/summary.md"));
    assert_eq!((unset.status, unset.stderr.as_str()), (0, ""));
    assert_eq!((unwritable.status, &unwritable.stdout), (0, &unset.stdout));
    insta::assert_snapshot!(unwritable.stderr, @"warning: the job summary can't be written to the file in GITHUB_STEP_SUMMARY: No such file or directory (os error 2)");
}
