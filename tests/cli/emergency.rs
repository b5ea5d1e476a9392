//! `--only` and `--renew`: what is done for some people, beside a plan that is refused.

use super::breaker::{Breaker, Cut};
use super::harness::{Server, World, gives, group, inside, invitation, member, seed, with, workspaces};
use serde_json::{Value, json};

/// Over the budget, and with more removals than one plan may have.
const FILES: &str = "
version: 1
organization: { name: Acme, domains: [acme.example] }
seats: { le_chat: { purchased: 1 } }
policy:
  max_removals: 1
  protected: [ada@acme.example]
  unmanaged: { workspace_members: remove, groups: remove }
defaults: { seats: [le_chat] }
members:
  ada@acme.example: { roles: [admin], seats: [] }
  ann@acme.example: { seats: [] }
  bob@acme.example:
  hal@acme.example: { roles: [billing], seats: [] }
  ivy@acme.example: { seats: [] }
  joe@acme.example:
workspaces:
  Research:
    members: { hal@acme.example: [dev], ann@acme.example: [user] }
groups:
  Readers: { members: [ann@acme.example], workspaces: {} }
removed: [eve@acme.example, gus@acme.example]
";

/// The same files, with a larger budget and more removals.
fn within_limits() -> String {
    FILES.replace("purchased: 1 ", "purchased: 50 ").replace("max_removals: 1", "max_removals: 100%")
}

/// How long a run waits for what an interrupted one has created.
const SETTLE: [&str; 2] = ["--settle", "300ms"];

fn live() -> Value {
    let members = [
        inside(member(1, "ada@acme.example", &["A"], &[]), &[(101, &["workspace_admin"])]),
        inside(member(2, "ann@acme.example", &["M"], &[]), &[(101, &["user"])]),
        inside(member(3, "eve@acme.example", &["A", "M"], &["CHAT"]), &[(101, &["dev"])]),
        member(4, "gus@acme.example", &["M"], &["CHAT"]),
        inside(
            member(5, "hal@acme.example", &["A", "M"], &["CHAT", "MISTRAL_CODE"]),
            &[(101, &["workspace_admin", "dev"])],
        ),
        inside(member(6, "zoe@else.example", &["M"], &["CHAT"]), &[(101, &["user"])]),
    ];
    let invitations = [
        invitation(11, "ivy@acme.example", &["A"], false),
        invitation(12, "joe@acme.example", &["M"], true),
        invitation(13, "kim@acme.example", &["M"], false),
    ];
    let groups = json!([
        with(group(201, "Readers", &[2, 5]), json!({ "workspaces": [gives(101, "user")] })),
        group(202, "By hand", &[1, 5]),
    ]);
    let resources = json!({ "workspaces": workspaces(&["Research"]), "groups": groups });
    with(seed(&members, &invitations), resources)
}

fn begin() -> (World, Server) {
    (World::new(FILES), Server::seeded(&live(), &[]))
}

#[test]
fn a_person_is_removed_beside_a_refused_plan_and_over_the_budget() {
    let (world, server) = begin();
    let whole = world.run_on(&server, &["apply", "--yes"]);
    assert_eq!((whole.status, server.writes()), (3, Vec::new()), "{}", whole.shown());
    let only = world.run_on(&server, &["apply", "--yes", "--only", "eve@acme.example"]);
    assert_eq!(only.status, 0, "{}", only.shown());
    assert_eq!(server.writes(), ["DELETE /users/ID 200"]);
    insta::assert_snapshot!(only.shown());
}

