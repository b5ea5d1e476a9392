//! Through the library alone.

use crate::beside::{origins, saving};
use crate::contract::{self, ambiguous, as_declared, checked, guards, locked, states};
use crate::vendor::Rules;
use crate::world::{Config, Org, PRODUCTS, World, shuffle, today};
use crate::{many, over};
use jiff::Timestamp;
use orgsync::check::Checked;
use orgsync::model::Desired;
use orgsync::plan::{Action, Plan, SeatCount};
use orgsync::plan_file::{Origin, PlanDocument};
use orgsync::source::Sources;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const CASES: u32 = 150;
const SHRINKS: u32 = 4000;

pub(crate) type Outcome = Result<(), TestCaseError>;

pub(crate) fn fail(why: String) -> TestCaseError {
    TestCaseError::fail(why)
}

pub(crate) fn document(checked: &Checked, desired: &Desired, sources: &Sources) -> PlanDocument {
    let origin = Origin::default();
    PlanDocument::new(
        checked.plan(),
        checked.refusals(),
        desired,
        sources,
        origin,
        today(),
        Timestamp::UNIX_EPOCH,
    )
}

fn text(world: &World) -> Value {
    let (desired, sources) = world.config.load();
    let mut value =
        serde_json::to_value(document(&checked(&desired, &world.org), &desired, &sources)).unwrap();
    value.as_object_mut().unwrap().remove("digest");
    for list in ["actions", "refusals", "warnings"] {
        for entry in value[list].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("sources");
        }
    }
    value
}

fn live_order(world: &World) -> Outcome {
    let (desired, sources) = world.config.load();
    let bytes =
        |org: &Org| serde_json::to_string(&document(&checked(&desired, org), &desired, &sources)).unwrap();
    let (mut other, mut luck) = (world.org.clone(), world.luck);
    shuffle(&mut other.members, &mut luck);
    shuffle(&mut other.invitations, &mut luck);
    prop_assert_eq!(bytes(&world.org), bytes(&other));
    Ok(())
}

fn file_order(world: &World) -> Outcome {
    let (mut other, mut luck) = (world.clone(), world.luck);
    shuffle(&mut other.config.people, &mut luck);
    shuffle(&mut other.config.removed, &mut luck);
    shuffle(&mut other.config.protected, &mut luck);
    for (number, person) in other.config.people.iter_mut().enumerate() {
        person.apart = (luck >> (number % 60)) & 1 == 1;
    }
    other.config.removed_apart = !other.config.removed_apart;
    prop_assert_eq!(text(world), text(&other));
    Ok(())
}

fn end_state(world: &World) -> Outcome {
    let (desired, _) = world.config.load();
    let checked = checked(&desired, &world.org);
    let faults: BTreeSet<_> = checked.plan().faults.iter().map(|fault| fault.code.name()).collect();
    prop_assert_eq!(faults.contains("duplicate_live_member"), ambiguous(&world.org));
    if ambiguous(&world.org) {
        return Ok(());
    }
    prop_assert!(faults.is_empty(), "{:?}", faults);
    let warnings: BTreeSet<_> = checked.plan().warnings.iter().map(|one| one.code.name()).collect();
    prop_assert_eq!(warnings.contains("locked_roles"), locked(&world.config, &world.org));
    let mut end = world.org.clone();
    for action in &checked.plan().actions {
        end.perform(&action.operation, Rules::LENIENT)
            .map_err(|why| fail(format!("{}: {why}", action.id())))?;
    }
    as_declared(&world.config, &world.org, &end).map_err(fail)?;
    let again = orgsync::plan::plan(&desired, &end.live());
    prop_assert!(again.actions.is_empty(), "planned again: {:#?}", again.actions);
    Ok(())
}

fn moments(world: &World) -> Outcome {
    let (desired, _) = world.config.load();
    let Some(approved) = checked(&desired, &world.org).approve() else { return Ok(()) };
    let mut luck = world.luck;
    for round in 0..4 {
        let mut actions = approved.plan().actions.clone();
        if round > 0 {
            shuffle(&mut actions, &mut luck);
            actions.sort_by_key(|action| action.phase);
        }
        in_this_order(world, &actions)?;
    }
    Ok(())
}

/// At every moment seats and admins suffice, and a vendor with exactly the purchased seats refuses nothing.
fn in_this_order(world: &World, actions: &[Action]) -> Outcome {
    let World { org: start, config, .. } = world;
    let ids = || actions.iter().map(Action::id).collect::<Vec<_>>().join(", ");
    let most: Vec<_> = PRODUCTS
        .iter()
        .zip(config.budgets)
        .filter_map(|((product, _), budget)| {
            Some((*product, i64::from(budget?.purchased).max(start.used(*product))))
        })
        .collect();
    let fewest = i64::from(config.min_admins).min(start.admins());
    let fits = most
        .iter()
        .zip(config.budgets.iter().flatten())
        .all(|((_, most), budget)| *most == i64::from(budget.purchased));
    let rules = if fits { Rules::strict(config) } else { Rules { last_admin: true, ..Rules::LENIENT } };
    let mut now = start.clone();
    for action in actions {
        now.perform(&action.operation, rules)
            .map_err(|why| fail(format!("refused {}: {why}; order {}", action.id(), ids())))?;
        for (product, most) in &most {
            prop_assert!(now.used(*product) <= *most, "seats after {}; order {}", action.id(), ids());
        }
        prop_assert!(now.admins() >= fewest, "admins after {}; order {}", action.id(), ids());
    }
    Ok(())
}

