//! Lowers teams: adds their grants to their members.

use super::super::file::{ConfigFile, Team};
use super::context::{Lowering, granted};
use super::names::{Kind, Names};
use crate::model::{Grant, TeamMembership, WorkspaceGrant};
use std::sync::Arc;

impl Lowering {
    /// Adds the grants of all teams to people and workspaces.
    pub(super) fn teams(&mut self, files: &[&ConfigFile]) {
        let mut names = Names::new(Kind::Team, false);
        for (key, entry) in names.entries(files, |file| &file.teams) {
            let Some((name, at)) = key.get() else { continue };
            self.noted(names.declare(name, at));
            if let Some(team) = &entry.value {
                self.team(name, team);
            }
        }
    }

    fn team(&mut self, name: &str, team: &Team) {
        let owner = Kind::Team.called(name);
        let (roles, seats) = self.grants(&team.roles, &team.seats);
        let gives_roles = roles.is_some();
        let grants: Vec<Grant> = roles.into_iter().chain(seats).flatten().collect();
        let given = granted(&grants);
        let in_workspaces = self.workspace_grants(&owner, &team.workspaces).unwrap_or_default();
        let listed = team.members.value.as_ref().map(|members| self.members_of(&owner, members));
        for (email, at) in listed.unwrap_or_default() {
            let Some(member) = self.desired.members.get_mut(&email) else { continue };
            let membership = Arc::new(TeamMembership { team: name.into(), at });
            let through = |grant: &Grant| Grant { through: Some(membership.clone()), ..grant.clone() };
            member.access.roles |= given.roles;
            member.access.seats |= given.seats;
            member.grants.extend(grants.iter().map(through));
            if gives_roles {
                member.roles_at.get_or_insert(at);
            }
            for (workspace, (roles, at)) in &in_workspaces {
                let Some(workspace) = self.desired.workspaces.get_mut(workspace) else { continue };
                let grant = WorkspaceGrant { roles: *roles, at: *at, through: Some(membership.clone()) };
                workspace.members.entry(email.clone()).or_default().push(grant);
            }
        }
    }
}
