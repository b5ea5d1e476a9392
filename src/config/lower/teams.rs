//! Teams: what they give is added to what their members have.

use super::super::file::Team;
use super::super::load::ReadFile;
use super::super::yaml::Field;
use super::email;
use super::grants::{granted, grants, roles, seats, twice};
use super::people::People;
use crate::diag::{Code, Diagnostic, Faults, Quoted, nearest};
use crate::model::{Email, Grant, Seats, TeamMembership};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Adds the teams of all files to the people.
pub(super) fn add<'f>(
    files: impl Iterator<Item = &'f ReadFile>,
    managed: Seats,
    people: &mut People,
    faults: &mut Faults,
) {
    let mut names = BTreeMap::<&str, Span>::new();
    for (name, team) in files.flat_map(|file| &file.content.teams.value).flat_map(|teams| &teams.0) {
        let Some((name, at)) = name.get() else { continue };
        if let Some(first) = names.insert(name, at) {
            let message = format!("the team {} is declared twice", Quoted(name));
            let fault = Diagnostic::new(Code::DuplicateKey, message, "keep one entry for each team");
            faults.push(fault.label(at, "again").label(first, "first"));
        }
        if let Some(team) = &team.value {
            add_team(name, team, managed, people, faults);
        }
    }
}

fn add_team(name: &str, team: &Team, managed: Seats, people: &mut People, faults: &mut Faults) {
    let roles = roles(&team.roles, faults);
    let gives_roles = roles.is_some();
    let grants = grants(roles.unwrap_or_default(), seats(&team.seats, managed, faults).unwrap_or_default());
    let mut listed = BTreeMap::<Email, Span>::new();
    for (text, at) in team.members.value.iter().flatten().filter_map(Field::get) {
        let Some(email) = email(&text.0, at, faults) else { continue };
        if let Some(first) = listed.get(&email) {
            faults.push(twice(&email, at, *first));
            continue;
        }
        join(&email, name, at, &grants, gives_roles, people, faults);
        listed.insert(email, at);
    }
}

/// Gives a member of a team what the team gives. Who has no access any more drops out silently.
fn join(
    email: &Email,
    team: &str,
    at: Span,
    grants: &[Grant],
    gives_roles: bool,
    people: &mut People,
    faults: &mut Faults,
) {
    if let Some(member) = people.members.get_mut(email) {
        let membership = Arc::new(TeamMembership { team: team.into(), at });
        let through = |grant: &Grant| Grant { through: Some(membership.clone()), ..grant.clone() };
        let added = granted(grants);
        member.access.roles |= added.roles;
        member.access.seats |= added.seats;
        member.grants.extend(grants.iter().map(through));
        if gives_roles {
            member.roles_at.get_or_insert(at);
        }
    } else if !people.places.declared.contains_key(email) {
        let message = format!("{email} is in the team {} and not declared", Quoted(team));
        let searched = people.search();
        let known = people.places.declared.keys().map(Email::as_str).take(searched);
        let help = match nearest(email.as_str(), known) {
            Some(known) => format!("did you mean {known}? If not, declare the person under `members`"),
            None => "declare the person under `members`".to_owned(),
        };
        faults.push(Diagnostic::at(Code::UndeclaredMember, at, message, help));
    }
}
