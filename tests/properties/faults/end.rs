//! What must be true when everything is over.

use super::course::Course;
use crate::http;
use crate::resources::contract::as_declared;
use crate::resources::guards::people_after;
use crate::resources::seen::Seen;
use crate::served::{HTTP, Served, faces};
use crate::world::{Limit, Onboarding, PRODUCTS};
use orgsync::model::Live;
use orgsync::plan::Plan;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

async fn shows<T: serde::de::DeserializeOwned>(served: &Served, what: &str) -> T {
    let url = format!("{}/sandbox/{what}", served.sandbox.url());
    HTTP.get(url).send().await.unwrap().json().await.unwrap()
}

/// Nobody was invited twice, and at no moment were there more seats than bought or too few admins.
pub(super) async fn at_every_moment(course: &Course, served: &Served) -> Result<(), TestCaseError> {
    let invited: BTreeMap<String, u64> = shows(served, "invited").await;
    prop_assert!(invited.values().all(|times| *times == 1), "invited several times: {:?}", invited);
    let config = &course.case.people.config;
    let moments: Vec<Value> = shows(served, "moments").await;
    let admins = |moment: &Value| moment["admins"].as_u64().unwrap();
    let fewest = u64::from(config.min_admins).min(admins(&moments[0]));
    for moment in &moments {
        prop_assert!(admins(moment) >= fewest, "{}, at least {} admins", moment, fewest);
        for ((_, product), budget) in PRODUCTS.iter().zip(config.budgets) {
            let used = |moment: &Value| moment["used"][product.name()].as_u64().unwrap_or(0);
            let Some(budget) = budget else { continue };
            // Where the vendor sells any number, a stranger can come when all are taken.
            let strangers = |rule: &Value| rule["kind"] == "seat_taken" && rule["product"] == product.name();
            if !course.limited && course.rules.iter().any(strangers) {
                continue;
            }
            let most = u64::from(budget.purchased).max(used(&moments[0]));
            prop_assert!(used(moment) <= most, "{}, at most {} of {}", moment, most, product.name());
        }
    }
    Ok(())
}

/// The people whom no file and no seed knows.
pub(super) fn strangers(live: &Live) -> usize {
    let known = |email: &str| !email.ends_with("@elsewhere.example");
    live.members.iter().filter(|one| one.email.as_ref().is_some_and(|email| !known(email.as_str()))).count()
}

/// Why the rest of a plan may be refused when it is carried out in part.
pub(super) fn excused(
    course: &Course,
    plan: &Plan,
    strangers: usize,
    codes: &BTreeSet<&'static str>,
) -> bool {
    let case = &course.case;
    // Of fewer live resources fewer may go.
    let shares = !matches!(case.people.config.max_removals, Limit::Percent(100) | Limit::Count(_));
    // A plan that left matters imperfect can, half done, have made them so good that its rest makes them worse.
    let seats = plan
        .limits
        .budgets
        .iter()
        .any(|(product, budget)| plan.after.claimed(*product) > i64::from(budget.limit()));
    let admins = plan.admins.fewest < plan.limits.min_admins;
    codes.iter().all(|code| match *code {
        "max_removals" => shares || strangers > 0,
        "seat_budget" => seats || strangers > 0,
        "min_admins" => admins,
        _ => false,
    })
}

/// The organization is exactly as declared, and as one run without faults would have left it.
pub(super) fn whole(course: &Course, plan: &Plan, start: &Live, end: &Live) -> Result<(), TestCaseError> {
    let people = &course.case.people;
    http::as_declared(people, end)?;
    as_declared(&course.case, &Seen::of(start), &Seen::of(end)).map_err(TestCaseError::fail)?;
    // Who lost an invitation half-way is created then, where the policy is to create people.
    if people.config.onboarding != Onboarding::Create {
        let once = people_after(&people.org, plan).live();
        prop_assert_eq!(faces(end), faces(&once), "it ends where one run would have");
    }
    Ok(())
}
