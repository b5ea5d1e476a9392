//! Workspaces: made, changed, renamed and archived, and who is in them.

use super::organization::{Organization, group, organization, workspace};
use super::story::{plan, plan_with};
use insta::assert_snapshot;
use orgsync::model::{Allowance, Unmanaged};

/// Ada, the admin, and bob and cyd.
fn three() -> Organization {
    organization().member("bob", "member").member("cyd", "member").any_removals()
}

#[test]
fn a_new_workspace_is_led_by_its_declared_admin_or_else_by_an_admin_of_the_organization() {
    let desired = three()
        .workspace("Lab", workspace().member("bob", "user").member("cyd", "workspace_admin"))
        .workspace("Garden", workspace().member("bob", "user"))
        .workspace("Shed", workspace().member("ada", "user"));
    assert_snapshot!(plan(&desired, &three()), @"
    3 workspaces are created:
      + Garden  create, with ada as the first admin
                members: + bob user
      + Lab     create, with cyd as the first admin
                members: + bob user
      + Shed    create, with ada as the first admin
                members: ~ ada workspace_admin → user

    Left alone, because no file declares them (1):
        ada  in the workspace Garden as workspace_admin

    Plan: 3 workspaces.

    4 Create: workspace.create:Garden, workspace.create:Lab, workspace.create:Shed
    5 Populate: workspace.members.set:Garden, workspace.members.set:Lab, workspace.members.set:Shed
    ");
    let desired =
        desired.policy(|policy, at| policy.unmanaged.workspace_members = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&desired, &three()), @"
    3 workspaces are created:
      + Garden  create, with ada as the first admin
                members: + bob user
                members: - ada workspace_admin
      + Lab     create, with cyd as the first admin
                members: + bob user
      + Shed    create, with ada as the first admin
                members: ~ ada workspace_admin → user

    Plan: 3 workspaces.

    4 Create: workspace.create:Garden, workspace.create:Lab, workspace.create:Shed
    5 Populate: workspace.members.set:Garden, workspace.members.set:Lab, workspace.members.set:Shed
    7 Retire: workspace.members.remove:Garden
    ");
}

#[test]
fn an_admin_through_a_group_can_be_the_first_admin_of_a_workspace() {
    let live = organization()
        .member("bob", "member")
        .member("ada", "member")
        .group("Admins", group().role("admin").members(&["bob"]));
    assert_snapshot!(plan(&live.clone().workspace("Lab", workspace()), &live), @"
    1 workspace is created:
      + Lab  create, with bob as the first admin

    Plan: 1 workspace.

    4 Create: workspace.create:Lab
    ");
}

#[test]
fn a_renamed_workspace_keeps_what_it_has() {
    let live = three().workspace("Lab", workspace().icon("🔬").member("bob", "user"));
    let desired = live.clone().rename_workspace("Lab", "Research");
    assert_snapshot!(plan(&desired, &live), @r#"
    1 workspace changes:
      ~ Research  name: "Lab" → "Research"

    Plan: 1 workspace.

    4 Create: workspace.update:Research
    "#);
}

#[test]
fn a_workspace_changes_in_every_way_at_once() {
    let live = three().workspace("Lab", workspace().icon("🔬").member("bob", "user"));
    let desired =
        three().workspace("Lab", workspace().description("New").icon("").member("bob", "dev, user"));
    assert_snapshot!(plan(&desired, &live), @r#"
    1 workspace changes:
      ~ Lab  description: none → "New"; icon: "🔬" → none
             members: ~ bob user → user, dev

    Plan: 1 workspace.

    4 Create: workspace.update:Lab
    5 Populate: workspace.members.set:Lab
    "#);
}

#[test]
fn who_is_not_listed_in_a_workspace_is_reported_or_taken_out() {
    let live = three().workspace("Lab", workspace().member("bob", "user").member("cyd", "dev"));
    let desired = three().workspace("Lab", workspace().member("cyd", "dev"));
    assert_snapshot!(plan(&desired, &live), @"
    Left alone, because no file declares them (1):
        bob  in the workspace Lab as user

    Nothing to do: the organization is as declared.
    ");
    let desired =
        desired.policy(|policy, at| policy.unmanaged.workspace_members = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&desired, &live), @"
    1 workspace changes:
      ~ Lab  members: - bob user

    Plan: 1 workspace.

    7 Retire: workspace.members.remove:Lab
    ");
    assert_snapshot!(plan(&three().workspace("Lab", workspace()), &live), @"
    Nothing to do: the organization is as declared.
    ");
}

#[test]
fn a_workspace_is_archived_only_on_purpose() {
    let live = three().workspace("Lab", workspace().member("bob", "user"));
    let desired = three().workspace("Lab", workspace().archived());
    assert_snapshot!(plan(&desired, &live), @"
    1 workspace is archived:
      - Lab  archive, which can't be undone

    Refused, for 1 reason: none of this plan will be applied.

    refused[irreversible]: this plan archives workspaces, which can't be undone
      workspace Lab: to be archived
      help: if this is intended, apply with --allow-irreversible

    7 Retire: workspace.archive:Lab
    ");
    let allowance = Allowance { irreversible: true, ..Allowance::default() };
    assert_snapshot!(plan_with(&desired, &live, &allowance), @"
    1 workspace is archived:
      - Lab  archive, which can't be undone

    Plan: 1 workspace. Some can't be undone: apply requires --allow-irreversible.

    7 Retire: workspace.archive:Lab
    ");
}

#[test]
fn a_group_leaves_an_archived_workspace_without_an_action_of_its_own() {
    let live = three()
        .workspace("Lab", workspace())
        .group("Interns", group().members(&["bob"]).workspace("Lab", "user"));
    let desired = three().workspace("Lab", workspace().archived()).group("Interns", group().no_workspaces());
    let allowance = Allowance { irreversible: true, ..Allowance::default() };
    assert_snapshot!(plan_with(&desired, &live, &allowance), @"
    1 workspace is archived:
      - Lab  archive, which can't be undone

    Plan: 1 workspace. Some can't be undone: apply requires --allow-irreversible.

    7 Retire: workspace.archive:Lab
    ");
}

#[test]
fn the_default_workspace_is_not_archived() {
    let live = three().workspace("General", workspace().default_one());
    let desired = three().workspace("General", workspace().archived());
    assert_snapshot!(plan(&desired, &live), @"
    Refused, for 1 reason: none of this plan will be applied.

    refused[default_workspace]: `General` is the default workspace, which can't be archived
      workspace General
      help: remove `archived` from its entry
    ");
}

#[test]
fn roles_beside_a_custom_one_in_a_workspace_are_left_out() {
    let live = three().workspace("Lab", workspace().locked_member("bob", "aud\u{1b}[31mitor"));
    let desired = three().workspace("Lab", workspace().member("bob", "user"));
    assert_snapshot!(plan(&desired, &live), @r"
    Locked: orgsync leaves these as they are (1):
        bob  roles: aud\u{1b}[31mitor in the workspace Lab (the Admin API can't write it; the declared change of roles is left out)

    Nothing to do, but 1 declared change is left out: see Locked.

    warning[locked_roles]: the declared roles of bob in the workspace `Lab` are left out, because a write would lose aud\u{1b}[31mitor: the Admin API can't write it
      member bob of the workspace Lab: declares roles
      help: leave the person out of this workspace to keep the roles as they are, or change them in the members panel
    ");
}
