//! Requests that fail on the way: what does not depend on them is done all the same, and the next run completes the
//! work.

use super::contract::as_declared;
use super::over_places;
use super::seen::Seen;
use super::whole::{approve, within};
use super::world::{CUSTOM, Case};
use crate::gate::Gate;
use crate::many;
use crate::served::{RUNTIME, Served, carry_out};
use crate::world::{Limit, shuffle};
use orgsync::apply::{Report, Status};
use orgsync::check::check;
use orgsync::model::{Allowance, Live};
use orgsync::plan::{
    Action, GroupOperation, Operation, Participant, PersonOperation, Plan, Reference, WorkspaceOperation,
    plan,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Some people, workspaces and groups, by what a request calls them.
pub(crate) fn some(case: &Case) -> BTreeSet<String> {
    let mut luck = case.people.luck;
    let quoted = |name: &String| format!("\"name\":\"{name}\"");
    let mut names: Vec<String> = case.people.org.members.iter().map(|one| one.id.to_string()).collect();
    names.extend(case.people.config.people.iter().map(|person| person.email.clone()));
    names.extend(case.places.iter().map(|place| place.id.to_string()));
    names.extend(case.groups.iter().flatten().map(|group| group.id.to_string()));
    names.extend(case.wanted.workspaces.keys().chain(case.wanted.groups.keys()).map(quoted));
    shuffle(&mut names, &mut luck);
    let count = 1 + (luck >> 40) as usize % (names.len() / 4 + 1);
    names.into_iter().take(count).collect()
}

/// What the requests of an operation name.
fn named(operation: &Operation) -> Vec<String> {
    let id = |reference: &Reference| reference.id.map(|id| id.to_string());
    let who = |one: &Participant| one.id.map(|id| id.to_string());
    let text = |name: &str| Some(format!("\"name\":\"{name}\""));
    let named: Vec<Option<String>> = match operation {
        Operation::Person(operation) => match operation {
            PersonOperation::MemberUpdate { id, .. }
            | PersonOperation::MemberRemove { id, .. }
            | PersonOperation::InvitationRevoke { id, .. } => vec![Some(id.to_string())],
            PersonOperation::MemberCreate { email, .. } => vec![Some(email.to_string())],
            PersonOperation::InvitationSend { email, workspaces, .. }
            | PersonOperation::InvitationRenew { email, workspaces, .. } => {
                workspaces.iter().map(id).chain([Some(email.to_string())]).collect()
            }
        },
        Operation::Workspace(operation) => match operation {
            WorkspaceOperation::Create { settings, admin } => vec![text(&settings.name), who(admin)],
            WorkspaceOperation::Update { workspace, before, after } => {
                vec![id(workspace), text(&after.name).filter(|_| before.name != after.name)]
            }
            WorkspaceOperation::Archive { id, .. } => vec![Some(id.to_string())],
            WorkspaceOperation::MembersSet { workspace, members }
            | WorkspaceOperation::MembersRemove { workspace, members } => {
                members.iter().map(|one| who(&one.who)).chain([id(workspace)]).collect()
            }
        },
        Operation::Group(operation) => match operation {
            GroupOperation::Create { settings } => vec![text(&settings.name)],
            GroupOperation::Update { group, before, after } => {
                vec![id(group), text(&after.name).filter(|_| before.name != after.name)]
            }
            GroupOperation::Nest { group, after, .. } => after.iter().map(id).chain([id(group)]).collect(),
            GroupOperation::Delete { id, .. } => vec![Some(id.to_string())],
            GroupOperation::MembersAdd { group, members }
            | GroupOperation::MembersRemove { group, members } => {
                members.iter().map(who).chain([id(group)]).collect()
            }
            GroupOperation::WorkspacesSet { group, assignments }
            | GroupOperation::WorkspacesRemove { group, assignments } => {
                assignments.iter().map(|one| id(&one.workspace)).chain([id(group)]).collect()
            }
        },
    };
    named.into_iter().flatten().collect()
}

/// The workspaces, groups and people that an operation needs and that come to be in the same plan.
struct Needs {
    /// Without it nothing can be tried.
    place: Option<String>,
    /// Those without which the others are done all the same.
    parts: Vec<Option<String>>,
    /// Those without which nothing can be tried either.
    all: Vec<String>,
}

fn needs(operation: &Operation) -> Needs {
    let new = |kind: &str, reference: &Reference| {
        reference.id.is_none().then(|| format!("{kind}.create:{}", reference.name))
    };
    let who = |one: &Participant| one.id.is_none().then(|| format!("member.create:{}", one.name));
    let (place, parts, all): (_, Vec<Option<String>>, Vec<Option<String>>) = match operation {
        Operation::Person(_) => (None, Vec::new(), Vec::new()),
        Operation::Workspace(operation) => match operation {
            WorkspaceOperation::Create { admin, .. } => (None, Vec::new(), vec![who(admin)]),
            WorkspaceOperation::Update { .. } | WorkspaceOperation::Archive { .. } => {
                (None, Vec::new(), Vec::new())
            }
            WorkspaceOperation::MembersSet { workspace, members }
            | WorkspaceOperation::MembersRemove { workspace, members } => {
                (new("workspace", workspace), members.iter().map(|one| who(&one.who)).collect(), Vec::new())
            }
        },
        Operation::Group(operation) => match operation {
            GroupOperation::Create { .. } | GroupOperation::Delete { .. } => (None, Vec::new(), Vec::new()),
            GroupOperation::Update { group, .. } => (new("group", group), Vec::new(), Vec::new()),
            GroupOperation::Nest { group, after, .. } => {
                (new("group", group), Vec::new(), after.iter().map(|one| new("group", one)).collect())
            }
            GroupOperation::MembersAdd { group, members }
            | GroupOperation::MembersRemove { group, members } => {
                (new("group", group), members.iter().map(who).collect(), Vec::new())
            }
            GroupOperation::WorkspacesSet { group, assignments }
            | GroupOperation::WorkspacesRemove { group, assignments } => {
                let workspaces = assignments.iter().map(|one| new("workspace", &one.workspace));
                (new("group", group), workspaces.collect(), Vec::new())
            }
        },
    };
    Needs { place, parts, all: all.into_iter().flatten().collect() }
}

/// Holds each outcome against what was rejected.
fn reported(plan: &Plan, report: &Report, rejected: &BTreeSet<String>) -> Result<(), TestCaseError> {
    let status: BTreeMap<&str, Status> =
        report.outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome.status)).collect();
    let undone = |id: &String| status.get(id.as_str()).is_none_or(|status| *status != Status::Done);
    for (action, outcome) in plan.actions.iter().zip(&report.outcomes) {
        let is_rejected = named(&action.operation).iter().any(|name| rejected.contains(name))
            || renews_rejected(action, rejected);
        let needs = needs(&action.operation);
        let (id, reason) = (action.id(), outcome.reason.clone().unwrap_or_default());
        let held_back = reason.contains("admins would remain")
            || reason.contains("no seat")
            || reason.contains("first part")
            || reason.contains("another invitation");
        let wanted = match outcome.status {
            Status::NotTried if held_back => continue,
            _ if needs.place.iter().chain(&needs.all).any(undone) => Status::NotTried,
            // Nothing was left to try.
            _ if !needs.parts.is_empty()
                && needs.parts.iter().all(|part| part.as_ref().is_some_and(undone)) =>
            {
                Status::NotTried
            }
            _ if is_rejected || needs.parts.iter().flatten().any(undone) => Status::Failed,
            _ => Status::Done,
        };
        prop_assert_eq!(outcome.status, wanted, "{} {}", id, reason);
        prop_assert_eq!(wanted == Status::Done, outcome.reason.is_none(), "{} {}", id, reason);
    }
    Ok(())
}

