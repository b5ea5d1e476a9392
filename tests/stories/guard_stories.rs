//! What a plan is held against: the seat budget, and the most that it may remove of each kind.

use super::organization::{email, group, organization, workspace};
use super::story::{plan, plan_with};
use insta::assert_snapshot;
use orgsync::model::{Allowance, Limit, Onboarding, Product, RemovalKind, Unmanaged};

#[test]
fn a_plan_that_claims_more_seats_than_there_are_names_who_asks_for_them() {
    let live = organization()
        .budget(Product::LeChat, 4, 1)
        .member("ada", "admin, le_chat")
        .member("bob", "member")
        .member("zoe", "member, le_chat")
        .invitation("guest", "member");
    let desired = organization()
        .budget(Product::LeChat, 4, 1)
        .member("ada", "admin, le_chat")
        .member("bob", "member, le_chat")
        .member("new", "member, le_chat");
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + new  invite as member with le_chat

    1 person changes:
      ~ bob  seats: none → le_chat

    Seats                                    used  purchased  reserve  pending  available
      le_chat (Vibe)  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒  2 → 3          4        1        2         -2

    Seats that nobody may take:
        1 undeclared invitation  each counts as a seat of every product, because the API does not show the seats of an invitation; declare the person, or revoke it

    Left alone, because no file declares them (2):
        zoe    member with le_chat
        guest  invitation as member

    Refused, for 1 reason: none of this plan will be applied.

    refused[seat_budget]: this plan exceeds the seats of `le_chat` by 2: afterwards, 3 are used and 2 are pending, but the limit is 3 (4 purchased, 1 kept in reserve); undeclared pending invitations (1) count as one seat each
      seats of le_chat: the budget
      member bob: needs a seat
      member new: needs a seat
      help: buy seats and raise `seats.le_chat.purchased`, free a seat, or declare fewer seats on the lines above

    3 Acquire: member.update:bob, invitation.send:new
    ");
}

