//! The plan as a document, for machines and for keeping.
//!
//! The same inputs give the same document, byte for byte, but for `created_at`. The digest covers all but that: it
//! guards against accidents, not against attackers.

use super::Plan;
use super::action::{Action, Kind, Operation};
use crate::diag::Diagnostic;
use crate::model::{
    Desired, ExpiredInvitations, Language, Limit, Onboarding, Product, Role, Roles, Seats, Unmanaged,
};
use crate::source::{Position, Sources};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

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

impl Summary {
    /// Counts a plan's actions.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut by_kind = BTreeMap::new();
        for action in &plan.actions {
            *by_kind.entry(action.operation.kind().name()).or_insert(0) += 1;
        }
        Self { changes: plan.actions.len(), by_kind }
    }
}

impl PlanDocument {
    /// Puts a plan and what the checks say about it into a document.
    #[must_use]
    pub fn new(
        plan: &Plan,
        refusals: &[Diagnostic],
        desired: &Desired,
        sources: &Sources,
        today: Date,
        created_at: Timestamp,
    ) -> Self {
        let managed = desired.managed();
        let mut document = Self {
            format_version: FORMAT_VERSION.to_owned(),
            organization: desired.organization.clone(),
            created_at: String::new(),
            today: today.to_string(),
            orgsync_version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: String::new(),
            policy: policy(desired),
            actions: plan
                .actions
                .iter()
                .map(|action| ActionDocument::new(action, managed, sources))
                .collect(),
            seats: seats(plan, desired),
            unmanaged: plan
                .unmanaged
                .iter()
                .map(|thing| UnmanagedDocument {
                    kind: thing.kind.name(),
                    target: thing.target.clone(),
                    note: thing.note,
                })
                .collect(),
            waiting: plan
                .waiting
                .iter()
                .map(|waiting| WaitingDocument {
                    target: waiting.email.to_string(),
                    cause: waiting.cause.name(),
                })
                .collect(),
            locked: plan
                .locked
                .iter()
                .map(|locked| LockedDocument {
                    target: locked.email.to_string(),
                    roles: locked.roles.clone(),
                })
                .collect(),
            refusals: refusals.iter().map(|refusal| RefusalDocument::new(refusal, sources)).collect(),
            summary: Summary::of(plan),
        };
        document.digest = document.compute_digest();
        document.created_at = created_at.to_string();
        document
    }

    /// The digest of everything but `created_at` and the digest itself, which must be empty.
    fn compute_digest(&self) -> String {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        let hash = Sha256::digest(bytes);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }
}

/// The seats of each managed product before and after a plan.
#[must_use]
pub(super) fn seats(plan: &Plan, desired: &Desired) -> BTreeMap<&'static str, SeatsDocument> {
    let of = |product: Product| {
        let budget = desired.budgets.get(&product)?.0;
        Some(SeatsDocument {
            purchased: budget.purchased,
            reserve: budget.reserve,
            used_before: plan.before.used.get(product),
            used_after: plan.after.used.get(product),
            pending: plan.after.pending.get(product),
            available: i64::from(budget.limit()) - plan.after.claimed(product),
        })
    };
    desired.managed().into_iter().filter_map(|product| Some((product.name(), of(product)?))).collect()
}

fn policy(desired: &Desired) -> PolicyDocument {
    let policy = &desired.policy;
    PolicyDocument {
        onboarding: policy.onboarding,
        unmanaged: BTreeMap::from([
            ("members", policy.unmanaged.members.0),
            ("invitations", policy.unmanaged.invitations.0),
        ]),
        expired_invitations: policy.expired_invitations,
        min_admins: policy.min_admins,
        max_removals: match policy.max_removals {
            Limit::Count(count) => json!(count),
            Limit::Percent(_) => json!(policy.max_removals.to_string()),
        },
        protected: policy.protected.keys().map(ToString::to_string).collect(),
        invitation_language: policy.invitation_language,
    }
}

impl ActionDocument {
    fn new(action: &Action, managed: Seats, sources: &Sources) -> Self {
        let operation = &action.operation;
        let claimed = |product: Product| (product.name(), operation.delta().claimed(product));
        let (before, after) = states(operation);
        Self {
            id: action.id(),
            kind: operation.kind().name(),
            target: operation.email().to_string(),
            phase: action.phase as u8,
            requires: requires(operation),
            before,
            after,
            seats: managed.into_iter().map(claimed).filter(|(_, count)| *count != 0).collect(),
            sources: action.sources.iter().map(|span| sources.position(*span)).collect(),
        }
    }
}

impl RefusalDocument {
    fn new(refusal: &Diagnostic, sources: &Sources) -> Self {
        let more = match refusal.more {
            0 => String::new(),
            1 => " (and 1 more place)".to_owned(),
            more => format!(" (and {more} more places)"),
        };
        Self {
            code: refusal.code.name(),
            message: format!("{}{more}; {}", refusal.message, refusal.help),
            sources: refusal.labels.iter().map(|label| sources.position(label.span)).collect(),
        }
    }
}

/// What the person has before and after.
pub(super) fn states(operation: &Operation) -> (Option<AccessDocument>, Option<AccessDocument>) {
    let access = |roles: Roles, seats: Option<Seats>| {
        let (roles, seats) = (roles.into_iter().collect(), seats.map(|seats| seats.into_iter().collect()));
        Some(AccessDocument { roles, seats })
    };
    let ((before_roles, after_roles), (before_seats, after_seats)) = (operation.roles(), operation.seats());
    let before = match operation {
        Operation::MemberCreate { .. } | Operation::InvitationSend { .. } => None,
        Operation::MemberUpdate { .. } | Operation::MemberRemove { .. } => {
            access(before_roles, Some(before_seats))
        }
        Operation::InvitationRenew { .. } | Operation::InvitationRevoke { .. } => access(before_roles, None),
    };
    let after = match operation {
        Operation::MemberRemove { .. } | Operation::InvitationRevoke { .. } => None,
        Operation::MemberCreate { .. }
        | Operation::MemberUpdate { .. }
        | Operation::InvitationSend { .. }
        | Operation::InvitationRenew { .. } => access(after_roles, Some(after_seats)),
    };
    (before, after)
}

/// What must still be so when an operation is carried out.
fn requires(operation: &Operation) -> Value {
    match operation {
        Operation::MemberCreate { .. } | Operation::InvitationSend { .. } => json!({ "absent": true }),
        Operation::MemberUpdate { id, before, .. } | Operation::MemberRemove { id, before, .. } => {
            json!({ "member": id, "roles": before.roles, "seats": before.seats })
        }
        Operation::InvitationRenew { id, before, expired, .. }
        | Operation::InvitationRevoke { id, before, expired, .. } => {
            json!({ "invitation": id, "roles": before, "expired": expired })
        }
    }
}