fn renews_rejected(action: &Action, rejected: &BTreeSet<String>) -> bool {
    match action.operation.person() {
        Some(PersonOperation::InvitationRenew { id, .. }) => rejected.contains(&id.to_string()),
        _ => false,
    }
}

fn fewest(case: &Case, start: &Seen<'_>, moments: &[Live]) -> Result<(), TestCaseError> {
    let fewest = i64::from(case.people.config.min_admins).min(start.admins());
    for live in moments {
        let admins = Seen::of(live).admins();
        prop_assert!(admins >= fewest, "{} admins, at least {}", admins, fewest);
    }
    Ok(())
}

async fn half_way(case: &Case, partial: &Cell<u32>) -> Result<(), TestCaseError> {
    let (desired, _) = case.load();
    let before = case.live();
    let Some(approved) = approve(&desired, &before).filter(|_| within(case)) else { return Ok(()) };
    let served = Served::start_with(case.seed(), BTreeMap::new()).await;
    let (gate, through) = Gate::before(&served, some(case)).await;
    let report = carry_out(&approved, &through).await?;
    let rejected = std::mem::take(&mut *gate.rejected.lock().await);
    reported(approved.plan(), &report, &rejected)?;
    let start = Seen::of(&before);
    fewest(case, &start, &std::mem::take(&mut *gate.moments.lock().await))?;
    if report.is_success() {
        return Ok(());
    }
    partial.set(partial.get() + 1);

    let middle = served.live().await;
    let allowance = Allowance { irreversible: true, ..Allowance::default() };
    let checked = check(plan(&desired, &middle), &desired, &allowance);
    let codes: BTreeSet<&str> = checked.refusals().iter().map(|refusal| refusal.code.name()).collect();
    let Some(rest) = checked.approve() else {
        // Of fewer live things fewer may go; and a plan that left matters imperfect can, half done, have made them so
        // good that its rest makes them worse.
        let shares = !matches!(case.people.config.max_removals, Limit::Percent(100) | Limit::Count(40));
        let short = approved.plan().admins.fewest < approved.plan().limits.min_admins;
        let excused = |code: &&str| match *code {
            "max_removals" => shares,
            "min_admins" => short,
            "seat_budget" => true,
            // What a group hides for the time being of somebody with a role that can't be written looks like a change.
            "locked_roles" => {
                case.places.iter().any(|place| place.direct.values().any(|roles| roles & CUSTOM != 0))
            }
            _ => false,
        };
        prop_assert!(codes.iter().all(excused), "the rest is refused: {:?}", codes);
        return Ok(());
    };
    let report = carry_out(&rest, &through).await?;
    prop_assert!(report.is_success(), "{:?}", report);
    let mut after = served.live().await;
    // The vendor does not tell what somebody has in a workspace beside the same from a group. Where a group was given it
    // and somebody could not be taken out of both, that shows only when they are out of the group.
    let hidden = |action: &Action| action.operation.kind() == orgsync::plan::Kind::WorkspaceMembersRemove;
    if let Some(rest) = approve(&desired, &after).filter(|rest| rest.plan().actions.iter().all(hidden)) {
        prop_assert!(carry_out(&rest, &through).await?.is_success());
        after = served.live().await;
    }
    let again = plan(&desired, &after);
    prop_assert!(again.actions.is_empty(), "the second run leaves {:?}", again.actions);
    let (start, end) = (Seen::of(&middle), Seen::of(&after));
    fewest(case, &start, &gate.moments.lock().await)?;
    as_declared(case, &start, &end).map_err(TestCaseError::fail)?;
    Ok(())
}

fn run(cases: u32) -> u32 {
    let partial = Cell::new(0);
    over_places(0.9, cases, 150, |case| RUNTIME.block_on(half_way(case, &partial)));
    eprintln!("{cases} worlds, {} applied in part", partial.get());
    partial.get()
}

#[test]
fn what_fails_is_named_and_the_next_run_completes_workspaces_and_groups() {
    assert!(run(48) >= 16);
}

#[test]
#[ignore = "thousands of cases: set ORGSYNC_CASES and ORGSYNC_SEED"]
fn the_next_run_completes_workspaces_and_groups_in_many_worlds() {
    run(many());
}
