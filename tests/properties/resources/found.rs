//! Cases that the properties found, made as small as they could be.

use super::whole::{approve, whole_way};
use super::world::{CONTRIBUTOR, Case, Group, Wanted, WantedGroup, WantedWorkspace, Workspace};
use crate::found::{member, person, world};
use crate::served::RUNTIME;
use crate::world::{ADMIN, Limit, MEMBER, Person, World};
use orgsync::check::check;
use orgsync::model::Allowance;
use orgsync::plan::plan;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const DEV: u8 = 8;

fn id(person: &str) -> Uuid {
    member(person, MEMBER, 0).id
}

fn address(person: &str) -> String {
    format!("{person}@acme.example")
}

fn place(number: u128, name: &str) -> Workspace {
    Workspace {
        id: Uuid::from_u128(number),
        name: name.to_owned(),
        description: String::new(),
        icon: String::new(),
        is_default: name == "Default",
        direct: BTreeMap::new(),
    }
}

pub(crate) fn group(number: u128, name: &str, members: &[&str]) -> Group {
    Group {
        id: Uuid::from_u128(number),
        name: name.to_owned(),
        description: String::new(),
        external: false,
        role: None,
        parents: BTreeSet::new(),
        members: members.iter().map(|one| id(one)).collect(),
        assigned: BTreeMap::new(),
    }
}

pub(crate) fn wanted_group(members: &[&str], workspaces: &[&str]) -> WantedGroup {
    WantedGroup {
        members: Some(members.iter().map(|one| address(one)).collect()),
        parents: Some(Vec::new()),
        workspaces: Some(workspaces.iter().map(|name| ((*name).to_owned(), DEV)).collect()),
        ..WantedGroup::default()
    }
}

/// `ada`, an admin, and `bob` and `zoe` are in and declared; the workspaces `Default` and `Lab` (100) are there and
/// `Lab` is declared.
pub(crate) fn case() -> Case {
    let (config, mut org) = world(vec![person("bob", MEMBER), person("zoe", MEMBER)]);
    org.members.extend([member("bob", MEMBER, 0), member("zoe", MEMBER, 0)]);
    let mut wanted = Wanted { remove_group_members: true, ..Wanted::default() };
    wanted.workspaces.insert("Lab".to_owned(), WantedWorkspace::default());
    Case {
        people: World { org, config, luck: 0 },
        workspaces: vec![place(99, "Default"), place(100, "Lab")],
        groups: Some(Vec::new()),
        wanted,
        apart: true,
    }
}

pub(crate) fn declare(case: &mut Case, name: &str, group: WantedGroup) {
    case.wanted.groups.insert(name.to_owned(), group);
}

pub(crate) fn live(case: &mut Case, group: Group) {
    case.groups.iter_mut().for_each(|groups| groups.push(group.clone()));
}

/// Carries the plan out with all that the properties hold; gives the ids of its actions with their phases.
fn carried_out(case: &Case) -> Vec<String> {
    let (applied, accepted) = (Cell::new(0), Cell::new(0));
    RUNTIME.block_on(whole_way(case, &applied, &accepted)).unwrap();
    assert_eq!((applied.get(), accepted.get()), (1, 1));
    let approved = approve(&case.load().0, &case.live()).unwrap();
    let actions = approved.plan().actions.iter();
    actions.map(|action| format!("{} {}", action.phase as u8, action.id())).collect()
}

fn codes(case: &Case) -> Vec<&'static str> {
    let (desired, _) = case.load();
    let checked = check(plan(&desired, &case.live()), &desired, &Allowance::default());
    checked.refusals().iter().map(|refusal| refusal.code.name()).collect()
}

#[test]
fn who_joins_a_group_does_not_get_for_a_moment_what_it_is_to_lose() {
    let mut case = case();
    let assigned = BTreeMap::from([(Uuid::from_u128(100), DEV)]);
    live(&mut case, Group { assigned, ..group(1, "Ops", &[]) });
    declare(&mut case, "Ops", wanted_group(&["bob"], &[]));
    assert_eq!(carried_out(&case), ["7 group.workspaces.remove:Ops", "9 group.members.add:Ops"]);
}

#[test]
fn who_is_to_leave_a_group_does_not_get_for_a_moment_what_it_is_to_give() {
    let mut case = case();
    live(&mut case, group(1, "Ops", &["zoe"]));
    declare(&mut case, "Ops", wanted_group(&["bob"], &["Lab"]));
    let order = ["5 group.members.add:Ops", "7 group.members.remove:Ops", "8 group.workspaces.set:Ops"];
    assert_eq!(carried_out(&case), order);
}

#[test]
fn who_is_to_leave_a_group_does_not_become_an_admin_for_a_moment() {
    let mut case = case();
    live(&mut case, group(1, "Ops", &["zoe"]));
    declare(&mut case, "Ops", WantedGroup { role: Some(ADMIN), ..wanted_group(&["bob"], &[]) });
    let order = ["5 group.members.add:Ops", "7 group.members.remove:Ops", "8 group.update:Ops"];
    assert_eq!(carried_out(&case), order);
}

