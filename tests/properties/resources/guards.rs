//! What the checks refuse, held against the contract's words.

use super::contract::memberships_ended;
use super::over_resources;
use super::seen::Seen;
use super::vendor::Power;
use super::world::Case;
use crate::contract::{Power as Outcome, guards_with};
use crate::vendor::Rules;
use crate::{many, world::Org};
use orgsync::check::check;
use orgsync::model::{Allowance, Live};
use orgsync::plan::{Key, Plan, plan};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const GUARDS: [&str; 4] = ["seat_budget", "min_admins", "protected", "max_removals"];

/// The people after a plan.
pub(crate) fn people_after(org: &Org, plan: &Plan) -> Org {
    let mut end = org.clone();
    let people = plan.actions.iter().filter(|action| action.operation.email().is_some());
    for action in people {
        end.perform(&action.operation, Rules::LENIENT).unwrap_or_else(|why| panic!("{}: {why}", action.id()));
    }
    end
}

fn outcome(case: &Case, live: &Live, plan: &Plan) -> Outcome {
    let seen = Seen::of(live);
    let moments = Power::of(&seen).moments(&plan.actions);
    let (start, end) = (&moments[0], &moments[moments.len() - 1]);
    let (had, has) = (start.all(), end.all());
    let roles = seen.members.keys().map(|id| {
        let key = Key::Live(*id);
        let after = if end.stays(&key) { has.get(&key).copied().unwrap_or(0) } else { 0 };
        (*id, (had[&key], after))
    });
    let ended = |(key, group): (&Key, &super::vendor::Group)| {
        let left = end.groups.get(key);
        let gone = |one: &&Key| end.stays(one) && left.is_none_or(|left| !left.members.contains(*one));
        group.members.iter().filter(gone).count()
    };
    let deleted = start.groups.keys().filter(|key| !end.groups.contains_key(key)).count();
    let inside: usize = start.groups.values().map(|group| group.members.len()).sum();
    Outcome {
        fewest: moments.iter().map(Power::admins).min().unwrap(),
        roles: roles.collect(),
        removals: vec![
            (start.groups.iter().map(ended).sum(), inside),
            (deleted, start.groups.len()),
            memberships_ended(case, &seen, |person| end.stays(&Key::Live(person))),
        ],
    }
}

fn guarding(case: &Case, kinds: &RefCell<BTreeMap<String, u32>>) -> Result<(), TestCaseError> {
    let (desired, _) = case.load();
    let live = case.live();
    let plan = plan(&desired, &live);
    let mut kinds = kinds.borrow_mut();
    for action in &plan.actions {
        *kinds.entry(action.operation.kind().name().to_owned()).or_default() += 1;
    }
    let wanted = guards_with(
        &case.people.config,
        &case.people.org,
        &people_after(&case.people.org, &plan),
        &outcome(case, &live, &plan),
    );
    let checked = check(plan, &desired, &Allowance::default());
    let said: BTreeSet<&str> = checked.refusals().iter().map(|refusal| refusal.code.name()).collect();
    said.iter().for_each(|code| *kinds.entry((*code).to_owned()).or_default() += 1);
    for warning in &checked.plan().warnings {
        *kinds.entry(warning.code.name().to_owned()).or_default() += 1;
    }
    if said.is_empty() {
        *kinds.entry("approved".to_owned()).or_default() += 1;
    }
    let guards: BTreeSet<&str> = said.into_iter().filter(|code| GUARDS.contains(code)).collect();
    // Where nobody can tell what is meant, nothing else needs to be right.
    let doubtful = ["duplicate_live_member", "duplicate_live_name"];
    if checked.plan().faults.iter().all(|fault| !doubtful.contains(&fault.code.name())) {
        prop_assert_eq!(guards, wanted);
    }
    Ok(())
}

fn run(cases: u32) -> BTreeMap<String, u32> {
    let kinds = RefCell::default();
    over_resources(0.4, cases, 3000, |case| guarding(case, &kinds));
    kinds.into_inner()
}

#[test]
fn plans_of_workspaces_and_groups_are_refused_by_the_words_of_the_contract_and_the_worlds_are_varied() {
    let kinds = run(250);
    eprintln!("{kinds:?}");
    let refusals = [
        "seat_budget",
        "min_admins",
        "protected",
        "max_removals",
        "locked_roles",
        "groups_unavailable",
        "externally_managed",
        "group_role",
        "default_workspace",
        "irreversible",
        "group_cycle",
        "approved",
    ];
    // Nobody has API keys in these worlds.
    let kinds_here =
        orgsync::plan::Kind::ALL.iter().filter(|kind| **kind != orgsync::plan::Kind::ApiKeyDelete);
    let operations = kinds_here.map(|kind| kind.name());
    for word in operations.chain(refusals) {
        assert!(kinds.contains_key(word), "{word} does not occur: {kinds:?}");
    }
    assert!(kinds["approved"] >= 80, "{kinds:?}");
}

#[test]
#[ignore = "thousands of cases: set ORGSYNC_CASES and ORGSYNC_SEED"]
fn plans_of_workspaces_and_groups_are_refused_by_the_words_of_the_contract_in_many_worlds() {
    run(many());
}
