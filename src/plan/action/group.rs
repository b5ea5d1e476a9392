//! Changes of groups.

use super::{Key, Kind, Participant, Reference};
use crate::model::{GroupSettings, WorkspaceRoles};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A change of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupOperation {
    /// Make it, without members.
    Create {
        /// What it is to be.
        settings: GroupSettings,
    },
    /// Change its name, description or organization role.
    Update {
        /// Which, by the name in the files.
        group: Reference,
        /// What it is.
        before: GroupSettings,
        /// What it is to be.
        after: GroupSettings,
    },
    /// Nest it in other groups. Who gives some up and gains others has two operations: otherwise two groups that change
    /// places would be nested in each other for a moment.
    Nest {
        /// Which.
        group: Reference,
        /// The groups in which it is nested before.
        before: BTreeSet<Reference>,
        /// Those in which it is nested after.
        after: BTreeSet<Reference>,
    },
    /// Delete it.
    Delete {
        /// Which.
        group: Reference,
        /// The vendor's identifier.
        id: Uuid,
        /// What it is.
        before: GroupSettings,
        /// How many members it has.
        members: usize,
        /// How many of them leave the organization with this plan: they count as members who are removed.
        leaving: usize,
    },
    /// Add members.
    MembersAdd {
        /// To which.
        group: Reference,
        /// Whom.
        members: Vec<Participant>,
    },
    /// Take members out.
    MembersRemove {
        /// Of which.
        group: Reference,
        /// Whom.
        members: Vec<Participant>,
    },
    /// Give its members roles in workspaces.
    WorkspacesSet {
        /// Which.
        group: Reference,
        /// In which workspaces, which roles.
        assignments: Vec<Assignment>,
    },
    /// Take its members' roles in workspaces.
    WorkspacesRemove {
        /// Which.
        group: Reference,
        /// In which workspaces, which roles; none after.
        assignments: Vec<Assignment>,
    },
}

/// What a group gives in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Where.
    pub workspace: Reference,
    /// The roles before; nothing where the group is not assigned.
    pub before: Option<WorkspaceRoles>,
    /// The roles after; none where the assignment ends.
    pub after: WorkspaceRoles,
}

impl GroupOperation {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Create { .. } => Kind::GroupCreate,
            Self::Update { .. } | Self::Nest { .. } => Kind::GroupUpdate,
            Self::Delete { .. } => Kind::GroupDelete,
            Self::MembersAdd { .. } => Kind::GroupMembersAdd,
            Self::MembersRemove { .. } => Kind::GroupMembersRemove,
            Self::WorkspacesSet { .. } => Kind::GroupWorkspacesSet,
            Self::WorkspacesRemove { .. } => Kind::GroupWorkspacesRemove,
        }
    }

    /// The group's name.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Create { settings } => &settings.name,
            Self::Update { group, .. }
            | Self::Nest { group, .. }
            | Self::Delete { group, .. }
            | Self::MembersAdd { group, .. }
            | Self::MembersRemove { group, .. }
            | Self::WorkspacesSet { group, .. }
            | Self::WorkspacesRemove { group, .. } => &group.name,
        }
    }

    /// What tells the group from others.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Create { settings } => Key::New(settings.name.clone()),
            Self::Update { group, .. }
            | Self::Nest { group, .. }
            | Self::Delete { group, .. }
            | Self::MembersAdd { group, .. }
            | Self::MembersRemove { group, .. }
            | Self::WorkspacesSet { group, .. }
            | Self::WorkspacesRemove { group, .. } => group.key(),
        }
    }

    /// Whether it nests the group in more groups than before, not in fewer.
    #[must_use]
    pub fn nests_deeper(&self) -> bool {
        matches!(self, Self::Nest { before, after, .. } if !after.is_subset(before))
    }

    /// What tells operations of one kind on one group apart.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self {
            Self::Nest { .. } if self.nests_deeper() => "#nest",
            Self::Nest { .. } => "#unnest",
            _ => "",
        }
    }
}
