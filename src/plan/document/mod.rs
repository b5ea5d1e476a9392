//! The plan as a document, for machines and for keeping.
//!
//! The same inputs give the same document, byte for byte, but for `created_at`. The digest covers all but that: it
//! guards against accidents, not against attackers.

mod build;
mod requires;
mod restore;
mod states;

pub use build::{Origin, seat_budget};
pub use requires::{RequiredMember, RequiredWorkspace, Requires};
pub use restore::{RestoreError, Saved};

use super::action::{ActionOrigin, Kind};
use crate::model::{
    ExpiredInvitations, Language, Limit, Onboarding, Product, RemovalCause, Role, Unmanaged, WorkspaceRole,
};
use crate::source::Position;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A plan with everything that was known and decided when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
    /// The live organization's identifier, where the audit log told it.
    pub organization_id: Option<Uuid>,
    /// The base URL of the Admin API that was asked; null where none was, or one that lived for a run.
    pub api_url: Option<String>,
    /// When the snapshot was taken that the plan was made against (RFC 3339, UTC); absent where it was made against the
    /// organization itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_taken_at: Option<String>,
    /// When the plan was made (RFC 3339, UTC).
    pub created_at: String,
    /// The day that decided who has expired (UTC).
    pub today: String,
    /// The version of orgsync that made the plan.
    pub orgsync_version: String,
    /// SHA-256 of this document without `created_at` and `digest`.
    pub digest: String,
    /// The policy under which the plan was made.
    pub policy: PolicyDocument,
    /// What is to be done, in the order of an apply.
    pub actions: Vec<ActionDocument>,
    /// The seat budget of each managed product.
    pub seats: BTreeMap<Product, SeatsDocument>,
    /// What is live, declared nowhere and left alone.
    pub unmanaged: Vec<UnmanagedDocument>,
    /// Declared people who are not in yet and for whom there is nothing to do now.
    pub waiting: Vec<WaitingDocument>,
    /// What is declared and the API can't change: it is left alone.
    pub locked: Vec<LockedDocument>,
    /// Who will take seats on coming in, as things were before the plan.
    pub promised: Vec<PromiseDocument>,
    /// Why the plan may not be applied; empty if it may.
    pub refusals: Vec<RefusalDocument>,
    /// What the base asks for and these files don't, by the ids of the actions; absent where there is no base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Vec<String>>,
    /// How much there is to do.
    pub summary: Summary,
}

/// The policy under which a plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    pub onboarding: Onboarding,
    pub unmanaged: BTreeMap<String, Unmanaged>,
    pub expired_invitations: ExpiredInvitations,
    pub min_admins: u32,
    /// A number, or a share such as `25%`.
    pub max_removals: Limit,
    pub protected: Vec<String>,
    pub invitation_language: Option<Language>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionDocument {
    /// What identifies the action in this plan.
    pub id: String,
    /// The kind of change.
    #[schemars(with = "String", extend("enum" = Kind::ALL.map(Kind::name)))]
    pub kind: Kind,
    /// What is changed: the address of a person, or the name of a workspace or group.
    pub target: String,
    /// The phase of the apply, 1 to 8.
    pub phase: u8,
    /// What must still be so when the action is carried out.
    pub requires: Requires,
    /// What is there before; null where there is nothing.
    pub before: Option<StateDocument>,
    /// What is there after; null where there is nothing any more.
    pub after: Option<StateDocument>,
    /// Why something is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<RemovalCause>,
    /// What somebody who is removed leaves behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<LeavesDocument>,
    /// Nothing brings back what the action takes away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub irreversible: bool,
    /// Seats of managed products claimed (positive) or set free (negative).
    pub seats: BTreeMap<Product, i64>,
    /// The places in the files that ask for it.
    pub sources: Vec<Position>,
    /// Whether it comes from the change of the files since the base; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<ActionOrigin>,
}

