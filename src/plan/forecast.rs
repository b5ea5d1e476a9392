//! Who is an admin while a plan is applied, and whom it demotes.

use super::action::{Action, Phase};
use super::operation::{Key, Operation};
use super::state::{AccessState, OrganizationState};
use crate::model::{Desired, Email, Live, Role};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The admins before a plan, during it and after it, direct and inherited.
#[derive(Debug, Clone)]
pub struct AdminForecast {
    /// The organization before the plan.
    pub start: AccessState,
    pub before: i64,
    pub after: i64,
    /// The fewest at any moment of an apply, in whichever order the actions of a phase end.
    pub fewest: i64,
    /// How many of those before are no admins after, whether they stay or leave.
    pub lost: usize,
}

/// A member who stays and loses a role that gives power over others or over money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demotion {
    /// The address in the files.
    pub email: Email,
    /// Admin or billing.
    pub role: Role,
    /// The places that cause it.
    pub sources: Vec<Span>,
}

/// Follows a plan through its phases. `state` is the organization before it, and after it in the end.
pub(crate) fn forecast(
    desired: &Desired,
    live: &Live,
    state: &mut OrganizationState,
    actions: &[Action],
) -> (AdminForecast, Vec<Demotion>) {
    let start = state.access.clone();
    let fewest = follow(state, actions);
    let (admins_before, admins) = (start.holders(Role::Admin).all(), state.access.holders(Role::Admin).all());
    let lost_admins = &admins_before - &admins;
    let lost_billing = &start.holders(Role::Billing).all() - &state.access.holders(Role::Billing).all();
    let names = names(desired, live);
    let mut demotions = demotions(&names, actions, &start, Role::Admin, &lost_admins);
    demotions.extend(self::demotions(&names, actions, &start, Role::Billing, &lost_billing));
    let count = |set: &BTreeSet<Key>| i64::try_from(set.len()).unwrap_or(i64::MAX);
    let forecast = AdminForecast {
        before: count(&admins_before),
        after: count(&admins),
        fewest,
        lost: lost_admins.len(),
        start,
    };
    (forecast, demotions)
}

/// Moves the organization on to its end; gives the fewest admins in between.
fn follow(state: &mut OrganizationState, actions: &[Action]) -> i64 {
    let mut fewest = state.access.holders(Role::Admin).count();
    for phase in Phase::ALL {
        let in_phase = || actions.iter().filter(|action| action.phase == phase);
        if in_phase().next().is_none() {
            continue;
        }
        // Side by side, everything that is revoked can go before anything that is granted comes.
        in_phase().for_each(|action| state.revoke(&action.operation));
        fewest = fewest.min(state.access.holders(Role::Admin).count());
        in_phase().for_each(|action| state.grant(&action.operation));
    }
    fewest
}

/// Names live members by the address in the files, also those live under a former address.
fn names<'a>(desired: &'a Desired, live: &'a Live) -> BTreeMap<Key, &'a Email> {
    let members = || live.members.iter().filter_map(|member| Some((member.email.as_ref()?, member.id)));
    let present: HashSet<&Email> = members().map(|(email, _)| email).collect();
    let renamed = desired.members.iter().filter(|(email, _)| !present.contains(email));
    let renamed: HashMap<&Email, &Email> =
        renamed.filter_map(|(email, member)| Some((member.previously.as_ref()?, email))).collect();
    members().map(|(email, id)| (Key::Live(id), renamed.get(email).copied().unwrap_or(email))).collect()
}

fn demotions(
    names: &BTreeMap<Key, &Email>,
    actions: &[Action],
    start: &AccessState,
    role: Role,
    lost: &BTreeSet<Key>,
) -> Vec<Demotion> {
    let leaving: HashSet<Uuid> = actions
        .iter()
        .filter_map(|action| match &action.operation {
            Operation::MemberRemove(op) => Some(op.member_id),
            _ => None,
        })
        .collect();
    let stays = |key: &Key| !matches!(key, Key::Live(id) if leaving.contains(id));
    let emails: BTreeMap<&Key, &Email> =
        lost.iter().filter(|key| stays(key)).filter_map(|key| Some((key, *names.get(key)?))).collect();
    if emails.is_empty() {
        return Vec::new();
    }
    let mut sources = BTreeMap::<&Key, Vec<Span>>::new();
    for action in actions {
        for key in start.holders(role).lost_by(&action.operation) {
            if let Some((key, _)) = emails.get_key_value(&key) {
                sources.entry(*key).or_default().extend(&action.sources);
            }
        }
    }
    let demotion = |(key, email): (&&Key, &&Email)| Demotion {
        email: (*email).clone(),
        role,
        sources: sources.get(*key).cloned().unwrap_or_default(),
    };
    emails.iter().map(demotion).collect()
}
