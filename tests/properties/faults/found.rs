//! Cases that the properties found, or that are too rare for them, made as small as they could be.

use super::course::{Course, Cut, of_people};
use super::runs::{Counts, converge};
use crate::found::{invitation, person, world};
use crate::resources::found::{case, declare, group, live, wanted_group};
use crate::resources::world::{Case, WantedGroup};
use crate::served::RUNTIME;
use crate::world::{ADMIN, BILLING, MEMBER, Onboarding, World};
use jiff::{SignedDuration, Timestamp};
use orgsync::apply::Past;
use serde_json::{Value, json};

/// Goes the way of the properties; tells how many runs there were of each kind.
fn course(case: Case, rules: Value, cut: Option<(u32, Cut)>) -> String {
    let rules = rules.as_array().unwrap().clone();
    let course = Course { case, rules, seed: 0, limited: false, journal: true, cut };
    let counts = Counts::default();
    RUNTIME.block_on(converge(&course, &counts)).unwrap();
    format!("{:?}", counts.into_inner())
}

/// Of two invitations one is deleted and the other renewed; the new one is lost, and the lists show what was deleted.
#[test]
fn an_invitation_that_was_deleted_is_not_taken_for_the_new_one() {
    let (config, mut org) = world(vec![person("bob", MEMBER)]);
    org.invitations = vec![invitation("bob", 1, BILLING, false), invitation("bob", 2, ADMIN, false)];
    let lost = json!({"kind": "reset", "methods": ["POST"], "first": 1});
    let stale = json!({"kind": "stale_reads", "ms": 200, "paths": ["/users-invite"]});
    let runs = course(of_people(World { org, config, luck: 0 }), json!([lost, stale]), None);
    assert!(runs.contains("\"through after 1 runs\": 1"), "{runs}");
}

/// The run before has deleted an invitation and not sent a new one; an account is made, and the answer is lost.
#[test]
fn an_invitation_that_was_deleted_is_not_taken_for_an_account() {
    let (mut config, mut org) = world(vec![person("bob", MEMBER)]);
    config.onboarding = Onboarding::Create;
    org.invitations = vec![invitation("bob", 1, BILLING, false)];
    let lost = json!({"kind": "reset", "methods": ["POST"]});
    let late = json!({"kind": "stale_reads", "ms": 200, "paths": ["/users-invite"], "after": 1});
    course(of_people(World { org, config, luck: 0 }), json!([lost, late]), Some((2, Cut::Cancel)));
}

/// A group's change takes two requests, and the run is stopped between them.
#[test]
fn what_is_stopped_half_way_was_tried() {
    let mut case = case();
    live(&mut case, group(1, "Ops", &["bob"]));
    let description = Some("Those on call".to_owned());
    let wanted = WantedGroup { role: Some(ADMIN), description, ..wanted_group(&["bob"], &[]) };
    declare(&mut case, "Ops", wanted);
    let runs = course(case, json!([{"kind": "latency", "ms": 1}]), Some((1, Cut::Cancel)));
    assert!(runs.contains("\"through after 2 runs\": 1"), "{runs}");
}

/// A request may be carried out as late as it is answered.
#[test]
fn lists_have_the_time_to_show_a_change_from_its_answer_on() {
    let lines = [
        json!({"event": "begin", "at": "2026-11-24T08:00:00Z", "format_version": "1.0", "organization": "acme",
            "orgsync_version": "0.1.0", "plan": "p"}),
        json!({"event": "request", "at": "2026-11-24T08:00:00Z", "number": 1, "method": "POST", "path": "/workspaces",
            "body": {"name": "Lab"}}),
        json!({"event": "answer", "at": "2026-11-24T08:00:25Z", "number": 1, "status": 504}),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let past = Past::read(text.as_bytes(), "acme").unwrap();
    let until = |now: &str| {
        let recent = past.recent(now.parse().unwrap(), SignedDuration::from_mins(1));
        recent.map(|(_, until)| until)
    };
    let end: Timestamp = "2026-11-24T08:01:25Z".parse().unwrap();
    assert_eq!(until("2026-11-24T08:01:10Z"), Some(end));
    assert_eq!(until("2026-11-24T08:01:30Z"), None);
}
