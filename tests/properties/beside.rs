//! A plan beside another: the same one saved and read back, or that of the files before they were changed.

use crate::contract::{checked, states};
use crate::pure::{Outcome, document, fail};
use crate::world::{Org, World};
use orgsync::model::Desired;
use orgsync::plan::{Action, ActionOrigin, Base, LiveCounts, Plan, plan};
use orgsync::plan_file::{Precondition, SavedPlan};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A plan that is saved and read back is the same; and as long as nothing has changed, all of it is left to do, with the
/// same seats and admins before and after.
pub(crate) fn saving(world: &World) -> Outcome {
    let (desired, sources) = world.config.load();
    let checked = checked(&desired, &world.org);
    if !checked.refusals().is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(&document(&checked, &desired, &sources)).unwrap();
    let saved = SavedPlan::read(&text).map_err(|error| fail(error.to_string()))?;
    let bare = |action: &Action| Action { sources: Vec::new(), ..action.clone() };
    let plan = checked.plan();
    prop_assert_eq!(&saved.actions, &plan.actions.iter().map(bare).collect::<Vec<_>>());
    let revalidated = saved.revalidate(&world.org.live(), &BTreeSet::new());
    let holds = revalidated.preconditions.iter().all(|one| *one == Precondition::Holds);
    prop_assert!(holds, "{:#?}", revalidated.preconditions);
    same_counts(&revalidated.plan, plan)?;
    prop_assert_eq!(
        (revalidated.plan.admins.before, revalidated.plan.admins.fewest),
        (plan.admins.before, plan.admins.fewest)
    );
    let end = states(&world.org, plan).pop().unwrap();
    let again = saved.revalidate(&end.live(), &BTreeSet::new());
    prop_assert!(
        again.plan.actions.is_empty(),
        "left to do: {:#?}; {:#?}",
        again.plan.actions,
        again.preconditions
    );
    Ok(())
}

/// A saved plan counts what the plan did, before and after. Which of the pending seats were undeclared invitations is not
/// kept: it words a refusal, and changes none.
pub(crate) fn same_counts(saved: &Plan, plan: &Plan) -> Outcome {
    prop_assert_eq!(saved.before, plan.before);
    prop_assert_eq!(saved.after, plan.after);
    let resources = |plan: &Plan| LiveCounts { undeclared_invitations: 0, ..plan.counts };
    prop_assert_eq!(resources(saved), resources(plan));
    Ok(())
}

/// Drift is what is not there any more once the files before the change have been carried out. Of a change that is none,
/// everything is drift.
pub(crate) fn origins(world: &World) -> Outcome {
    let (desired, _) = world.config.load();
    let plan_for = |desired: &Desired, org: &Org| plan(desired, &org.live());
    let head = || plan_for(&desired, &world.org);
    let same = head().classify_origins(Base::Planned, head().actions);
    prop_assert_eq!(same.of(ActionOrigin::Change).count(), 0);
    prop_assert!(same.no_longer_planned.is_empty());

    let mut before = world.config.clone();
    if before.people.pop().is_none() {
        return Ok(());
    }
    let Ok(before) = before.read().desired else { return Ok(()) };
    let checked = checked(&before, &world.org);
    if !checked.refusals().is_empty() {
        return Ok(());
    }
    let end = states(&world.org, checked.plan()).pop().unwrap();
    let head = head().classify_origins(Base::Planned, checked.plan().actions.clone());
    let rest = plan_for(&desired, &end);
    for action in head.of(ActionOrigin::Drift) {
        let is_left =
            |other: &Action| other.id() == action.id() && other.operation.does_as(&action.operation);
        prop_assert!(!rest.actions.iter().any(is_left), "{} is left", action.id());
    }
    Ok(())
}
