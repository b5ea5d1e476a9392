//! How many resources of each kind are live: what limits on removals are held against.

use super::state::count_direct_memberships;
use crate::model::Live;

/// How many resources of each kind are live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveCounts {
    pub members: usize,
    /// Expired ones included.
    pub invitations: usize,
    /// Unexpired invitations that no file declares, each counted with a seat of every managed product.
    pub undeclared_invitations: i64,
    /// Active ones.
    pub workspaces: usize,
    /// Direct memberships, without the default workspace, which has every member.
    pub workspace_members: usize,
    pub groups: usize,
    pub group_members: usize,
}

impl LiveCounts {
    /// Counts everything but undeclared invitations.
    #[must_use]
    pub(crate) fn of(live: &Live) -> Self {
        Self {
            members: live.members.len(),
            invitations: live.invitations.len(),
            undeclared_invitations: 0,
            workspaces: live.workspaces.len(),
            workspace_members: count_direct_memberships(live),
            groups: live.groups.iter().flatten().count(),
            group_members: live.groups.iter().flatten().map(|group| group.members.len()).sum(),
        }
    }
}
