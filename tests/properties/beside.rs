//! A plan beside another: the same one saved and read back, or that of the files before they were changed.

use crate::contract::{checked, states};
use crate::pure::{Outcome, document, fail};
use crate::world::{Org, World};
use orgsync::model::Desired;
use orgsync::plan::{Action, ActionOrigin, Base, Saved, Standing, Tally, plan};
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
    let saved = Saved::read(&text).map_err(|error| fail(error.to_string()))?;
    let bare = |action: &Action| Action { sources: Vec::new(), ..action.clone() };
    let plan = checked.plan();
    prop_assert_eq!(&saved.actions, &plan.actions.iter().map(bare).collect::<Vec<_>>());
    let revised = saved.revise(&world.org.live(), &BTreeSet::new());
    prop_assert!(
        revised.standings.iter().all(|standing| *standing == Standing::AsPlanned),
        "{:#?}",
        revised.standings
    );
    // Which of the promises were undeclared invitations is not kept: it words a refusal, and changes none.
    let counted = |tally: &Tally| Tally { undeclared_invitations: 0, ..tally.clone() };
    prop_assert_eq!(counted(&revised.plan.before), counted(&plan.before));
    prop_assert_eq!(counted(&revised.plan.after), counted(&plan.after));
    prop_assert_eq!(
        (revised.plan.admins.before, revised.plan.admins.fewest),
        (plan.admins.before, plan.admins.fewest)
    );
    let end = states(&world.org, plan).pop().unwrap();
    let again = saved.revise(&end.live(), &BTreeSet::new());
    prop_assert!(
        again.plan.actions.is_empty(),
        "left to do: {:#?}; {:#?}",
        again.plan.actions,
        again.standings
    );
    Ok(())
}

/// Drift is what is not there any more once the files before the change have been carried out. Of a change that is none,
/// everything is drift.
pub(crate) fn origins(world: &World) -> Outcome {
    let (desired, _) = world.config.load();
    let plan_for = |desired: &Desired, org: &Org| plan(desired, &org.live());
    let head = || plan_for(&desired, &world.org);
    let same = head().since(Base::Planned, head().actions);
    prop_assert_eq!(same.of(ActionOrigin::Drift).count(), same.actions.len());
    prop_assert!(same.withdrawn.is_empty());

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
    let head = head().since(Base::Planned, checked.plan().actions.clone());
    let rest = plan_for(&desired, &end);
    let effect = |action: &Action| (action.id(), action.operation.states());
    let rest: Vec<_> = rest.actions.iter().map(effect).collect();
    for action in head.of(ActionOrigin::Drift) {
        prop_assert!(!rest.contains(&effect(action)), "{} is left", action.id());
    }
    Ok(())
}