fn guarding(world: &World) -> Outcome {
    if ambiguous(&world.org) {
        return Ok(());
    }
    let (desired, _) = world.config.load();
    let checked = checked(&desired, &world.org);
    let states = states(&world.org, checked.plan());
    let Plan { before, after, .. } = checked.plan();
    for ((bit, product), budget) in PRODUCTS.iter().zip(world.config.budgets) {
        if budget.is_some() {
            let seats = |state: &Org| contract::seats(&world.config, &world.org, state, *bit);
            let counted = |seats: &SeatCount| (seats.used.get(*product), seats.pending.get(*product));
            prop_assert_eq!(counted(before), seats(&states[0]), "{} before", product.name());
            prop_assert_eq!(counted(after), seats(states.last().unwrap()), "{} after", product.name());
        }
    }
    let wanted = guards(&world.config, &states);
    let said: BTreeSet<_> = checked.refusals().iter().map(|refusal| refusal.code.name()).collect();
    let faults: BTreeSet<_> = checked.plan().faults.iter().map(|fault| fault.code.name()).collect();
    prop_assert_eq!(&said - &faults, wanted);
    prop_assert_eq!(checked.approve().is_none(), !said.is_empty());
    Ok(())
}

fn betterment(world: &World) -> Outcome {
    let (desired, _) = world.config.load();
    let checked = checked(&desired, &world.org);
    if ambiguous(&world.org) {
        return Ok(());
    }
    let Plan { before, after, .. } = checked.plan();
    let said: Vec<_> = checked.refusals().iter().map(|refusal| refusal.code.name()).collect();
    let no_worse = PRODUCTS.iter().all(|(_, product)| {
        after.used.get(*product) <= before.used.get(*product)
            && after.pending.get(*product) <= before.pending.get(*product)
    });
    prop_assert!(!(no_worse && said.contains(&"seat_budget")));
    let admins: Vec<i64> = states(&world.org, checked.plan()).iter().map(Org::admins).collect();
    prop_assert!(!(admins.iter().all(|count| *count >= admins[0]) && said.contains(&"min_admins")));
    Ok(())
}

