//! Power that no file grants: the plan lists it first, warns about it or refuses it.

use super::organization::{Organization, group, organization, workspace};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::UndeclaredAdmins;

/// The files know ada and bob. A stranger was made admin by hand.
fn with_a_stranger() -> (Organization, Organization) {
    let desired = organization().member("bob", "member");
    let live = desired.clone().member("eve", "admin, member, le_chat");
    (desired, live)
}

#[test]
fn a_stranger_who_was_made_admin_by_hand_comes_first() {
    let (desired, live) = with_a_stranger();
    assert_snapshot!(plan(&desired, &live), @"
    Power that no file grants (1):
        eve  admin, member with le_chat

    Left alone, because no file declares them (1):
        eve  admin, member with le_chat

    Nothing to do. 1 person holds power that no file grants.
    ");
}

#[test]
fn a_declared_member_who_is_admin_through_a_group_made_by_hand_is_found() {
    let desired = organization().member("bob", "member").group("Staff", group().members(&["bob"]));
    let live = desired
        .clone()
        .group("Ops", group().role("admin"))
        .group("Staff", group().members(&["bob"]).parents(&["Ops"]));
    assert_snapshot!(plan(&desired, &live), @"
    Power that no file grants (1):
        bob  admin, member; through the group Ops (admin)

    Left alone, because no file declares them (1):
        Ops  group with the organization role admin

    Nothing to do. 1 person holds power that no file grants.
    ");
}

#[test]
fn a_declared_group_grants_its_power_to_whoever_is_in_it() {
    let desired = organization().group("Ops", group().role("billing"));
    let live =
        desired.clone().member("eve", "member").group("Ops", group().role("billing").members(&["eve"]));
    assert_snapshot!(plan(&desired, &live), @"
    Left alone, because no file declares them (1):
        eve  billing, member; through the group Ops (billing)

    Nothing to do: the organization is as declared.
    ");
}

#[test]
fn an_admin_of_a_declared_workspace_is_found_unless_a_declared_admin() {
    let desired = organization().member("bob", "member").workspace("Lab", workspace());
    let lab = workspace().member("ada", "workspace_admin").member("bob", "workspace_admin, user");
    let live = desired
        .clone()
        .workspace("Lab", lab)
        .workspace("Garage", workspace().member("bob", "workspace_admin"));
    assert_snapshot!(plan(&desired, &live), @"
    Power that no file grants (1):
        bob  workspace_admin, user in the workspace Lab

    Left alone, because no file declares them (1):
        Garage  workspace

    Nothing to do. 1 person holds power that no file grants.
    ");
}

#[test]
fn an_admin_of_a_workspace_through_a_declared_group_is_granted_that_and_through_another_is_not() {
    let leads = group().members(&["bob"]).workspace("Lab", "workspace_admin");
    let desired = organization()
        .member("bob", "member")
        .member("cyd", "member")
        .workspace("Lab", workspace())
        .group("Leads", leads);
    let lab = workspace().member("bob", "").member("cyd", "");
    let by_hand = group().members(&["cyd"]).workspace("Lab", "workspace_admin");
    let live = desired.clone().workspace("Lab", lab).group("By hand", by_hand);
    assert_snapshot!(plan(&desired, &live), @"
    Power that no file grants (1):
        cyd  workspace_admin in the workspace Lab; through the group By hand (workspace_admin)

    Left alone, because no file declares them (1):
        By hand  group

    Nothing to do. 1 person holds power that no file grants.
    ");
}

#[test]
fn a_pending_invitation_of_a_stranger_as_admin_is_power_too() {
    let live = organization().invitation("eve", "admin").expired_invitation("old", "admin");
    assert_snapshot!(plan(&organization(), &live), @"
    Power that no file grants (1):
        eve  invitation as admin

    Left alone, because no file declares them (2):
        eve  invitation as admin
        old  invitation as admin, expired

    Nothing to do. 1 person holds power that no file grants.
    ");
}

#[test]
fn what_the_plan_takes_away_is_not_left_in_place() {
    let (desired, live) = with_a_stranger();
    let live = live.member("bob", "billing, member");
    assert_snapshot!(plan(&desired.any_removals().removed("eve"), &live), @"
    1 person changes:
      ~ bob  roles: billing, member → member

    1 person leaves:
      - eve  [no longer admin] remove, was admin, member with le_chat (listed under `removed`)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Plan: 1 to change, 1 to leave; 1 lost admin.

    2 Revoke: member.update:bob, member.remove:eve
    ");
}

#[test]
fn files_can_refuse_it() {
    let (desired, live) = with_a_stranger();
    let refuse = desired.policy(|policy, at| policy.unmanaged.admins = (UndeclaredAdmins::Refuse, Some(at)));
    assert_snapshot!(plan(&refuse, &live), @"
    Power that no file grants (1):
        eve  admin, member with le_chat

    Left alone, because no file declares them (1):
        eve  admin, member with le_chat

    Refused, for 1 reason: none of this plan will be applied. 1 person holds power that no file grants.

    refused[undeclared_power]: power that no file grants would remain: eve
      policy: refuses it
      help: declare the roles, list the people under `removed`, or list accounts that can't be declared under `unmanaged.acknowledged`
    ");
}

#[test]
fn files_can_ignore_it_and_acknowledge_single_holders() {
    let (desired, live) = with_a_stranger();
    let ignore =
        desired.clone().policy(|policy, at| policy.unmanaged.admins = (UndeclaredAdmins::Ignore, Some(at)));
    assert_snapshot!(plan(&ignore, &live), @"
    Power that no file grants (1):
        eve  admin, member with le_chat

    Left alone, because no file declares them (1):
        eve  admin, member with le_chat

    Nothing to do: the organization is as declared.
    ");
    let acknowledge = desired.policy(|policy, at| {
        policy.unmanaged.admins = (UndeclaredAdmins::Refuse, Some(at));
        policy.unmanaged.acknowledged.insert("eve@acme.example".to_owned());
    });
    assert_snapshot!(plan(&acknowledge, &live), @"
    Power that no file grants (1):
        eve  admin, member with le_chat; acknowledged

    Left alone, because no file declares them (1):
        eve  admin, member with le_chat

    Nothing to do: the organization is as declared.
    ");
}
