//! The same worlds over real HTTP, against the sandbox with exactly the seats that the files say have been bought.

use crate::contract::{self, states};
use crate::served::{RUNTIME, Served, carry_out, faces, purchased};
use crate::world::{PRODUCTS, World};
use crate::{many, over};
use orgsync::check::{Approved, check};
use orgsync::model::{Allowance, Desired, Live};
use orgsync::plan::plan;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::Cell;

fn approve(desired: &Desired, live: &Live) -> Option<Approved> {
    check(plan(desired, live), desired, &Allowance::default()).approve()
}

/// Whether the sandbox can hold the world as it is: nobody holds a seat that was never bought.
fn within(world: &World) -> bool {
    PRODUCTS.iter().zip(world.config.budgets).all(|((product, _), budget)| {
        budget.is_none_or(|budget| world.org.used(*product) <= i64::from(budget.purchased))
    })
}

async fn whole_way(world: &World, applied: &Cell<u32>, accepted: &Cell<u32>) -> Result<(), TestCaseError> {
    let (desired, _) = world.config.load();
    let Some(approved) = approve(&desired, &world.org.live()) else { return Ok(()) };
    if !within(world) {
        return Ok(());
    }
    let served = Served::start(world, purchased(&world.config)).await;
    prop_assert_eq!(served.live().await, world.org.live());
    applied.set(applied.get() + 1);
    let report = carry_out(&approved, &served.client).await?;
    prop_assert!(report.is_success(), "{:#?}", report);
    let live = served.live().await;
    let again = plan(&desired, &live);
    prop_assert!(again.actions.is_empty(), "planned again: {:#?}", again.actions);
    let end = states(&world.org, approved.plan()).pop().unwrap();
    prop_assert_eq!(faces(&live), faces(&end.live()), "as the model of the vendor has it");
    prop_assert_eq!(served.refused().await, Vec::<String>::new());

    served.choose_invited_seats(world.luck).await;
    served.everybody_accepts().await;
    let Some(approved) = approve(&desired, &served.live().await) else { return Ok(()) };
    let report = carry_out(&approved, &served.client).await?;
    prop_assert!(report.is_success(), "{:#?}", report);
    prop_assert_eq!(served.refused().await, Vec::<String>::new());
    let live = served.live().await;
    prop_assert!(plan(&desired, &live).actions.is_empty());
    as_declared(world, &live)?;
    accepted.set(accepted.get() + 1);
    Ok(())
}

/// Whoever is in has what the files say, seats included.
pub(crate) fn as_declared(world: &World, live: &Live) -> Result<(), TestCaseError> {
    let managed = world.config.managed();
    for (email, person) in contract::declared(&world.config) {
        let at = |address: &str| {
            live.members.iter().find(|one| one.email.as_ref().is_some_and(|e| e.as_str() == address))
        };
        let Some(member) = at(&email).or_else(|| at(person.former.as_deref()?)) else { continue };
        if member.locked_roles.is_empty() {
            prop_assert_eq!(crate::world::role_bits(member.access.roles), person.roles, "{}", &email);
        }
        prop_assert_eq!(crate::world::seat_bits(member.access.seats) & managed, person.seats, "{}", email);
    }
    for email in contract::leaving(&world.config) {
        prop_assert!(live.members.iter().all(|one| one.email.as_ref().is_none_or(|e| e.as_str() != email)));
    }
    Ok(())
}

fn run(cases: u32) -> (u32, u32) {
    let (applied, accepted) = (Cell::new(0), Cell::new(0));
    over(cases, 300, |world| RUNTIME.block_on(whole_way(world, &applied, &accepted)));
    eprintln!("{cases} worlds, {} applied, {} applied again after acceptance", applied.get(), accepted.get());
    (applied.get(), accepted.get())
}

#[test]
fn an_approved_plan_is_carried_out_whole_and_the_sandbox_refuses_nothing() {
    let (applied, accepted) = run(64);
    assert!(applied >= 10 && accepted >= 5);
}

#[test]
#[ignore = "thousands of cases: set ORGSYNC_CASES and ORGSYNC_SEED"]
fn approved_plans_are_carried_out_whole_in_many_worlds() {
    run(many());
}
