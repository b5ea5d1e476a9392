//! Who is in which workspace directly, not through a group.

use super::audit::{About, Actor, Event};
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The roles of each member in each workspace.
pub(crate) type RolesByWorkspace = BTreeMap<Uuid, BTreeMap<Uuid, BTreeSet<Uuid>>>;

/// Direct memberships, found by workspace and by member.
#[derive(Debug, Default, Clone)]
pub(crate) struct Memberships {
    roles: RolesByWorkspace,
    of: HashMap<Uuid, BTreeSet<Uuid>>,
}

impl From<RolesByWorkspace> for Memberships {
    fn from(roles: RolesByWorkspace) -> Self {
        let mut memberships = Self::default();
        for (workspace, members) in roles {
            for (member, roles) in members {
                memberships.set(workspace, member, roles);
            }
        }
        memberships
    }
}

impl Memberships {
    /// Gives somebody roles in a workspace, in place of those there were.
    pub(crate) fn set(&mut self, workspace: Uuid, member: Uuid, roles: BTreeSet<Uuid>) {
        self.of.entry(member).or_default().insert(workspace);
        self.roles.entry(workspace).or_default().insert(member, roles);
    }

    /// The roles of a member in a workspace.
    pub(crate) fn get(&self, workspace: Uuid, member: Uuid) -> Option<&BTreeSet<Uuid>> {
        self.roles.get(&workspace)?.get(&member)
    }

    /// The workspaces of a member, and the roles there.
    pub(crate) fn of(&self, member: Uuid) -> impl Iterator<Item = (Uuid, &BTreeSet<Uuid>)> {
        let workspaces = self.of.get(&member).into_iter().flatten();
        workspaces.filter_map(move |workspace| Some((*workspace, self.get(*workspace, member)?)))
    }

    /// The members of a workspace.
    pub(crate) fn within(&self, workspace: Uuid) -> impl Iterator<Item = Uuid> {
        self.roles.get(&workspace).into_iter().flat_map(|members| members.keys().copied())
    }

    /// All memberships.
    pub(crate) fn all(&self) -> &RolesByWorkspace {
        &self.roles
    }

    /// Takes a member out of a workspace; tells whether there was anything to take.
    pub(crate) fn remove(&mut self, workspace: Uuid, member: Uuid) -> bool {
        if let Some(workspaces) = self.of.get_mut(&member) {
            workspaces.remove(&workspace);
            if workspaces.is_empty() {
                self.of.remove(&member);
            }
        }
        let Some(members) = self.roles.get_mut(&workspace) else { return false };
        let removed = members.remove(&member).is_some();
        if members.is_empty() {
            self.roles.remove(&workspace);
        }
        removed
    }

    /// Takes everybody out of a workspace.
    pub(crate) fn clear(&mut self, workspace: Uuid) {
        for member in self.within(workspace).collect::<Vec<_>>() {
            self.remove(workspace, member);
        }
    }

    /// Takes a member out of all workspaces.
    pub(crate) fn forget(&mut self, member: Uuid) {
        for workspace in self.of.get(&member).cloned().unwrap_or_default() {
            self.remove(workspace, member);
        }
    }
}

/// Somebody who is given roles in a workspace; no role stands for the usual one.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) user: Uuid,
    pub(crate) roles: Vec<Uuid>,
}

/// How many were added to a workspace, and how many were in it.
#[derive(Debug, Default)]
pub(crate) struct GrantOutcome {
    pub(crate) added: usize,
    pub(crate) updated: usize,
}

/// The answer of `DELETE /workspaces/{id}/remove-users`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RemoveOutcome {
    deleted_members_count: usize,
    not_deleted_members: Vec<Uuid>,
}

impl RemoveOutcome {
    /// Adds people who were not even tried.
    pub(crate) fn leave_out(&mut self, users: Vec<Uuid>) {
        self.not_deleted_members.extend(users.into_iter().collect::<BTreeSet<_>>());
    }
}

impl Organization {
    /// Gives roles in a workspace. Who is in it keeps the roles there unless `replace` says otherwise.
    pub(crate) fn grant(
        &mut self,
        workspace: Uuid,
        grants: &[Grant],
        replace: bool,
        now: Timestamp,
    ) -> Result<GrantOutcome, Refusal> {
        let everybody = self.workspace(workspace)?.is_default;
        for grant in grants {
            self.member(grant.user)?;
        }
        let mut outcome = GrantOutcome::default();
        for Grant { user, roles } in grants {
            let present = everybody || self.memberships.get(workspace, *user).is_some();
            let event = if present { Event::WorkspaceMemberRole } else { Event::WorkspaceMemberAdd };
            if present {
                outcome.updated += 1;
            } else {
                outcome.added += 1;
            }
            if replace || !present {
                let roles = self.roles.granted(roles);
                self.memberships.set(workspace, *user, roles);
                self.audit.record(now, Actor::Key, event, About::user(*user).workspace(workspace));
            }
        }
        Ok(outcome)
    }

    /// Takes people out of a workspace; who can't be taken out is named.
    pub(crate) fn ungrant(
        &mut self,
        workspace: Uuid,
        users: &[Uuid],
        now: Timestamp,
    ) -> Result<RemoveOutcome, Refusal> {
        let everybody = self.workspace(workspace)?.is_default;
        let mut outcome = RemoveOutcome::default();
        for user in users.iter().copied().collect::<BTreeSet<_>>() {
            if !everybody && self.memberships.remove(workspace, user) {
                outcome.deleted_members_count += 1;
                let about = About::user(user).workspace(workspace);
                self.audit.record(now, Actor::Key, Event::WorkspaceMemberRemove, about);
            } else {
                outcome.not_deleted_members.push(user);
            }
        }
        Ok(outcome)
    }
}
