//! What people have in workspaces by themselves.
//!
//! The vendor shows for each person the roles in a workspace, and does not say which are the person's own and which
//! come through a group. So what groups give is taken off.

use super::action::Key;
use super::reach::{Given, Groups};
use crate::model::{Live, LiveMember, WorkspaceRole, WorkspaceRoles};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What somebody is seen to have in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// All roles that the API can write.
    pub roles: WorkspaceRoles,
    /// Those that groups don't explain: the person's own for sure.
    pub own: WorkspaceRoles,
    /// Own ones that the API can't write. Hostile text.
    pub locked: BTreeSet<String>,
}

impl Shown {
    /// What a member has in a workspace, of which groups give a part.
    pub(super) fn of(member: Option<&LiveMember>, workspace: Uuid, is_default: bool, given: &Given) -> Self {
        let access = member.and_then(|member| member.workspaces.get(&workspace));
        let roles = access.map_or(WorkspaceRoles::empty(), |access| access.roles);
        // Everybody has this in the default workspace, whoever gave it.
        let implied =
            if is_default { WorkspaceRole::WorkspaceContributor.into() } else { WorkspaceRoles::empty() };
        let locked = access.into_iter().flat_map(|access| &access.locked_roles);
        let locked = locked.filter(|role| !given.locked.contains(*role)).cloned().collect();
        Self { roles, own: roles - given.roles - implied, locked }
    }

    /// Whether nothing of it is the person's own.
    #[must_use]
    pub fn is_through_groups(&self) -> bool {
        self.own.is_empty() && self.locked.is_empty()
    }
}

/// The people who are in active workspaces by themselves: by workspace, then by the members' identifiers.
#[must_use]
pub fn own_access(live: &Live) -> BTreeMap<Uuid, BTreeMap<Uuid, Shown>> {
    let through = Groups::of(live).through();
    let is_default: BTreeMap<Uuid, bool> =
        live.workspaces.iter().map(|workspace| (workspace.id, workspace.is_default)).collect();
    let mut own = BTreeMap::<Uuid, BTreeMap<Uuid, Shown>>::new();
    let nothing = Given::default();
    for member in &live.members {
        for workspace in member.workspaces.keys() {
            let Some(is_default) = is_default.get(workspace) else { continue };
            let given = through.get(&member.id).and_then(|given| given.get(&Key::Live(*workspace)));
            let shown = Shown::of(Some(member), *workspace, *is_default, given.unwrap_or(&nothing));
            if !shown.is_through_groups() {
                own.entry(*workspace).or_default().insert(member.id, shown);
            }
        }
    }
    own
}

/// Counts people's own places in workspaces, without the default one, where everybody is.
pub(super) fn own_places(live: &Live) -> usize {
    let default = live.workspaces.iter().find(|workspace| workspace.is_default);
    let default = default.map(|workspace| workspace.id);
    own_access(live).iter().filter(|(id, _)| Some(**id) != default).map(|(_, people)| people.len()).sum()
}
