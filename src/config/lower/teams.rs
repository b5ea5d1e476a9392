//! Teams: what they give is added to what their members have.

use super::super::file::Team;
use super::super::load::ReadFile;
use super::grants::{granted, grants, roles, seats};
use super::names::declared_twice;
use super::people::{People, Whose};
use super::workspaces::Workspaces;
use crate::diag::Faults;
use crate::model::{Grant, Seats, TeamMembership, WorkspaceGrant};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Adds the teams of all files to the people and to the workspaces.
pub(super) fn add<'f>(
    files: impl Iterator<Item = &'f ReadFile>,
    managed: Seats,
    people: &mut People,
    workspaces: &mut Workspaces,
    faults: &mut Faults,
) {
    let mut names = BTreeMap::<&str, Span>::new();
    for (name, team) in files.flat_map(|file| &file.content.teams.value).flat_map(|teams| &teams.0) {
        let Some((name, at)) = name.get() else { continue };
        if let Some(first) = names.insert(name, at) {
            faults.push(declared_twice("team", name, at, first));
        }
        if let Some(team) = &team.value {
            add_team(name, team, managed, people, workspaces, faults);
        }
    }
}

/// Gives the members of a team what the team gives.
fn add_team(
    name: &str,
    team: &Team,
    managed: Seats,
    people: &mut People,
    workspaces: &mut Workspaces,
    faults: &mut Faults,
) {
    let whose = Whose("team", name);
    let roles = roles(&team.roles, faults);
    let gives_roles = roles.is_some();
    let grants = grants(roles.unwrap_or_default(), seats(&team.seats, managed, faults).unwrap_or_default());
    let added = granted(&grants);
    let in_workspaces = workspaces.given(&team.workspaces, whose, people, faults).unwrap_or_default();
    let listed = team.members.value.as_ref().map(|members| people.listed(members, whose, faults));
    for (email, at) in listed.unwrap_or_default() {
        let Some(member) = people.members.get_mut(&email) else { continue };
        let membership = Arc::new(TeamMembership { team: name.into(), at });
        let through = |grant: &Grant| Grant { through: Some(membership.clone()), ..grant.clone() };
        member.access.roles |= added.roles;
        member.access.seats |= added.seats;
        member.grants.extend(grants.iter().map(through));
        if gives_roles {
            member.roles_at.get_or_insert(at);
        }
        for (workspace, (roles, at)) in &in_workspaces {
            let Some(workspace) = workspaces.by_name.get_mut(workspace) else { continue };
            let grant = WorkspaceGrant { roles: *roles, at: *at, through: Some(membership.clone()) };
            workspace.members.entry(email.clone()).or_default().push(grant);
        }
    }
}
