//! What the vendor sends, as it comes.
//!
//! Takes JSON; gives values that nobody has judged yet. Fields that orgsync has no use for are ignored, and words
//! whose list may grow (roles, products) stay texts: [`convert`](super::convert) decides about them. The names are
//! those of the vendor's schema (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).

mod beside;
mod groups;
mod kept;
mod people;
mod workspaces;

pub(super) use beside::{ApiKeys, AuditEntry};
pub(super) use groups::{Assignment, Group, GroupMember, RoleRef, WholeGroup};
pub(super) use kept::{Kept, KeptGroup};
pub(super) use people::{Created, Invitation, Invited, Member, People, Subscription};
pub(super) use workspaces::{Placed, Removed, Workspace};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Something that a list holds, and that must stand in it once.
pub(super) trait Listed {
    /// The vendor's identifier.
    fn uuid(&self) -> Uuid;
}

/// A part of a list, and several of them joined.
pub(super) trait Page: DeserializeOwned {
    /// The length of the whole list, where the vendor tells it.
    fn total(&self) -> Option<u64>;

    /// The most that a page holds, where the vendor tells it.
    fn page_size(&self) -> Option<u64>;

    /// What stands there: a number for the kind of object, and the identifier, which no other of this kind has.
    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)>;

    /// Adds the next part.
    fn append(&mut self, next: Self);

    /// How much stands there.
    fn len(&self) -> u64 {
        self.ids().count() as u64
    }
}

/// `WorkspacesOut`, `AdminUserGroupsOut`, `GroupWorkspaceAssignmentsOut`, and `AdminUserGroupMembersOut`, which says
/// `members` where the others say `items`.
#[derive(Debug, Deserialize)]
pub(super) struct Items<T> {
    #[serde(alias = "members")]
    pub(super) items: Vec<T>,
    total: Option<u64>,
    page_size: Option<u64>,
}

impl<T: DeserializeOwned + Listed> Page for Items<T> {
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn page_size(&self) -> Option<u64> {
        self.page_size
    }

    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        self.items.iter().map(|item| (0, item.uuid()))
    }

    fn append(&mut self, next: Self) {
        self.items.extend(next.items);
    }
}

/// An object that was made, of which nothing but the identifier matters.
#[derive(Debug, Deserialize)]
pub(super) struct Made {
    pub(super) uuid: Uuid,
}

/// `RolesOut`. Stored ones may lack the roles of workspaces.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RoleList {
    pub(super) organization_roles: Vec<ListedRole>,
    #[serde(default)]
    pub(super) workspace_roles: Vec<ListedRole>,
}

/// `RoleOut`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedRole {
    pub(super) uuid: Uuid,
    pub(super) name: String,
    pub(super) is_custom_role: bool,
}
