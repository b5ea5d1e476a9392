//! Operations on groups.

use super::reference::Reference;
use crate::model::{GroupSettings, WorkspaceRole, WorkspaceRoles};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Creates a group without members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupCreate {
    pub group: Reference,
    pub after: GroupSettings,
}

/// Changes what is set on a group, or the groups in which it is nested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupUpdate {
    pub group: Reference,
    #[serde(flatten)]
    pub change: GroupChange,
}

/// What changes of a group itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "aspect", rename_all = "snake_case")]
pub enum GroupChange {
    /// Name, description or organization role.
    Settings { before: GroupSettings, after: GroupSettings },
    /// The groups in which it is nested. If a group loses some parents and gets others, it has two operations:
    /// otherwise, two groups that swap places would temporarily be nested in each other.
    Parents { before: BTreeSet<Reference>, after: BTreeSet<Reference> },
}

/// Deletes a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupDelete {
    pub group: Reference,
    pub before: GroupSettings,
    pub member_count: usize,
    /// The number of members that the same plan removes from the organization, and counts there.
    pub leaving_count: usize,
}

/// Adds members to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupMembersAdd {
    pub group: Reference,
    pub members: Vec<Reference>,
}

/// Removes members from a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupMembersRemove {
    pub group: Reference,
    pub members: Vec<Reference>,
}

/// Assigns a group to workspaces, and sets its roles in others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupWorkspacesSet {
    pub group: Reference,
    pub assignments: Vec<Assignment>,
}

/// Ends assignments of a group to workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupWorkspacesRemove {
    pub group: Reference,
    /// Each without roles after.
    pub assignments: Vec<Assignment>,
}

/// The roles that a group's members inherit in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    pub workspace: Reference,
    /// Null if the group is not assigned.
    #[schemars(with = "Option<Vec<WorkspaceRole>>")]
    pub before: Option<WorkspaceRoles>,
    #[schemars(with = "Vec<WorkspaceRole>")]
    pub after: WorkspaceRoles,
}

impl GroupChange {
    /// Whether the group is nested in more groups afterwards.
    #[must_use]
    pub fn nests_deeper(&self) -> bool {
        matches!(self, Self::Parents { before, after } if !after.is_subset(before))
    }
}
