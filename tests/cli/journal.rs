//! The journal of an apply, and the lock: what is noted, who can read it, and what happens where it can't be kept.

use super::breaker::{Breaker, Cut, end, start};
use super::harness::{KEY, Run, Server, World, member, seed};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

const CONFIG: &str = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
  eve@acme.example:
groups:
  Interns: { description: Summer, members: [bob@acme.example] }
";

fn live() -> Value {
    seed(&[member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])], &[])
}

fn begin() -> (World, Server) {
    (World::new(CONFIG), Server::seeded(&live(), &[]))
}

const APPLY: [&str; 4] = ["apply", "--yes", "--journal", "journal"];

fn apply(world: &World, server: &Server) -> Run {
    end(start(world, server.env()[0].1, &APPLY))
}

fn journal(world: &World) -> String {
    std::fs::read_to_string(world.path().join("journal")).unwrap()
}

/// An unfinished journal, and the run that left it.
fn cut_off() -> (World, Server) {
    let (world, server) = begin();
    Breaker::before(&server).run(&world, &["apply", "--yes"], Some(Cut::After(1)));
    // A proxy has a port of its own, and so the organization another name: the journal goes on under this one.
    let run = apply(&world, &server);
    assert_eq!(run.status, 0, "{}", run.shown());
    let text = journal(&world);
    let lines: Vec<&str> = text.lines().collect();
    world.write("journal", &format!("{}\n", lines[..lines.len() - 1].join("\n")));
    (world, server)
}

