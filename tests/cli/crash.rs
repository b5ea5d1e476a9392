//! `kill -9` at every request that changes something: the next apply completes the work, and nothing is done twice.

use super::breaker::{Breaker, Cut};
use super::harness::{
    Run, Server, World, gives, group, inside, invitation, member, seed, side_by_side, uuid, with, workspaces,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const CONFIG: &str = r#"
version: 1
organization: { name: Acme }
seats: { le_chat: { purchased: 5 } }
policy:
  onboarding: ONBOARDING
  unmanaged: { invitations: remove, groups: remove, workspace_members: remove, group_members: remove }
  min_admins: 2
  max_removals: 100%
members:
  ada@acme.example: { name: Ada Archer, roles: [admin], seats: [le_chat] }
  bob@acme.example: { name: Bob Brown, seats: [] }
  cyd@acme.example: { name: Cyd Cole, seats: [le_chat] }
  dan@acme.example: { name: Dan Drew, roles: [admin], seats: [le_chat] }
  eve@acme.example: { name: Eve Everett, seats: [le_chat] }
  fay@acme.example: { name: Fay Fox, seats: [le_chat] }
  gus@acme.example: { name: Gus Green }
workspaces:
  Research:
    description: Models and papers
    members: { bob@acme.example: [dev, user] }
  Support: { previously: Helpdesk, icon: "🎧" }
  Attic: { archived: true }
  Lab:
    description: New
    members: { cyd@acme.example: [workspace_admin], eve@acme.example: [user] }
groups:
  Staff: { organization_role: member, members: [eve@acme.example] }
  Interns:
    description: Summer
    organization_role: billing
    members: [bob@acme.example]
    parents: [Staff]
    workspaces: { Lab: [user], Research: [dev] }
  Office: { previously: Bureau, parents: [], members: [], workspaces: {} }
removed: [hal@acme.example]
"#;

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &["CHAT"]),
        inside(member(2, "bob@acme.example", &["M"], &["CHAT"]), &[(101, &["user"])]),
        inside(member(3, "cyd@acme.example", &["M"], &[]), &[(101, &["workspace_admin"])]),
        member(4, "dan@acme.example", &["M"], &[]),
        member(5, "hal@acme.example", &["A"], &["CHAT"]),
    ];
    let invitations =
        [invitation(11, "fay@acme.example", &["M"], true), invitation(12, "ivy@acme.example", &["M"], true)];
    let groups = json!([
        with(group(201, "Interns", &[3]), json!({ "workspaces": [gives(101, "user")] })),
        with(
            group(202, "Bureau", &[2, 3]),
            json!({
                "workspaces": [gives(102, "user")], "parent_group_ids": [uuid(203)], "description": "Accounts",
            })
        ),
        group(203, "Everybody", &[1]),
    ]);
    let resources = json!({ "workspaces": workspaces(&["Research", "Helpdesk", "Attic"]), "groups": groups });
    with(seed(&members, &invitations), resources)
}

/// How people come in: of the two, a plan holds one.
#[derive(Debug, Clone, Copy)]
enum Onboarding {
    Invite,
    Create,
}

/// How one organization is applied to, and cut off.
#[derive(Debug, Clone)]
struct Case {
    onboarding: Onboarding,
    /// The plan was saved before.
    saved: bool,
    /// The runs that are cut, one after the other.
    cuts: Vec<Cut>,
    /// For how many milliseconds the lists lag behind.
    stale: Option<u64>,
}

fn begin(onboarding: Onboarding) -> (World, Server) {
    let name = match onboarding {
        Onboarding::Invite => "invite",
        Onboarding::Create => "create",
    };
    let world = World::new(&CONFIG.replace("ONBOARDING", name));
    (world, Server::seeded(&live(), &["--purchased", "le_chat=5"]))
}

const APPLY: [&str; 3] = ["apply", "--yes", "--allow-irreversible"];

/// What went wrong in a case, if anything did.
fn fault(case: &Case) -> Option<String> {
    let (world, server) = begin(case.onboarding);
    let breaker = Breaker::before(&server);
    if case.saved {
        let made = breaker.run(&world, &["plan", "--out", "plan.json"], None);
        assert_eq!(made.status, 0, "{}", made.shown());
    }
    if let Some(ms) = case.stale {
        server.post("/sandbox/faults", json!({ "rules": [{ "kind": "stale_reads", "ms": ms }] }));
    }
    let settle = if case.stale.is_some() { "2s" } else { "300ms" };
    let saved: &[&str] = if case.saved { &["plan.json"] } else { &[] };
    let args = [&APPLY, &["--settle", settle][..], saved].concat();
    let mut told = String::new();
    let mut tell = |run: &Run| told.push_str(&format!("{}\n---\n", run.shown()));
    for cut in &case.cuts {
        tell(&breaker.run(&world, &args, Some(*cut)));
    }
    let mut last = breaker.run(&world, &args, None);
    tell(&last);
    // Where the lists lag behind, a saved plan can take what an earlier run of it has done for somebody else's doing.
    // It tries nothing of that then, says so, and goes on in the next run.
    for _ in 0..2 {
        if case.saved && case.stale.is_some() && last.status == 1 {
            last = breaker.run(&world, &args, None);
            tell(&last);
        }
    }
    server.post("/sandbox/faults", json!({ "rules": [] }));
    let plan = breaker.run(&world, &["plan", "--detailed-exitcode"], None);
    tell(&plan);
    let wrong = match (last.status, plan.status) {
        (0, 0) => broken(&server),
        (0, _) => Some("something is left to do".to_owned()),
        _ => Some("the last run did not complete it".to_owned()),
    };
    wrong.map(|wrong| format!("{case:?}\n{wrong}\n{told}{:#?}", server.writes()))
}

