//! Puts a plan into a document.

use super::states::requires;
use super::{
    ActionDocument, LeavesDocument, LockedDocument, PlanDocument, PolicyDocument, RefusalDocument,
    SeatsDocument, Summary, UnmanagedDocument, WaitingDocument,
};
use crate::diag::Diagnostic;
use crate::model::{Desired, Limit, Product, Seats};
use crate::plan::action::{Action, Operation, PersonOperation};
use crate::plan::{Locked, Plan, Unmanaged, Waiting};
use crate::source::Sources;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

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
            seats: seat_budget(plan, desired),
            unmanaged: plan.unmanaged.iter().map(UnmanagedDocument::from).collect(),
            waiting: plan.waiting.iter().map(WaitingDocument::from).collect(),
            locked: plan.locked.iter().map(LockedDocument::from).collect(),
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
pub fn seat_budget(plan: &Plan, desired: &Desired) -> BTreeMap<&'static str, SeatsDocument> {
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
            ("groups", policy.unmanaged.groups.0),
            ("workspace_members", policy.unmanaged.workspace_members.0),
            ("group_members", policy.unmanaged.group_members.0),
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
        let (before, after) = operation.states();
        Self {
            id: action.id(),
            kind: operation.kind().name(),
            target: operation.target().to_owned(),
            phase: action.phase as u8,
            requires: requires(operation),
            before,
            after,
            leaves: leaves(operation),
            irreversible: operation.is_irreversible(),
            seats: managed.into_iter().map(claimed).filter(|(_, count)| *count != 0).collect(),
            sources: action.sources.iter().map(|span| sources.position(*span)).collect(),
        }
    }
}

fn leaves(operation: &Operation) -> Option<LeavesDocument> {
    let Some(PersonOperation::MemberRemove { leaves, .. }) = operation.person() else { return None };
    Some(LeavesDocument { workspaces: leaves.workspaces.clone(), api_keys: leaves.api_keys })
}

impl From<&Unmanaged> for UnmanagedDocument {
    fn from(thing: &Unmanaged) -> Self {
        Self {
            kind: thing.kind.name(),
            within: thing.within.clone(),
            target: thing.target.clone(),
            note: thing.note,
        }
    }
}

impl From<&Waiting> for WaitingDocument {
    fn from(waiting: &Waiting) -> Self {
        Self {
            target: waiting.email.to_string(),
            cause: waiting.cause.name(),
            workspaces: waiting.workspaces.clone(),
            groups: waiting.groups.clone(),
        }
    }
}

impl From<&Locked> for LockedDocument {
    fn from(locked: &Locked) -> Self {
        match locked {
            Locked::Member { email, roles } => {
                Self { kind: "member", target: email.to_string(), roles: roles.clone() }
            }
            Locked::Group { name } => Self { kind: "group", target: name.clone(), roles: Vec::new() },
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
