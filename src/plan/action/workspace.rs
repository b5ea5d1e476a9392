//! Changes of workspaces.

use super::{Kind, Participant, Reference};
use crate::model::{WorkspaceRoles, WorkspaceSettings};
use uuid::Uuid;

/// A change of one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkspaceOperation {
    /// Make it.
    Create {
        /// What it is to be.
        settings: WorkspaceSettings,
        /// Who is its first admin, as the vendor demands one, and stays in it.
        admin: Participant,
    },
    /// Change its name, description or icon.
    Update {
        /// Which, by the name in the files.
        workspace: Reference,
        /// What it is.
        before: WorkspaceSettings,
        /// What it is to be.
        after: WorkspaceSettings,
    },
    /// Archive it. This can't be undone.
    Archive {
        /// Which.
        name: String,
        /// Which, by the vendor's identifier.
        id: Uuid,
        /// What it is.
        before: WorkspaceSettings,
    },
    /// Put people into it, and set the roles of others.
    MembersSet {
        /// Which.
        workspace: Reference,
        /// Each person's roles before and after.
        members: Vec<Membership>,
    },
    /// Take people out of it.
    MembersRemove {
        /// Which.
        workspace: Reference,
        /// Who, with the roles before, and none after.
        members: Vec<Membership>,
    },
}

/// Somebody's roles in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub who: Participant,
    /// The roles that the person is seen to have, those that come through groups among them.
    pub before: WorkspaceRoles,
    /// The roles that the person is to have without any group.
    pub after: WorkspaceRoles,
}

impl WorkspaceOperation {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Create { .. } => Kind::WorkspaceCreate,
            Self::Update { .. } => Kind::WorkspaceUpdate,
            Self::Archive { .. } => Kind::WorkspaceArchive,
            Self::MembersSet { .. } => Kind::WorkspaceMembersSet,
            Self::MembersRemove { .. } => Kind::WorkspaceMembersRemove,
        }
    }

    /// The workspace's name.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Create { settings, .. } => &settings.name,
            Self::Archive { name, .. } => name,
            Self::Update { workspace, .. }
            | Self::MembersSet { workspace, .. }
            | Self::MembersRemove { workspace, .. } => &workspace.name,
        }
    }
}
