//! Cases that the properties found, made as small as they could be.

use crate::contract::{as_declared, checked, states};
use crate::world::{ADMIN, BILLING, Config, Invitation, Limit, MEMBER, Member, Onboarding, Org, Person};
use crate::world::{Bits, Budget};
use orgsync::check::Checked;
use uuid::Uuid;

pub(crate) const CODE: Bits = 2;

pub(crate) fn member(email: &str, roles: Bits, seats: Bits) -> Member {
    let id = Uuid::from_u128(email.bytes().map(u128::from).sum());
    Member { id, email: Some(format!("{email}@acme.example")), roles, custom: false, seats }
}

pub(crate) fn invitation(email: &str, number: u128, roles: Bits, expired: bool) -> Invitation {
    let id = Uuid::from_u128(number);
    Invitation { id, email: format!("{email}@acme.example"), roles, custom: false, expired, seats: 0 }
}

pub(crate) fn person(email: &str, roles: Bits) -> Person {
    Person {
        email: format!("{email}@acme.example"),
        roles: Some(roles),
        seats: None,
        expired: None,
        previously: None,
        shouted: false,
        apart: false,
    }
}

/// One admin, `ada`, who is in already; everything else is the default.
pub(crate) fn world(people: Vec<Person>) -> (Config, Org) {
    let config = Config {
        budgets: [None, Some(Budget { purchased: 1, reserve: 0 })],
        onboarding: Onboarding::Invite,
        remove_members: false,
        remove_invitations: false,
        renew: true,
        min_admins: 1,
        max_removals: Limit::Percent(100),
        protected: Vec::new(),
        default_roles: None,
        default_seats: None,
        people: std::iter::once(person("ada", ADMIN)).chain(people).collect(),
        removed: Vec::new(),
        removed_apart: false,
    };
    (config, Org { members: vec![member("ada", ADMIN, 0)], invitations: Vec::new() })
}

fn plan(config: &Config, org: &Org) -> Checked {
    checked(&config.load().0, org)
}

fn ids(checked: &Checked) -> Vec<String> {
    checked.plan().actions.iter().map(orgsync::plan::Action::id).collect()
}

fn codes(checked: &Checked) -> Vec<&str> {
    checked.refusals().iter().map(|refusal| refusal.code.name()).collect()
}

/// Carries a plan out, and holds the end against the files.
fn ends_as_declared(config: &Config, org: &Org, checked: &Checked) {
    let end = states(org, checked.plan()).pop().unwrap();
    as_declared(config, org, &end).unwrap();
    assert_eq!(ids(&plan(config, &end)), [""; 0]);
}

#[test]
fn several_invitations_to_one_undeclared_address_are_revoked_under_ids_of_their_own() {
    let (mut config, mut org) = world(Vec::new());
    config.remove_invitations = true;
    org.invitations = vec![invitation("zoe", 1, MEMBER, true), invitation("zoe", 2, MEMBER, false)];
    let checked = plan(&config, &org);
    let spare = format!("invitation.revoke:zoe@acme.example#{}", Uuid::from_u128(1));
    assert_eq!(ids(&checked), ["invitation.revoke:zoe@acme.example", spare.as_str()]);
    ends_as_declared(&config, &org, &checked);
}

#[test]
fn a_renewal_is_not_stopped_by_a_second_invitation_to_the_same_person() {
    let (config, mut org) = world(vec![person("bob", MEMBER)]);
    org.invitations = vec![invitation("bob", 1, BILLING, false), invitation("bob", 2, MEMBER, true)];
    let checked = plan(&config, &org);
    let spare = format!("invitation.revoke:bob@acme.example#{}", Uuid::from_u128(2));
    assert_eq!(ids(&checked), [spare.as_str(), "invitation.renew:bob@acme.example"]);
    ends_as_declared(&config, &org, &checked);
}

#[test]
fn who_waits_has_no_second_invitation_with_other_roles() {
    let (config, mut org) = world(vec![person("bob", MEMBER)]);
    org.invitations = vec![invitation("bob", 1, MEMBER, false), invitation("bob", 2, ADMIN, false)];
    let checked = plan(&config, &org);
    assert_eq!(ids(&checked), [format!("invitation.revoke:bob@acme.example#{}", Uuid::from_u128(2))]);
    ends_as_declared(&config, &org, &checked);
}

