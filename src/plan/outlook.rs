//! Who is an admin while a plan is carried out, and who is demoted by it.

use super::action::{Action, Key, Operation, PersonOperation, Phase};
use super::reach::Holders;
use crate::model::{Desired, Email, Live, Role};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The admins before a plan, during it and after it, whether by a role of their own or through a group.
#[derive(Debug, Clone)]
pub struct Admins {
    /// Who they are before.
    pub live: Holders,
    /// How many they are before.
    pub before: i64,
    /// How many they are after.
    pub after: i64,
    /// The fewest that there are at any moment of an apply, however the actions of a phase fall.
    pub fewest: i64,
    /// How many of those before are none after, whether they stay or leave.
    pub lost: usize,
}

/// Somebody who stays and loses a role that gives power over others or over money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demotion {
    /// Who.
    pub email: Email,
    /// The role: admin or billing.
    pub role: Role,
    /// The places that cause it.
    pub sources: Vec<Span>,
}

/// Follows a plan through its phases.
pub(super) fn outlook(desired: &Desired, live: &Live, actions: &[Action]) -> (Admins, Vec<Demotion>) {
    let before = Holders::of(live, Role::Admin);
    let (after, fewest) = follow(&before, actions);
    let (all_before, all_after) = (before.all(), after.all());
    let admins = Admins {
        before: before.count(),
        after: after.count(),
        fewest,
        lost: all_before.difference(&all_after).count(),
        live: before.clone(),
    };
    let billing = Holders::of(live, Role::Billing);
    let (billing_after, _) = follow(&billing, actions);
    let called = called(desired, live);
    let mut demotions = demoted(&called, actions, &before, &all_before - &all_after);
    demotions.extend(demoted(&called, actions, &billing, &billing.all() - &billing_after.all()));
    (admins, demotions)
}

/// Who has a role at the end, and the fewest that have it in between.
fn follow(before: &Holders, actions: &[Action]) -> (Holders, i64) {
    let mut now = before.clone();
    let mut fewest = now.count();
    for phase in Phase::ALL {
        let in_phase = || actions.iter().filter(|action| action.phase == phase);
        if in_phase().next().is_none() {
            continue;
        }
        // Side by side, everything that is taken can go before anything that is given comes.
        in_phase().for_each(|action| now.lose(&action.operation));
        fewest = fewest.min(now.count());
        in_phase().for_each(|action| now.gain(&action.operation));
    }
    (now, fewest)
}

/// What live people are called: by the address in the files, also while live under a former one.
fn called<'a>(desired: &'a Desired, live: &'a Live) -> BTreeMap<Key, &'a Email> {
    let members = || live.members.iter().filter_map(|member| Some((member.email.as_ref()?, member.id)));
    let present: HashSet<&Email> = members().map(|(email, _)| email).collect();
    let renamed = desired.members.iter().filter(|(email, _)| !present.contains(email));
    let renamed: HashMap<&Email, &Email> =
        renamed.filter_map(|(email, member)| Some((member.previously.as_ref()?, email))).collect();
    members().map(|(email, id)| (Key::Live(id), renamed.get(email).copied().unwrap_or(email))).collect()
}

fn demoted(
    called: &BTreeMap<Key, &Email>,
    actions: &[Action],
    before: &Holders,
    lost: BTreeSet<Key>,
) -> Vec<Demotion> {
    let operations = || actions.iter().map(|action| &action.operation);
    let leaving: HashSet<Uuid> = operations()
        .filter_map(|operation| match operation {
            Operation::Person(PersonOperation::MemberRemove { id, .. }) => Some(*id),
            _ => None,
        })
        .collect();
    let stays = |key: &Key| !matches!(key, Key::Live(id) if leaving.contains(id));
    let emails: BTreeMap<&Key, &Email> = called
        .iter()
        .filter(|(key, _)| lost.contains(key) && stays(key))
        .map(|(key, email)| (key, *email))
        .collect();
    if emails.is_empty() {
        return Vec::new();
    }
    let mut sources = BTreeMap::<&Key, Vec<Span>>::new();
    for action in actions {
        for key in before.lost_by(&action.operation) {
            if let Some((key, _)) = emails.get_key_value(&key) {
                sources.entry(*key).or_default().extend(&action.sources);
            }
        }
    }
    let demotion = |(key, email): (&&Key, &&Email)| Demotion {
        email: (*email).clone(),
        role: before.role(),
        sources: sources.get(*key).cloned().unwrap_or_default(),
    };
    emails.iter().map(demotion).collect()
}
