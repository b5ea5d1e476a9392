//! Signals and the end of the time: nothing new is sent, and what is under way is waited for and reported.

use super::breaker::{end, signal, start};
use super::harness::{Run, Server, World, member, seed};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Five changes of one phase.
const CONFIG: &str = "
version: 1
policy: { max_removals: 100% }
members:
  ada@acme.example: { roles: [admin] }
removed: [m2@acme.example, m3@acme.example, m4@acme.example, m5@acme.example, m6@acme.example]
";

fn begin(fault: Value) -> (World, Server) {
    let members: Vec<_> = std::iter::once(member(1, "ada@acme.example", &["A"], &[]))
        .chain((2..7).map(|n| member(n, &format!("m{n}@acme.example"), &["M"], &[])))
        .collect();
    let server = Server::seeded(&seed(&members, &[]), &[]);
    server.post("/sandbox/faults", json!({ "rules": [fault] }));
    (World::new(CONFIG), server)
}

fn slow() -> Value {
    json!({ "kind": "latency", "ms": 1200, "methods": ["DELETE"] })
}

/// Two requests at a time.
fn apply(world: &World, server: &Server, more: &[&str]) -> Child {
    let args = ["apply", "--yes", "--verbose", "--concurrency", "2", "--journal", "journal"];
    start(world, server.env()[0].1, &[&args, more].concat())
}

fn journal(world: &World) -> String {
    std::fs::read_to_string(world.path().join("journal")).unwrap_or_default()
}

/// Waits until the journal holds so many requests.
fn wait_for_requests(world: &World, number: usize) {
    let until = Instant::now() + Duration::from_secs(20);
    while journal(world).matches(r#""event":"request""#).count() < number {
        assert!(Instant::now() < until, "no request is noted: {}", journal(world));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn next_completes_it(world: &World, server: &Server) {
    server.post("/sandbox/faults", json!({ "rules": [] }));
    let next = end(apply(world, server, &[]));
    assert_eq!(next.status, 0, "{}", next.shown());
}

/// Of five changes, the two that were under way are done, and the others were not tried.
fn assert_stopped(run: &Run, world: &World, server: &Server, why: &str) {
    let count = |status: &str| run.stdout.lines().filter(|line| line.starts_with(status)).count();
    assert_eq!((count("done "), count("not tried ")), (2, 3), "{}", run.shown());
    assert_eq!(run.stdout.matches(why).count(), 3, "{}", run.shown());
    assert_eq!(server.writes(), ["DELETE /users/ID 200"; 2]);
    let journal = journal(world);
    assert!(journal.trim_end().ends_with(r#""outcome":"interrupted"}"#), "{journal}");
}

#[test]
fn after_a_signal_what_is_under_way_ends_and_nothing_else_begins() {
    for (name, status, why) in
        [("INT", 130, "interrupted"), ("TERM", 143, "terminated"), ("HUP", 143, "the terminal is closed")]
    {
        let (world, server) = begin(slow());
        let child = apply(&world, &server, &[]);
        wait_for_requests(&world, 2);
        signal(name, child.id());
        let run = end(child);
        assert_eq!(run.status, status, "{}", run.shown());
        assert!(run.stderr.contains("sending nothing new"), "{}", run.stderr);
        assert_stopped(&run, &world, &server, why);
        next_completes_it(&world, &server);
    }
}

/// As under `nohup`: whoever closes the terminal wants the run to go on.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_ignores_a_closed_terminal_goes_on() {
    let (world, server) = begin(slow());
    let mut command = Command::new("sh");
    command.args(["-c", r#"trap '' HUP; exec "$@""#, "sh", env!("CARGO_BIN_EXE_orgsync")]);
    command.args(["apply", "--yes", "--concurrency", "2", "--journal", "journal"]);
    command.current_dir(world.path()).env_clear().env("XDG_STATE_HOME", world.path().join("state"));
    let child = command.envs(server.env()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for_requests(&world, 2);
    signal("HUP", child.id());
    let run = end(child);
    assert_eq!((run.status, server.writes().len()), (0, 5), "{}", run.shown());
}

/// The system ends no first process of a container: it has to end itself, and to do nothing when it was told not to.
#[test]
fn the_program_sees_to_signals_itself_before_it_changes_anything() {
    let (world, server) = begin(json!({ "kind": "latency", "ms": 20000 }));
    for (name, status) in [("INT", 130), ("TERM", 143), ("HUP", 143)] {
        for child in [apply(&world, &server, &[]), start(&world, server.env()[0].1, &["plan"])] {
            std::thread::sleep(Duration::from_millis(700));
            signal(name, child.id());
            let ended = child.wait_with_output().unwrap();
            assert_eq!(ended.status.code(), Some(status), "{ended:?}");
        }
    }
    assert_eq!(server.writes(), [""; 0]);
}

#[test]
fn when_the_time_is_over_the_run_is_stopped_and_has_failed() {
    let (world, server) = begin(slow());
    let run = end(apply(&world, &server, &["--timeout", "1s"]));
    assert_eq!(run.status, 1, "{}", run.shown());
    assert_stopped(&run, &world, &server, "the time limit of --timeout is reached");
    next_completes_it(&world, &server);
}

#[test]
fn a_second_signal_ends_the_run_at_once_and_leaves_the_journal_unfinished() {
    let (world, server) = begin(json!({ "kind": "latency", "ms": 20000, "methods": ["DELETE"] }));
    let child = apply(&world, &server, &[]);
    wait_for_requests(&world, 2);
    let (process, begun) = (child.id(), Instant::now());
    signal("INT", process);
    std::thread::sleep(Duration::from_millis(300));
    signal("TERM", process);
    let run = end(child);
    assert_eq!(run.status, 143, "{}", run.shown());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(!journal(&world).contains(r#""event":"end""#));
    server.post("/sandbox/faults", json!({ "rules": [] }));
    let next = end(apply(&world, &server, &[]));
    assert_eq!(next.status, 0, "{}", next.shown());
    assert!(
        next.stderr.contains("An earlier run was interrupted after 2 requests, 2 of them without an answer."),
        "{}",
        next.stderr
    );
}

/// One request waits to be sent again, and the others wait because it does.
#[test]
fn a_signal_ends_the_waiting_that_the_vendor_asks_for() {
    let (world, server) =
        begin(json!({ "kind": "rate_limit", "retry_after": 40, "first": 1, "methods": ["DELETE"] }));
    let child = apply(&world, &server, &[]);
    wait_for_requests(&world, 1);
    std::thread::sleep(Duration::from_millis(700));
    let begun = Instant::now();
    signal("INT", child.id());
    let run = end(child);
    assert_eq!(run.status, 130, "{}", run.shown());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    next_completes_it(&world, &server);
}

#[test]
fn a_signal_ends_the_looking_for_what_became_of_a_lost_answer() {
    let config = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  bob@acme.example:\n";
    let (_, server) = begin(json!({ "kind": "reset", "methods": ["POST"] }));
    let world = World::new(config);
    let child = apply(&world, &server, &["--settle", "60s"]);
    wait_for_requests(&world, 1);
    std::thread::sleep(Duration::from_millis(700));
    let begun = Instant::now();
    signal("TERM", child.id());
    let run = end(child);
    assert_eq!(run.status, 143, "{}", run.shown());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(run.stdout.contains("the change may still have been made"), "{}", run.stdout);
}
