//! Members: what they get, what they lose, under which name, and who leaves.

use super::organization::{email, group, organization, workspace};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::{Onboarding, Product, Unmanaged};

#[test]
fn a_member_changes_in_one_action_or_takes_seats_in_a_second_one() {
    let live = organization()
        .budget(Product::LeChat, 9, 0)
        .member("bob", "member")
        .member("cyd", "billing, le_chat")
        .member("dan", "member, le_chat")
        .member("eve", "member")
        .any_removals();
    let desired = live
        .clone()
        .member("bob", "admin, le_chat")
        .member("cyd", "member")
        .member("dan", "member")
        .member("eve", "member, le_chat");
    assert_snapshot!(plan(&desired, &live), @"
    4 people change:
      ~ bob  [new admin] roles: member → admin; seats: none → le_chat
      ~ cyd  roles: billing → member; seats: le_chat → none
      ~ dan  seats: le_chat → none
      ~ eve  seats: none → le_chat

    Seats                                   used  purchased  available
      le_chat (Vibe)  ▓▓▓▓░░░░░░░░░░░░░░░░     2          9          7

    Plan: 4 to change; 1 new admin.

    1 Prepare: member.update:bob, member.update:dan
    2 Revoke: member.update:cyd
    3 Acquire: member.update:bob#seats, member.update:eve
    ");
}

#[test]
fn seats_of_a_product_that_is_not_managed_are_carried_along() {
    let live = organization().budget(Product::LeChat, 9, 0).member("bob", "member, mistral_code");
    let desired = live.clone().member("bob", "billing, le_chat");
    assert_snapshot!(plan(&desired, &live), @"
    1 person changes:
      ~ bob  roles: member → billing; seats: mistral_code → le_chat, mistral_code

    Seats                                    used  purchased  available
      le_chat (Vibe)  ▓▓░░░░░░░░░░░░░░░░░░  0 → 1          9          8

    Plan: 1 to change; le_chat +1.

    2 Revoke: member.update:bob
    3 Acquire: member.update:bob#seats
    ");
    assert_snapshot!(plan(&live.clone().member("bob", "member"), &live), @"
    Seats                                   used  purchased  available
      le_chat (Vibe)  ░░░░░░░░░░░░░░░░░░░░     0          9          9

    Nothing to do: the organization is as declared.
    ");
}

#[test]
fn a_member_who_is_live_under_a_former_address_is_the_same_person() {
    let live = organization().member("m.smith", "member");
    let desired = live.clone().rename_member("m.smith", "mary").member("new", "member");
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  invite as member without a seat

    Plan: 1 to join.

    3 Acquire: invitation.send:new
    ");
    let desired = live.rename_member("m.smith", "mary");
    let both = desired.clone().member("m.smith", "member");
    assert_snapshot!(plan(&desired, &both), @"
    Left alone, because no file declares them (1):
        m.smith  member

    Nothing to do: the organization is as declared.
    ");
}

#[test]
fn a_member_who_leaves_takes_everything_along_but_what_nobody_else_leads() {
    let live = organization()
        .member("bob", "member")
        .member("cyd", "member")
        .workspace("Lab", workspace().member("bob", "workspace_admin"))
        .workspace("Garden", workspace().member("bob", "workspace_admin").member("cyd", "workspace_admin"))
        .group("Interns", group().members(&["bob"]));
    assert_snapshot!(plan(&live.clone().removed("bob"), &live), @"
    1 person leaves:
      - bob  remove, was member without a seat (listed under `removed`); leaves Lab without an admin

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Plan: 1 to leave.

    2 Revoke: member.remove:bob
    ");
    let led = live.clone().removed("bob").workspace("Lab", workspace().member("cyd", "workspace_admin"));
    assert_snapshot!(plan(&led, &live), @"
    1 person leaves:
      - bob  remove, was member without a seat (listed under `removed`)

    1 workspace changes:
      ~ Lab  members: + cyd workspace_admin

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Plan: 1 to leave, 1 workspace.

    2 Revoke: member.remove:bob
    5 Populate: workspace.members.set:Lab
    ");
    let archived = live.clone().removed("bob").workspace("Lab", workspace().archived());
    assert_snapshot!(plan(&archived, &live), @"
    1 person leaves:
      - bob  remove, was member without a seat (listed under `removed`)

    1 workspace is archived:
      - Lab  archive, which can't be undone

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Refused, for 1 reason: none of this plan will be applied. To remove people in an emergency, use `apply --only EMAIL`.

    refused[irreversible]: this plan archives workspaces, which can't be undone
      workspace Lab: to be archived
      help: if this is intended, apply with --allow-irreversible

    2 Revoke: member.remove:bob
    7 Retire: workspace.archive:Lab
    ");
}

#[test]
fn an_undeclared_member_is_reported_or_removed() {
    let live = organization().member("bob", "member");
    let desired = live.clone().without_member("bob");
    assert_snapshot!(plan(&desired, &live), @"
    Left alone, because no file declares them (1):
        bob  member

    Nothing to do: the organization is as declared.
    ");
    let desired = desired.policy(|policy, at| policy.unmanaged.members = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&desired, &live), @"
    1 person leaves:
      - bob  remove, was member without a seat (no file declares them)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Plan: 1 to leave.

    2 Revoke: member.remove:bob
    ");
}

#[test]
fn a_locked_role_is_kept_and_a_change_that_is_asked_for_is_left_out() {
    let live = organization().budget(Product::LeChat, 9, 0).locked_member("bob", "", "auditor");
    assert_snapshot!(plan(&live.clone().member("bob", "le_chat"), &live), @"
    1 person changes:
      ~ bob  seats: none → le_chat

    Seats                                    used  purchased  available
      le_chat (Vibe)  ▓▓░░░░░░░░░░░░░░░░░░  0 → 1          9          8

    Locked: orgsync leaves these as they are (1):
        bob  roles: auditor (the Admin API can't write it)

    Plan: 1 to change; le_chat +1.

    3 Acquire: member.update:bob
    ");
    assert_snapshot!(plan(&live.clone().member("bob", "billing"), &live), @"
    Seats                                   used  purchased  available
      le_chat (Vibe)  ░░░░░░░░░░░░░░░░░░░░     0          9          9

    Locked: orgsync leaves these as they are (1):
        bob  roles: auditor (the Admin API can't write it; the declared change of roles is left out)

    Nothing to do, but 1 declared change is left out: see Locked.

    warning[locked_roles]: the declared roles of bob are left out, because a write would lose auditor: the Admin API can't write it
      member bob: declares roles
      help: leave `roles` out to keep the roles as they are, or change them in the members panel
    ");
}

#[test]
fn an_unknown_role_locks_the_roles_and_an_unknown_product_is_carried_along() {
    let live = organization()
        .budget(Product::LeChat, 9, 0)
        .locked_member("bob", "member", "Z")
        .unknown_role("Z")
        .member_with_unknown_seat("cyd", "member, le_chat", "OCR");
    let desired = live.clone().member("bob", "billing, le_chat").member("cyd", "billing");
    assert_snapshot!(plan(&desired, &live), @"
    2 people change:
      ~ bob  seats: none → le_chat
      ~ cyd  roles: member → billing; seats: le_chat → none

    Seats                                   used  purchased  available
      le_chat (Vibe)  ▓▓░░░░░░░░░░░░░░░░░░     1          9          8

    Locked: orgsync leaves these as they are (2):
        bob  roles: Z (this version of orgsync doesn't know it; the declared change of roles is left out)
        cyd  seats: OCR (this version of orgsync doesn't know it; the seat is kept)

    Plan: 2 to change.

    warning[unknown_word]: the live organization has the role `Z` (once), which this version of orgsync doesn't know: it stays as it is
      help: update orgsync; until then, orgsync leaves out only what would change it

    warning[unknown_word]: the live organization has the product `OCR` (once), which this version of orgsync doesn't know: it stays as it is
      help: update orgsync; until then, orgsync leaves out only what would change it

    warning[locked_roles]: the declared roles of bob are left out, because a write would lose Z: this version of orgsync doesn't know it
      member bob: declares roles
      help: leave `roles` out to keep the roles as they are, or change them in the members panel

    2 Revoke: member.update:cyd
    3 Acquire: member.update:bob
    ");
}

#[test]
fn a_new_account_gets_into_groups_and_workspaces_in_the_same_plan() {
    let live = organization()
        .workspace("Lab", workspace().member("ada", "workspace_admin"))
        .group("Interns", group());
    let desired = live
        .clone()
        .policy(|policy, _| policy.onboarding = Onboarding::Create)
        .member("new", "member")
        .workspace("Lab", workspace().member("ada", "workspace_admin").member("new", "dev"))
        .group("Interns", group().members(&["new"]));
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  create the account as member without a seat

    1 workspace changes:
      ~ Lab  members: + new dev

    1 group changes:
      ~ Interns  members: + new

    Plan: 1 to join, 1 workspace, 1 group.

    3 Acquire: member.create:new
    5 Populate: workspace.members.set:Lab, group.members.add:Interns
    ");
}

#[test]
fn a_protected_member_is_neither_demoted_nor_removed() {
    let live = organization().member("bob", "billing, member").member("root", "admin").any_removals();
    let desired = live.clone().member("bob", "member").without_member("root").policy(|policy, at| {
        policy.unmanaged.members = (Unmanaged::Remove, Some(at));
        policy.protected = [(email("bob"), at), (email("root"), at)].into();
    });
    assert_snapshot!(plan(&desired, &live), @"
    1 person changes:
      ~ bob  roles: billing, member → member

    1 person leaves:
      - root  [no longer admin] remove, was admin without a seat (no file declares them)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Refused, for 2 reasons: none of this plan will be applied. To remove people in an emergency, use `apply --only EMAIL`.

    refused[protected]: root is protected and would be removed
      policy: causes this
      policy: protected
      help: keep the person as they are, or remove them from `policy.protected` first, in a separate change

    refused[protected]: bob is protected and would be demoted
      member bob: causes this
      policy: protected
      help: keep the person as they are, or remove them from `policy.protected` first, in a separate change

    2 Revoke: member.update:bob, member.remove:root
    ");
}