#[test]
fn only_what_revokes_from_the_named_people_is_planned() {
    let world = World::new(FILES);
    let named = ["ann", "eve", "gus", "hal", "ivy", "joe"].map(|name| format!("{name}@acme.example"));
    let mut args = vec!["--only"];
    args.extend(named.iter().map(String::as_str));
    args.push("zoe@else.example");
    let run = world.plan(&live(), &args);
    assert_eq!(run.status, 0, "{}", run.shown());
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_rest_is_left_to_the_next_whole_plan() {
    let (world, server) = begin();
    let only = ["apply", "--yes", "--only", "hal@acme.example", "ivy@acme.example"];
    let run = world.run_on(&server, &only);
    assert_eq!(run.status, 0, "{}", run.shown());
    let again = world.run_on(&server, &only);
    assert_eq!(again.status, 64, "ivy is neither a member nor invited any more: {}", again.shown());
    let again = world.run_on(&server, &only[..4]);
    assert!(
        again.status == 0 && again.stderr.contains("Nothing to do for these people."),
        "{}",
        again.shown()
    );
    world.write("orgsync.yaml", &within_limits());
    world.settle(&server, &[]);
}

#[test]
fn what_is_protected_or_a_last_admin_stays() {
    for (files, code) in [
        (FILES.replace("protected: [ada", "protected: [hal"), "protected"),
        (FILES.replace("max_removals: 1", "min_admins: 3"), "min_admins"),
    ] {
        let run = World::new(&files).plan(&live(), &["--only", "hal@acme.example"]);
        assert_eq!(run.status, 3, "{}", run.shown());
        assert!(run.stdout.contains(&format!("error[{code}]")), "{}", run.shown());
    }
}

#[test]
fn another_organization_is_refused() {
    let files = FILES.replace("name: Acme", "name: Acme, id: 7c8f2f5e-0f5c-4b3b-9d52-0d6c5f3a1b11");
    let run = World::new(&files).plan(&live(), &["--only", "eve@acme.example"]);
    assert_eq!(run.status, 3, "{}", run.shown());
    assert!(run.stdout.contains("error[other_organization]"), "{}", run.shown());
}

#[test]
fn a_fault_that_is_not_about_the_budget_refuses_it() {
    let (world, server) = begin();
    world.write("orgsync.yaml", &FILES.replace("seats: [] }\n  ivy", "seat: [] }\n  ivy"));
    let run = world.run_on(&server, &["apply", "--yes", "--only", "eve@acme.example"]);
    assert_eq!((run.status, server.writes()), (3, Vec::new()), "{}", run.shown());
    assert!(run.stderr.contains("error[unknown_key]"), "{}", run.shown());
}

#[test]
fn what_makes_no_sense_beside_it_is_wrong_usage() {
    let (world, server) = begin();
    for args in [
        &["apply", "--yes", "--only", "eva@acme.example"][..],
        &["apply", "plan.json", "--yes", "--only", "eve@acme.example"],
        &["apply", "plan.json", "--yes", "--renew", "joe@acme.example"],
        &["apply", "--yes", "--only", "eve@acme.example", "--renew", "joe@acme.example"],
        &["apply", "--yes", "--only", "eve"],
        &["apply", "--yes", "--only"],
        &["plan", "--only", "eve@acme.example", "--out", "plan.json"],
        &["plan", "--only", "eve@acme.example", "--base", "."],
    ] {
        let run = world.run_on(&server, args);
        assert_eq!((run.status, server.writes()), (64, Vec::new()), "{args:?}: {}", run.shown());
    }
    let run = world.run_on(&server, &["plan", "--only", "eva@acme.example", "else@acme.example"]);
    insta::assert_snapshot!(run.shown());
}

#[test]
fn the_document_names_the_people() {
    let run = World::new(FILES).plan(&live(), &["--format", "json", "--only", "eve@acme.example"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["scope"], json!({ "only": ["eve@acme.example"] }));
    assert_eq!(document["summary"]["by_kind"], json!({ "member.remove": 1 }));
    let world = World::new(FILES);
    world.write("plan.json", &run.stdout);
    world.write("seed.json", &live().to_string());
    let applied = world.run(&["apply", "plan.json", "--yes", "--sandbox", "seed.json"]);
    assert_eq!(applied.status, 3, "{}", applied.shown());
}

/// A configuration under which an expired invitation is left as it is.
const INVITED: &str = "
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 10 } }
policy: { expired_invitations: report }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example: { roles: [billing] }
  ivy@acme.example:
  joe@acme.example: { seats: [le_chat] }
";

fn invited() -> (World, Server) {
    let members = [member(1, "ada@acme.example", &["A"], &[]), member(2, "bob@acme.example", &["M"], &[])];
    let invitations =
        [invitation(11, "ivy@acme.example", &["M"], false), invitation(12, "joe@acme.example", &["M"], true)];
    (World::new(INVITED), Server::seeded(&seed(&members, &invitations), &[]))
}

const RENEW: [&str; 5] = ["apply", "--yes", "--renew", "ivy@acme.example", "joe@acme.example"];

