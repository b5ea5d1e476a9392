//! `orgsync plan`: what it shows, what it refuses, and that it changes nothing.

use super::harness::{Server, World, invitation, member, seed, undated};
use serde_json::{Value, json};

/// Members with a seat each, `numbers` of them, and the admin ada.
fn org(numbers: std::ops::Range<u32>) -> Value {
    let people = numbers.map(|n| member(n, &format!("p{n}@acme.example"), &["M"], &["CHAT"]));
    let members: Vec<_> =
        std::iter::once(member(1, "Ada@Acme.example", &["A"], &["CHAT"])).chain(people).collect();
    seed(&members, &[])
}

fn assert_refused(config: &str, seed: &Value, args: &[&str], snapshot: &str) -> World {
    let world = World::new(config);
    world.write("seed.json", &seed.to_string());
    let run = world.run(&[&["plan", "--sandbox", "seed.json", "--detailed-exitcode"], args].concat());
    insta::assert_snapshot!(snapshot, run.stdout);
    assert_eq!((run.status, run.stderr.as_str()), (3, ""));
    world
}

fn assert_passes(world: &World, args: &[&str]) {
    let run = world.run(&[&["plan", "--sandbox", "seed.json"], args].concat());
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_plan_that_needs_too_many_seats_names_the_lines_that_ask_for_them() {
    let config = "
version: 1
seats:
  le_chat: { purchased: 4, reserve: 1 }
defaults: { seats: [le_chat] }
members:
  ada@acme.example: { roles: [admin] }
  p2@acme.example:
    seats:
      - le_chat
  new@acme.example:
";
    let live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &["CHAT"]),
            member(2, "p2@acme.example", &["M"], &[]),
            member(3, "undeclared@acme.example", &["M"], &["CHAT"]),
        ],
        &[invitation(4, "guest@acme.example", &["M"], false)],
    );
    assert_refused(config, &live, &[], "refused_seat_budget");
}

#[test]
fn a_plan_that_removes_many_is_refused_for_each_kind_and_opened_on_purpose() {
    let config = "
version: 1
seats: { le_chat: { purchased: 50 } }
policy: { unmanaged: remove, max_removals: 10% }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
";
    let mut live = org(2..6);
    live["invitations"] = json!([
        invitation(90, "a@acme.example", &["M"], false),
        invitation(91, "b@acme.example", &["M"], true)
    ]);
    let world = assert_refused(config, &live, &[], "refused_max_removals");
    let opened = ["members=4", "seats=4", "invitations=2"];
    let options: Vec<_> = opened.iter().flat_map(|kind| ["--allow-removals", kind]).collect();
    assert_passes(&world, &options);
}

#[test]
fn what_cannot_be_told_apart_or_written_is_refused() {
    let config = "
version: 1
seats: { le_chat: { purchased: 5 } }
members:
  ada@acme.example: { roles: [admin] }
  twin@acme.example: {}
  custom@acme.example: { roles: [member] }
  kept@acme.example: { seats: [le_chat] }
";
    let custom = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";
    let roles = json!({ "workspace_roles": [], "organization_roles": [
        { "name": "aud\u{1b}[31mitor", "uuid": custom, "description": "", "is_custom_role": true }] });
    let mut live = seed(
        &[
            member(1, "ada@acme.example", &["A"], &[]),
            member(2, "twin@acme.example", &["M"], &[]),
            member(3, "Twin@acme.example", &["M"], &[]),
            member(4, "custom@acme.example", &[custom], &[]),
            member(5, "kept@acme.example", &[custom], &[]),
        ],
        &[],
    );
    live["roles"] = roles;
    assert_refused(config, &live, &[], "refused_live_oddities");
}

