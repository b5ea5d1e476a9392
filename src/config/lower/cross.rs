//! Checks across resources: declared and removed people, protection, admins, and the budget.

use super::context::Lowering;
use super::names::both;
use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, DesiredMember, Email, Granted, ListedGrant, Onboarding, Role, Unmanaged};
use crate::source::Span;

impl Lowering {
    /// Records all contradictions. `members` is the position for faults if no person is declared.
    pub(super) fn cross(&mut self, members: Span) {
        let mut faults = self.departures();
        faults.extend(self.protection());
        faults.extend(names(&self.desired));
        self.faults.extend(faults);
        // A missing person may be declared in a part that could not be read.
        let nobody = self.desired.members.is_empty() && !self.faults.is_empty();
        if self.faults.hide_nothing() && !self.admins_doubtful && !nobody {
            self.faults.extend(admins(&self.desired, members));
        }
        self.faults.extend(budget(&self.desired));
    }

    fn departures(&self) -> Vec<Diagnostic> {
        let both_ways = |(email, removed, declared): (&Email, Span, Span)| {
            let message = format!("{email} is both declared and removed");
            let fault = Diagnostic::new(Code::DeclaredAndRemoved, message, "remove one of the two entries");
            fault.label(removed, "removed").label(declared, "declared")
        };
        let mut faults: Vec<_> = both(&self.removed, &self.people.declared).map(both_ways).collect();
        faults.extend(self.people.taken_by(&self.people.declared));
        faults.extend(self.people.taken_by(&self.removed));
        faults
    }

    fn protection(&self) -> Vec<Diagnostic> {
        let leaving =
            [(&self.removed, "listed under `removed`"), (&self.expires, "has a last day (`expires`)")];
        let protected = &self.desired.policy.protected;
        let fault = |how: &str, (email, protected, other): (&Email, Span, Span)| {
            let message = format!("{email} is protected, but {how}");
            let help = "remove the person from `policy.protected` first, in a separate change";
            let fault = Diagnostic::new(Code::Protected, message, help);
            fault.label(other, "leaves").label(protected, "protected")
        };
        let each = |(leaving, how)| both(protected, leaving).map(move |places| fault(how, places));
        leaving.into_iter().flat_map(each).chain(self.protected_until()).collect()
    }

    /// Protected people who are admins until a day.
    fn protected_until(&self) -> Vec<Diagnostic> {
        let desired = &self.desired;
        let is_admin = |grant: &ListedGrant| *grant == ListedGrant::Role(Role::Admin);
        let timed = |(email, at): (&Email, &Span)| {
            let ended = desired.ended.get(email).into_iter().flat_map(|ended| ended.places(is_admin));
            let grants = desired.members.get(email).into_iter().flat_map(|member| &member.grants);
            let grants: Vec<_> = grants.filter(|grant| grant.what == Granted::Role(Role::Admin)).collect();
            if grants.iter().any(|grant| desired.is_lasting(grant)) {
                return None;
            }
            let ends = grants.iter().map(|grant| grant.at).chain(ended).min()?;
            let message = format!("{email} is protected, but an admin only until a day (`until`)");
            let help =
                "remove `until`, or remove the person from `policy.protected` first, in a separate change";
            let fault = Diagnostic::new(Code::Protected, message, help);
            Some(fault.label(ends, "ends").label(*at, "protected"))
        };
        // Without ends there is nothing to look for.
        let any = !desired.timed.is_empty();
        desired.policy.protected.iter().filter(|_| any).filter_map(timed).collect()
    }
}

fn names(desired: &Desired) -> Option<Diagnostic> {
    let nameless = desired.members.values().filter(|member| member.first_and_last_name().is_none());
    let mut places: Vec<Span> = nameless.map(|member| member.at).collect();
    if desired.policy.onboarding != Onboarding::Create || places.is_empty() {
        return None;
    }
    places.sort_unstable();
    let message = "`onboarding: create` needs a first and a last name for every person";
    let help = "add `name: First Last` (split at the last space, each part at most 255 characters)";
    Some(Diagnostic::new(Code::NameNeeded, message, help).places(&places, "no first and last name"))
}

fn admins(desired: &Desired, members: Span) -> Option<Diagnostic> {
    let through_groups = desired.admins_through_groups();
    let is_admin = |(email, member): &(&Email, &DesiredMember)| {
        member.access.roles.contains(Role::Admin) || through_groups.contains_key(email)
    };
    let admins = desired.members.iter().filter(is_admin).count();
    let wanted = desired.policy.min_admins as usize;
    let (code, message, help) = if desired.members.is_empty() && desired.removals.is_empty() {
        let help = "start with `version: 1` and, under `members:`, a line such as `ada@acme.example: { roles: [admin] }`";
        (Code::NoAdmin, "no person is declared, but there must be at least one admin".to_owned(), help)
    } else if admins == 0 {
        let message = "no declared person is an admin (people whose access has ended don't count)";
        (Code::NoAdmin, message.to_owned(), "give at least one person under `members` the role `admin`")
    } else if admins < wanted && desired.policy.unmanaged.members.0 == Unmanaged::Remove {
        // Undeclared admins would count, but they are to be removed.
        let message =
            format!("only {admins} of the declared people are admins, fewer than `min_admins: {wanted}`");
        (Code::MinAdmins, message, "declare more admins, or lower `min_admins`")
    } else {
        return None;
    };
    let people = desired.members.values().map(|member| member.at).min().unwrap_or(members);
    let label = if desired.members.is_empty() { "" } else { "the people" };
    Some(Diagnostic::new(code, message, help).label(people, label))
}

fn budget(desired: &Desired) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (product, (budget, at)) in &desired.budgets {
        let asking = desired.members.values().filter(|member| member.access.seats.contains(*product));
        let mut places: Vec<Span> = asking.map(|member| member.seat_at(*product)).collect();
        if places.len() <= budget.limit() as usize {
            continue;
        }
        places.sort_unstable();
        let (seats, are) = if places.len() == 1 { ("seat", "is") } else { ("seats", "are") };
        let message = format!(
            "{} {seats} of `{}` {are} declared, {} too many: {} purchased, {} kept in reserve",
            places.len(),
            product.name(),
            places.len().saturating_sub(budget.limit() as usize),
            budget.purchased,
            budget.reserve,
        );
        let help = "buy seats and raise `purchased`, lower `reserve`, or free a seat";
        let fault = Diagnostic::new(Code::SeatBudget, message, help).label(*at, "the budget");
        faults.push(fault.last_places(&places, "needs a seat", 1));
    }
    faults
}