#[test]
fn who_joins_through_nesting_waits_until_deferred_roles_are_lowered() {
    let mut case = case();
    case.workspaces.push(place(101, "Attic"));
    case.wanted.workspaces.insert("Attic".to_owned(), WantedWorkspace::default());
    let assigned = BTreeMap::from([(Uuid::from_u128(100), DEV | CONTRIBUTOR)]);
    live(&mut case, Group { assigned, ..group(1, "Upper", &["zoe"]) });
    let workspaces = BTreeMap::from([("Lab".to_owned(), CONTRIBUTOR), ("Attic".to_owned(), DEV)]);
    declare(&mut case, "Upper", WantedGroup { workspaces: Some(workspaces), ..wanted_group(&[], &[]) });
    let parents = Some(vec!["Upper".to_owned()]);
    declare(&mut case, "Lower", WantedGroup { parents, ..wanted_group(&["bob"], &[]) });
    let order = [
        "4 group.create:Lower",
        "5 group.members.add:Lower",
        "7 group.members.remove:Upper",
        "8 group.workspaces.set:Upper",
        "9 group.update:Lower#nest",
    ];
    assert_eq!(carried_out(&case), order);
}

#[test]
fn where_nobody_would_get_too_much_groups_gain_before_they_lose() {
    let mut case = case();
    let assigned = BTreeMap::from([(Uuid::from_u128(100), DEV)]);
    live(&mut case, Group { assigned, ..group(1, "Ops", &["zoe"]) });
    declare(&mut case, "Ops", wanted_group(&["bob"], &["Lab"]));
    assert_eq!(carried_out(&case), ["5 group.members.add:Ops", "7 group.members.remove:Ops"]);
}

#[test]
fn a_role_that_can_t_be_written_is_not_passed_on_for_a_moment_either() {
    let mut case = case();
    let assigned = BTreeMap::from([(Uuid::from_u128(100), super::world::CUSTOM)]);
    live(&mut case, Group { assigned, ..group(1, "Ops", &[]) });
    declare(&mut case, "Ops", wanted_group(&["bob"], &[]));
    assert_eq!(carried_out(&case), ["7 group.workspaces.remove:Ops", "9 group.members.add:Ops"]);
}

#[test]
fn nobody_gets_into_a_workspace_that_is_to_be_archived() {
    let mut case = case();
    case.wanted
        .workspaces
        .insert("Lab".to_owned(), WantedWorkspace { archived: true, ..WantedWorkspace::default() });
    let assigned = BTreeMap::from([(Uuid::from_u128(100), DEV)]);
    live(&mut case, Group { assigned, ..group(1, "Ops", &[]) });
    declare(&mut case, "Ops", WantedGroup { workspaces: None, ..wanted_group(&["bob"], &[]) });
    assert_eq!(carried_out(&case), ["7 workspace.archive:Lab", "9 group.members.add:Ops"]);
}

#[test]
fn what_is_archived_needs_no_end_of_its_assignments() {
    let mut case = case();
    case.wanted
        .workspaces
        .insert("Lab".to_owned(), WantedWorkspace { archived: true, ..WantedWorkspace::default() });
    let assigned = BTreeMap::from([(Uuid::from_u128(100), DEV)]);
    live(&mut case, Group { assigned, ..group(1, "Ops", &["bob"]) });
    declare(&mut case, "Ops", wanted_group(&["bob"], &[]));
    assert_eq!(carried_out(&case), ["7 workspace.archive:Lab"]);
}

#[test]
fn a_first_admin_under_a_former_address_is_the_declared_person() {
    let mut case = case();
    let renamed = Person { previously: Some(address("ada")), ..person("mary", ADMIN) };
    case.people.config.people[0] = renamed;
    case.wanted.remove_workspace_members = true;
    let members = Some(BTreeMap::from([(address("mary"), DEV)]));
    case.wanted
        .workspaces
        .insert("New".to_owned(), WantedWorkspace { members, ..WantedWorkspace::default() });
    assert_eq!(carried_out(&case), ["4 workspace.create:New", "5 workspace.members.set:New"]);
}

#[test]
fn nesting_that_the_files_leave_alone_makes_no_circle() {
    let mut case = case();
    let parents = BTreeSet::from([Uuid::from_u128(2)]);
    live(&mut case, Group { parents, ..group(1, "Ops", &[]) });
    live(&mut case, group(2, "All", &[]));
    declare(&mut case, "Ops", WantedGroup::default());
    declare(
        &mut case,
        "All",
        WantedGroup { parents: Some(vec!["Ops".to_owned()]), ..WantedGroup::default() },
    );
    assert_eq!(codes(&case), ["group_cycle"]);
}

#[test]
fn nesting_waits_until_a_group_is_deleted_with_which_it_would_make_a_circle() {
    let mut case = case();
    case.wanted.remove_groups = true;
    let nested = |number: u128, name: &str, parent: u128| Group {
        parents: BTreeSet::from([Uuid::from_u128(parent)]),
        ..group(number, name, &[])
    };
    live(&mut case, nested(1, "Ops", 3));
    live(&mut case, nested(3, "Old", 2));
    live(&mut case, group(2, "All", &[]));
    declare(&mut case, "Ops", WantedGroup::default());
    declare(
        &mut case,
        "All",
        WantedGroup { parents: Some(vec!["Ops".to_owned()]), ..WantedGroup::default() },
    );
    assert_eq!(carried_out(&case), ["7 group.delete:Old", "9 group.update:All#nest"]);
}

#[test]
fn who_leaves_the_organization_does_not_count_among_the_members_of_a_group_that_is_deleted() {
    let mut case = case();
    case.people.config.people.retain(|person| person.email != address("zoe"));
    case.people.config.removed = vec![address("zoe")];
    case.people.config.max_removals = Limit::Count(1);
    case.wanted.remove_groups = true;
    live(&mut case, group(1, "Old", &["bob", "zoe"]));
    assert_eq!(codes(&case), [""; 0]);
    case.people.config.removed.clear();
    assert_eq!(codes(&case), ["max_removals"]);
}
