//! Groups: made, changed, nested and deleted, who is in them, and what they grant.

use super::organization::{Organization, group, organization, workspace};
use super::story::plan;
use insta::assert_snapshot;
use orgsync::model::Unmanaged;

/// Ada, the admin, and bob and cyd, and two workspaces.
fn three() -> Organization {
    organization()
        .member("bob", "member")
        .member("cyd", "member")
        .workspace("Lab", workspace())
        .workspace("Garden", workspace())
        .any_removals()
}

#[test]
fn a_new_group_in_a_new_group_is_assigned_to_a_new_workspace() {
    let desired = three()
        .workspace("Shed", workspace().member("bob", "workspace_admin"))
        .group("Inner", group().parents(&["Outer"]).members(&["bob"]))
        .group("Outer", group().workspace("Shed", "user"));
    assert_snapshot!(plan(&desired, &three()), @"
    1 workspace is created:
      + Shed  create, with bob as the first admin

    2 groups are created:
      + Inner  create
               members: + bob
               nested in Outer
      + Outer  create
               workspaces: + Shed: user

    Plan: 1 workspace, 2 groups.

    4 Create: workspace.create:Shed, group.create:Inner, group.create:Outer
    5 Populate: group.members.add:Inner
    6 Assign: group.update:Inner#nest, group.workspaces.set:Outer
    ");
}

#[test]
fn a_group_changes_in_every_way_at_once() {
    let live = three()
        .group("Interns", group().members(&["bob"]).workspace("Lab", "user").workspace("Garden", "user"))
        .group("Staff", group());
    let desired = three()
        .group(
            "Interns",
            group()
                .description("Summer")
                .role("billing")
                .members(&["cyd"])
                .parents(&["Staff"])
                .workspace("Lab", "dev"),
        )
        .group("Staff", group());
    assert_snapshot!(plan(&desired, &live), @r#"
    1 group changes:
      ~ Interns  nested in Staff
                 members: - bob
                 workspaces: - Garden: user
                 description: none → "Summer"; organization role: none → billing
                 workspaces: ~ Lab: user → dev
                 members: + cyd

    Plan: 1 group.

    6 Assign: group.update:Interns#nest
    7 Retire: group.members.remove:Interns, group.workspaces.remove:Interns
    8 DeferredRoles: group.update:Interns, group.workspaces.set:Interns
    9 DeferredMembers: group.members.add:Interns
    "#);
}

#[test]
fn a_renamed_group_keeps_what_it_has() {
    let live = three().group("Students", group().members(&["bob"]).workspace("Lab", "user"));
    let desired = live.clone().rename_group("Students", "Interns");
    assert_snapshot!(plan(&desired, &live), @r#"
    1 group changes:
      ~ Interns  name: "Students" → "Interns"

    Plan: 1 group.

    4 Create: group.update:Interns
    "#);
}

#[test]
fn two_groups_change_places() {
    let live = three().group("A", group().parents(&["B"])).group("B", group());
    let desired = three().group("A", group().parents(&[])).group("B", group().parents(&["A"]));
    assert_snapshot!(plan(&desired, &live), @"
    2 groups change:
      ~ A  no longer nested in B
      ~ B  nested in A

    Plan: 2 groups.

    5 Populate: group.update:A#unnest
    6 Assign: group.update:B#nest
    ");
}

#[test]
fn a_circle_of_three_groups_turns_round() {
    let live = three()
        .group("A", group().parents(&["B"]))
        .group("B", group().parents(&["C"]))
        .group("C", group().members(&["ada"]));
    let desired = three()
        .group("A", group().parents(&[]))
        .group("B", group().parents(&["A"]))
        .group("C", group().parents(&["B"]));
    assert_snapshot!(plan(&desired, &live), @"
    3 groups change:
      ~ A  no longer nested in B
      ~ B  no longer nested in C
           nested in A
      ~ C  nested in B

    Plan: 3 groups.

    5 Populate: group.update:A#unnest, group.update:B#unnest
    6 Assign: group.update:B#nest, group.update:C#nest
    ");
}

#[test]
fn a_circle_that_live_nesting_closes_is_refused() {
    let live = three().group("A", group().parents(&["B"])).group("B", group());
    let desired = three().group("A", group()).group("B", group().parents(&["A"]));
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ B  nested in A

    Refused, for 1 reason: none of this plan will be applied.

    refused[group_cycle]: groups would form a cycle, together with live nesting that no file declares: `A`, `B`
      parent A of the group B: nested in this
      group A: declares no `parents`
      help: declare the `parents` of each of them, `[]` for none

    9 DeferredMembers: group.update:B#nest
    ");
}

#[test]
fn an_undeclared_group_is_reported_or_deleted_and_lets_go_of_those_nested_in_it() {
    let live = three()
        .group("Declared", group().members(&["bob"]).parents(&["Old"]))
        .group("Silent", group().members(&["bob"]).parents(&["Old"]))
        .group("Old", group());
    let desired = three().group("Declared", group().parents(&[])).group("Silent", group());
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Declared  no longer nested in Old

    Left alone, because no file declares them (1):
        Old  group

    Plan: 1 group.

    5 Populate: group.update:Declared#unnest
    ");
    let desired = desired.policy(|policy, at| policy.unmanaged.groups = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Declared  no longer nested in Old

    1 group is deleted:
      - Old  delete, with 0 members (no file declares it)

    Plan: 2 groups.

    5 Populate: group.update:Declared#unnest
    7 Retire: group.delete:Old
    ");
}

#[test]
fn who_leaves_the_organization_does_not_count_as_removed_from_a_group() {
    let live = three().group("Interns", group().members(&["bob", "cyd"]));
    let desired = live.clone().removed("cyd").without_group("Interns").policy(|policy, at| {
        policy.unmanaged.groups = (Unmanaged::Remove, Some(at));
    });
    assert_snapshot!(plan(&desired, &live), @"
    1 person leaves:
      - cyd  remove, was member without a seat (listed under `removed`)

    1 group is deleted:
      - Interns  delete, with 2 members (no file declares it)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Plan: 1 to leave, 1 group.

    2 Revoke: member.remove:cyd
    7 Retire: group.delete:Interns
    ");
}

#[test]
fn who_is_not_listed_in_a_group_is_taken_out_or_reported() {
    let live = three().group("Interns", group().members(&["bob", "cyd"]));
    let desired = three().group("Interns", group().members(&["cyd"]));
    assert_snapshot!(plan(&desired, &live), @"
    1 group changes:
      ~ Interns  members: - bob

    Plan: 1 group.

    7 Retire: group.members.remove:Interns
    ");
    let desired = desired.policy(|policy, at| policy.unmanaged.group_members = (Unmanaged::Report, Some(at)));
    assert_snapshot!(plan(&desired, &live), @"
    Left alone, because no file declares them (1):
        bob  in the group Interns

    Nothing to do: the organization is as declared.
    ");
}

#[test]
fn who_loses_a_group_keeps_the_direct_roles_in_the_workspace() {
    let live = three().group("Interns", group().members(&["bob"]).workspace("Lab", "user"));
    let desired = three()
        .workspace("Lab", workspace().member("bob", "user"))
        .group("Interns", group().members(&[]).no_workspaces());
    assert_snapshot!(plan(&desired, &live), @"
    1 workspace changes:
      ~ Lab  members: ~ bob keeps user

    1 group changes:
      ~ Interns  members: - bob
                 workspaces: - Lab: user

    Plan: 1 workspace, 1 group.

    5 Populate: workspace.members.set:Lab
    7 Retire: group.members.remove:Interns, group.workspaces.remove:Interns
    ");
}

#[test]
fn a_group_of_the_identity_provider_is_not_changed() {
    let live = three().group("Directory", group().members(&["bob"]).externally_managed());
    assert_snapshot!(plan(&three().group("Directory", group()), &live), @"
    Locked: orgsync leaves these as they are (1):
        Directory  group (managed by the identity provider)

    Nothing to do: the organization is as declared.
    ");
    let desired = three().group("Directory", group().description("Everybody").members(&["bob", "cyd"]));
    assert_snapshot!(plan(&desired, &live), @"
    Locked: orgsync leaves these as they are (1):
        Directory  group (managed by the identity provider)

    Refused, for 1 reason: none of this plan will be applied.

    refused[externally_managed]: the group `Directory` can't be changed: it is managed by the identity provider
      group Directory: the group
      member cyd of the group Directory: changes the group
      help: change it in the identity provider, and declare its live values or `{}`
    ");
}

#[test]
fn the_role_of_a_group_cannot_be_taken_away() {
    let live = three().group("Admins", group().members(&["bob"]).role("admin"));
    assert_snapshot!(plan(&three().group("Admins", group()), &live), @"
    Power that no file grants (1):
        bob  admin, member; through the group Admins (admin)

    Refused, for 1 reason: none of this plan will be applied. 1 person holds power that no file grants.

    refused[group_role]: the group `Admins` has the organization role `admin`, which the Admin API can't clear
      group Admins
      help: write `organization_role: admin` to keep it, or `organization_role: member`, a role that every person has anyway
    ");
}

#[test]
fn each_way_out_of_a_group_role_is_named_once_and_is_one() {
    for (role, ways) in
        [("admin", &["admin", "member"][..]), ("billing", &["billing", "member"]), ("member", &["member"])]
    {
        let live = three().group("Guard", group().members(&["bob"]).role(role));
        let refused = plan(&three().group("Guard", group()), &live);
        for way in ways {
            let written = format!("`organization_role: {way}`");
            assert_eq!(refused.matches(&written).count(), 1, "{refused}");
            let after = plan(&three().group("Guard", group().role(way)), &live);
            assert!(!after.contains("group_role"), "{after}");
        }
    }
}

#[test]
fn custom_roles_of_a_group_cannot_be_changed() {
    let interns =
        group().members(&["bob"]).locked_role("auditor").locked_workspace("Lab", "re\u{202e}viewer");
    let live = three().group("Interns", interns);
    let desired = three().group("Interns", group().role("member").workspace("Lab", "user"));
    assert_snapshot!(plan(&desired, &live), @r"
    Locked: orgsync leaves these as they are (2):
        Interns  roles: auditor (the Admin API can't write it; the declared change of roles is left out)
        Interns  roles: re\u{202e}viewer in the workspace Lab (the Admin API can't write it; the declared change of roles is left out)

    Nothing to do, but 2 declared changes are left out: see Locked.

    warning[locked_roles]: the declared roles of the group `Interns` are left out, because a write would lose auditor: the Admin API can't write it
      role member of the group Interns: declares roles
      help: leave `organization_role` out to keep it as it is

    warning[locked_roles]: the declared roles of the group `Interns` in the workspace `Lab` are left out, because a write would lose re\u{202e}viewer: the Admin API can't write it
      workspace Lab of the group Interns: declares roles
      help: leave `workspaces` of this group out to keep them as they are
    ");
}

#[test]
fn groups_of_an_organization_without_groups_are_refused() {
    assert_snapshot!(plan(&three().group("Interns", group()), &three().without_groups()), @"
    Refused, for 1 reason: none of this plan will be applied.

    refused[groups_unavailable]: this organization has no groups: the Admin API refuses to list them (403 or 404)
      group Interns: declared here
      help: remove `groups` from the files, or ask the vendor to enable groups; teams work without them
    ");
}
