//! Random worlds with workspaces and groups, beside the people of [`crate::world`].

use crate::world::{Bits, World};
use orgsync::model::{WorkspaceRole, WorkspaceRoles};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The workspace roles that occur, by their bit: name, letter and UUID.
pub(crate) const ROLES: [(Bits, &str, Option<&str>, &str); 4] = [
    (1, "workspace_admin", Some("A"), "731eb2be-a74f-4070-b797-35bf7009e553"),
    (2, "workspace_contributor", Some("M"), "b23cd6e0-91cd-4a8a-9869-b30366bf3966"),
    (4, "user", None, "48436751-ee56-44bd-8a2d-712233977821"),
    (8, "dev", None, "578584f1-4319-4c88-9948-38a5184483b6"),
];
pub(crate) const CONTRIBUTOR: Bits = 2;
/// Stands in sets of bits for a role that the API can't write.
pub(crate) const CUSTOM: Bits = 128;
pub(crate) const CUSTOM_ROLE: &str = "5b0c1de0-3b1f-4d0e-9d4e-0a6f3c2b1a01";
pub(crate) const CUSTOM_NAME: &str = "labeller";

const WORKSPACE_ROLES: [(Bits, WorkspaceRole); 4] = [
    (1, WorkspaceRole::WorkspaceAdmin),
    (2, WorkspaceRole::WorkspaceContributor),
    (4, WorkspaceRole::User),
    (8, WorkspaceRole::Dev),
];

pub(crate) fn bits(roles: WorkspaceRoles) -> Bits {
    WORKSPACE_ROLES.iter().filter(|(_, role)| roles.contains(*role)).map(|(bit, _)| bit).sum()
}

pub(crate) fn roles_of(bits: Bits) -> WorkspaceRoles {
    WORKSPACE_ROLES.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, role)| *role).collect()
}

/// A live organization with workspaces and groups, and a configuration of it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) people: World,
    pub(crate) workspaces: Vec<Workspace>,
    /// Nothing in an organization without groups.
    pub(crate) groups: Option<Vec<Group>>,
    pub(crate) wanted: Wanted,
    /// The seed tells who is in workspaces apart from members, so that groups can hide it.
    pub(crate) apart: bool,
}

/// A live workspace.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) icon: String,
    pub(crate) is_default: bool,
    /// The roles that people have there without groups.
    pub(crate) direct: BTreeMap<Uuid, Bits>,
}

/// A live group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) external: bool,
    /// An organization role: a bit of those of people.
    pub(crate) role: Option<Bits>,
    pub(crate) parents: BTreeSet<Uuid>,
    pub(crate) members: BTreeSet<Uuid>,
    pub(crate) assigned: BTreeMap<Uuid, Bits>,
}

/// The part of the configuration that is about workspaces and groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) workspaces: BTreeMap<String, WantedWorkspace>,
    pub(crate) groups: BTreeMap<String, WantedGroup>,
    pub(crate) teams: Vec<(Vec<String>, BTreeMap<String, Bits>)>,
    pub(crate) remove_groups: bool,
    pub(crate) remove_workspace_members: bool,
    pub(crate) remove_group_members: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct WantedWorkspace {
    pub(crate) previously: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) icon: Option<String>,
    pub(crate) members: Option<BTreeMap<String, Bits>>,
    pub(crate) archived: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct WantedGroup {
    pub(crate) previously: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) members: Option<Vec<String>>,
    pub(crate) parents: Option<Vec<String>>,
    pub(crate) role: Option<Bits>,
    pub(crate) workspaces: Option<BTreeMap<String, Bits>>,
}

impl Wanted {
    /// What everybody is to have in a workspace without groups, by address.
    pub(crate) fn own(&self, workspace: &str) -> BTreeMap<&str, Bits> {
        let mut own = BTreeMap::<&str, Bits>::new();
        let listed = self.workspaces.get(workspace).and_then(|place| place.members.as_ref());
        for (email, roles) in listed.into_iter().flatten() {
            *own.entry(email).or_default() |= roles;
        }
        for (members, workspaces) in &self.teams {
            let Some(roles) = workspaces.get(workspace) else { continue };
            members.iter().for_each(|email| *own.entry(email).or_default() |= roles);
        }
        own
    }
}

impl Case {
    /// What groups give to each person in each workspace.
    pub(crate) fn through(&self) -> BTreeMap<(Uuid, Uuid), Bits> {
        let groups: BTreeMap<Uuid, &Group> = self.groups.iter().flatten().map(|one| (one.id, one)).collect();
        let mut through = BTreeMap::new();
        for group in groups.values() {
            let mut all = vec![group.id];
            while let Some(above) = all.pop().map(|id| groups[&id]) {
                all.extend(&above.parents);
                for (workspace, roles) in &above.assigned {
                    for person in &group.members {
                        *through.entry((*person, *workspace)).or_default() |= roles;
                    }
                }
            }
        }
        through
    }
}
