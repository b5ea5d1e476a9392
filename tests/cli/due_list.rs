//! `orgsync due`: what ends, expires or is sent again in the next days.

use super::documents::assert_fits;
use super::harness::{Server, World, invitation, member, seed, with};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 9 }, mistral_code: { purchased: 9 } }
policy: { max_removals: 100% }
defaults: { seats: [{ mistral_code: { until: 2026-07-31 } }] }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [member, { billing: { until: 2026-07-03, why: 'audit, part 1; see \"INC-12\"' } }], seats: [] }
  cyd@acme.example: { expires: 2026-07-03 }
  dan@acme.example: { roles: [{ billing: { until: 2026-06-30 } }], seats: [] }
  eve@acme.example: { seats: [{ le_chat: { until: 2026-09-30 } }] }
  joe@acme.example: { seats: [] }
teams:
  labs: { members: [{ ada@acme.example: { until: 2026-07-15 } }], workspaces: { Research: [{ dev: { until: 2026-07-16 } }] } }
workspaces:
  Research: { members: { ada@acme.example: [workspace_admin, { user: { until: 2026-07-17, why: INC-7 } }] } }
groups:
  Readers: { members: [{ ada@acme.example: { until: 2026-07-18 } }] }
";

const DAY: [&str; 2] = ["--today", "2026-07-01"];

fn due(more: &[&str]) -> String {
    let run = World::new(FILES).run(&[&["due"][..], &DAY, more].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    run.stdout
}

#[test]
fn the_files_alone_tell_what_ends() {
    insta::assert_snapshot!(due(&[]));
    assert_eq!(due(&["--days", "1"]), "Nothing ends from 2026-07-01 to 2026-07-02.\n");
}

#[test]
fn the_document_fits_its_schema() {
    let text = due(&["--format", "json", "--days", "91"]);
    assert_fits("due", &text);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&document["now"], document["entries"].as_array().unwrap().len()), (&json!(null), 8));
}

#[test]
fn another_program_reads_the_calendar() {
    let text = due(&["--format", "ics"]);
    assert_eq!(text, due(&["--format", "ics"]));
    let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
    let document: Value = serde_json::from_str(&due(&["--format", "json"])).unwrap();
    let entries = document["entries"].as_array().unwrap();
    assert_eq!(calendar.events.len(), entries.len());
    let mut uids = std::collections::BTreeSet::new();
    for (event, entry) in calendar.events.iter().zip(entries) {
        let value = |name: &str| {
            let property = event.properties.iter().find(|property| property.name == name);
            property.and_then(|property| property.value.clone()).unwrap()
        };
        assert_eq!(value("DTSTART"), entry["day"].as_str().unwrap().replace('-', ""));
        assert!(value("SUMMARY").starts_with(entry["holder"].as_str().unwrap()), "{text}");
        assert!(uids.insert(value("UID")), "{text}");
    }
    assert!(text.contains(r#"audit\, part 1\; see "INC-12""#), "{text}");
    assert!(text.lines().all(|line| line.trim_end().len() <= 75), "{text}");
}

#[test]
fn a_key_tells_of_invitations_and_of_what_is_due_now() {
    let members =
        [member(1, "ada@acme.example", &["A"], &[]), member(2, "dan@acme.example", &["M", "B"], &[])];
    let sent = json!({ "created_at": jiff::Timestamp::now().to_string() });
    let pending = [with(invitation(11, "joe@acme.example", &["M"], false), sent)];
    let (world, server) = (World::new(FILES), Server::seeded(&seed(&members, &pending), &[]));
    let run = world.run_on(&server, &["due"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    let now = "Due now; `orgsync apply --due` does it:\n  member.update:dan@acme.example\n";
    assert!(run.stdout.starts_with(now), "{}", run.stdout);
    let renewal = "joe@acme.example: the invitation expires, and is sent again";
    assert!(run.stdout.contains(renewal), "{}", run.stdout);
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[test]
fn a_key_that_is_refused_fails_loudly() {
    let (world, server) = (World::new(FILES), Server::start(&[]));
    let [url, _] = server.env();
    let run = super::harness::run(world.path(), &["due"], &[url, ("MISTRAL_ADMIN_API_KEY", "expired-key")]);
    assert_eq!(run.status, 1, "{}", run.shown());
    assert!(run.stderr.contains("401"), "{}", run.shown());
}