/// What an action's document shows of roles or seats: gained, and lost.
fn change(action: &Value, what: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let words = |side: &str| -> BTreeSet<String> {
        let list = action[side][what].as_array().into_iter().flatten();
        list.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let (before, after) = (words("before"), words("after"));
    (&after - &before, &before - &after)
}

/// The phase of an action, from what its document shows.
fn phase(action: &Value) -> u64 {
    match action["kind"].as_str().unwrap() {
        "member.create" | "invitation.send" | "invitation.renew" => 3,
        "member.remove" | "invitation.revoke" => 2,
        "member.update" => {
            let ((gained, lost), (taken, _)) = (change(action, "roles"), change(action, "seats"));
            if !taken.is_empty() {
                3
            } else if gained.contains("admin") {
                1
            } else if !lost.is_empty() {
                2
            } else {
                1
            }
        }
        other => panic!("{other}"),
    }
}

fn shape(world: &World) -> Outcome {
    let (desired, sources) = world.config.load();
    let document = document(&checked(&desired, &world.org), &desired, &sources);
    let document = serde_json::to_value(document).unwrap();
    let actions = document["actions"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut people = BTreeMap::<&str, Vec<&Value>>::new();
    for action in actions {
        let id = action["id"].as_str().unwrap();
        prop_assert!(ids.insert(id), "{} twice", id);
        prop_assert_eq!(action["phase"].as_u64().unwrap(), phase(action), "{}", id);
        // Further invitations to one person have an action each, and nothing else of the person waits for it.
        if !id.starts_with("invitation.revoke:") {
            people.entry(action["target"].as_str().unwrap()).or_default().push(action);
        }
    }
    prop_assert!(actions.is_sorted_by_key(|action| action["phase"].as_u64()));
    for (email, actions) in people {
        let ids: Vec<_> = actions.iter().map(|action| action["id"].as_str().unwrap()).collect();
        match actions.as_slice() {
            [action] => {
                prop_assert_eq!(&ids, &[format!("{}:{email}", action["kind"].as_str().unwrap())]);
                let ((gained, _), (taken, given_up)) = (change(action, "roles"), change(action, "seats"));
                let more = !gained.is_empty() || !given_up.is_empty();
                let two = !taken.is_empty() && more;
                prop_assert!(!two || action["kind"] != "member.update", "{} should be two", email);
            }
            [first, second] => {
                prop_assert_eq!(
                    &ids,
                    &[format!("member.update:{email}"), format!("member.update:{email}#seats")]
                );
                prop_assert_eq!(&first["after"], &second["before"]);
                prop_assert!(first["phase"].as_u64().unwrap() < 3);
                let (first_seats, second_seats) = (change(first, "seats"), change(second, "seats"));
                let more = !change(first, "roles").0.is_empty() || !first_seats.1.is_empty();
                prop_assert!(more && !second_seats.0.is_empty() && second_seats.1.is_empty(), "{}", email);
                prop_assert_eq!(&second["after"]["roles"], &second["before"]["roles"]);
            }
            _ => prop_assert!(false, "{:?}", ids),
        }
    }
    Ok(())
}

fn acceptance(world: &World) -> Outcome {
    let World { org, config, .. } = world;
    if ambiguous(org) {
        return Ok(());
    }
    let (desired, _) = config.load();
    let mut now = states(org, checked(&desired, org).plan()).pop().unwrap();
    now.accept(Rules::LENIENT);
    // Who is live under a present and a former address is two members, and the declared one is the first.
    let plan = checked(&desired, &now).plan().clone();
    let mut end = states(&now, &plan).pop().unwrap();
    end.accept(Rules::LENIENT);
    for (email, person) in contract::declared(config) {
        let Some(there) = contract::who(&end, &email, &person) else { continue };
        if there.custom && contract::who(org, &email, &person).is_none() {
            continue;
        }
        let roles = if there.custom { there.roles } else { person.roles };
        prop_assert_eq!((there.roles, there.seats & config.managed()), (roles, person.seats), "{}", email);
    }
    for email in contract::leaving(config) {
        prop_assert!(end.members_at(&email).is_empty() && end.invitations_at(&email).is_empty(), "{}", email);
    }
    Ok(())
}

macro_rules! properties {
    ($($name:ident: $property:expr;)*) => {
        $(#[test]
        fn $name() {
            over(CASES, SHRINKS, $property);
        })*

        #[test]
        #[ignore = "thousands of cases: set ORGSYNC_CASES and ORGSYNC_SEED"]
        fn all_pure_properties_hold_in_many_worlds() {
            $(over(many(), SHRINKS, $property);)*
        }
    };
}

properties! {
    what_is_drift_is_gone_when_the_base_has_been_carried_out: origins;
    the_order_of_the_live_organization_changes_no_byte_of_the_plan: live_order;
    the_order_of_the_files_and_their_division_change_nothing_in_the_plan: file_order;
    a_whole_plan_leads_to_what_is_declared_and_then_there_is_nothing_to_do: end_state;
    at_no_moment_of_an_approved_plan_are_seats_or_admins_too_few_and_the_vendor_refuses_nothing: moments;
    the_guards_refuse_what_the_contract_says_and_nothing_else: guarding;
    a_plan_that_makes_matters_better_is_not_refused_for_not_making_them_perfect: betterment;
    ids_are_unique_and_every_action_stands_in_the_phase_of_the_contract: shape;
    after_everybody_has_accepted_a_second_plan_gives_what_is_declared: acceptance;
    a_saved_plan_is_the_same_when_read_back_and_done_when_it_has_been_done: saving;
}

/// So that the properties above are not true of nothing.
#[test]
fn the_worlds_are_varied() {
    let counts = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
    let count = |what: &str| *counts.borrow_mut().entry(what.to_owned()).or_default() += 1;
    over(400, SHRINKS, |world| {
        let (desired, _) = world.config.load();
        let checked = checked(&desired, &world.org);
        for finding in checked.refusals().iter().chain(&checked.plan().warnings) {
            count(finding.code.name());
        }
        for action in &checked.plan().actions {
            let split = action.operation.part();
            count(&format!("{}{split} in {}", action.operation.kind().name(), action.phase as u8));
        }
        let fits = |config: &Config| {
            PRODUCTS.iter().zip(config.budgets).all(|((product, _), budget)| {
                budget.is_none_or(|budget| world.org.used(*product) <= i64::from(budget.purchased))
            })
        };
        if let Some(approved) = checked.approve()
            && approved.plan().actions.len() > 3
            && fits(&world.config)
        {
            count("approved");
        }
        Ok(())
    });
    let counts = counts.into_inner();
    eprintln!("{counts:#?}");
    for (what, least) in [
        ("approved", 80),
        ("duplicate_live_member", 20),
        ("locked_roles", 20),
        ("max_removals", 20),
        ("min_admins", 20),
        ("protected", 20),
        ("seat_budget", 20),
        ("member.create in 3", 50),
        ("member.update in 1", 50),
        ("member.update in 2", 50),
        ("member.update in 3", 50),
        ("member.update#seats in 3", 50),
        ("invitation.send in 3", 50),
        ("invitation.renew in 3", 50),
        ("invitation.revoke in 2", 50),
        ("member.remove in 2", 50),
    ] {
        assert!(counts.get(what).copied().unwrap_or(0) >= least, "{what}: {counts:#?}");
    }
}
