//! In which order a plan is carried out, and what it puts at the end.

use super::organization::{Organization, group, organization, workspace};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::{Limit, Product};

#[test]
fn the_last_seat_and_the_admin_change_hands() {
    let live = organization()
        .budget(Product::LeChat, 1, 0)
        .member("ada", "admin, le_chat")
        .member("bob", "member")
        .any_removals();
    let desired = live.clone().member("ada", "member").member("bob", "admin, le_chat");
    assert_snapshot!(plan(&desired, &live), @"
    2 people change:
      ~ ada  [no longer admin] roles: admin → member; seats: le_chat → none
      ~ bob  [new admin] roles: member → admin; seats: none → le_chat

    Seats                                   used  purchased  available
      le_chat (Vibe)  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓     1          1          0

    Plan: 2 to change; 1 new admin, 1 lost admin.

    1 Prepare: member.update:bob
    2 Revoke: member.update:ada
    3 Acquire: member.update:bob#seats
    ");
}

/// Bob is in `Interns`, and cyd is not.
fn interns() -> Organization {
    organization()
        .member("bob", "member")
        .member("cyd", "member")
        .workspace("Lab", workspace())
        .group("Interns", group().members(&["bob"]))
        .policy(|policy, _| policy.max_removals = Limit::Percent(100))
}

#[test]
fn an_assignment_waits_until_who_is_not_to_inherit_it_has_left_the_group() {
    let desired = interns().group("Interns", group().members(&["cyd"]).workspace("Lab", "user"));
    assert_snapshot!(plan(&desired, &interns()), @"
    1 group changes:
      ~ Interns  members: + cyd
                 members: - bob
                 workspaces: + Lab: user

    Plan: 1 group.

    5 Populate: group.members.add:Interns
    7 Retire: group.members.remove:Interns
    8 DeferredRoles: group.workspaces.set:Interns
    ");
}

#[test]
fn the_role_of_a_group_waits_until_who_is_not_to_inherit_it_has_left() {
    let desired = interns().group("Interns", group().members(&["cyd"]).role("admin"));
    assert_snapshot!(plan(&desired, &interns()), @"
    1 group changes:
      ~ Interns  [new admins] members: + cyd
                 members: - bob
                 organization role: none → admin
                 new admin: cyd

    Plan: 1 group; 1 new admin.

    5 Populate: group.members.add:Interns
    7 Retire: group.members.remove:Interns
    8 DeferredRoles: group.update:Interns
    ");
}

#[test]
fn a_group_gains_members_before_it_loses_some_where_nobody_would_inherit_too_much() {
    let live = interns().group("Interns", group().members(&["bob"]).workspace("Lab", "user"));
    let desired = interns().group("Interns", group().members(&["cyd"]).workspace("Lab", "user"));
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Interns  members: + cyd
                 members: - bob

    Plan: 1 group.

    5 Populate: group.members.add:Interns
    7 Retire: group.members.remove:Interns
    ");
}

#[test]
fn a_new_member_waits_until_a_group_no_longer_grants_what_they_are_not_to_inherit() {
    let live = interns().group("Interns", group().members(&["bob"]).workspace("Lab", "user"));
    let desired = interns().group("Interns", group().members(&["bob", "cyd"]).no_workspaces());
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Interns  workspaces: - Lab: user
                 members: + cyd

    Plan: 1 group.

    7 Retire: group.workspaces.remove:Interns
    9 DeferredMembers: group.members.add:Interns
    ");
}