#[test]
fn each_change_is_noted_before_it_is_sent_and_when_it_is_answered() {
    let (world, server) = begin();
    let run = end(start(&world, server.env()[0].1, &[&APPLY[..], &["--concurrency", "1"]].concat()));
    assert_eq!(run.status, 0, "{}", run.shown());
    let filters = [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[id]"),
        (r"20\d\d-[0-9-]+T[0-9:.]+Z", "[time]"),
        (r"sha256:[0-9a-f]+", "[digest]"),
        (r"127\.0\.0\.1:[0-9]+", "[address]"),
        (r#""orgsync_version":"[^"]+""#, r#""orgsync_version":"[version]""#),
    ];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!("journal", journal(&world)) });
    assert!(!journal(&world).contains(KEY));
    let mode = std::fs::metadata(world.path().join("journal")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_journal_that_is_none_of_this_organization_is_refused_before_anything_is_sent() {
    type Case = (&'static str, fn(&str) -> String);
    let cases: [Case; 6] = [
        ("a damaged line", |text| text.replacen(r#"{"event":"answer""#, r#"{"evnt":"answer""#, 1)),
        ("half a line in the middle", |text| text.replacen(r#","number":1,"#, "\n", 1)),
        ("another version", |text| text.replace(r#""format_version":"1.0""#, r#""format_version":"9.0""#)),
        ("another organization", |text| {
            text.replacen(r#""organization":""#, r#""organization":"another "#, 1)
        }),
        ("no beginning", |text| text.lines().skip(1).map(|line| format!("{line}\n")).collect()),
        ("another file", |_| "a line of something else".to_owned()),
    ];
    let (world, server) = cut_off();
    let whole = journal(&world);
    let writes = server.writes().len();
    let mut told = String::new();
    for (name, change) in cases {
        world.write("journal", &change(&whole));
        let run = apply(&world, &server);
        assert_eq!((run.status, server.writes().len()), (1, writes), "{name}: {}", run.shown());
        assert_eq!(journal(&world), change(&whole), "{name}: it stays as it is");
        told.push_str(&format!("{name}\n{}\n", run.stderr));
    }
    let filters = [
        (r"[0-9a-f-]{36} at http://127\.0\.0\.1:[0-9]+/v1/admin", "[organization]"),
        // The time in the line can have a digit less.
        (r"column [0-9]+", "column [N]"),
    ];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!("journal_unusable", told) });
}

#[test]
fn a_last_line_that_was_cut_off_is_passed_over() {
    let (world, server) = cut_off();
    // In the middle of a letter.
    let cut =
        [journal(&world).as_bytes(), br#"{"event":"request","body":{"name":"Recherche "#, &[0xc3]].concat();
    std::fs::write(world.path().join("journal"), cut).unwrap();
    let run = apply(&world, &server);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stderr.contains("An earlier run was interrupted after"), "{}", run.stderr);
    assert!(journal(&world).trim_end().ends_with(r#""outcome":"done"}"#));
}

#[test]
fn without_the_journal_current_reads_are_enough() {
    let (world, server) = begin();
    let breaker = Breaker::before(&server);
    breaker.run(&world, &APPLY, Some(Cut::After(2)));
    std::fs::remove_file(world.path().join("journal")).unwrap();
    let run = breaker.run(&world, &APPLY, None);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert_eq!(server.get("/sandbox/invited"), json!({ "eve@acme.example": 1 }));
}

#[test]
fn a_finished_run_that_is_repeated_at_once_waits_until_the_lists_show_it() {
    let (world, server) = begin();
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "stale_reads", "ms": 800 }] }));
    assert_eq!(apply(&world, &server).status, 0);
    let second = apply(&world, &server);
    assert_eq!(second.status, 0, "{}", second.shown());
    let told =
        "until the organization shows what an earlier run created: eve@acme.example, the group `Interns`.";
    assert!(second.stderr.contains("Waiting at most ") && second.stderr.contains(told), "{}", second.stderr);
    assert_eq!(server.get("/sandbox/invited"), json!({ "eve@acme.example": 1 }));
}

#[test]
fn where_the_journal_cannot_be_kept_nothing_is_sent_and_the_reason_is_told() {
    let (world, server) = begin();
    world.write("file", "");
    let mut told = String::new();
    for place in ["/dev/full", "/proc/journal", "file/journal"] {
        let args = ["apply", "--yes", "--journal", place];
        let run = end(start(&world, server.env()[0].1, &args));
        assert_eq!((run.status, server.writes().len()), (1, 0), "{place}: {}", run.shown());
        assert!(run.stderr.contains("--journal"), "{}", run.stderr);
        let last: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error")).collect();
        told.push_str(&format!("{place}\n{}\n", last.join("\n")));
    }
    insta::with_settings!({ filters => [(r"/proc/\.tmp\w+", "[file]")] }, {
        insta::assert_snapshot!("journal_unwritable", told);
    });
}

/// The disk is full when the first change is to be noted, or some later one.
#[test]
fn what_cannot_be_noted_is_not_sent_and_the_lines_before_stay_whole() {
    let config: String = (0..20).map(|n| format!("  G{n}: {{}}\n")).collect();
    let (_, server) = begin();
    let world = World::new(&format!("{CONFIG}{config}"));
    let limited = r#"trap '' XFSZ; ulimit -f 2; exec "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", limited, "sh", env!("CARGO_BIN_EXE_orgsync")]).args(APPLY).arg("--concurrency=1");
    command.current_dir(world.path()).env_clear().env("XDG_STATE_HOME", world.path().join("state"));
    let output = command.envs(server.env()).output().unwrap();
    let (stdout, sent) = (String::from_utf8(output.stdout).unwrap(), server.writes().len());
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("not sent, because the journal can't be written"), "{stdout}");
    let text = journal(&world);
    assert!(sent > 0 && text.matches(r#""event":"request""#).count() == sent, "{sent} sent: {text}");
    let next = apply(&world, &server);
    assert_eq!(next.status, 0, "{}", next.shown());
}

#[test]
fn where_there_is_no_home_the_help_names_the_way_on() {
    let (world, server) = begin();
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.current_dir(world.path()).args(["apply", "--yes"]).env_clear().env("HOME", "/dev/null");
    let output = command.envs(server.env()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), server.writes().len()), (Some(1), 0), "{stderr}");
    assert!(stderr.contains("XDG_STATE_HOME"), "{stderr}");
}

#[test]
fn a_second_apply_on_the_same_organization_is_refused_until_the_first_has_ended() {
    let (world, server) = begin();
    let other = Server::seeded(&live(), &[]);
    server.post(
        "/sandbox/faults",
        json!({ "rules": [{ "kind": "latency", "ms": 2000, "methods": ["PATCH"] }] }),
    );
    let mut first = start(&world, server.env()[0].1, &APPLY);
    let until = Instant::now() + Duration::from_secs(20);
    while !world.path().join("journal").exists() {
        assert!(Instant::now() < until, "the first run does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let refused = end(start(&world, server.env()[0].1, &["apply", "--yes", "--journal", "other"]));
    let holder = format!("another apply is running on this organization (process {})", first.id());
    assert!(refused.status == 1 && refused.stderr.contains(&holder), "{}", refused.shown());
    let elsewhere = end(start(&world, other.env()[0].1, &["apply", "--yes"]));
    assert_eq!(elsewhere.status, 0, "{}", elsewhere.shown());
    assert!(first.try_wait().unwrap().is_none(), "the first one is still under way");
    let first = end(first);
    assert_eq!(first.status, 0, "{}", first.shown());
    assert_eq!(apply(&world, &server).status, 0);
}

#[test]
fn the_lock_goes_with_a_run_that_is_killed() {
    let (world, server) = begin();
    server.post(
        "/sandbox/faults",
        json!({ "rules": [{ "kind": "latency", "ms": 300, "methods": ["PATCH"] }] }),
    );
    let breaker = Breaker::before(&server);
    breaker.run(&world, &APPLY, Some(Cut::Before(1)));
    let next = breaker.run(&world, &[&APPLY[..], &["--settle", "1s"]].concat(), None);
    assert_eq!(next.status, 0, "{}", next.shown());
}

#[test]
fn a_lock_that_is_something_else_is_left_as_it_is() {
    let (world, server) = begin();
    assert_eq!(apply(&world, &server).status, 0);
    let state = world.path().join("state/orgsync");
    let files = std::fs::read_dir(&state).unwrap().map(|file| file.unwrap().path());
    let lock = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "lock")).unwrap();
    let (precious, missing) = (world.path().join("precious"), world.path().join("missing"));
    std::fs::write(&precious, "42\n").unwrap();
    let cases: [(&str, &dyn Fn()); 4] = [
        ("a link", &|| std::os::unix::fs::symlink(&precious, &lock).unwrap()),
        ("a link to nothing", &|| std::os::unix::fs::symlink(&missing, &lock).unwrap()),
        ("a folder", &|| std::fs::create_dir(&lock).unwrap()),
        ("another file", &|| std::fs::write(&lock, "a line of something else\n").unwrap()),
    ];
    let writes = server.writes().len();
    for (name, make) in cases {
        std::fs::remove_file(&lock).unwrap();
        make();
        let run = apply(&world, &server);
        assert_eq!((run.status, server.writes().len()), (1, writes), "{name}: {}", run.shown());
        assert!(run.stderr.contains("it is not a lock of orgsync"), "{name}: {}", run.stderr);
        if name == "a folder" {
            std::fs::remove_dir(&lock).unwrap();
            std::fs::write(&lock, "").unwrap();
        }
    }
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "42\n");
    assert_eq!(std::fs::read_to_string(&lock).unwrap(), "a line of something else\n");
    assert!(!missing.exists());
}

#[test]
fn an_emptied_journal_is_told() {
    let (world, server) = begin();
    assert_eq!(apply(&world, &server).status, 0);
    world.write("journal", "");
    let run = apply(&world, &server);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stderr.contains("warning: the journal `journal` is empty"), "{}", run.stderr);
}