/// What is there before or after an action: as much of it as the action is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum StateDocument {
    /// What a person has.
    Access(AccessDocument),
    /// A workspace.
    Workspace {
        /// The name.
        name: String,
        /// The description; empty where there is none.
        description: String,
        /// The icon; empty where there is none.
        icon: String,
    },
    /// A group.
    Group {
        /// The name.
        name: String,
        /// The description; empty where there is none.
        description: String,
        /// The organization role of its members.
        organization_role: Option<Role>,
    },
    /// The groups in which a group is nested.
    Parents {
        /// Their names.
        parents: Vec<String>,
    },
    /// The roles of people in a workspace.
    WorkspaceMembers {
        /// By address; without roles where they are not in it by themselves.
        members: BTreeMap<String, Vec<WorkspaceRole>>,
    },
    /// Members of a group.
    GroupMembers {
        /// Their addresses.
        members: Vec<String>,
    },
    /// What the members of a group have in workspaces.
    Workspaces {
        /// By the workspace's name.
        workspaces: BTreeMap<String, Vec<WorkspaceRole>>,
    },
}

/// What somebody leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeavesDocument {
    /// Workspaces where nobody else who stays is an admin.
    pub workspaces: Vec<String>,
    /// How many API keys the person has created; null where the list can't be read.
    pub api_keys: Option<usize>,
}

/// What a person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessDocument {
    /// Organization roles.
    pub roles: Vec<Role>,
    /// Product seats; absent where the vendor doesn't tell (the invitation as it was).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<Product>>,
    /// The workspaces that the person joins on accepting the invitation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<String>,
    /// The first name of an account that is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of an account that is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

/// One product's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatsDocument {
    /// Seats bought.
    pub purchased: u32,
    /// Seats kept free.
    pub reserve: u32,
    /// Seats held now.
    pub used_before: i64,
    /// Seats held after the plan.
    pub used_after: i64,
    /// Seats that people will take when they get in, after the plan.
    pub pending: i64,
    /// Seats that can still be given after the plan; negative where there are too few.
    pub available: i64,
}

/// Something that is live, declared nowhere and left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmanagedDocument {
    /// What it is.
    pub kind: String,
    /// The workspace or group that it is in, if it is there that nobody declares it.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its address; without one, its name or identifier.
    pub target: String,
    /// What is special about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A declared person who is not in yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingDocument {
    /// Who.
    pub target: String,
    /// What for: `acceptance`, `expired_invitation` or `sign_in`.
    #[serde(rename = "for")]
    pub cause: String,
    /// The workspaces that the person is to be in, once they are in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<String>,
    /// The groups that the person is to be in, once they are in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// Something declared that the API can't change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LockedDocument {
    /// `member` for a person with a role that the API can't write, `group` for a group of the identity provider.
    pub kind: String,
    /// An address, or the name of a group.
    pub target: String,
    /// All roles that the person has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

/// Seats that somebody will take on coming in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseDocument {
    /// Who: an address, or what else there is to call them by.
    pub target: String,
    /// The seats of managed products.
    pub seats: Vec<Product>,
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalDocument {
    /// The stable code.
    pub code: String,
    /// What is wrong, and the way on.
    pub message: String,
    /// The places in the files that cause it.
    pub sources: Vec<Position>,
}

/// How much there is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The number of actions.
    pub changes: usize,
    /// The number of actions of each kind that occurs.
    #[schemars(with = "BTreeMap<String, usize>")]
    pub by_kind: BTreeMap<Kind, usize>,
    /// What comes from the change of the files since the base; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Counts>,
    /// What was to be done without that change; absent where there is no base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Counts>,
}

/// How much there is to do, of a part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The number of actions.
    pub changes: usize,
    /// The number of actions of each kind that occurs.
    #[schemars(with = "BTreeMap<String, usize>")]
    pub by_kind: BTreeMap<Kind, usize>,
}
