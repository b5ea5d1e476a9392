//! Exporting an organization and planning with what came of it changes nothing.

use super::over;
use crate::contract::ambiguous;
use crate::world::World;
use orgsync::check::check;
use orgsync::config;
use orgsync::export::export;
use orgsync::model::Allowance;
use orgsync::plan::plan;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::Cell;
use std::collections::HashSet;

/// Two invitations to one address with other roles than each other can't both be as declared.
fn invited_twice(world: &World) -> bool {
    let mut seen = HashSet::new();
    !world.org.live().invitations.iter().filter_map(|one| one.email.clone()).all(|email| seen.insert(email))
}

fn plans_to_nothing(world: &World, tried: &Cell<u32>) -> Result<(), TestCaseError> {
    if ambiguous(&world.org) || invited_twice(world) {
        return Ok(());
    }
    let live = world.org.live();
    let today = "2026-11-24".parse().unwrap();
    let exported = export(&live, today).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orgsync.yaml");
    std::fs::write(&file, exported.one_file()).unwrap();
    let loaded = config::load(file.to_str().unwrap().into(), today, &|_| false);
    if exported.lacks_admin {
        let codes: Vec<_> =
            loaded.desired.err().unwrap_or_default().iter().map(|fault| fault.code.name()).collect();
        prop_assert_eq!(codes, ["no_admin"]);
        return Ok(());
    }
    let desired = loaded
        .desired
        .map_err(|faults| TestCaseError::fail(format!("{faults:#?}\n{}", exported.one_file())))?;
    let checked = check(plan(&desired, &live), &desired, &Allowance::default());
    let ids: Vec<_> = checked.plan().actions.iter().map(|action| action.id()).collect();
    prop_assert!(ids.is_empty() && checked.refusals().is_empty(), "{:?}\n{}", ids, exported.one_file());
    tried.set(tried.get() + 1);
    Ok(())
}

#[test]
fn an_exported_organization_plans_to_nothing() {
    let tried = Cell::new(0);
    over(256, 200, |world| plans_to_nothing(world, &tried));
    assert!(tried.get() > 30, "only {} worlds were tried", tried.get());
}
