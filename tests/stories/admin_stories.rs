//! Admins, direct and through groups: never fewer than the files demand, at no moment.

use super::organization::{Organization, email, group, organization};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::Unmanaged;

#[test]
fn the_last_admins_are_neither_demoted_nor_removed_and_an_invitation_is_no_admin() {
    let live = organization().member("bob", "admin").member("dan", "admin").any_removals();
    let desired = live
        .clone()
        .policy(|policy, _| policy.min_admins = 2)
        .member("bob", "member")
        .member("cyd", "admin")
        .removed("dan");
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + cyd  [new admin] invite as admin without a seat

    1 person changes:
      ~ bob  [no longer admin] roles: admin → member

    1 person leaves:
      - dan  [no longer admin] remove, was admin without a seat (listed under `removed`)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Refused, for 1 reason: none of this plan will be applied. To remove people in an emergency, use `apply --only EMAIL`.

    refused[min_admins]: this plan leaves 1 of 3 live admins, fewer than `min_admins: 2` (invitations don't count)
      member bob: removes an admin
      removed dan: removes an admin
      help: promote a live member in the same plan, keep one of these admins, or lower `min_admins`

    2 Revoke: member.update:bob, member.remove:dan
    3 Acquire: invitation.send:cyd
    ");
}

/// Ada is an admin; bob is one through `Admins`, and cyd through `Leads`, which is nested in it.
fn through_groups() -> Organization {
    organization()
        .member("bob", "member")
        .member("cyd", "member")
        .group("Admins", group().role("admin").members(&["bob"]))
        .group("Leads", group().members(&["cyd"]).parents(&["Admins"]))
        .any_removals()
}

#[test]
fn an_admin_through_a_group_is_not_taken_out_of_it_below_the_fewest_admins() {
    let desired = through_groups()
        .policy(|policy, _| policy.min_admins = 3)
        .group("Admins", group().role("admin").members(&[]));
    assert_snapshot!(plan(&desired, &through_groups()), @"
    1 group changes:
      ~ Admins  members: - bob

    Refused, for 1 reason: none of this plan will be applied.

    refused[min_admins]: this plan leaves 2 of 3 live admins, fewer than `min_admins: 3` (invitations don't count)
      group Admins: removes an admin
      help: promote a live member in the same plan, keep one of these admins, or lower `min_admins`

    7 Retire: group.members.remove:Admins
    ");
}

#[test]
fn the_role_of_a_group_is_not_lowered_below_the_fewest_admins() {
    let desired = through_groups()
        .policy(|policy, _| policy.min_admins = 2)
        .group("Admins", group().role("member").members(&["bob"]));
    assert_snapshot!(plan(&desired, &through_groups()), @"
    1 group changes:
      ~ Admins  organization role: admin → member

    Refused, for 1 reason: none of this plan will be applied.

    refused[min_admins]: this plan leaves 1 of 3 live admins, fewer than `min_admins: 2` (invitations don't count)
      group Admins: removes an admin
      role member of the group Admins: removes an admin
      help: promote a live member in the same plan, keep one of these admins, or lower `min_admins`

    4 Create: group.update:Admins
    ");
}

#[test]
fn a_group_of_admins_is_not_taken_out_of_another_below_the_fewest_admins() {
    let desired = through_groups()
        .policy(|policy, _| policy.min_admins = 3)
        .group("Leads", group().members(&["cyd"]).parents(&[]));
    assert_snapshot!(plan(&desired, &through_groups()), @"
    1 group changes:
      ~ Leads  no longer nested in Admins

    Refused, for 1 reason: none of this plan will be applied.

    refused[min_admins]: this plan leaves 2 of 3 live admins, fewer than `min_admins: 3` (invitations don't count)
      group Leads: removes an admin
      help: promote a live member in the same plan, keep one of these admins, or lower `min_admins`

    5 Populate: group.update:Leads#unnest
    ");
}

#[test]
fn a_protected_person_is_not_demoted_through_a_group() {
    let desired = through_groups().without_group("Leads").policy(|policy, at| {
        policy.unmanaged.groups = (Unmanaged::Remove, Some(at));
        policy.protected = [(email("cyd"), at)].into();
    });
    assert_snapshot!(plan(&desired, &through_groups()), @"
    1 group is deleted:
      - Leads  delete, with 1 member (no file declares it)

    Refused, for 1 reason: none of this plan will be applied.

    refused[protected]: cyd is protected and would be demoted
      policy: causes this
      policy: protected
      help: keep the person as they are, or remove them from `policy.protected` first, in a separate change

    7 Retire: group.delete:Leads
    ");
}

#[test]
fn an_admin_through_two_groups_may_leave_the_first() {
    let live = through_groups().group("Leads", group().members(&["bob", "cyd"]).parents(&["Admins"]));
    let desired = live
        .clone()
        .policy(|policy, _| policy.min_admins = 3)
        .group("Admins", group().role("admin").members(&[]));
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Admins  members: - bob

    Plan: 1 group.

    7 Retire: group.members.remove:Admins
    ");
}
