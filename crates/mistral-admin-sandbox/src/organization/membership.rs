//! Access to workspaces: direct memberships, and the effective access of a member.

use super::audit::Event;
use super::role::{WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR, WorkspaceSpelling};
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A workspace of a member, in the shape of the vendor's `MemberWorkspaceInfo`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "a workspace of a member")]
pub(crate) struct MemberWorkspace {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) is_default: bool,
    #[serde(skip_deserializing)]
    raw_role: Option<WorkspaceSpelling>,
    /// In answers never empty: letters where all roles have one, and UUIDs otherwise.
    #[serde(default)]
    pub(crate) raw_roles: Vec<WorkspaceSpelling>,
}

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
    /// Sets the roles of a member in a workspace.
    pub(crate) fn set(&mut self, workspace: Uuid, member: Uuid, roles: BTreeSet<Uuid>) {
        self.of.entry(member).or_default().insert(workspace);
        self.roles.entry(workspace).or_default().insert(member, roles);
    }

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

    pub(crate) fn all(&self) -> &RolesByWorkspace {
        &self.roles
    }

    /// Removes a member from a workspace. Returns whether they were in it.
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

    pub(crate) fn remove_workspace(&mut self, workspace: Uuid) {
        for member in self.within(workspace).collect::<Vec<_>>() {
            self.remove(workspace, member);
        }
    }

    pub(crate) fn remove_member(&mut self, member: Uuid) {
        for workspace in self.of.get(&member).cloned().unwrap_or_default() {
            self.remove(workspace, member);
        }
    }
}

/// Roles for a person in a workspace. An empty list means the default role (decision 20).
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) user: Uuid,
    pub(crate) roles: Vec<Uuid>,
}

/// The number of people who were added, and of those who were in the workspace before.
#[derive(Debug, Default)]
pub(crate) struct GrantOutcome {
    pub(crate) added: usize,
    pub(crate) updated: usize,
}

/// The answer of `DELETE /workspaces/{id}/remove-users`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RemoveOutcome {
    deleted_members_count: usize,
    pub(crate) not_deleted_members: Vec<Uuid>,
}

impl Organization {
    /// Adds people to a workspace. Members of it keep their roles there unless `replace` is set.
    pub(crate) fn add_to_workspace(
        &mut self,
        workspace: Uuid,
        grants: &[Grant],
        replace: bool,
        now: Timestamp,
    ) -> Result<GrantOutcome, Refusal> {
        let is_default = self.workspace(workspace)?.is_default;
        for grant in grants {
            self.member(grant.user)?;
        }
        let mut outcome = GrantOutcome::default();
        for Grant { user, roles } in grants {
            let present = is_default || self.memberships.get(workspace, *user).is_some();
            let event = if present { Event::WorkspaceMemberRole } else { Event::WorkspaceMemberAdd };
            if present {
                outcome.updated += 1;
            } else {
                outcome.added += 1;
            }
            if replace || !present {
                let roles = self.roles.granted(roles);
                self.memberships.set(workspace, *user, roles);
                let about = self.about(*user).workspace(workspace);
                self.audit.record(now, self.requester, event, about);
            }
        }
        Ok(outcome)
    }

    /// Removes people from a workspace. People who can't be removed are listed in the outcome.
    pub(crate) fn remove_from_workspace(
        &mut self,
        workspace: Uuid,
        users: &[Uuid],
        now: Timestamp,
    ) -> Result<RemoveOutcome, Refusal> {
        let is_default = self.workspace(workspace)?.is_default;
        let mut outcome = RemoveOutcome::default();
        for user in users.iter().copied().collect::<BTreeSet<_>>() {
            if !is_default && self.memberships.remove(workspace, user) {
                outcome.deleted_members_count += 1;
                let about = self.about(user).workspace(workspace);
                self.audit.record(now, self.requester, Event::WorkspaceMemberRemove, about);
            } else {
                outcome.not_deleted_members.push(user);
            }
        }
        Ok(outcome)
    }

    /// The workspaces that a member has access to, the default one first and the others by name. `None` if there is no
    /// access but to the default one, and the seed did not list that (decision 19).
    pub(super) fn access(&self, member: Uuid, listed: bool) -> Option<Vec<MemberWorkspace>> {
        let mut roles: BTreeMap<Uuid, BTreeSet<Uuid>> =
            self.groups.as_ref().map(|groups| groups.inherited_roles(member)).unwrap_or_default();
        for (workspace, granted) in self.memberships.of(member) {
            roles.entry(workspace).or_default().extend(granted);
        }
        if !listed && roles.is_empty() {
            return None;
        }
        let default = self.default_workspace;
        if self.memberships.get(default, member).is_none() {
            roles.entry(default).or_default().insert(self.roles.in_workspace(WORKSPACE_CONTRIBUTOR));
        }
        let known = roles.iter().filter_map(|(id, roles)| Some((self.workspaces.get(*id)?, roles)));
        let mut list: Vec<MemberWorkspace> = known
            .map(|(workspace, roles)| {
                let raw_roles = self.spelled(roles);
                MemberWorkspace {
                    uuid: workspace.uuid,
                    name: workspace.name.clone(),
                    is_default: workspace.is_default,
                    raw_role: raw_roles.first().copied(),
                    raw_roles,
                }
            })
            .collect();
        list.sort_by(|one, other| (!one.is_default, &one.name).cmp(&(!other.is_default, &other.name)));
        Some(list)
    }

    fn spelled(&self, roles: &BTreeSet<Uuid>) -> Vec<WorkspaceSpelling> {
        let letters = [
            (self.roles.in_workspace(WORKSPACE_ADMIN), WorkspaceSpelling::Admin),
            (self.roles.in_workspace(WORKSPACE_CONTRIBUTOR), WorkspaceSpelling::Contributor),
        ];
        if roles.iter().all(|role| letters.iter().any(|(uuid, _)| uuid == role)) {
            let present = letters.into_iter().filter(|(uuid, _)| roles.contains(uuid));
            return present.map(|(_, letter)| letter).collect();
        }
        roles.iter().copied().map(WorkspaceSpelling::Listed).collect()
    }
}
