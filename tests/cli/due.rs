//! `--due`: what time alone asks for, beside what people did by hand.

use super::breaker::{Breaker, Cut};
use super::harness::{Server, World, group, inside, invitation, member, seed, with, workspaces};
use serde_json::{Value, json};

const FILES: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
seats: { le_chat: { purchased: 9 } }
policy: { max_removals: 100% }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [member, { billing: { until: 2026-06-30, why: audit } }], seats: [le_chat] }
  cyd@acme.example: { expires: 2026-06-30 }
  dan@acme.example: { seats: [le_chat] }
  eve@acme.example: {}
  fay@acme.example: { seats: [{ le_chat: { until: 2026-06-30 } }] }
  joe@acme.example: { seats: [le_chat] }
workspaces:
  Research:
    members:
      ada@acme.example: [workspace_admin]
      bob@acme.example: [user, { dev: { until: 2026-06-30 } }]
      fay@acme.example: [{ dev: { until: 2026-06-30 } }]
groups:
  Readers: { members: [bob@acme.example, { fay@acme.example: { until: 2026-06-30 } }] }
removed: [gus@acme.example]
";

/// As the files say until the end of June, but by hand: Eve is an admin, Fay has a second role, Gus and Zoe are there,
/// Dan has no seat, and Bob is not in the group.
fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        inside(member(2, "bob@acme.example", &["M", "B"], &["CHAT"]), &[(101, &["user", "dev"])]),
        member(3, "cyd@acme.example", &["M"], &[]),
        member(4, "dan@acme.example", &["M"], &[]),
        member(5, "eve@acme.example", &["A", "M"], &[]),
        inside(member(6, "fay@acme.example", &["M"], &["CHAT"]), &[(101, &["dev", "user"])]),
        member(7, "gus@acme.example", &["M"], &[]),
        member(8, "zoe@acme.example", &["M"], &["CHAT"]),
    ];
    let readers = group(201, "Readers", &[6, 8]);
    let invitations = [invitation(11, "joe@acme.example", &["M"], true)];
    with(
        seed(&members, &invitations),
        json!({ "workspaces": workspaces(&["Research"]), "groups": [readers] }),
    )
}

const DAY: [&str; 2] = ["--today", "2026-07-01"];

fn begin() -> (World, Server) {
    (World::new(FILES), Server::seeded(&live(), &[]))
}

#[test]
fn a_plan_of_what_is_due_leaves_alone_what_people_did() {
    let (world, server) = begin();
    let run = world.run_on(&server, &[&["plan", "--due"][..], &DAY].concat());
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout);
    let run = world.run_on(&server, &[&["plan", "--due", "--detailed-exitcode"][..], &DAY].concat());
    assert_eq!(run.status, 2, "{}", run.shown());
}

#[test]
fn the_second_of_two_due_applies_sends_nothing() {
    let (world, server) = begin();
    let apply = [&["apply", "--due", "--yes", "--settle", "300ms"][..], &DAY].concat();
    let first = world.run_on(&server, &apply);
    assert_eq!(first.status, 0, "{}", first.shown());
    let writes = server.writes();
    let second = world.run_on(&server, &apply);
    assert_eq!((second.status, &server.writes()), (0, &writes), "{}", second.shown());
    let mut sent = writes.clone();
    // Within a phase, the order is that of the network.
    sent.sort();
    insta::assert_snapshot!(sent.join("\n"));
    let whole = world.run_on(&server, &[&["plan", "--format", "json"][..], &DAY].concat());
    let plan: Value = serde_json::from_str(&whole.stdout).unwrap();
    let left: Vec<String> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| format!("{} {}", action["id"].as_str().unwrap(), action["causes"]))
        .collect();
    insta::assert_snapshot!(left.join("\n"));
}

#[test]
fn an_action_that_is_due_in_part_has_both_causes() {
    let run = World::new(FILES).plan(&live(), &[&["--format", "json"][..], &DAY].concat());
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let actions = plan["actions"].as_array().unwrap().iter();
    let causes: Vec<String> =
        actions.map(|action| format!("{} {}", action["id"].as_str().unwrap(), action["causes"])).collect();
    insta::assert_snapshot!(causes.join("\n"));
}

#[test]
fn what_a_guard_forbids_is_left_out_and_the_rest_is_done() {
    let (world, server) = (
        World::new(&FILES.replace("max_removals: 100%", "max_removals: 0, protected: [bob@acme.example]")),
        Server::seeded(&live(), &[]),
    );
    let apply = [&["apply", "--due", "--yes", "--settle", "300ms"][..], &DAY].concat();
    let run = world.run_on(&server, &apply);
    assert_eq!(run.status, 3, "{}", run.shown());
    insta::assert_snapshot!(format!("{}\n{}\n{}", run.stderr, run.stdout, server.writes().join("\n")));
}

#[test]
fn a_run_whose_every_change_is_held_back_says_so() {
    let files = FILES.replace("max_removals: 100%", "max_removals: 0, protected: [bob@acme.example]");
    let (world, server) = (World::new(&files), Server::seeded(&live(), &[]));
    let apply = [&["apply", "--due", "--yes", "--settle", "300ms"][..], &DAY].concat();
    assert_eq!(world.run_on(&server, &apply).status, 3);
    let writes = server.writes();
    let run = world.run_on(&server, &apply);
    assert_eq!((run.status, &server.writes()), (3, &writes), "{}", run.shown());
    insta::assert_snapshot!(format!("{}\n{}", run.stderr, run.stdout));
}

