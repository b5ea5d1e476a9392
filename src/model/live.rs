//! The organization as the Admin API shows it. Identifiers are the vendor's.

use super::{Access, Email, GroupSettings, Roles, Seats, UnknownWords, WorkspaceRoles, WorkspaceSettings};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The live organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    pub members: Vec<LiveMember>,
    /// Expired ones included.
    pub invitations: Vec<LiveInvitation>,
    /// The active workspaces, the default one among them.
    pub workspaces: Vec<LiveWorkspace>,
    /// `None` if the organization does not have groups at all.
    pub groups: Option<Vec<LiveGroup>>,
    /// The organization's identifier; `None` if the audit log is empty or can't be read.
    pub organization_id: Option<Uuid>,
    /// `None` if the list can't be read.
    pub api_keys: Option<Vec<LiveApiKey>>,
    /// What this version of orgsync doesn't know, in members, invitations and groups.
    pub unknown: UnknownWords,
}

/// A person who has joined the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMember {
    pub id: Uuid,
    /// `None` if the API shows none, or one that orgsync doesn't support.
    pub email: Option<Email>,
    /// The name of a person without `email`. Hostile text: escape before showing.
    pub label: String,
    /// The display name. Hostile text: escape before showing.
    pub name: Option<String>,
    /// When they joined; `None` if the API does not show that.
    pub created_at: Option<Timestamp>,
    /// The roles that the API can write, and all seats, those of unmanaged products included.
    pub access: Access,
    /// Names of roles that the API can't write (custom or unknown ones). Not empty: the roles are locked. Hostile text.
    pub locked_roles: Vec<String>,
    pub locked_seats: LockedSeats,
    /// The roles in each workspace that the person can enter, by the workspace's identifier. The vendor does not show
    /// which of them are inherited.
    pub workspaces: BTreeMap<Uuid, WorkspaceAccess>,
}

/// Seats of a member that orgsync keeps as they are, because it doesn't know what they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockedSeats {
    /// Products that this version doesn't know, as the API spells them. Hostile text.
    pub products: Vec<String>,
    /// Known products of a subscription whose plan or status this version doesn't know.
    pub kept: Seats,
    /// All these unknown words: of products, plans and statuses. Hostile text.
    pub words: Vec<String>,
}

/// The roles of a person or a group in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceAccess {
    /// The roles that the API can write.
    pub roles: WorkspaceRoles,
    /// Names of roles that the API can't write (custom or unknown ones). Hostile text.
    pub locked_roles: Vec<String>,
}

/// An active workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveWorkspace {
    pub id: Uuid,
    pub settings: WorkspaceSettings,
    /// Every member is in it, and it can't be archived.
    pub is_default: bool,
}

/// An API key, without its secret. All texts are hostile: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveApiKey {
    pub id: Uuid,
    pub name: Option<String>,
    /// The key with its middle left out.
    pub masked: String,
    /// The name of its workspace.
    pub workspace: Option<String>,
    pub owner: KeyOwner,
    /// When it was created, as the API shows it.
    pub created_at: Option<String>,
    /// The day on which it was last used; `None` if never.
    pub last_used: Option<String>,
    /// The day on which it expires; `None` if never.
    pub expires: Option<String>,
    /// Whether the Admin API key may delete it; `None` if the API does not show it.
    pub deletable: Option<bool>,
}

/// Who created an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    Address(Email),
    Id(Uuid),
    /// Another key, or nobody that the API shows.
    Unknown,
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveGroup {
    pub id: Uuid,
    pub settings: GroupSettings,
    /// The name of an organization role that the API can't write (a custom or unknown one). Hostile text.
    pub locked_role: Option<String>,
    /// It belongs to the identity provider: the API can't change it.
    pub externally_managed: bool,
    /// The groups in which it is nested: its members inherit what they grant too.
    pub parents: BTreeSet<Uuid>,
    /// Its direct members.
    pub members: BTreeSet<Uuid>,
    /// The roles that its members inherit in workspaces.
    pub workspaces: BTreeMap<Uuid, WorkspaceAccess>,
}

/// An invitation of a person who has not joined yet.
///
/// The API does not show its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveInvitation {
    pub id: Uuid,
    /// `None` if orgsync doesn't support it.
    pub email: Option<Email>,
    /// The name of a person without `email`. Hostile text: escape before showing.
    pub label: String,
    /// The roles that the invitation gives.
    pub roles: Roles,
    /// Names of roles that the API can't write (custom or unknown ones). Hostile text.
    pub locked_roles: Vec<String>,
    /// Expired: can't be accepted any more.
    pub expired: bool,
    /// When it was sent; `None` if the API does not show that.
    pub created_at: Option<Timestamp>,
    /// The workspaces that the person joins on accepting, with the vendor's default role.
    pub workspaces: BTreeSet<Uuid>,
}
