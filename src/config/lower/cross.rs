//! What concerns several things together: people who are declared and leave, protection, admins, the budget.

use super::nesting::with_nested;
use super::people::Places;
use crate::diag::{Code, Diagnostic, Faults};
use crate::model::{Desired, DesiredMember, Email, Onboarding, Role, Unmanaged};
use crate::source::Span;
use std::collections::{BTreeMap, HashSet};

/// Notes everything that can't go together. `members` is where people would be declared if nobody is.
pub(super) fn check(desired: &Desired, places: &Places, members: Span, faults: &mut Faults) {
    departures(places, faults);
    protection(desired, places, faults);
    names(desired, faults);
    // Somebody who seems to be missing may stand in what could not be read.
    let nobody = desired.members.is_empty() && !faults.is_empty();
    if faults.hide_nothing() && !places.doubtful && !nobody {
        admins(desired, members, faults);
    }
    budget(desired, faults);
}

/// Each address with the places that two maps have for it.
fn both<'m>(
    one: &'m BTreeMap<Email, Span>,
    other: &'m BTreeMap<Email, Span>,
) -> impl Iterator<Item = (&'m Email, Span, Span)> {
    one.iter().filter_map(|(email, span)| Some((email, *span, *other.get(email)?)))
}

fn departures(places: &Places, faults: &mut Faults) {
    for (email, removed, declared) in both(&places.removed, &places.declared) {
        let message = format!("{email} is declared and removed");
        let fault = Diagnostic::new(Code::DeclaredAndRemoved, message, "remove one of the two entries");
        faults.push(fault.label(removed, "removed").label(declared, "declared"));
    }
    for others in [&places.declared, &places.removed] {
        for (email, previously, other) in both(&places.previously, others) {
            let message = format!("{email} is somebody's former address and has an entry of its own");
            let help = "remove the entry of the former address, or `previously`";
            let fault = Diagnostic::new(Code::PreviouslyTaken, message, help);
            faults.push(fault.label(previously, "former address").label(other, "its own entry"));
        }
    }
}

fn protection(desired: &Desired, places: &Places, faults: &mut Faults) {
    let protected = &desired.policy.protected;
    for (leaving, how) in [(&places.removed, "removed"), (&places.expires, "given a last day (`expires`)")] {
        for (email, protected, other) in both(protected, leaving) {
            let message = format!("{email} is protected and {how}");
            let help = "take the person off `policy.protected` first, in a change of its own";
            let fault = Diagnostic::new(Code::Protected, message, help);
            faults.push(fault.label(other, "leaves").label(protected, "protected"));
        }
    }
}

fn names(desired: &Desired, faults: &mut Faults) {
    if desired.policy.onboarding != Onboarding::Create {
        return;
    }
    let nameless = desired.members.values().filter(|member| member.first_and_last_name().is_none());
    let mut places: Vec<Span> = nameless.map(|member| member.at).collect();
    if places.is_empty() {
        return;
    }
    places.sort_unstable();
    let message = "`onboarding: create` needs a first and a last name of everybody";
    let help = "add `name: First Last` (split at the last space, each part at most 255 characters)";
    faults.push(Diagnostic::new(Code::NameNeeded, message, help).places(&places, "no first and last name"));
}

fn admins(desired: &Desired, members: Span, faults: &mut Faults) {
    let through_groups = admins_of_groups(desired);
    let is_admin = |(email, member): &(&Email, &DesiredMember)| {
        member.access.roles.contains(Role::Admin) || through_groups.contains(email)
    };
    let admins = desired.members.iter().filter(is_admin).count();
    let wanted = desired.policy.min_admins as usize;
    let people = desired.members.values().map(|member| member.at).min().unwrap_or(members);
    let text = if desired.members.is_empty() { "" } else { "the people" };
    if desired.members.is_empty() && desired.removals.is_empty() {
        let message = "nobody is declared: there has to be an admin, at least";
        let help = "begin with `version: 1` and, under `members:`, a line such as `ada@acme.example: { roles: [admin] }`";
        faults.push(Diagnostic::new(Code::NoAdmin, message, help).label(people, text));
    } else if admins == 0 {
        let message = "nobody who is declared is an admin (people whose access has ended don't count)";
        let help = "give at least one person under `members` the role `admin`";
        faults.push(Diagnostic::new(Code::NoAdmin, message, help).label(people, text));
    } else if admins < wanted && desired.policy.unmanaged.members.0 == Unmanaged::Remove {
        // Undeclared admins could fill the gap, but they are to be removed.
        let message = format!("declared admins: {admins}, fewer than `min_admins: {wanted}`");
        let help = "declare more admins, or lower `min_admins`";
        faults.push(Diagnostic::new(Code::MinAdmins, message, help).label(people, text));
    }
}

/// The people whom a declared group makes admins, itself or through a group in which it is nested.
fn admins_of_groups(desired: &Desired) -> HashSet<&Email> {
    let gives = desired
        .groups
        .iter()
        .filter(|(_, group)| group.organization_role.is_some_and(|(role, _)| role == Role::Admin));
    let giving = with_nested(&desired.groups, gives.map(|(name, _)| name.as_str()));
    let giving = giving.into_iter().filter_map(|name| desired.groups.get(name));
    giving.flat_map(|group| group.members.iter().flatten()).map(|(email, _)| email).collect()
}

fn budget(desired: &Desired, faults: &mut Faults) {
    for (product, (budget, at)) in &desired.budgets {
        let asking = desired.members.values().filter(|member| member.access.seats.contains(*product));
        let mut places: Vec<Span> = asking.map(|member| member.seat_at(*product)).collect();
        if places.len() <= budget.limit() as usize {
            continue;
        }
        places.sort_unstable();
        let name = product.name();
        let (seats, are) = if places.len() == 1 { ("seat", "is") } else { ("seats", "are") };
        let message = format!(
            "{} {seats} of `{name}` {are} declared, but only {} can be given ({} purchased, {} kept in reserve)",
            places.len(),
            budget.limit(),
            budget.purchased,
            budget.reserve,
        );
        let help = "buy more seats and raise `purchased`, lower `reserve`, or take the seat from somebody";
        let fault = Diagnostic::new(Code::SeatBudget, message, help).label(*at, "the budget");
        faults.push(fault.places(&places, "asks for a seat"));
    }
}
