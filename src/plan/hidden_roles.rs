//! Direct roles in workspaces that roles of groups may hide.
//!
//! The API shows a person's effective roles in a workspace. If a group grants a role, nobody can tell whether the person
//! also has it directly: that shows only after the person has stopped inheriting it. So a plan lists who stops inheriting
//! a role that no file grants directly, and an apply reads these people again and revokes what shows then. It never
//! grants. Organization roles are not affected: the API shows direct ones apart from those of groups.

use super::operation::{Key, Kind, Membership, Reference, WorkspaceMembersRemove};
use super::state::{DirectAccess, GroupGraph, InheritedByMember, InheritedRoles, direct_access};
use crate::model::{Live, WorkspaceRole, WorkspaceRoles};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Roles that a member stops inheriting in a workspace, and that no file grants. The member may also have them directly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HiddenRoles {
    pub workspace: Reference,
    pub member: Reference,
    #[schemars(with = "Vec<WorkspaceRole>")]
    pub roles: WorkspaceRoles,
    /// Names of roles that the API can't write. Hostile text.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub locked: BTreeSet<String>,
}

impl HiddenRoles {
    /// What identifies the removal of the member from the workspace in a report.
    #[must_use]
    pub fn removal_id(&self) -> String {
        format!("{}:{}#{}", Kind::WorkspaceMembersRemove.name(), self.workspace.name, self.member.name)
    }

    /// The removal of the member from the workspace.
    #[must_use]
    pub fn removal(&self) -> WorkspaceMembersRemove {
        let Self { workspace, member, roles, .. } = self.clone();
        let membership = Membership { member, before: roles, after: WorkspaceRoles::default() };
        WorkspaceMembersRemove { workspace, members: vec![membership] }
    }

    /// Whether the member has stopped inheriting any of these roles.
    #[must_use]
    pub fn is_exposed(&self, inherited: &InheritedByMember) -> bool {
        let inherited = self.inherited(inherited);
        inherited.roles != self.roles || inherited.locked != self.locked
    }

    /// The vendor's identifiers of the workspace and the member; `None` if one of them did not exist for the plan.
    #[must_use]
    pub fn ids(&self) -> Option<(Uuid, Uuid)> {
        self.workspace.id.zip(self.member.id)
    }

    /// Whether direct access is no more than what was hidden. Anything else is somebody's later change, and needs a plan.
    fn covers(&self, direct: &DirectAccess) -> bool {
        direct.direct.is_subset(self.roles) && direct.locked.is_subset(&self.locked)
    }

    /// The hidden roles that the member inherits.
    fn inherited(&self, all: &InheritedByMember) -> InheritedRoles {
        let inherited =
            self.ids().and_then(|(workspace, member)| all.get(&member)?.get(&Key::Live(workspace)));
        inherited.map_or_else(InheritedRoles::default, |inherited| InheritedRoles {
            roles: inherited.roles & self.roles,
            locked: &inherited.locked & &self.locked,
        })
    }
}

/// The hidden roles that show by now: members of workspaces with direct roles, all of which were hidden.
#[must_use]
pub fn shown_roles(hidden: &[HiddenRoles], live: &Live) -> Vec<HiddenRoles> {
    let direct = direct_access(live);
    let shown = hidden.iter().filter_map(|one| {
        let (workspace, member) = one.ids()?;
        let access = direct.get(&workspace)?.get(&member).filter(|access| one.covers(access))?;
        Some(HiddenRoles { roles: access.direct, locked: access.locked.clone(), ..one.clone() })
    });
    shown.collect()
}

/// Whether the live groups no longer grant hidden roles that they don't grant in `expected` either: a list that lags
/// behind still hides them.
#[must_use]
pub fn are_uncovered(hidden: &[HiddenRoles], live: &Live, expected: &InheritedByMember) -> bool {
    let now = GroupGraph::of(live).inherited_by_member();
    hidden.iter().all(|one| one.inherited(&now).is_subset(&one.inherited(expected)))
}
