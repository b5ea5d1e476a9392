//! What people hold who are left alone: roles, seats, and the groups through which they inherit roles.

use super::differ::Differ;
use crate::escape;
use crate::model::{Email, LiveInvitation, LiveMember, Role, Roles, Seats, WorkspaceRoles};
use crate::plan::findings::{GroupGrant, Held};
use crate::plan::operation::Key;
use crate::plan::state::{GroupGraph, RoleGrants};
use uuid::Uuid;

impl Differ<'_> {
    /// The organization roles and seats of a member. `direct` are the roles that the API can write.
    pub(super) fn held_by_member(&self, member: &LiveMember, direct: Roles, grants: &RoleGrants) -> Held {
        let through: Vec<_> = grants.get(&member.id).into_iter().flatten().collect();
        let inherited: Roles = through.iter().map(|(_, role)| *role).collect();
        let through = through.iter().map(|(group, role)| self.grant(group, role.name()));
        Held {
            roles: names((direct | inherited).into_iter().map(Role::name), &member.locked_roles),
            seats: member.access.seats,
            through: through.collect(),
            outside_domains: self.is_outside(member.email.as_ref()),
        }
    }

    pub(super) fn held_by_invitation(&self, invitation: &LiveInvitation) -> Held {
        Held {
            roles: names(invitation.roles.into_iter().map(Role::name), &invitation.locked_roles),
            seats: Seats::empty(),
            through: Vec::new(),
            outside_domains: self.is_outside(invitation.email.as_ref()),
        }
    }

    /// The roles of a member in a workspace, and the seats.
    pub(super) fn held_in_workspace(
        &self,
        member: &LiveMember,
        workspace: &Key,
        groups: &GroupGraph,
    ) -> Held {
        let access = match workspace {
            Key::Live(id) => member.workspaces.get(id),
            Key::New(_) => None,
        };
        let roles = access.map_or(WorkspaceRoles::empty(), |access| access.roles);
        let locked = access.map_or(&[][..], |access| &access.locked_roles);
        let grants = groups.grants_in(&Key::Live(member.id), workspace);
        let grants = grants
            .iter()
            .flat_map(|(group, roles)| roles.into_iter().map(move |role| self.grant(group, role.name())));
        Held {
            roles: names(roles.into_iter().map(|role| role.name()), locked),
            seats: member.access.seats,
            through: grants.collect(),
            outside_domains: self.is_outside(member.email.as_ref()),
        }
    }

    /// Whether the files say that a holder of power is known and can't be declared.
    pub(super) fn is_acknowledged(&self, email: Option<&Email>, id: Uuid) -> bool {
        let acknowledged = &self.desired.policy.unmanaged.acknowledged;
        email.is_some_and(|email| acknowledged.contains(email.as_str()))
            || acknowledged.contains(&id.to_string())
    }

    pub(super) fn is_outside(&self, email: Option<&Email>) -> bool {
        email.is_some_and(|email| self.desired.is_outside_domains(email))
    }

    fn grant(&self, group: &Key, role: &str) -> GroupGrant {
        let name = match group {
            Key::Live(id) => {
                let group = self.live.groups.iter().flatten().find(|group| group.id == *id);
                group.map_or("", |group| &group.settings.name)
            }
            Key::New(name) => name,
        };
        GroupGrant { group: escape::excerpt(name), role: role.to_owned() }
    }
}

/// The names of roles, and of those that the API can't write.
fn names<'r>(roles: impl Iterator<Item = &'r str>, locked: &[String]) -> Vec<String> {
    roles.map(str::to_owned).chain(locked.iter().map(|role| escape::excerpt(role))).collect()
}
