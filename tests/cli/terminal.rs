//! Plans on a terminal: they are laid out for its columns.

use super::harness::{Server, World, group, member, seed, with};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::json;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr as _;

/// What a command shows on a terminal that is so many columns wide, without styles.
fn shown(dir: &Path, columns: u16, args: &[&str]) -> String {
    let (status, text) = on_terminal(dir, columns, args, &[], Streams::Both);
    assert_eq!(status, 0, "{text}");
    text
}

/// Which streams of a command a terminal shows; the others are discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Streams {
    Both,
    Stdout,
    Stderr,
}

/// The exit status of a command, and what it shows on a terminal.
fn on_terminal(
    dir: &Path,
    columns: u16,
    args: &[&str],
    env: &[(&str, &str)],
    streams: Streams,
) -> (i32, String) {
    let mut terminal = File::from(openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap());
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let screen = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    tcsetwinsize(&screen, Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let mut child = {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
        command.current_dir(dir).args(args).env_clear().env("NO_COLOR", "1").stdin(Stdio::null());
        // On a busy machine, the progress of a reading would show at times.
        command.env("CI", "true").env("XDG_STATE_HOME", dir.join("state")).envs(env.iter().copied());
        let to = |shown: bool| if shown { Stdio::from(screen.try_clone().unwrap()) } else { Stdio::null() };
        command.stdout(to(streams != Streams::Stderr)).stderr(to(streams != Streams::Stdout)).spawn().unwrap()
    };
    drop(screen);
    let mut bytes = Vec::new();
    // The end of a terminal that nobody holds any more is an error.
    let _ = terminal.read_to_end(&mut bytes);
    let status = child.wait().unwrap().code().unwrap();
    (status, String::from_utf8(bytes).unwrap().replace("\r\n", "\n"))
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.width()).max().unwrap()
}

const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme");
const PLAN: [&str; 5] = ["plan", "--sandbox", "sandbox.json", "--today", "2026-11-01"];

#[test]
fn a_plan_keeps_within_a_narrow_terminal() {
    let text = shown(Path::new(ACME), 80, &PLAN);
    insta::assert_snapshot!("terminal_80", text);
    assert!(widest(&text) <= 80);
}

#[test]
fn the_changes_keep_within_a_very_narrow_terminal() {
    let text = shown(Path::new(ACME), 50, &PLAN);
    assert!(widest(text.split("\nSeats").next().unwrap()) <= 50, "{text}");
}

#[test]
fn a_plan_uses_the_columns_of_a_wide_terminal() {
    insta::assert_snapshot!("terminal_200", shown(Path::new(ACME), 200, &PLAN));
}

#[test]
fn a_long_name_takes_no_room_from_what_stands_beside_the_others() {
    let long = format!("{}@acme.example", "x".repeat(64));
    let config = format!(
        "version: 1\nmembers:\n  ada@acme.example: {{ roles: [admin] }}\nremoved: [bob@acme.example, {long}]\n\
         policy: {{ max_removals: 100% }}\n"
    );
    let world = World::new(&config);
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M"], &[]),
        member(3, &long, &["M"], &[]),
    ];
    world.write("seed.json", &seed(&members, &[]).to_string());
    insta::assert_snapshot!("long_name", shown(world.path(), 60, &["plan", "--sandbox", "seed.json"]));
}

#[test]
fn a_terminal_of_few_columns_still_shows_every_word() {
    // A bar of seats needs room; its numbers are there anyway.
    let is_bar = |word: &&str| word.starts_with(['▓', '▒', '░']);
    let words = |text: &str| {
        text.split_whitespace().filter(|word| !is_bar(word)).map(str::to_owned).collect::<Vec<_>>()
    };
    let (few, many) = (shown(Path::new(ACME), 20, &PLAN), shown(Path::new(ACME), 1000, &PLAN));
    assert_eq!(words(&few), words(&many));
}

/// Three hundred people get a seat, but three of the seats are not there.
fn three_failures_among_many() -> (World, Server) {
    let mut config = "version: 1\nseats: { le_chat: { purchased: 300 } }\nmembers:\n".to_owned();
    config.push_str("  n000@acme.example: { roles: [admin], seats: [le_chat] }\n");
    (1..300).for_each(|n| config.push_str(&format!("  n{n:03}@acme.example: {{ seats: [le_chat] }}\n")));
    let role = |n| if n == 0 { "A" } else { "M" };
    let people: Vec<_> =
        (0..300).map(|n| member(n + 1, &format!("n{n:03}@acme.example"), &[role(n)], &[])).collect();
    let server = Server::seeded(&seed(&people, &[]), &["--purchased", "le_chat=297"]);
    (World::new(&config), server)
}

#[test]
fn a_report_says_at_a_glance_what_failed_and_what_to_do() {
    for columns in [80, 200] {
        let (world, server) = three_failures_among_many();
        let args = ["apply", "--yes", "--concurrency", "1"];
        let (status, text) = on_terminal(world.path(), columns, &args, &server.env(), Streams::Stdout);
        assert_eq!(status, 1, "{text}");
        insta::assert_snapshot!(format!("report_{columns}"), text);
        assert!(widest(&text) <= usize::from(columns), "{text}");
    }
}

#[test]
fn seats_are_bars_on_a_terminal_and_their_zeros_are_left_out() {
    let seats = ["seats", "--sandbox", "sandbox.json", "--today", "2026-11-01"];
    let table =
        |columns| shown(Path::new(ACME), columns, &seats).lines().take(3).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("seats", [50, 80, 200].map(table).join("\n\n"));
    let world = World::new(
        "version: 1\nseats: { le_chat: { purchased: 3 } }\nmembers:\n  ada@acme.example: { roles: [admin], seats: [le_chat] }\n",
    );
    let members = [member(1, "ada@acme.example", &["A"], &["CHAT"])];
    world.write("seed.json", &seed(&members, &[]).to_string());
    let text = shown(world.path(), 80, &["plan", "--sandbox", "seed.json"]);
    insta::assert_snapshot!("seats_without_zeros", text);
    let piped = world.run(&["plan", "--sandbox", "seed.json"]).stdout;
    assert!(piped.contains("Seats             purchased  used now  after  available\n"), "{piped}");
}

