//! What the files may say and probably don't mean. A warning never prevents a plan.

use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::nesting::ancestors;
use crate::model::{
    Desired, DesiredMember, Email, Granted, Product, RemovalKind, Role, WorkspaceRole, WorkspaceRoles,
    nearest_email,
};
use crate::source::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The most searches for similar addresses, which are slow.
const MOST_SEARCHES: usize = 100;

/// All warnings about a valid configuration.
#[must_use]
pub fn warnings(desired: &Desired) -> Vec<Diagnostic> {
    let lasting = few_lasting_admins(desired).into_iter();
    let ending = nothing_left(desired).into_iter().chain(many_ends(desired));
    lasting.chain(missing_seats(desired)).chain(misspelt_protection(desired)).chain(ending).collect()
}

/// Fewer admins than `min_admins` have no last day.
fn few_lasting_admins(desired: &Desired) -> Option<Diagnostic> {
    let through_groups = desired.admins_through_groups();
    let is_admin = |(email, member): &(&Email, &DesiredMember)| {
        member.access.roles.contains(Role::Admin) || through_groups.contains_key(email)
    };
    let admins: Vec<_> = desired.members.iter().filter(is_admin).collect();
    let end = |(email, admin): &(&Email, &DesiredMember)| {
        let lists = through_groups.get(*email).map_or(&[][..], Vec::as_slice);
        admin_until(desired, admin, lists)
    };
    let ends: Vec<Span> = admins.iter().filter_map(end).collect();
    let (lasting, wanted) = (admins.len() - ends.len(), desired.policy.min_admins);
    if lasting >= wanted as usize {
        return None;
    }
    let are = if lasting == 1 { "is an admin" } else { "are admins" };
    let message =
        format!("{lasting} of the declared people {are} without an end, fewer than `min_admins: {wanted}`");
    let help = "declare more admins without `expires` and `until`, or lower `min_admins`";
    let warning = Diagnostic::new(Code::MinAdmins, message, help);
    let people = desired.members.values().map(|member| member.at).min();
    Some(match (ends.as_slice(), people) {
        ([], Some(people)) => warning.label(people, "the people"),
        (ends, _) => warning.places(ends, "an admin's last day"),
    })
}

/// The position of the end of an admin's role; `None` if they stay an admin. `lists` are the positions that list them
/// in groups with the role.
fn admin_until(desired: &Desired, admin: &DesiredMember, lists: &[Span]) -> Option<Span> {
    if admin.expires.is_some() {
        return admin.expires;
    }
    let direct = admin.grants.iter().filter(|grant| grant.what == Granted::Role(Role::Admin));
    let by_default = admin.from_defaults.roles.contains(Role::Admin);
    let lasting = direct.clone().any(|grant| desired.is_lasting(grant))
        || lists.iter().any(|at| desired.until(*at).is_none())
        || by_default && desired.defaults.iter().any(|grant| desired.is_lasting(grant));
    let ends = direct.map(|grant| grant.at).chain(lists.iter().copied()).min();
    (!lasting).then_some(ends.unwrap_or(admin.at))
}

/// People whose every grant has ended: probably, they should leave.
fn nothing_left(desired: &Desired) -> Option<Diagnostic> {
    let listed: BTreeSet<&Email> = if desired.ended.is_empty() {
        BTreeSet::new()
    } else {
        let workspaces = desired.workspaces.values().flat_map(|workspace| workspace.members.keys());
        let groups = desired.groups.values().flat_map(|group| group.members.iter().flatten());
        workspaces.chain(groups.map(|(email, _)| email)).collect()
    };
    let is_left = |email: &&Email| {
        let member = desired.members.get(*email);
        member.filter(|member| {
            member.grants.is_empty() && member.access.seats.is_empty() && !listed.contains(*email)
        })
    };
    let places: Vec<Span> =
        desired.ended.keys().filter_map(|email| is_left(&email)).map(|member| member.at).collect();
    if places.is_empty() {
        return None;
    }
    let who = if places.len() == 1 { "1 person has" } else { &*format!("{} people have", places.len()) };
    let message = format!("{who} nothing left: every grant in the files has ended");
    let help = "list the person under `removed`, or delete what has ended";
    Some(Diagnostic::new(Code::NothingLeft, message, help).places(&places, "every grant has ended"))
}

/// Days on which more ends than `max_removals` lets one plan remove, measured by what is declared.
fn many_ends(desired: &Desired) -> Vec<Diagnostic> {
    let mut ends = BTreeMap::<(Date, RemovalKind), Vec<Span>>::new();
    let mut end = |day: Date, kind, at| ends.entry((day, kind)).or_default().push(at);
    for member in desired.members.values() {
        if let Some((day, at)) = member.last_day.zip(member.expires) {
            end(day, RemovalKind::Members, at);
        }
        for grant in &member.grants {
            let membership = grant.through.as_ref().map(|membership| membership.at);
            let until = [Some(grant.at), membership].into_iter().flatten().filter_map(|at| desired.until(at));
            let kind = match grant.what {
                Granted::Seat(_) => RemovalKind::Seats,
                Granted::Role(Role::Admin) => RemovalKind::AdminRoles,
                Granted::Role(_) => continue,
            };
            if let Some(day) = until.min() {
                end(day, kind, grant.at);
            }
        }
    }
    let seats = desired.members.values().map(|member| member.access.seats.len()).sum();
    let is_admin = |member: &&DesiredMember| member.access.roles.contains(Role::Admin);
    let too_many = |((day, kind), mut places): ((Date, RemovalKind), Vec<Span>)| {
        let declared = match kind {
            RemovalKind::Seats => seats,
            RemovalKind::AdminRoles => desired.members.values().filter(is_admin).count(),
            _ => desired.members.len(),
        };
        let (most, limit, number) =
            (desired.policy.max_removals.of(declared), desired.policy.max_removals, places.len());
        if number <= most {
            return None;
        }
        places.sort_unstable();
        places.dedup();
        let name = kind.name();
        let message = format!(
            "after {day}, {number} {name} end at once, but `max_removals: {limit}` allows {most} of the {declared} declared ones"
        );
        let help = format!(
            "let them end on different days, or pass `--allow-removals {name}={number}` on the next day"
        );
        Some(Diagnostic::new(Code::ManyEnds, message, help).places(&places, "ends"))
    };
    ends.into_iter().filter_map(too_many).collect()
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
