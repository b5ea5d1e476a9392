//! What a reading of the organization shows, in the words of these tests.

use super::world::{CONTRIBUTOR, CUSTOM, CUSTOM_NAME, Case, bits};
use crate::contract::Declared;
use crate::world::{Bits, role_bits};
use orgsync::model::{
    GroupSettings, Live, LiveGroup, LiveMember, LiveWorkspace, WorkspaceAccess, WorkspaceSettings,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The roles of each person in each workspace.
pub(crate) type Access = BTreeMap<(Uuid, Uuid), Bits>;

/// Roles as bits, custom ones among them.
fn all_bits(access: &WorkspaceAccess) -> Bits {
    bits(access.roles) | if access.locked_roles.is_empty() { 0 } else { CUSTOM }
}

/// An organization at one moment.
pub(crate) struct Seen<'l> {
    pub(crate) live: &'l Live,
    pub(crate) members: BTreeMap<Uuid, &'l LiveMember>,
    pub(crate) workspaces: BTreeMap<Uuid, &'l LiveWorkspace>,
    pub(crate) groups: BTreeMap<Uuid, &'l LiveGroup>,
    /// Everything that people have in workspaces.
    pub(crate) access: Access,
    /// What they have through groups.
    pub(crate) through: Access,
}

impl<'l> Seen<'l> {
    pub(crate) fn of(live: &'l Live) -> Self {
        let groups: BTreeMap<Uuid, &LiveGroup> =
            live.groups.iter().flatten().map(|group| (group.id, group)).collect();
        let (mut access, mut through) = (Access::new(), Access::new());
        for member in &live.members {
            for (workspace, roles) in &member.workspaces {
                access.insert((member.id, *workspace), all_bits(roles));
            }
        }
        for group in groups.values() {
            for giving in above(&groups, group) {
                for (workspace, roles) in &giving.workspaces {
                    for person in &group.members {
                        *through.entry((*person, *workspace)).or_default() |= all_bits(roles);
                    }
                }
            }
        }
        Self {
            live,
            members: live.members.iter().map(|one| (one.id, one)).collect(),
            workspaces: live.workspaces.iter().map(|one| (one.id, one)).collect(),
            groups,
            access,
            through,
        }
    }

    pub(crate) fn has(&self, person: Uuid, workspace: Uuid) -> Bits {
        self.access.get(&(person, workspace)).copied().unwrap_or(0)
    }

    pub(crate) fn given(&self, person: Uuid, workspace: Uuid) -> Bits {
        let implied =
            if self.workspaces.get(&workspace).is_some_and(|one| one.is_default) { CONTRIBUTOR } else { 0 };
        implied | self.through.get(&(person, workspace)).copied().unwrap_or(0)
    }

    /// What somebody has that nothing but a membership explains.
    pub(crate) fn own(&self, person: Uuid, workspace: Uuid) -> Bits {
        self.has(person, workspace) & !self.given(person, workspace)
    }

    /// Whoever has an organization role, by themselves or through a group.
    pub(crate) fn organization_roles(&self) -> BTreeMap<Uuid, Bits> {
        let mut roles: BTreeMap<Uuid, Bits> =
            self.members.values().map(|one| (one.id, role_bits(one.access.roles))).collect();
        for group in self.groups.values() {
            for giving in above(&self.groups, group) {
                if let Some(role) = giving.settings.organization_role {
                    let given = role_bits(role.into());
                    group.members.iter().for_each(|one| *roles.entry(*one).or_default() |= given);
                }
            }
        }
        roles
    }

    pub(crate) fn admins(&self) -> i64 {
        self.organization_roles().values().filter(|roles| *roles & crate::world::ADMIN != 0).count() as i64
    }

    /// The live member who is a declared person.
    pub(crate) fn who(&self, email: &str, person: &Declared) -> Option<Uuid> {
        let at = |address: &str| {
            let is = |one: &&LiveMember| one.email.as_ref().is_some_and(|email| email.as_str() == address);
            self.live.members.iter().find(is).map(|one| one.id)
        };
        at(email).or_else(|| at(person.former.as_deref()?))
    }

    pub(crate) fn workspace(&self, name: &str) -> Option<&'l LiveWorkspace> {
        self.live.workspaces.iter().find(|one| one.settings.name == name)
    }

    pub(crate) fn group(&self, name: &str) -> Option<&'l LiveGroup> {
        self.live.groups.iter().flatten().find(|one| one.settings.name == name)
    }
}

/// A group and all in which it is nested.
fn above<'l>(groups: &BTreeMap<Uuid, &'l LiveGroup>, group: &'l LiveGroup) -> Vec<&'l LiveGroup> {
    let (mut open, mut seen, mut all) = (vec![group.id], BTreeSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        if let Some(group) = groups.get(&id).filter(|_| seen.insert(id)) {
            open.extend(&group.parents);
            all.push(*group);
        }
    }
    all
}

impl Case {
    /// As `Client::read_live` gives the organization.
    pub(crate) fn live(&self) -> Live {
        let mut live = self.people.org.live();
        let through = self.through();
        let access = |roles: Bits| WorkspaceAccess {
            roles: super::world::roles_of(roles),
            locked_roles: if roles & CUSTOM == 0 { Vec::new() } else { vec![CUSTOM_NAME.to_owned()] },
        };
        for member in &mut live.members {
            for place in &self.workspaces {
                let direct = place.direct.get(&member.id).copied().unwrap_or(0);
                let implied = if place.is_default && direct == 0 { CONTRIBUTOR } else { 0 };
                let all = direct | implied | through.get(&(member.id, place.id)).copied().unwrap_or(0);
                if all != 0 {
                    member.workspaces.insert(place.id, access(all));
                }
            }
        }
        let workspaces = self.workspaces.iter().map(|place| LiveWorkspace {
            id: place.id,
            settings: WorkspaceSettings {
                name: place.name.clone(),
                description: place.description.clone(),
                icon: place.icon.clone(),
            },
            is_default: place.is_default,
        });
        live.workspaces = workspaces.collect();
        let group = |group: &super::world::Group| LiveGroup {
            id: group.id,
            settings: GroupSettings {
                name: group.name.clone(),
                description: group.description.clone(),
                organization_role: group.role.map(crate::world::role_of),
            },
            locked_role: None,
            externally_managed: group.external,
            parents: group.parents.clone(),
            members: group.members.clone(),
            workspaces: group.assigned.iter().map(|(id, roles)| (*id, access(*roles))).collect(),
        };
        live.groups = self.groups.as_ref().map(|groups| groups.iter().map(group).collect());
        live
    }
}
