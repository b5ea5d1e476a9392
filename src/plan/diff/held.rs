//! What people who are left alone hold: roles, seats, and the groups through which they inherit roles.

use crate::escape;
use crate::model::{
    Desired, Email, Live, LiveGroup, LiveInvitation, LiveMember, Role, Roles, Seats, WorkspaceRoles,
};
use crate::plan::findings::{GroupGrant, Held};
use crate::plan::operation::Key;
use crate::plan::state::{GroupGraph, RoleGrants};
use std::collections::HashMap;
use uuid::Uuid;

/// What is needed to describe what people hold.
pub(super) struct Holdings<'a> {
    desired: &'a Desired,
    /// The names of the live groups. Hostile text.
    groups: HashMap<Uuid, &'a str>,
}

impl<'a> Holdings<'a> {
    pub(super) fn new(desired: &'a Desired, live: &'a Live) -> Self {
        let groups = live.groups.iter().flatten().map(|group| (group.id, group.settings.name.as_str()));
        Self { desired, groups: groups.collect() }
    }

    /// The organization roles and seats of a member. `direct` are the roles that the API can write.
    pub(super) fn of_member(&self, member: &LiveMember, direct: Roles, grants: &RoleGrants) -> Held {
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

    pub(super) fn of_invitation(&self, invitation: &LiveInvitation) -> Held {
        Held {
            roles: names(invitation.roles.into_iter().map(Role::name), &invitation.locked_roles),
            seats: Seats::empty(),
            through: Vec::new(),
            outside_domains: self.is_outside(invitation.email.as_ref()),
        }
    }

    /// The organization role of a group.
    pub(super) fn of_group(group: &LiveGroup) -> Held {
        let role = group.settings.organization_role.map(|role| role.name().to_owned());
        let locked = group.locked_role.as_deref().map(escape::excerpt);
        Held { roles: role.into_iter().chain(locked).collect(), ..Held::default() }
    }

    /// The roles of a member in a workspace, and the seats. `roles` are those that the API can write.
    pub(super) fn in_workspace(
        &self,
        member: &LiveMember,
        workspace: &Key,
        roles: WorkspaceRoles,
        groups: &GroupGraph,
    ) -> Held {
        let access = match workspace {
            Key::Live(id) => member.workspaces.get(id),
            Key::New(_) => None,
        };
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

    pub(super) fn is_outside(&self, email: Option<&Email>) -> bool {
        email.is_some_and(|email| self.desired.is_outside_domains(email))
    }

    fn grant(&self, group: &Key, role: &str) -> GroupGrant {
        let name = match group {
            Key::Live(id) => self.groups.get(id).copied().unwrap_or_default(),
            Key::New(name) => name,
        };
        GroupGrant { group: escape::excerpt(name), role: role.to_owned() }
    }
}

/// The names of roles, and of those that the API can't write.
fn names<'r>(roles: impl Iterator<Item = &'r str>, locked: &[String]) -> Vec<String> {
    roles.map(str::to_owned).chain(locked.iter().map(|role| escape::excerpt(role))).collect()
}
