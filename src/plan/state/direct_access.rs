//! Direct roles in workspaces.
//!
//! The API shows a person's effective roles in a workspace, not which of them are inherited. So inherited roles are
//! subtracted.

use super::held_roles::InheritedRoles;
use super::inheritance::GroupGraph;
use crate::model::{Live, LiveMember, WorkspaceRole, WorkspaceRoles};
use crate::plan::operation::{Key, Membership, Operation};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The roles that the API shows for a person in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectAccess {
    /// All roles that the API can write, direct or inherited.
    pub effective: WorkspaceRoles,
    /// Roles that no group grants, so they are certainly direct.
    pub direct: WorkspaceRoles,
    /// Direct roles that the API can't write. Hostile text.
    pub locked: BTreeSet<String>,
}

impl DirectAccess {
    pub(in crate::plan) fn of(
        member: Option<&LiveMember>,
        workspace: Uuid,
        is_default: bool,
        inherited: &InheritedRoles,
    ) -> Self {
        let access = member.and_then(|member| member.workspaces.get(&workspace));
        let effective = access.map_or(WorkspaceRoles::empty(), |access| access.roles);
        // In the default workspace every member has this role, whoever granted it.
        let implied =
            if is_default { WorkspaceRole::WorkspaceContributor.into() } else { WorkspaceRoles::empty() };
        let locked = access.into_iter().flat_map(|access| &access.locked_roles);
        let locked = locked.filter(|role| !inherited.locked.contains(*role)).cloned().collect();
        Self { effective, direct: effective - inherited.roles - implied, locked }
    }

    /// Whether all of it is inherited.
    #[must_use]
    pub fn is_inherited(&self) -> bool {
        self.direct.is_empty() && self.locked.is_empty()
    }
}

/// The people with direct roles in active workspaces: by workspace, then by member.
#[must_use]
pub fn direct_access(live: &Live) -> BTreeMap<Uuid, BTreeMap<Uuid, DirectAccess>> {
    let inherited = GroupGraph::of(live).inherited_by_member();
    let is_default: BTreeMap<Uuid, bool> =
        live.workspaces.iter().map(|workspace| (workspace.id, workspace.is_default)).collect();
    let mut direct = BTreeMap::<Uuid, BTreeMap<Uuid, DirectAccess>>::new();
    let nothing = InheritedRoles::default();
    for member in &live.members {
        for workspace in member.workspaces.keys() {
            let Some(is_default) = is_default.get(workspace) else { continue };
            let inherited = inherited.get(&member.id).and_then(|all| all.get(&Key::Live(*workspace)));
            let access =
                DirectAccess::of(Some(member), *workspace, *is_default, inherited.unwrap_or(&nothing));
            if !access.is_inherited() {
                direct.entry(*workspace).or_default().insert(member.id, access);
            }
        }
    }
    direct
}

/// Counts direct memberships of workspaces, without the default one, which has every member.
#[must_use]
pub(crate) fn count_direct_memberships(live: &Live) -> usize {
    let default = live.workspaces.iter().find(|workspace| workspace.is_default);
    let default = default.map(|workspace| workspace.id);
    direct_access(live).iter().filter(|(id, _)| Some(**id) != default).map(|(_, people)| people.len()).sum()
}

/// How many people manage each workspace.
#[derive(Debug, Default)]
pub struct WorkspaceAdmins(HashMap<Key, i64>);

impl WorkspaceAdmins {
    /// The workspace admins among the members that stay.
    #[must_use]
    pub fn of<'l>(members: impl Iterator<Item = &'l LiveMember>) -> Self {
        let mut admins = Self::default();
        for member in members {
            for (workspace, access) in &member.workspaces {
                if access.roles.contains(WorkspaceRole::WorkspaceAdmin) {
                    *admins.0.entry(Key::Live(*workspace)).or_default() += 1;
                }
            }
        }
        admins
    }

    /// Simulates both steps of an operation.
    pub fn apply(&mut self, operation: &Operation) {
        let (workspace, members) = match operation {
            Operation::WorkspaceMembersSet(op) => (&op.workspace, &op.members),
            Operation::WorkspaceMembersRemove(op) => (&op.workspace, &op.members),
            // An archived workspace needs no admin.
            Operation::WorkspaceArchive(op) => {
                self.0.insert(op.workspace.key(), i64::MAX);
                return;
            }
            _ => return,
        };
        let manages = |roles: WorkspaceRoles| i64::from(roles.contains(WorkspaceRole::WorkspaceAdmin));
        let change = |member: &Membership| manages(member.after) - manages(member.before);
        let number = self.0.entry(workspace.key()).or_default();
        *number = number.saturating_add(members.iter().map(change).sum());
    }

    /// Whether a live workspace has no admin.
    #[must_use]
    pub fn is_without(&self, workspace: Uuid) -> bool {
        self.0.get(&Key::Live(workspace)).is_none_or(|number| *number <= 0)
    }
}
