//! Invitations: who is invited with what, whose invitation is renewed or deleted, and who is waited for.

use super::organization::{group, organization, workspace};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::{ExpiredInvitations, Onboarding, Product, Unmanaged};

#[test]
fn an_invitation_carries_live_workspaces_and_the_rest_waits_for_acceptance() {
    let live = organization()
        .budget(Product::LeChat, 9, 0)
        .workspace("Research", workspace().member("ada", "workspace_admin"))
        .group("Interns", group());
    let desired = live
        .clone()
        .member("new", "member, le_chat")
        .workspace("Research", workspace().member("ada", "workspace_admin").member("new", "dev"))
        .workspace("Lab", workspace().member("new", "workspace_admin"))
        .group("Interns", group().members(&["new"]));
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  invite as member with le_chat

    1 workspace is created:
      + Lab  create, with ada as the first admin

    Seats                                   used  purchased  pending  available
      le_chat (Vibe)  ▒▒░░░░░░░░░░░░░░░░░░     0          9        1          8

    1 declared person has not joined yet:
        new  has to accept an invitation; then workspaces Lab, Research and group Interns

    Left alone, because no file declares them (1):
        ada  in the workspace Lab as workspace_admin

    Plan: 1 to join, 1 workspace.

    3 Acquire: invitation.send:new
    4 Create: workspace.create:Lab
    ");
    assert_snapshot!(plan(&desired, &live.clone().invitation("new", "member, le_chat")), @"
    1 workspace is created:
      + Lab  create, with ada as the first admin

    Seats                                   used  purchased  pending  available
      le_chat (Vibe)  ▒▒░░░░░░░░░░░░░░░░░░     0          9        1          8

    1 declared person has not joined yet:
        new  has to accept an invitation; then workspaces Lab, Research and group Interns

    Left alone, because no file declares them (1):
        ada  in the workspace Lab as workspace_admin

    Plan: 1 workspace.

    4 Create: workspace.create:Lab
    ");
}

#[test]
fn an_invitation_carries_only_workspaces_in_which_a_file_grants_what_acceptance_grants() {
    let live = organization().workspace("Lab", workspace()).workspace("Pilot", workspace());
    let desired = live
        .clone()
        .member("new", "member")
        .workspace("Lab", workspace().member("new", "workspace_contributor, dev"))
        .workspace("Pilot", workspace().member("new", "observability_viewer"));
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  invite as member without a seat, into Lab as workspace_contributor

    1 declared person has not joined yet:
        new  has to accept an invitation; then workspaces Lab, Pilot

    Plan: 1 to join.

    3 Acquire: invitation.send:new
    ");
    let invited = live.clone().invitation_into("new", "member", &["Lab", "Pilot"]);
    assert_snapshot!(plan(&desired, &invited), @"
    1 person joins:
      + new  renew the invitation as member without a seat, into Lab as workspace_contributor, no longer into Pilot

    1 declared person has not joined yet:
        new  has to accept an invitation; then workspaces Lab, Pilot

    Plan: 1 to join.

    3 Acquire: invitation.renew:new
    ");
    // A workspace without a list of members is left alone.
    let desired = desired.workspace("Pilot", workspace());
    assert_snapshot!(plan(&desired, &invited), @"
    1 declared person has not joined yet:
        new  has to accept an invitation; then workspace Lab

    Nothing to do now: 1 person has not joined yet.
    ");
}

#[test]
fn who_appears_at_first_sign_in_waits_for_everything() {
    let live = organization().budget(Product::LeChat, 9, 0).group("Interns", group());
    let desired = live
        .clone()
        .policy(|policy, _| policy.onboarding = Onboarding::Sso)
        .member("new", "member, le_chat")
        .group("Interns", group().members(&["new"]));
    assert_snapshot!(plan(&desired, &live), @"
    Seats                                   used  purchased  pending  available
      le_chat (Vibe)  ▒▒░░░░░░░░░░░░░░░░░░     0          9        1          8

    1 declared person has not joined yet:
        new  joins at the first sign-in (`onboarding: sso`); then group Interns

    Nothing to do now: 1 person has not joined yet.
    ");
}

#[test]
fn an_expired_invitation_is_renewed_or_reported() {
    let live = organization().expired_invitation("new", "member");
    let desired = organization().member("new", "member");
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  renew the expired invitation as member without a seat

    Limited by `every` alone (1):
        new  neither the audit log nor a journal tells how often the person was invited

    Plan: 1 to join.

    3 Acquire: invitation.renew:new
    ");
    let desired = desired.policy(|policy, _| policy.expired_invitations = ExpiredInvitations::Report);
    assert_snapshot!(plan(&desired, &live), @"
    1 declared person has not joined yet:
        new  the invitation has expired, and is not sent again (`expired_invitations`); somebody has to act: `apply --renew`

    Nothing to do now: 1 person has not joined yet.
    ");
}

#[test]
fn an_invitation_with_other_roles_is_renewed_and_a_second_one_deleted() {
    let live = organization().invitation("new", "billing").invitation("new", "member");
    assert_snapshot!(plan(&organization().member("new", "admin"), &live), @"
    1 person leaves:
      - new  [new admin] revoke the invitation as member (the person has another invitation)
                          renew the invitation, which was as billing, as admin without a seat

    Plan: 1 to leave; 1 new admin.

    2 Revoke: invitation.revoke:new#00000000-0000-0000-0000-000000000002
    3 Acquire: invitation.renew:new
    ");
    assert_snapshot!(plan(&organization().member("new", "billing"), &live), @"
    1 person leaves:
      - new  revoke the invitation as member (the person has another invitation)

    1 declared person has not joined yet:
        new  has to accept an invitation

    Plan: 1 to leave.

    2 Revoke: invitation.revoke:new#00000000-0000-0000-0000-000000000002
    ");
}

#[test]
fn an_invitation_of_a_member_or_of_a_removed_person_is_deleted() {
    let live = organization().member("bob", "member").invitation("bob", "member").invitation("dan", "member");
    let desired = organization().member("bob", "member").removed("dan").any_removals();
    assert_snapshot!(plan(&desired, &live), @"
    1 person leaves:
      - dan  revoke the invitation as member (listed under `removed`)

    Left alone, because no file declares them (1):
        bob  invitation as member

    Plan: 1 to leave.

    2 Revoke: invitation.revoke:dan
    ");
}

#[test]
fn an_undeclared_invitation_is_reported_or_deleted_and_counts_a_seat() {
    let live = organization().invitation("stranger", "member");
    let desired = organization().budget(Product::LeChat, 9, 0);
    assert_snapshot!(plan(&desired, &live), @"
    Seats                                   used  purchased  pending  available
      le_chat (Vibe)  ▒▒░░░░░░░░░░░░░░░░░░     0          9        1          8

    Left alone, because no file declares them (1):
        stranger  invitation as member

    Nothing to do: the organization is as declared.
    ");
    let desired = desired.policy(|policy, at| policy.unmanaged.invitations = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&desired, &live), @"
    1 person leaves:
      - stranger  revoke the invitation as member (no file declares them)

    Seats                                   used  purchased  available
      le_chat (Vibe)  ░░░░░░░░░░░░░░░░░░░░     0          9          9

    Plan: 1 to leave.

    2 Revoke: invitation.revoke:stranger
    ");
}