#[test]
fn a_budget_without_room_holds_back_renewals_alone() {
    // Of three seats, Bob has one, and Fay and Zoe have theirs by hand.
    let files = FILES.replace("purchased: 9", "purchased: 3");
    let files = files
        .replace("fay@acme.example: { seats: [{ le_chat: { until: 2026-06-30 } }] }", "fay@acme.example:");
    let (world, server) = (World::new(&files), Server::seeded(&live(), &[]));
    let run = world.run_on(&server, &[&["apply", "--due", "--yes", "--settle", "300ms"][..], &DAY].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    let sent = server.writes();
    assert!(!sent.is_empty() && !sent.iter().any(|write| write.contains("users-invite")), "{sent:?}");
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn due_is_not_combined_with_people_or_a_saved_plan() {
    let (world, server) = begin();
    for args in [
        &["plan", "--due", "--only", "bob@acme.example"][..],
        &["apply", "--due", "--renew", "joe@acme.example", "--yes"],
        &["apply", "--due", "plan.json", "--yes"],
        &["plan", "--due", "--out", "plan.json"],
    ] {
        assert_eq!(world.run_on(&server, args).status, 64, "{args:?}");
    }
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[test]
fn a_killed_due_run_is_completed_by_the_next_one_and_no_mail_goes_out_twice() {
    let apply = [&["apply", "--due", "--yes", "--settle", "300ms"][..], &DAY].concat();
    let writes = {
        let (world, server) = begin();
        assert_eq!(world.run_on(&server, &apply).status, 0);
        server.writes().len()
    };
    for cut in (1..=writes).flat_map(|at| [Cut::Before(at), Cut::After(at)]) {
        let (world, server) = begin();
        let breaker = Breaker::before(&server);
        breaker.run(&world, &apply, Some(cut));
        let next = breaker.run(&world, &apply, None);
        assert_eq!(next.status, 0, "{cut:?}: {}", next.shown());
        let sent = server.writes();
        let last = breaker.run(&world, &apply, None);
        assert_eq!((last.status, &server.writes()), (0, &sent), "{cut:?}: {}", last.shown());
        let mails = sent.iter().filter(|one| *one == "POST /users-invite 200").count();
        assert_eq!(mails, 1, "{cut:?}: {sent:?}");
        let due = breaker.run(&world, &[&["plan", "--due", "--detailed-exitcode"][..], &DAY].concat(), None);
        assert_eq!(due.status, 0, "{cut:?}: {}", due.shown());
    }
}

#[test]
fn an_unanswered_invitation_is_sent_again_until_the_limit_and_then_its_seat_is_free() {
    let files = "
version: 1
seats: { le_chat: { purchased: 2 } }
policy: { expired_invitations: { renew: 2 } }
members:
  ada@acme.example: { roles: [admin], seats: [] }
  joe@acme.example: { seats: [le_chat] }
";
    let members = [member(1, "ada@acme.example", &["A"], &[])];
    let (world, server) = (World::new(files), Server::seeded(&seed(&members, &[]), &[]));
    let apply = ["apply", "--due", "--yes", "--settle", "300ms"];
    assert_eq!(world.run_on(&server, &["apply", "--yes", "--settle", "300ms"]).status, 0);
    let pending = world.run_on(&server, &["members", "--pending"]);
    assert!(pending.stdout.contains("(0 days ago, 1 mail so far), has not accepted"), "{}", pending.shown());
    for mails in [2, 3, 3] {
        server.post("/sandbox/advance", json!({ "days": 8 }));
        let run = world.run_on(&server, &apply);
        assert_eq!(run.status, 0, "{}", run.shown());
        let sent = server.writes().into_iter().filter(|one| one == "POST /users-invite 200").count();
        assert_eq!(sent, mails, "{}", run.shown());
    }
    let plan = world.run_on(&server, &["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!((&plan["actions"], &plan["waiting"][0]["for"]), (&json!([]), &json!("expired_invitation")));
    assert_eq!(plan["seats"]["le_chat"]["pending"], json!(0));
    // Somebody acts; and without the log, only the days between two mails count.
    let more = world.run_on(&server, &["apply", "--yes", "--renew", "joe@acme.example", "--settle", "300ms"]);
    assert_eq!(more.status, 0, "{}", more.shown());
    let sent = server.writes().into_iter().filter(|one| one == "POST /users-invite 200").count();
    for mails in [sent + 1, sent + 2, sent + 2] {
        server.post("/sandbox/advance", json!({ "days": 8 }));
        assert_eq!(world.run_on(&server, &apply).status, 0);
        let sent = server.writes().into_iter().filter(|one| one == "POST /users-invite 200").count();
        assert_eq!(sent, mails, "the count starts when somebody asks");
    }
    let without = world.run_on(&server, &["plan", "--due", "--audit-days", "0"]);
    assert!(without.stdout.contains("1 renewal is limited by `every` alone"), "{}", without.shown());
}

#[test]
fn without_the_log_the_journal_counts_the_mails() {
    let files = "
version: 1
policy: { expired_invitations: { renew: 1 } }
members:
  ada@acme.example: { roles: [admin] }
  joe@acme.example:
";
    let members = [member(1, "ada@acme.example", &["A"], &[])];
    let (world, server) = (World::new(files), Server::seeded(&seed(&members, &[]), &[]));
    let apply = ["apply", "--due", "--yes", "--audit-days", "0", "--settle", "300ms"];
    assert_eq!(world.run_on(&server, &["apply", "--yes", "--settle", "300ms"]).status, 0);
    for mails in [2, 2] {
        server.post("/sandbox/advance", json!({ "days": 8 }));
        let run = world.run_on(&server, &apply);
        assert_eq!(run.status, 0, "{}", run.shown());
        let sent = server.writes().into_iter().filter(|one| one == "POST /users-invite 200").count();
        assert_eq!(sent, mails, "{}", run.shown());
    }
}