#[test]
fn who_is_removed_keeps_no_invitation_to_come_back_with() {
    let (mut config, mut org) = world(Vec::new());
    config.removed = vec!["bob@acme.example".to_owned()];
    org.members.push(member("bob", MEMBER, 0));
    org.invitations = vec![invitation("bob", 1, MEMBER, false)];
    let checked = plan(&config, &org);
    let spare = format!("invitation.revoke:bob@acme.example#{}", Uuid::from_u128(1));
    assert_eq!(ids(&checked), ["member.remove:bob@acme.example", spare.as_str()]);
    ends_as_declared(&config, &org, &checked);
}

#[test]
fn an_invitation_to_the_former_address_counts_while_it_can_be_accepted() {
    let renamed = Person { previously: Some("bo@acme.example".to_owned()), ..person("bob", MEMBER) };
    let (config, mut org) = world(vec![renamed]);
    org.invitations = vec![invitation("bob", 1, MEMBER, true), invitation("bo", 2, MEMBER, false)];
    let checked = plan(&config, &org);
    assert_eq!(ids(&checked), [format!("invitation.revoke:bob@acme.example#{}", Uuid::from_u128(1))]);
    ends_as_declared(&config, &org, &checked);
}

#[test]
fn an_admin_who_is_created_does_not_stand_in_for_one_who_goes_before() {
    let (mut config, mut org) = world(Vec::new());
    config.onboarding = Onboarding::Create;
    config.remove_members = true;
    org.members = vec![member("zoe", ADMIN, 0)];
    let checked = plan(&config, &org);
    assert_eq!(ids(&checked), ["member.remove:zoe@acme.example", "member.create:ada@acme.example"]);
    assert_eq!(codes(&checked), ["min_admins"]);
    // With another one who stays, nothing is wrong with it.
    config.people.push(person("bob", ADMIN));
    org.members.push(member("bob", ADMIN, 0));
    assert_eq!(codes(&plan(&config, &org)), [""; 0]);
}

#[test]
fn a_seat_that_an_invitation_no_longer_claims_is_not_there_to_be_taken() {
    let (mut config, mut org) = world(Vec::new());
    config.people[0].seats = Some(CODE);
    config.removed = vec!["bob@acme.example".to_owned()];
    org.members.push(member("zoe", MEMBER, CODE));
    org.invitations = vec![invitation("bob", 1, MEMBER, false)];
    // Used 1 and pending 1 before, used 2 after, of 1 that has been bought.
    assert_eq!(codes(&plan(&config, &org)), ["seat_budget"]);
    config.budgets[1] = Some(Budget { purchased: 2, reserve: 1 });
    assert_eq!(codes(&plan(&config, &org)), [""; 0]);
}

#[test]
fn a_seat_is_awaited_at_the_first_sign_in_also_beside_an_expired_invitation() {
    let (mut config, mut org) = world(vec![Person { seats: Some(CODE), ..person("bob", MEMBER) }]);
    config.onboarding = Onboarding::Sso;
    org.invitations = vec![invitation("bob", 1, MEMBER, true)];
    let pending =
        |org: &Org| plan(&config, org).plan().after.pending.get(orgsync::model::Product::MistralCode);
    assert_eq!(pending(&org), 1);
    org.invitations.clear();
    assert_eq!(pending(&org), 1);
}

#[test]
fn an_invitation_that_a_removed_member_leaves_behind_was_counted_before() {
    let (mut config, mut org) = world(Vec::new());
    config.remove_members = true;
    org.members.push(member("zoe", MEMBER, 0));
    org.invitations = vec![invitation("zoe", 1, MEMBER, false)];
    let checked = plan(&config, &org);
    let pending = |seats: &orgsync::plan::SeatCount| seats.pending.get(orgsync::model::Product::MistralCode);
    assert_eq!((pending(&checked.plan().before), pending(&checked.plan().after)), (1, 1));
    let end = states(&org, checked.plan()).pop().unwrap();
    assert_eq!(pending(&plan(&config, &end).plan().before), 1);
}

#[test]
fn a_protected_person_is_not_demoted_under_a_former_address_either() {
    let renamed = Person { previously: Some("bo@acme.example".to_owned()), ..person("bob", MEMBER) };
    let (mut config, mut org) = world(vec![renamed]);
    org.members.push(member("bo", ADMIN, 0));
    config.protected = vec!["bob@acme.example".to_owned()];
    assert_eq!(codes(&plan(&config, &org)), ["protected"]);
}