#[test]
fn the_document_is_the_same_every_time_but_for_when_it_was_made() {
    let config = "
version: 1
organization: { name: Acme }
seats: { vibe: { purchased: 10, reserve: 1 } }
policy: { unmanaged: { invitations: remove }, max_removals: 5, protected: [ada@acme.example], invitation_language: fr }
members:
  ada@acme.example: { roles: [organization_admin], seats: [vibe] }
  p2@acme.example: { roles: [admin], seats: [] }
  new@acme.example: { roles: [billing, member], seats: [le_chat] }
  again@acme.example:
  waits@acme.example:
removed: [p3@acme.example]
";
    let mut live = org(2..6);
    live["invitations"] = json!([
        invitation(90, "again@acme.example", &["M"], true),
        invitation(91, "waits@acme.example", &["M"], false),
        invitation(92, "stranger@acme.example", &["M"], false)
    ]);
    let world = World::new(config);
    world.write("seed.json", &live.to_string());
    live["members"].as_array_mut().unwrap().reverse();
    live["invitations"].as_array_mut().unwrap().reverse();
    world.write("reversed.json", &live.to_string());
    let document = |seed| {
        let today = ["--today", "2026-11-24"];
        let run = world.run(&[&["plan", "--format", "json", "--sandbox", seed][..], &today].concat());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        let created_at = serde_json::from_str::<Value>(&run.stdout).unwrap()["created_at"].to_string();
        run.stdout.replace(&created_at, "\"[when]\"")
    };
    let first = document("seed.json");
    insta::assert_snapshot!("document", first);
    assert_eq!(first, document("reversed.json"));
}

#[test]
fn a_person_takes_one_line_and_a_diff_when_it_is_asked_for() {
    let config = "
version: 1
seats: { le_chat: { purchased: 10 }, mistral_code: { purchased: 10 } }
members:
  ada@acme.example: { roles: [admin], seats: [le_chat] }
  p2@acme.example: { roles: [admin], seats: [mistral_code] }
  p3@acme.example: { roles: [billing], seats: [le_chat] }
  mary@acme.example: { previously: p4@acme.example, seats: [le_chat] }
removed: [p5@acme.example]
";
    let world = World::new(config);
    world.write("seed.json", &org(2..6).to_string());
    let run = world.run(&["plan", "--verbose", "--sandbox", "seed.json"]);
    insta::assert_snapshot!("verbose", run.stdout);
}

#[test]
fn somebody_whose_access_is_over_leaves_also_under_a_former_address() {
    let config = "
version: 1
members:
  ada@acme.example: { roles: [admin] }
  mary@acme.example: { previously: m.smith@acme.example, expires: 2020-01-01 }
";
    let live = seed(
        &[member(1, "ada@acme.example", &["A"], &[]), member(2, "m.smith@acme.example", &["M"], &[])],
        &[invitation(3, "m.smith@acme.example", &["M"], false)],
    );
    let world = World::new(config);
    world.write("live.json", &undated(&live));
    let run = world.run(&["plan", "--live", "live.json"]);
    insta::assert_snapshot!("expired_under_former_address", run.stdout);
}

#[test]
fn ten_thousand_changes_end_in_the_numbers_that_matter() {
    let mut config =
        "version: 1\nseats: { le_chat: { purchased: 20000 } }\ndefaults: { seats: [le_chat] }\nmembers:\n  ada@acme.example: { roles: [admin] }\n".to_owned();
    for n in 0..10_000 {
        config.push_str(&format!("  n{n}@acme.example:\n"));
    }
    let world = World::new(&config);
    world.write("seed.json", &org(2..40).to_string());
    let run = world.run(&["plan", "--sandbox", "seed.json"]);
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 10_000 + 10, "one line a person, and what stands around them");
    insta::assert_snapshot!("ten_thousand_end", lines[10_002..].join("\n"));
}

#[test]
fn names_that_would_drive_a_terminal_are_shown_harmless() {
    let config = "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let mut nameless = member(2, "x", &["M"], &[]);
    nameless["email"] = Value::Null;
    nameless["name"] = json!("\u{1b}]0;owned\u{7}\r\n::error::gone\u{202e}");
    let world = World::new(config);
    let live = seed(&[member(1, "ada@acme.example", &["A"], &[]), nameless], &[]);
    world.write("seed.json", &live.to_string());
    for format in ["text", "json"] {
        let run = world.run(&["plan", "--verbose", "--format", format, "--sandbox", "seed.json"]);
        let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.stdout.contains(raw) && run.stdout.contains("owned"), "{format}: {:?}", run.stdout);
        assert!(!run.stdout.lines().any(|line| line.starts_with("::")), "{format}: {:?}", run.stdout);
    }
}

#[test]
fn planning_sends_no_request_that_changes_anything() {
    let server = Server::seeded(&org(2..300), &[]);
    let world =
        World::new("version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n  new@acme.example:\n");
    let run = world.run_on(&server, &["plan", "--detailed-exitcode"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:?}");
    assert_eq!(requests.iter().filter(|request| *request == "GET /users 200").count(), 3);
}
