//! What the files may say and probably don't mean. A warning never prevents a plan.

use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::nesting::ancestors;
use crate::model::{
    Desired, DesiredMember, Email, Product, Role, WorkspaceRole, WorkspaceRoles, nearest_email,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The most searches for similar addresses, which are slow.
const MOST_SEARCHES: usize = 100;

/// All warnings about a valid configuration.
#[must_use]
pub fn warnings(desired: &Desired) -> Vec<Diagnostic> {
    let lasting = few_lasting_admins(desired).into_iter();
    lasting.chain(missing_seats(desired)).chain(misspelt_protection(desired)).collect()
}

/// Fewer admins than `min_admins` have no last day.
fn few_lasting_admins(desired: &Desired) -> Option<Diagnostic> {
    let through_groups = desired.admins_through_groups();
    let is_admin = |(email, member): &(&Email, &DesiredMember)| {
        member.access.roles.contains(Role::Admin) || through_groups.contains(email)
    };
    let admins: Vec<&DesiredMember> =
        desired.members.iter().filter(is_admin).map(|(_, member)| member).collect();
    let ends: Vec<Span> = admins.iter().filter_map(|admin| admin.expires).collect();
    let (lasting, wanted) = (admins.len() - ends.len(), desired.policy.min_admins);
    if lasting >= wanted as usize {
        return None;
    }
    let are = if lasting == 1 { "is an admin" } else { "are admins" };
    let message = format!(
        "{lasting} of the declared people {are} without `expires`, fewer than `min_admins: {wanted}`"
    );
    let help = "declare more admins without `expires`, or lower `min_admins`";
    let warning = Diagnostic::new(Code::MinAdmins, message, help);
    let people = desired.members.values().map(|member| member.at).min();
    Some(match (ends.as_slice(), people) {
        ([], Some(people)) => warning.label(people, "the people"),
        (ends, _) => warning.places(ends, "an admin's last day"),
    })
}

/// Protected addresses that are not declared and resemble a declared one. Undeclared people may be protected.
fn misspelt_protection(desired: &Desired) -> impl Iterator<Item = Diagnostic> {
    let former = desired.members.values().filter_map(|member| member.previously.as_ref());
    let known: BTreeSet<&Email> = desired.members.keys().chain(former).collect();
    let protected = desired.policy.protected.iter();
    let undeclared = protected.filter(move |(email, _)| !known.contains(email)).take(MOST_SEARCHES);
    undeclared.filter_map(|(email, at)| {
        let near = nearest_email(email, desired.members.keys())?;
        let message = format!("{email} is protected but not declared, and {near} is declared");
        let help =
            format!("if {near} is meant, correct the address; if not, declare the person under `members`");
        Some(Diagnostic::at(Code::SimilarAddress, *at, message, help))
    })
}

/// People with a workspace role that needs a seat which they don't have: by workspace, with the lines that grant it.
type Missing<'d> = BTreeMap<&'d str, (BTreeSet<&'d Email>, BTreeSet<Span>)>;

fn missing_seats(desired: &Desired) -> Vec<Diagnostic> {
    let needs = |role: &WorkspaceRole| Some((*role, role.needs_seat()?));
    let needs = WorkspaceRoles::all().iter().filter_map(|role| needs(&role));
    let managed = needs.filter(|(_, product)| desired.managed().contains(*product));
    let each = managed.flat_map(|(role, product)| {
        let missing = missing_seats_of(desired, role, product).into_iter();
        missing.map(move |(workspace, (people, places))| {
            let who = match (people.len(), people.first()) {
                (1, Some(person)) => format!("{person} has"),
                (number, _) => format!("{number} people have"),
            };
            let (role, product, workspace) = (role.name(), product.name(), escape::excerpt(workspace));
            let message = format!(
                "{who} the role `{role}` in the workspace `{workspace}`, but no seat of `{product}`, which it needs"
            );
            let help = format!("add `{product}` to the seats, or leave out the role");
            let places: Vec<Span> = places.into_iter().collect();
            Diagnostic::new(Code::SeatNeeded, message, help).places(&places, "grants the role")
        })
    });
    each.collect()
}

fn missing_seats_of(desired: &Desired, role: WorkspaceRole, product: Product) -> Missing<'_> {
    let mut missing = Missing::new();
    let mut note = |workspace, email, at| {
        let member = desired.members.get(email);
        if member.is_some_and(|member| !member.access.seats.contains(product)) {
            let (people, places) = missing.entry(workspace).or_default();
            people.insert(email);
            places.insert(at);
        }
    };
    for (name, workspace) in &desired.workspaces {
        for (email, grants) in &workspace.members {
            let granting = grants.iter().filter(|grant| grant.roles.contains(role));
            granting.for_each(|grant| note(name, email, grant.at));
        }
    }
    for (name, group) in &desired.groups {
        let parents = |name: &&String| {
            let parents = desired.groups.get(*name).and_then(|group| group.parents.as_ref());
            parents.into_iter().flat_map(BTreeMap::keys).collect::<Vec<_>>()
        };
        let granting = ancestors(name, parents).into_keys().filter_map(|name| desired.groups.get(name));
        for (workspace, (roles, at)) in granting.flat_map(|group| group.workspaces.iter().flatten()) {
            if roles.contains(role) {
                let members = group.members.iter().flat_map(BTreeMap::keys);
                members.for_each(|email| note(workspace, email, *at));
            }
        }
    }
    missing
}