#[test]
fn invitations_are_sent_again_whether_pending_or_expired_and_nothing_else_is_done() {
    let (world, server) = invited();
    let run = world.run_on(&server, &RENEW);
    assert_eq!(run.status, 0, "{}", run.shown());
    let (deleted, sent) = ("DELETE /users-invite/ID 200", "POST /users-invite 200");
    let mut writes = server.writes();
    writes.sort();
    assert_eq!(writes, [deleted, deleted, sent, sent], "{}", run.shown());
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn only_a_declared_person_who_is_no_member_is_invited_again() {
    let (world, server) = invited();
    for (person, why) in [
        ("kim@acme.example", "no file declares kim@acme.example"),
        ("bob@acme.example", "bob@acme.example is a member already"),
    ] {
        let run = world.run_on(&server, &["apply", "--yes", "--renew", person]);
        assert_eq!((run.status, server.writes()), (64, Vec::new()), "{}", run.shown());
        assert!(run.stderr.contains(why), "{}", run.shown());
    }
    world.write("orgsync.yaml", &INVITED.replace("expired_invitations: report", "onboarding: sso"));
    let run = world.run_on(&server, &RENEW);
    assert_eq!((run.status, server.writes()), (3, Vec::new()), "{}", run.shown());
}

#[test]
fn a_killed_renewal_is_completed_by_the_same_command_or_by_the_next_whole_apply() {
    for next in [&RENEW[..], &["apply", "--yes"]] {
        for cut in (1..=3).flat_map(|at| [Cut::Before(at), Cut::After(at)]) {
            let (world, server) = invited();
            let breaker = Breaker::before(&server);
            breaker.run(&world, &[&RENEW, &SETTLE[..]].concat(), Some(cut));
            let run = breaker.run(&world, &[next, &SETTLE].concat(), None);
            assert_eq!(run.status, 0, "{cut:?}: {}", run.shown());
            let mails = server.writes().into_iter().filter(|one| one == "POST /users-invite 200").count();
            assert!(mails <= 3, "{cut:?}: {:?}", server.writes());
        }
    }
}

#[test]
fn an_interrupted_apply_is_completed_after_an_emergency() {
    for cut in (1..=6).flat_map(|at| [Cut::Before(at), Cut::After(at)]) {
        let (world, server) = (World::new(&within_limits()), Server::seeded(&live(), &[]));
        let breaker = Breaker::before(&server);
        let apply = [&["apply", "--yes"][..], &SETTLE].concat();
        breaker.run(&world, &apply, Some(cut));
        let only = breaker.run(&world, &["apply", "--yes", "--only", "hal@acme.example"], None);
        assert_eq!(only.status, 0, "{cut:?}: {}", only.shown());
        let journals: Vec<_> = std::fs::read_dir(world.path().join("state/orgsync"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("journal"))
            .collect();
        assert!(journals.iter().any(|name| name.ends_with(".journal")), "{journals:?}");
        let whole = breaker.run(&world, &apply, None);
        assert_eq!(whole.status, 0, "{cut:?}: {}", whole.shown());
        assert!(whole.stderr.contains("An earlier run was interrupted"), "{cut:?}: {}", whole.shown());
        let plan = breaker.run(&world, &["plan", "--detailed-exitcode"], None);
        assert!(!plan.stdout.contains("to make"), "{cut:?}: {}", plan.shown());
        let sent = server.writes().into_iter().filter(|one| one.starts_with("POST /users-invite ")).count();
        assert!(sent <= 3, "{cut:?}: {:?}", server.writes());
    }
}

#[test]
fn power_that_the_files_refuse_does_not_stop_it() {
    let world = World::new(&FILES.replace("groups: remove }", "groups: remove, admins: refuse }"));
    let run = world.plan(&live(), &["--only", "gus@acme.example"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.contains("Power that no file grants"), "{}", run.shown());
}

#[test]
fn a_killed_renewal_of_one_person_is_awaited_by_that_of_another() {
    let (world, server) = invited();
    let breaker = Breaker::before(&server);
    let renew = |person| ["apply", "--yes", "--settle", "5s", "--renew", person];
    server.post("/sandbox/faults", json!({ "rules": [{ "kind": "stale_reads", "ms": 1500 }] }));
    breaker.run(&world, &renew("ivy@acme.example"), Some(Cut::After(2)));
    let other = breaker.run(&world, &renew("joe@acme.example"), None);
    assert_eq!(other.status, 0, "{}", other.shown());
    let waits = "until the organization shows what an earlier run created: ivy@acme.example.";
    assert!(other.stderr.contains(waits), "{}", other.shown());
}
