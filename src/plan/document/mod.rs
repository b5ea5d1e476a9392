//! The plan as a document, for machines and for keeping.
//!
//! The same inputs give the same document, byte for byte, but for `created_at`. The digest covers all but that: it
//! guards against accidents, not against attackers.

mod build;

pub use build::seat_budget;

use super::action::Kind;
use crate::model::{ExpiredInvitations, Language, Onboarding, Product, Role, Unmanaged};
use crate::source::Position;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A plan with everything that was known and decided when it was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanDocument {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
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
    pub seats: BTreeMap<&'static str, SeatsDocument>,
    /// What is live, declared nowhere and left alone.
    pub unmanaged: Vec<UnmanagedDocument>,
    /// Declared people who are not in yet and for whom there is nothing to do now.
    pub waiting: Vec<WaitingDocument>,
    /// Declared people with a role that the API can't write: their roles are left alone.
    pub locked: Vec<LockedDocument>,
    /// Why the plan may not be applied; empty if it may.
    pub refusals: Vec<RefusalDocument>,
    /// How much there is to do.
    pub summary: Summary,
}

/// The policy under which a plan was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PolicyDocument {
    pub onboarding: Onboarding,
    pub unmanaged: BTreeMap<&'static str, Unmanaged>,
    pub expired_invitations: ExpiredInvitations,
    pub min_admins: u32,
    /// A number, or a share such as `25%`.
    pub max_removals: Value,
    pub protected: Vec<String>,
    pub invitation_language: Option<Language>,
}

/// One thing to do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActionDocument {
    /// What identifies the action in this plan.
    pub id: String,
    /// The kind of change.
    #[schemars(extend("enum" = Kind::ALL.map(Kind::name)))]
    pub kind: &'static str,
    /// The address of the person who is changed.
    pub target: String,
    /// The phase of the apply: 1, 2 or 3.
    pub phase: u8,
    /// What must still be so when the action is carried out.
    pub requires: Value,
    /// What the person has before; null where there is nobody.
    pub before: Option<AccessDocument>,
    /// What the person has after; null where there is nobody any more.
    pub after: Option<AccessDocument>,
    /// Seats of managed products claimed (positive) or set free (negative).
    pub seats: BTreeMap<&'static str, i64>,
    /// The places in the files that ask for it.
    pub sources: Vec<Position>,
}

/// What a person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccessDocument {
    /// Organization roles.
    pub roles: Vec<Role>,
    /// Product seats; absent where the vendor doesn't tell (the invitation as it was).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<Product>>,
}

/// One product's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnmanagedDocument {
    /// What it is.
    pub kind: &'static str,
    /// Its address; without one, its name or identifier.
    pub target: String,
    /// What is special about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// A declared person who is not in yet.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaitingDocument {
    /// Who.
    pub target: String,
    /// What for: `acceptance`, `expired_invitation` or `sign_in`.
    #[serde(rename = "for")]
    pub cause: &'static str,
}

/// A declared person with a role that the API can't write.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LockedDocument {
    /// Who.
    pub target: String,
    /// All roles that the person has.
    pub roles: Vec<String>,
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefusalDocument {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, and the way on.
    pub message: String,
    /// The places in the files that cause it.
    pub sources: Vec<Position>,
}

/// How much there is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// The number of actions.
    pub changes: usize,
    /// The number of actions of each kind that occurs.
    pub by_kind: BTreeMap<&'static str, usize>,
}