/// The lines that are wider than a terminal. Paths and commands are not cut: people click and copy them.
fn too_wide(text: &str, columns: usize) -> Vec<&str> {
    let whole = ["--> ", "::: ", "For more about a code, run: "];
    let is_whole = |line: &str| whole.iter().any(|start| line.trim_start().starts_with(start));
    text.lines().filter(|line| line.width() > columns && !is_whole(line)).collect()
}

#[test]
fn every_fault_of_the_corpus_keeps_within_a_terminal() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    for entry in std::fs::read_dir(&directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let args = ["validate", "--config", &name];
        for columns in [60, 80] {
            let (_, text) = on_terminal(&directory, columns, &args, &[], Streams::Stdout);
            assert_eq!(too_wide(&text, columns.into()), Vec::<&str>::new(), "{name}: {text}");
        }
    }
}

#[test]
fn a_long_line_of_a_file_is_cut_around_the_position_and_text_is_wrapped() {
    let long = "and so on, ".repeat(20);
    let config = format!(
        "version: 1\nmembers:\n  ada@acme.example: {{ name: \"{long}\", roles: [adminn], x: \"{long}\" }}\n  \"{long}\": {{}}\n"
    );
    let (status, text) = on_terminal(World::new(&config).path(), 60, &["validate"], &[], Streams::Stdout);
    assert_eq!(status, 3);
    insta::assert_snapshot!("faults_60", text);
}

#[test]
fn failures_and_warnings_are_wrapped_on_a_terminal_alone() {
    let world = World::new("version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n");
    let env = [("ORGSYNC_LOG_FORMAT", "yaml"), ("ORGSYNC_NONE", "1")];
    let (status, text) = on_terminal(world.path(), 50, &["plan"], &env, Streams::Stderr);
    assert_eq!(status, 1, "{text}");
    insta::assert_snapshot!("failure_50", text);
    let piped = world.run(&["plan"]).stderr;
    assert_eq!(piped.lines().count(), 2, "{piped}");
}

/// What `seats` shows on stderr, while each request takes a while.
fn slow_reading(env: &[(&str, &str)]) -> String {
    let config =
        "version: 1\norganization: { name: Acme }\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let members = [member(1, "ada@acme.example", &["A"], &[])];
    let groups = json!([group(201, "One", &[1]), group(202, "Two", &[])]);
    let (world, server) =
        (World::new(config), Server::seeded(&with(seed(&members, &[]), json!({ "groups": groups })), &[]));
    server.send("/sandbox/faults", &json!({ "seed": 1, "rules": [{ "kind": "latency", "ms": 700 }] }));
    let env = [&server.env()[..], env].concat();
    let (status, text) = on_terminal(world.path(), 80, &["seats"], &env, Streams::Stderr);
    assert_eq!(status, 0, "{text}");
    text
}

#[test]
fn a_long_reading_says_how_far_it_is_and_erases_that() {
    let text = slow_reading(&[("CI", "")]);
    let lines: Vec<&str> = text.split('\r').filter(|line| !line.is_empty()).collect();
    let (last, shown) = lines.split_last().unwrap();
    assert_eq!(last.trim_end_matches(' '), "", "the line is not erased: {text:?}");
    assert!(text.ends_with('\r'), "the cursor is not at the start: {text:?}");
    assert!(shown.contains(&"Reading Acme: 1 member, 0 of 2 groups"), "{shown:?}");
    assert!(shown.iter().all(|line| line.width() <= last.width()), "{shown:?}");
}

#[test]
fn ci_gets_no_progress_of_a_reading() {
    assert_eq!(slow_reading(&[]), "");
}

#[test]
fn a_warning_erases_the_progress_of_a_reading_first() {
    let (world, server) = (
        World::new("version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n"),
        Server::seeded(&seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]), &[]),
    );
    let rules = json!([{ "kind": "rate_limit", "retry_after": 1, "first": 1, "after": 3 }, { "kind": "latency", "ms": 700 }]);
    server.send("/sandbox/faults", &json!({ "seed": 1, "rules": rules }));
    let env = [&server.env()[..], &[("CI", "")]].concat();
    let (_, text) = on_terminal(world.path(), 80, &["seats"], &env, Streams::Stderr);
    let before = &text[..text.find("warning: ").unwrap()];
    assert!(before.is_empty() || before.ends_with(" \r"), "{text:?}");
}

#[test]
fn many_holders_of_seats_do_not_push_the_table_out_of_sight() {
    let world = World::new("version: 1\nmembers:\n  n000@acme.example: { roles: [admin] }\n");
    let role = |n: u32| if n == 0 { "A" } else { "M" };
    let person = |n: u32| member(n + 1, &format!("n{n:03}@acme.example"), &[role(n)], &["CHAT"]);
    world.write("seed.json", &seed(&(0..300).map(person).collect::<Vec<_>>(), &[]).to_string());
    let seats = ["seats", "--sandbox", "seed.json"];
    insta::assert_snapshot!("seats_of_many", shown(world.path(), 80, &seats));
    let all = shown(world.path(), 80, &[&seats[..], &["--verbose"]].concat());
    assert_eq!(all.matches("@acme.example").count(), 300);
    assert_eq!(world.run(&seats).stdout.matches("@acme.example").count(), 300);
}
