//! The admins during an apply, and the members that a plan demotes.

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
    /// The lowest number during an apply, in any order of the actions within a phase.
    pub fewest: i64,
    /// The number of live admins who are no longer admins after the plan, including those who leave.
    pub lost: usize,
    /// The people who become admins through a group, by the id of the action that completes it. Hostile text.
    pub through_groups: BTreeMap<String, Vec<String>>,
}

/// A member who stays but loses the role admin or billing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demotion {
    /// The address in the files.
    pub email: Email,
    /// Admin or billing.
    pub role: Role,
    /// Its causes in the files.
    pub sources: Vec<Span>,
}

/// Simulates a plan phase by phase. `state` is the organization before it; it is updated to the one after it.
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
    let inheriting = &(&admins - &admins_before) & &state.access.groups.holders_of(Role::Admin);
    let forecast = AdminForecast {
        before: count(&admins_before),
        after: count(&admins),
        fewest,
        lost: lost_admins.len(),
        through_groups: through_groups(&names, live, actions, &start, &inheriting),
        start,
    };
    (forecast, demotions)
}

/// Simulates a phase, and returns the lowest number of admins during it.
fn follow(state: &mut OrganizationState, actions: &[Action]) -> i64 {
    let mut fewest = state.access.holders(Role::Admin).count();
    for phase in Phase::ALL {
        let in_phase = || actions.iter().filter(|action| action.phase == phase);
        if in_phase().next().is_none() {
            continue;
        }
        // Actions run concurrently: in the worst case, all revocations come before all grants.
        in_phase().for_each(|action| state.revoke(&action.operation));
        fewest = fewest.min(state.access.holders(Role::Admin).count());
        in_phase().for_each(|action| state.grant(&action.operation));
    }
    fewest
}

/// Maps live members to their addresses in the files, even if they are live under a former address.
pub(super) fn names<'a>(desired: &'a Desired, live: &'a Live) -> BTreeMap<Key, &'a Email> {
    let members = || live.members.iter().filter_map(|member| Some((member.email.as_ref()?, member.id)));
    let present: HashSet<&Email> = members().map(|(email, _)| email).collect();
    let renamed = desired.members.iter().filter(|(email, _)| !present.contains(email));
    let renamed: HashMap<&Email, &Email> =
        renamed.filter_map(|(email, member)| Some((member.previously.as_ref()?, email))).collect();
    members().map(|(email, id)| (Key::Live(id), renamed.get(email).copied().unwrap_or(email))).collect()
}

/// Assigns each new admin who inherits the role to the action of a group after which they do.
fn through_groups(
    names: &BTreeMap<Key, &Email>,
    live: &Live,
    actions: &[Action],
    start: &AccessState,
    new_admins: &BTreeSet<Key>,
) -> BTreeMap<String, Vec<String>> {
    // Few plans make anyone an admin, and the walk below is expensive.
    if new_admins.is_empty() {
        return BTreeMap::new();
    }
    let (mut groups, mut known) = (start.groups.clone(), BTreeSet::new());
    let mut through_groups = BTreeMap::new();
    for action in actions {
        groups.revoke(&action.operation);
        groups.grant(&action.operation);
        let grants_roles = matches!(
            action.operation,
            Operation::GroupCreate(_) | Operation::GroupUpdate(_) | Operation::GroupMembersAdd(_)
        );
        if !grants_roles {
            continue;
        }
        let holders = groups.holders_of(Role::Admin);
        let gained = holders.iter().filter(|key| new_admins.contains(*key) && !known.contains(*key));
        let people: Vec<String> = gained.map(|key| name(names, live, key)).collect();
        known.extend(holders);
        if !people.is_empty() {
            through_groups.insert(action.id(), people);
        }
    }
    through_groups
}

fn name(names: &BTreeMap<Key, &Email>, live: &Live, key: &Key) -> String {
    match (names.get(key), key) {
        (Some(email), _) => email.to_string(),
        (None, Key::New(name)) => name.clone(),
        (None, Key::Live(id)) => {
            let member = live.members.iter().find(|member| member.id == *id);
            member.map_or_else(|| id.to_string(), |member| member.label.clone())
        }
    }
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
