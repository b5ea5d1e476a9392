//! The organization as it is.

use super::{Access, Email, GroupSettings, Roles, WorkspaceRoles, WorkspaceSettings};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Everything orgsync has read of the live organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// The people who have joined.
    pub members: Vec<LiveMember>,
    /// The people who have been invited, expired invitations included.
    pub invitations: Vec<LiveInvitation>,
    /// The active workspaces, the default one among them.
    pub workspaces: Vec<LiveWorkspace>,
    /// The groups; nothing where the organization does not have groups at all.
    pub groups: Option<Vec<LiveGroup>>,
    /// The organization's identifier, where the audit log tells it.
    pub organization_id: Option<Uuid>,
    /// How many API keys each address has created; nothing where the list can't be read.
    pub api_keys: Option<BTreeMap<Email, usize>>,
}

/// Somebody who has joined the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMember {
    /// The vendor's identifier.
    pub id: Uuid,
    /// The address, or nothing where the vendor tells none or one that orgsync can't write.
    pub email: Option<Email>,
    /// What to call this person where there is no `email`. Hostile text: escape before showing.
    pub label: String,
    /// The display name. Hostile text: escape before showing.
    pub name: Option<String>,
    /// The roles that the API can write, and all seats, those of unmanaged products included.
    pub access: Access,
    /// Names of roles that the API can't write (custom ones). Not empty: the roles are locked. Hostile text.
    pub locked_roles: Vec<String>,
    /// The roles in each workspace that the person can enter, by the workspace's identifier. The vendor does not say
    /// which of them come through a group.
    pub workspaces: BTreeMap<Uuid, WorkspaceAccess>,
}

/// What somebody, or a group, may do in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceAccess {
    /// The roles that the API can write.
    pub roles: WorkspaceRoles,
    /// Names of roles that the API can't write (custom ones). Hostile text.
    pub locked_roles: Vec<String>,
}

/// An active workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveWorkspace {
    /// The vendor's identifier.
    pub id: Uuid,
    /// What it is called and looks like.
    pub settings: WorkspaceSettings,
    /// The workspace that everybody is in and that can't be archived.
    pub is_default: bool,
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveGroup {
    /// The vendor's identifier.
    pub id: Uuid,
    /// What it is called and grants.
    pub settings: GroupSettings,
    /// The name of an organization role that the API can't write (a custom one). Hostile text.
    pub locked_role: Option<String>,
    /// It belongs to the identity provider: the API can't change it.
    pub externally_managed: bool,
    /// The groups in which it is nested: what they give reaches its members too.
    pub parents: BTreeSet<Uuid>,
    /// Its own members.
    pub members: BTreeSet<Uuid>,
    /// What its members may do in workspaces through it.
    pub workspaces: BTreeMap<Uuid, WorkspaceAccess>,
}

/// Somebody who has been invited and has not joined yet.
///
/// The vendor doesn't tell which seats an invitation carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveInvitation {
    /// The vendor's identifier.
    pub id: Uuid,
    /// The address, or nothing where it is one that orgsync can't write.
    pub email: Option<Email>,
    /// What to call this person where there is no `email`. Hostile text: escape before showing.
    pub label: String,
    /// The roles that the invitation gives.
    pub roles: Roles,
    /// Names of roles that the API can't write (custom ones). Hostile text.
    pub locked_roles: Vec<String>,
    /// Expired: can't be accepted any more.
    pub expired: bool,
}