#[test]
fn a_plan_that_makes_matters_better_is_not_refused_for_not_making_them_perfect() {
    let live = organization()
        .budget(Product::LeChat, 1, 0)
        .member("ada", "admin, le_chat")
        .member("bob", "member, le_chat")
        .member("cyd", "member, le_chat");
    assert_snapshot!(plan(&live.clone().member("cyd", "member"), &live), @"
    1 person changes:
      ~ cyd  seats: le_chat → none

    Seats                                    used  purchased  available
      le_chat (Vibe)  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  3 → 2          1         -1

    Plan: 1 to change; le_chat −1.

    1 Prepare: member.update:cyd
    ");
}

#[test]
fn each_kind_of_removal_is_limited_and_opened_on_purpose() {
    let live = organization()
        .budget(Product::LeChat, 9, 0)
        .member("bob", "admin, le_chat")
        .member("cyd", "admin, le_chat")
        .member("dan", "member, le_chat")
        .member("eve", "member, le_chat")
        .invitation("fay", "member")
        .invitation("gus", "member")
        .workspace("Lab", workspace().member("ada", "dev").member("bob", "dev").member("cyd", "dev"))
        .group("Interns", group().members(&["bob", "cyd"]))
        .group("Old", group().members(&["ada"]))
        .group("Older", group().members(&["ada"]));
    let desired = organization()
        .budget(Product::LeChat, 9, 0)
        .member("bob", "member")
        .member("cyd", "member")
        .workspace("Lab", workspace().member("ada", "dev"))
        .group("Interns", group().members(&[]))
        .policy(|policy, at| {
            let remove = (Unmanaged::Remove, Some(at));
            policy.unmanaged.members = remove;
            policy.unmanaged.invitations = remove;
            policy.unmanaged.groups = remove;
            policy.unmanaged.workspace_members = remove;
            policy.max_removals = Limit::Count(1);
        });
    assert_snapshot!(plan(&desired, &live), @"
    2 people change:
      ~ bob  [no longer admin] roles: admin → member; seats: le_chat → none
      ~ cyd  [no longer admin] roles: admin → member; seats: le_chat → none

    4 people leave:
      - dan  remove, was member with le_chat (no file declares them)
      - eve  remove, was member with le_chat (no file declares them)
      - fay  revoke the invitation as member (no file declares them)
      - gus  revoke the invitation as member (no file declares them)

    1 workspace changes:
      ~ Lab  members: - bob dev; - cyd dev

    1 group changes:
      ~ Interns  members: - bob; - cyd

    2 groups are deleted:
      - Old    delete, with 1 member (no file declares it)
      - Older  delete, with 1 member (no file declares it)

    Seats                                    used  purchased  available
      le_chat (Vibe)  ░░░░░░░░░░░░░░░░░░░░  4 → 0          9          9

    What a removal does not end (2 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Refused, for 7 reasons: none of this plan will be applied. To remove people in an emergency, use `apply --only EMAIL`.

    refused[max_removals]: this plan removes 2 of 5 members; `max_removals: 1` allows 1
      policy: causes removals
      help: if this is intended, run again with --allow-removals members=2; if not, check what is missing in the files

    refused[max_removals]: this plan removes 2 of 2 invitations; `max_removals: 1` allows 1
      policy: causes removals
      help: if this is intended, run again with --allow-removals invitations=2; if not, check what is missing in the files

    refused[max_removals]: this plan removes 2 of 3 admin roles; `max_removals: 1` allows 1
      member bob: causes removals
      member cyd: causes removals
      help: if this is intended, run again with --allow-removals admin_roles=2; if not, check what is missing in the files

    refused[max_removals]: this plan removes 4 of 4 seats; `max_removals: 1` allows 1
      policy: causes removals
      member bob: causes removals
      member cyd: causes removals
      help: if this is intended, run again with --allow-removals seats=4; if not, check what is missing in the files

    refused[max_removals]: this plan removes 4 of 4 group members; `max_removals: 1` allows 1
      policy: causes removals
      group Interns: causes removals
      help: if this is intended, run again with --allow-removals group_members=4; if not, check what is missing in the files

    refused[max_removals]: this plan removes 2 of 3 workspace members; `max_removals: 1` allows 1
      policy: causes removals
      workspace Lab: causes removals
      help: if this is intended, run again with --allow-removals workspace_members=2; if not, check what is missing in the files

    refused[max_removals]: this plan removes 2 of 3 groups; `max_removals: 1` allows 1
      policy: causes removals
      help: if this is intended, run again with --allow-removals groups=2; if not, check what is missing in the files

    2 Revoke: member.update:bob, member.update:cyd, member.remove:dan, member.remove:eve, invitation.revoke:fay, invitation.revoke:gus
    7 Retire: workspace.members.remove:Lab, group.members.remove:Interns, group.delete:Old, group.delete:Older
    ");
    let all: Vec<(RemovalKind, usize)> = RemovalKind::ALL.iter().copied().map(|kind| (kind, 4)).collect();
    for shut in RemovalKind::ALL.iter().copied() {
        let removals = all.iter().copied().filter(|(kind, _)| *kind != shut).collect();
        let allowance = Allowance { removals, ..Allowance::default() };
        let story = plan_with(&desired, &live, &allowance);
        assert_eq!(story.matches("refused[max_removals]").count(), 1, "without {}: {story}", shut.name());
    }
    let allowance = Allowance { removals: all.into_iter().collect(), ..Allowance::default() };
    let story = plan_with(&desired, &live, &allowance);
    assert!(!story.contains("refused"), "{story}");
}

#[test]
fn who_leaves_and_who_joins_under_one_name_may_be_one_person() {
    let live = organization().member("m.jones", "member").called("m.jones", " Mary  JONES").any_removals();
    let desired = organization().member("mary", "member").called("mary", "Mary Jones").any_removals();
    // The member is left alone.
    assert_snapshot!(plan(&desired, &live), @"
    1 person joins:
      + mary  invite as member without a seat

    Left alone, because no file declares them (1):
        m.jones  member

    Plan: 1 to join.

    warning[possible_rename]: mary joins, and the undeclared member m.jones stays; both are called `Mary Jones`: the identity provider may have changed the address of one person
      member mary: joins
      help: if they are one person, write `mary: { previously: m.jones }`, with the other keys of the entry; if they are two, run again with --two-people mary

    3 Acquire: invitation.send:mary
    ");
    let removing = desired.policy(|policy, at| policy.unmanaged.members = (Unmanaged::Remove, Some(at)));
    assert_snapshot!(plan(&removing, &live), @"
    1 person joins:
      + mary  invite as member without a seat

    1 person leaves:
      - m.jones  remove, was member without a seat (no file declares them)

    What a removal does not end (1 removed):
        access     ends at the next sign-in; open sessions go on until then
        API keys   go on working until an admin deletes them in the panel
        resources  stay with the organization

    Refused, for 1 reason: none of this plan will be applied.

    refused[possible_rename]: mary joins, and the undeclared member m.jones would be removed; both are called `Mary Jones`: the identity provider may have changed the address of one person
      member mary: joins
      policy: removes the member
      help: if they are one person, write `mary: { previously: m.jones }`, with the other keys of the entry; if they are two, run again with --two-people mary

    2 Revoke: member.remove:m.jones
    3 Acquire: invitation.send:mary
    ");
    let confirmed = |name| Allowance { two_people: [email(name)].into(), ..Allowance::default() };
    for name in ["m.jones", "mary"] {
        assert!(!plan_with(&removing, &live, &confirmed(name)).contains("possible_rename"));
    }
    assert!(plan_with(&removing, &live, &confirmed("ada")).contains("possible_rename"));
    let named = removing.clone().removed("m.jones");
    assert!(!plan(&named, &live).contains("possible_rename"), "it is written that they leave");
    let invited = live.clone().invitation("mary", "member");
    assert!(!plan(&removing, &invited).contains("possible_rename"), "an invitation is pending");
    let sso = removing.policy(|policy, _| policy.onboarding = Onboarding::Sso);
    assert!(plan(&sso, &live).contains("refused[possible_rename]"), "who signs in later joins too");
}
