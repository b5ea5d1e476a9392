//! Plans for some people: they only revoke, only from these people, and all that the files don't grant.

use super::over_resources;
use super::seen::Seen;
use super::whole::in_order;
use super::world::{CONTRIBUTOR, Case};
use crate::many;
use crate::served::{RUNTIME, Served, carry_out};
use crate::world::shuffle;
use orgsync::check::{Approved, check};
use orgsync::model::{Allowance, Desired, Email, History, Live, Role};
use orgsync::plan::{Scope, plan_for};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Some addresses of members and invitations.
fn some(case: &Case, live: &Live) -> BTreeSet<Email> {
    let members = live.members.iter().filter_map(|one| one.email.clone());
    let invited = live.invitations.iter().filter_map(|one| one.email.clone());
    let mut people: Vec<Email> = members.chain(invited).collect();
    let mut luck = case.people.luck;
    shuffle(&mut people, &mut luck);
    let count = 1 + (luck >> 40) as usize % (people.len() + 1);
    people.into_iter().take(count).collect()
}

fn approve(desired: &Desired, live: &Live, people: &BTreeSet<Email>) -> Option<Approved> {
    let plan = plan_for(desired, live, &History::default(), Scope::Only(people.clone()));
    check(plan, desired, &Allowance::default()).approve()
}

/// Nobody has anything that they did not have before, and nobody else has less.
fn only_revoked(before: &Live, after: &Live, people: &BTreeSet<Email>) -> Result<(), TestCaseError> {
    let (was, is) = (Seen::of(before), Seen::of(after));
    let named = |email: &Option<Email>| email.as_ref().is_some_and(|email| people.contains(email));
    for (id, member) in &is.members {
        let Some(old) = was.members.get(id) else { return Err(TestCaseError::fail("a person joined")) };
        let gained = member.access.roles - old.access.roles - Role::DEFAULT;
        prop_assert!(gained.is_empty(), "{} gained {:?}", old.label, gained);
        prop_assert!((member.access.seats - old.access.seats).is_empty(), "{} took a seat", old.label);
    }
    for ((person, place), roles) in &is.access {
        let is_default = is.workspaces.get(place).is_some_and(|one| one.is_default);
        let may = was.has(*person, *place) | if is_default { CONTRIBUTOR } else { 0 };
        prop_assert_eq!(roles & !may, 0, "{} has more in {}", person, place);
    }
    for old in before.members.iter().filter(|old| !named(&old.email)) {
        prop_assert_eq!(Some(&old), is.members.get(&old.id), "another person changed");
    }
    let inside = |live: &Live| -> BTreeMap<Uuid, BTreeSet<Uuid>> {
        let strangers: BTreeSet<Uuid> =
            before.members.iter().filter(|one| !named(&one.email)).map(|one| one.id).collect();
        let groups = live.groups.iter().flatten();
        groups.map(|group| (group.id, &group.members & &strangers)).collect()
    };
    prop_assert_eq!(inside(before), inside(after));
    prop_assert_eq!(&before.workspaces, &after.workspaces);
    for old in before.invitations.iter().filter(|old| !named(&old.email)) {
        prop_assert!(after.invitations.contains(old), "another invitation changed: {:?}", old);
    }
    prop_assert!(after.invitations.iter().all(|one| before.invitations.contains(one)));
    Ok(())
}

async fn revokes(case: &Case, changed: &Cell<u32>) -> Result<(), TestCaseError> {
    let (desired, _) = case.load();
    let before = case.live();
    let people = some(case, &before);
    let Some(approved) = approve(&desired, &before, &people) else { return Ok(()) };
    let served = Served::start_with(case.seed(), BTreeMap::new()).await;
    let before = in_order(served.live().await);
    let report = carry_out(&approved, &served.client).await?;
    prop_assert!(report.is_success(), "{:?}", report);
    let after = in_order(served.live().await);
    // A person may be live under a former address.
    let former = people.iter().filter_map(|email| {
        let declared = desired.members.get(email).and_then(|member| member.previously.clone());
        declared.or_else(|| desired.removals.get(email)?.previously.clone())
    });
    let meant: BTreeSet<Email> = people.iter().cloned().chain(former).collect();
    only_revoked(&before, &after, &meant)?;
    changed.set(changed.get() + u32::from(!approved.plan().actions.is_empty()));
    let left = approve(&desired, &after, &people).map(|left| left.plan().actions.clone());
    prop_assert_eq!(left.unwrap_or_default(), Vec::new());
    Ok(())
}

fn run(cases: u32) -> u32 {
    let changed = Cell::new(0);
    over_resources(0.9, cases, 150, |case| RUNTIME.block_on(revokes(case, &changed)));
    eprintln!("{cases} worlds, {} with something to revoke", changed.get());
    changed.get()
}

#[test]
fn a_plan_for_some_people_revokes_from_them_alone() {
    assert!(run(48) >= 16);
}

#[test]
#[ignore = "thousands of cases: set ORGSYNC_CASES and ORGSYNC_SEED"]
fn a_plan_for_some_people_revokes_from_them_alone_in_many_worlds() {
    run(many());
}
