//! The report of an apply.

use super::documents::assert_fits;
use super::harness::{KEY, Run, Server, World, member, run, seed};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::process::Command;

const CONFIG: &str = "
version: 1
organization: { name: Acme }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
  cyd@acme.example:
";

fn live() -> Value {
    seed(&[member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])], &[])
}

/// Applies on a sandbox with these variables beside.
fn apply(world: &World, server: &Server, args: &[&str], env: &[(&str, &str)]) -> Run {
    let run = run(world.path(), &[&["apply", "--yes"], args].concat(), &[&server.env(), env].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    run
}

fn document(world: &World, server: &Server, env: &[(&str, &str)]) -> Value {
    let run = apply(world, server, &["--format", "json"], env);
    assert_fits("report", &run.stdout);
    serde_json::from_str(&run.stdout).unwrap()
}

fn git(world: &World, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(world.path()).args(args).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", world.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

const SHA: &str = "4f6e1d2c9b0a7e8f3d5c6b1a2f4e8d7c0b9a1e3f";

#[test]
fn the_document_says_when_each_action_was_done_and_what_it_changed() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let report = document(&world, &server, &[]);
    assert_eq!(
        (&report["organization"], &report["commit"], &report["actor"]),
        (&json!("Acme"), &Value::Null, &Value::Null)
    );
    assert!(report["organization_id"].is_string());
    let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    let results = report["results"].as_array().unwrap();
    let (started, ended) = (time(&report["started_at"]), time(&report["ended_at"]));
    for result in results {
        assert!(started <= time(&result["at"]) && time(&result["at"]) <= ended, "{report}");
    }
    let states: Vec<_> =
        results.iter().map(|result| json!([result["id"], result["before"], result["after"]])).collect();
    let expected = [
        json!(["member.update:bob@acme.example", { "roles": ["member"], "seats": [] }, { "roles": ["billing"], "seats": [] }]),
        json!(["invitation.send:cyd@acme.example", null, { "roles": ["member"], "seats": [] }]),
    ];
    assert_eq!(states, expected);
}

#[test]
fn actions_of_a_saved_plan_that_were_already_applied_have_times_and_states_too() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    assert_eq!(world.run_on(&server, &["plan", "--out", "plan.json"]).status, 0);
    apply(&world, &server, &[], &[]);
    let run = apply(&world, &server, &["plan.json", "--format", "json"], &[("GITHUB_SHA", SHA)]);
    assert_fits("report", &run.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["organization"], &report["commit"]), (&json!("Acme"), &json!(SHA)));
    assert_eq!(report["results"][0]["status"], "already");
    // Not as texts: zeros at the end of a fraction are not written.
    let time = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time(&report["results"][0]["at"]) >= time(&report["started_at"]));
    assert_eq!(report["results"][0]["before"], json!({ "roles": ["member"], "seats": [] }));
}

#[test]
fn the_pipeline_tells_the_commit_and_the_actor() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    for (sha, actor) in [("GITHUB_SHA", "GITHUB_ACTOR"), ("CI_COMMIT_SHA", "GITLAB_USER_LOGIN")] {
        let report = document(&world, &server, &[(sha, SHA), (actor, "karen")]);
        assert_eq!((&report["commit"], &report["actor"]), (&json!(SHA), &json!("karen")));
    }
    let run =
        apply(&world, &server, &["--format", "markdown"], &[("GITHUB_SHA", SHA), ("GITHUB_ACTOR", "karen")]);
    assert!(run.stdout.starts_with("### Apply to `Acme`\n"), "{}", run.stdout);
    assert!(run.stdout.contains(&format!(", by `karen`, at the commit `{SHA}`.\n")), "{}", run.stdout);
}

#[test]
fn the_text_of_variables_is_hostile() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let actor = format!("@team\n::error::{KEY}\u{1b}[2J`<img src=x>");
    let env = [("GITHUB_SHA", "HEAD\n::error::x"), ("GITHUB_ACTOR", &actor)];
    let report = document(&world, &server, &env);
    assert_eq!(report["commit"], Value::Null);
    assert_eq!(report["actor"], r"@team\n::error::[key]\u{1b}[2J`<img src=x>");
    let run = apply(&world, &server, &["--format", "markdown"], &env);
    assert!(run.stdout.contains(r", by ``@team\n::error::[key]\u{1b}[2J`<img src=x>``."), "{}", run.stdout);
}

#[test]
fn without_a_pipeline_git_tells_the_commit_and_the_actor() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let (path, home) = (std::env::var("PATH").unwrap(), world.path().to_str().unwrap());
    let env = [("PATH", path.as_str()), ("HOME", home), ("GIT_CONFIG_NOSYSTEM", "1")];
    let report = document(&world, &server, &env);
    assert_eq!((&report["commit"], &report["actor"]), (&Value::Null, &Value::Null), "no repository");

    git(&world, &["init", "--quiet"]);
    assert_eq!(document(&world, &server, &env)["commit"], Value::Null, "no commit");
    git(&world, &["config", "user.email", "ada@acme.example"]);
    git(&world, &["config", "user.name", "Ada"]);
    git(&world, &["add", "orgsync.yaml"]);
    git(&world, &["commit", "--quiet", "--message", "first"]);
    let report = document(&world, &server, &env);
    let head = git(&world, &["rev-parse", "HEAD"]);
    assert_eq!((&report["commit"], &report["actor"]), (&json!(head), &json!("ada@acme.example")));
    let report = document(&world, &server, &[&env[..], &[("GITHUB_SHA", SHA)]].concat());
    assert_eq!((&report["commit"], &report["actor"]), (&json!(SHA), &json!("ada@acme.example")));
}

#[test]
fn verbose_lists_each_success_in_words() {
    let (world, server) = (World::new(CONFIG), Server::seeded(&live(), &[]));
    let run = apply(&world, &server, &["--verbose"], &[]);
    insta::assert_snapshot!(run.stdout, @r"
    done       bob@acme.example was changed (roles: member → billing)
    done       cyd@acme.example was invited

    2 done. The organization is as planned.
    ");
}