/// What must hold and does not.
fn broken(server: &Server) -> Option<String> {
    let invited = server.get("/sandbox/invited");
    let twice = invited.as_object().unwrap().iter().find(|(_, times)| times.as_u64() > Some(1));
    if let Some((email, _)) = twice {
        return Some(format!("{email} was invited twice"));
    }
    let moments = server.get("/sandbox/moments");
    let bad =
        |moment: &&Value| moment["used"]["le_chat"].as_u64() > Some(5) || moment["admins"].as_u64() < Some(2);
    if let Some(moment) = moments.as_array().unwrap().iter().find(bad) {
        return Some(format!("at some moment there was {moment}"));
    }
    let mut made = BTreeMap::<String, usize>::new();
    for request in server.writes().iter().filter(|request| request.contains(" 20")) {
        let path = request.split(' ').nth(1).unwrap();
        if request.starts_with("POST") && ["/workspaces", "/user-groups"].contains(&path) {
            *made.entry(path.to_owned()).or_default() += 1;
        }
    }
    (made.values().any(|times| *times > 1)).then(|| format!("made twice: {made:?}"))
}

/// Goes through cases side by side, and names those that fail.
fn all_hold(cases: Vec<Case>) {
    let mut faults = side_by_side(cases, fault);
    let many = faults.len();
    faults.truncate(4);
    assert!(faults.is_empty(), "{many} cases fail:\n{}", faults.join("\n=====\n"));
}

/// How many requests change something when nothing gets in the way.
fn writes(onboarding: Onboarding) -> usize {
    let (world, server) = begin(onboarding);
    world.settle(&server, &["--allow-irreversible"]);
    assert_eq!(broken(&server), None);
    server.writes().len()
}

const BOTH: [Onboarding; 2] = [Onboarding::Invite, Onboarding::Create];

/// Every cut, each followed by another one in the run after it where that is asked for.
fn cuts(step: usize, offset: usize, again: &[Cut]) -> Vec<(Onboarding, Vec<Cut>)> {
    let mut all = Vec::new();
    for onboarding in BOTH {
        let number = writes(onboarding);
        for first in (1..=number).flat_map(|n| [Cut::Before(n), Cut::After(n)]) {
            let second = again.iter().filter(|_| first != Cut::After(number)).map(|cut| vec![first, *cut]);
            let alone = again.is_empty().then(|| vec![first]);
            all.extend(second.chain(alone).map(|cuts| (onboarding, cuts)));
        }
    }
    all.into_iter().skip(offset).step_by(step).collect()
}

fn cases(cuts: Vec<(Onboarding, Vec<Cut>)>, saved: bool, stale: Option<u64>) -> Vec<Case> {
    cuts.into_iter().map(|(onboarding, cuts)| Case { onboarding, saved, cuts, stale }).collect()
}

const RECOVERIES: [Cut; 4] = [Cut::Before(1), Cut::After(1), Cut::Before(2), Cut::After(2)];

#[test]
fn the_plans_hold_every_kind_of_action() {
    let mut kinds = BTreeSet::new();
    for onboarding in BOTH {
        let (world, server) = begin(onboarding);
        let run = world.run_on(&server, &["plan", "--format", "json"]);
        let plan: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(plan["refusals"], json!([]));
        kinds.extend(plan["summary"]["by_kind"].as_object().unwrap().keys().cloned());
    }
    assert_eq!(kinds.len(), 18, "{kinds:?}");
}

#[test]
fn a_run_that_is_killed_anywhere_is_completed_by_the_next_one() {
    all_hold(cases(cuts(5, 0, &[]), false, None));
}

#[test]
fn so_is_that_of_a_saved_plan() {
    all_hold(cases(cuts(5, 2, &[]), true, None));
}

#[test]
fn so_is_one_whose_recovery_is_killed_too() {
    all_hold(cases(cuts(47, 0, &RECOVERIES), false, None));
    all_hold(cases(cuts(47, 7, &RECOVERIES), true, None));
}

#[test]
fn so_is_one_whose_traces_the_lists_show_late() {
    all_hold(cases(cuts(15, 4, &[]), false, Some(800)));
    all_hold(cases(cuts(15, 9, &[]), true, Some(800)));
}

/// Every cut, where the tests above take some: minutes each, `cargo test --test cli every_cut -- --ignored`.
mod every_cut {
    use super::{RECOVERIES, all_hold, cases, cuts};

    #[test]
    #[ignore = "takes minutes"]
    fn of_a_run() {
        all_hold(cases(cuts(1, 0, &[]), false, None));
        all_hold(cases(cuts(1, 0, &[]), true, None));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn of_a_run_whose_traces_show_late() {
        all_hold(cases(cuts(1, 0, &[]), false, Some(800)));
        all_hold(cases(cuts(1, 0, &[]), true, Some(800)));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn and_of_its_recovery() {
        all_hold(cases(cuts(1, 0, &RECOVERIES), false, None));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn and_of_the_recovery_of_a_saved_plan() {
        all_hold(cases(cuts(1, 0, &RECOVERIES), true, None));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn and_of_a_recovery_whose_traces_show_late() {
        all_hold(cases(cuts(1, 0, &RECOVERIES), false, Some(800)));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn and_of_the_recovery_of_a_saved_plan_whose_traces_show_late() {
        all_hold(cases(cuts(1, 0, &RECOVERIES), true, Some(800)));
    }
}
