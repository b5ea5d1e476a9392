//! Options from environment variables, colours, and the format of the log.

use super::harness::{Run, Server, World, member, run, seed};
use serde_json::Value;

const FILES: &str = "
version: 1
organization: { name: Acme }
members: { ada@acme.example: { roles: [admin] }, bob@acme.example: {} }
";

fn world() -> World {
    let world = World::new(FILES);
    world.write("seed.json", &seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]).to_string());
    world
}

fn with(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Run {
    run(world.path(), args, variables)
}

#[test]
fn a_variable_is_an_option_and_the_command_line_wins() {
    let world = world();
    std::fs::rename(world.path().join("orgsync.yaml"), world.path().join("acme.yaml")).unwrap();
    let variables = [
        ("ORGSYNC_CONFIG", "acme.yaml"),
        ("ORGSYNC_SANDBOX", "seed.json"),
        ("ORGSYNC_FORMAT", "json"),
        ("ORGSYNC_DETAILED_EXITCODE", "true"),
    ];
    let json = with(&world, &["plan"], &variables);
    assert_eq!(json.status, 2, "{}", json.shown());
    assert!(serde_json::from_str::<Value>(&json.stdout).is_ok(), "{}", json.shown());
    let text = with(&world, &["plan", "--format", "text"], &variables);
    assert!(text.stdout.starts_with("Plan for Acme\n") && text.stderr.is_empty(), "{}", text.shown());
    let off = with(&world, &["plan"], &[&variables[..3], &[("ORGSYNC_DETAILED_EXITCODE", "0")]].concat());
    assert_eq!(off.status, 0, "{}", off.shown());
}

#[test]
fn a_variable_gives_way_to_an_option_that_excludes_it() {
    let world = world();
    let live = with(&world, &["plan", "--sandbox", "seed.json"], &[("ORGSYNC_LIVE", "missing.json")]);
    assert_eq!(live.status, 0, "{}", live.shown());
    let made = with(&world, &["plan", "--sandbox", "seed.json", "--out", "plan.json"], &[]);
    assert_eq!(made.status, 0, "{}", made.shown());
    let variables = [("ORGSYNC_CONFIG", "missing.yaml"), ("ORGSYNC_SANDBOX", "seed.json")];
    let applied = with(&world, &["apply", "plan.json", "--yes"], &variables);
    assert_eq!(applied.status, 0, "{}", applied.shown());
}

#[test]
fn what_confirms_something_has_no_variable() {
    let world = world();
    for name in ["ORGSYNC_YES", "ORGSYNC_ALLOW_IRREVERSIBLE", "ORGSYNC_ONLY", "ORGSYNC_TODAY"] {
        let run = with(&world, &["apply", "--sandbox", "seed.json"], &[(name, "true")]);
        assert_eq!(run.status, 64, "{}", run.shown());
        assert!(
            run.stderr.contains(&format!("the variable {name} is not one of orgsync")),
            "{}",
            run.shown()
        );
    }
}

#[test]
fn a_misspelt_variable_is_warned_about() {
    let run = with(&world(), &["validate"], &[("ORGSYNC_FORMT", "json"), ("ORGSYNC_LOG", "off")]);
    let warning = "warning: the variable ORGSYNC_FORMT is not one of orgsync; did you mean ORGSYNC_FORMAT?\n";
    assert_eq!((run.status, run.stderr.as_str()), (0, warning));
}

#[test]
fn a_wrong_value_is_shown_with_its_variable() {
    for (name, value) in [("ORGSYNC_FORMAT", "xml"), ("ORGSYNC_VERBOSE", "perhaps")] {
        let run = with(&world(), &["plan", "--sandbox", "seed.json"], &[(name, value)]);
        assert_eq!(run.status, 64, "{}", run.shown());
        assert!(run.stderr.contains(&format!("comes from the variable {name}\n")), "{}", run.shown());
    }
}

#[test]
fn colours_can_be_demanded_and_refused() {
    let colours = |args: &[&str]| {
        let args = [&["plan", "--sandbox", "seed.json"], args].concat();
        let run = with(&world(), &args, &[]);
        assert_eq!(run.status, 0, "{}", run.shown());
        run.stdout.contains('\u{1b}')
    };
    assert!(colours(&["--color", "always"]));
    assert!(!colours(&["--color", "never"]) && !colours(&[]));
}

#[test]
fn the_log_is_json_on_demand() {
    let world = world();
    let server = Server::seeded(&seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]), &[]);
    let variables = [&server.env()[..], &[("ORGSYNC_LOG", "debug"), ("ORGSYNC_LOG_FORMAT", "json")]].concat();
    let run = with(&world, &["plan"], &variables);
    assert_eq!(run.status, 0, "{}", run.shown());
    let lines: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        lines.iter().any(|line| line["path"] == "/v1/admin/users" && line["level"] == "DEBUG"),
        "{}",
        run.stderr
    );
    let text = with(&world, &["validate"], &[("ORGSYNC_LOG_FORMAT", "xml")]);
    assert!(text.stderr.contains("ORGSYNC_LOG_FORMAT must be text or json"), "{}", text.shown());
}

#[test]
fn the_day_is_an_option_of_questions_and_of_an_apply_on_a_sandbox_alone() {
    let world =
        World::new(&FILES.replace("bob@acme.example: {}", "bob@acme.example: { expires: 2999-06-30 }"));
    let live =
        seed(&[member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])], &[]);
    world.write("seed.json", &live.to_string());
    let later = ["--today", "2999-07-01"];
    let explain = ["explain", "bob@acme.example", "--sandbox", "seed.json"];
    let ended = with(&world, &[&explain[..], &later].concat(), &[]);
    assert!(ended.stdout.contains("expired") && ended.status == 0, "{}", ended.shown());
    let elsewhere = [&["apply", "--yes", "--api-url", "https://api.invalid/v1/admin"][..], &later].concat();
    assert_eq!(with(&world, &elsewhere, &[("MISTRAL_ADMIN_API_KEY", "elsewhere-key")]).status, 64);
    let server = Server::seeded(&live, &[]);
    let applied = world.run_on(&server, &[&["apply", "--yes"][..], &later].concat());
    assert_eq!(
        (applied.status, server.writes()),
        (0, vec!["DELETE /users/ID 200".to_owned()]),
        "{}",
        applied.shown()
    );
}
