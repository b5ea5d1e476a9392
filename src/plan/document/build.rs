//! Puts a plan into a document.

use super::{
    ActionDocument, Counts, LeavesDocument, LockedDocument, PlanDocument, PolicyDocument, PromiseDocument,
    RefusalDocument, Requires, SeatsDocument, Summary, UnmanagedDocument, WaitingDocument,
};
use crate::diag::Diagnostic;
use crate::model::{Desired, Product, RemovalCause, Seats};
use crate::plan::action::{Action, ActionOrigin, Operation, PersonOperation};
use crate::plan::{Locked, Plan, Promise, Unmanaged, Waiting};
use crate::source::Sources;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The version of the document's format.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// Where the live organization was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its identifier, where the audit log tells it.
    pub organization_id: Option<Uuid>,
    /// The base URL of the Admin API, where there is one that outlives the run.
    pub api_url: Option<String>,
    /// When the snapshot was taken that stands for the live organization, where one does and says so.
    pub taken_at: Option<Timestamp>,
}

impl PlanDocument {
    /// Puts a plan and what the checks say about it into a document.
    #[must_use]
    pub fn new(
        plan: &Plan,
        refusals: &[Diagnostic],
        desired: &Desired,
        sources: &Sources,
        origin: Origin,
        today: Date,
        created_at: Timestamp,
    ) -> Self {
        let managed = desired.managed();
        let mut document = Self {
            format_version: FORMAT_VERSION.to_owned(),
            organization: desired.organization.clone(),
            organization_id: origin.organization_id,
            api_url: origin.api_url,
            live_taken_at: origin.taken_at.map(|time| time.to_string()),
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
            promised: plan.promised.iter().map(PromiseDocument::from).collect(),
            refusals: refusals.iter().map(|refusal| RefusalDocument::new(refusal, sources)).collect(),
            withdrawn: plan.base.map(|_| plan.withdrawn.iter().map(Action::id).collect()),
            summary: Summary::of(plan),
        };
        document.digest = document.compute_digest();
        document.created_at = created_at.to_string();
        document
    }

    /// The digest of everything but `created_at` and the digest itself.
    pub(crate) fn compute_digest(&self) -> String {
        let bare = Self { created_at: String::new(), digest: String::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&bare).unwrap_or_default();
        let hash = Sha256::digest(bytes);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }
}

/// The seats of each managed product before and after a plan.
#[must_use]
pub fn seat_budget(plan: &Plan, desired: &Desired) -> BTreeMap<Product, SeatsDocument> {
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
    desired.managed().into_iter().filter_map(|product| Some((product, of(product)?))).collect()
}

fn policy(desired: &Desired) -> PolicyDocument {
    let policy = &desired.policy;
    PolicyDocument {
        onboarding: policy.onboarding,
        unmanaged: [
            ("members", policy.unmanaged.members.0),
            ("invitations", policy.unmanaged.invitations.0),
            ("groups", policy.unmanaged.groups.0),
            ("workspace_members", policy.unmanaged.workspace_members.0),
            ("group_members", policy.unmanaged.group_members.0),
        ]
        .into_iter()
        .map(|(kind, word)| (kind.to_owned(), word))
        .collect(),
        expired_invitations: policy.expired_invitations,
        min_admins: policy.min_admins,
        max_removals: policy.max_removals,
        protected: policy.protected.keys().map(ToString::to_string).collect(),
        invitation_language: policy.invitation_language,
    }
}

impl ActionDocument {
    pub(super) fn new(action: &Action, managed: Seats, sources: &Sources) -> Self {
        let operation = &action.operation;
        let claimed = |product: Product| (product, operation.delta().claimed(product));
        let (before, after) = operation.states();
        Self {
            id: action.id(),
            kind: operation.kind(),
            target: operation.target().to_owned(),
            phase: action.phase as u8,
            requires: Requires::of(operation),
            before,
            after,
            cause: cause(operation),
            leaves: leaves(operation),
            irreversible: operation.is_irreversible(),
            seats: managed.into_iter().map(claimed).filter(|(_, count)| *count != 0).collect(),
            sources: action.sources.iter().map(|span| sources.position(*span)).collect(),
            origin: action.origin,
        }
    }
}

fn cause(operation: &Operation) -> Option<RemovalCause> {
    match operation.person()? {
        PersonOperation::MemberRemove { cause, .. } | PersonOperation::InvitationRevoke { cause, .. } => {
            Some(*cause)
        }
        _ => None,
    }
}

fn leaves(operation: &Operation) -> Option<LeavesDocument> {
    let Some(PersonOperation::MemberRemove { leaves, .. }) = operation.person() else { return None };
    Some(LeavesDocument { workspaces: leaves.workspaces.clone(), api_keys: leaves.api_keys })
}

impl From<&Unmanaged> for UnmanagedDocument {
    fn from(thing: &Unmanaged) -> Self {
        Self {
            kind: thing.kind.name().to_owned(),
            within: thing.within.clone(),
            target: thing.target.clone(),
            note: thing.note.map(str::to_owned),
        }
    }
}

impl From<&Promise> for PromiseDocument {
    fn from(promise: &Promise) -> Self {
        Self { target: promise.who.clone(), seats: promise.seats.into_iter().collect() }
    }
}

impl From<&Waiting> for WaitingDocument {
    fn from(waiting: &Waiting) -> Self {
        Self {
            target: waiting.email.to_string(),
            cause: waiting.cause.name().to_owned(),
            workspaces: waiting.workspaces.clone(),
            groups: waiting.groups.clone(),
        }
    }
}

impl From<&Locked> for LockedDocument {
    fn from(locked: &Locked) -> Self {
        match locked {
            Locked::Member { email, roles } => {
                Self { kind: "member".to_owned(), target: email.to_string(), roles: roles.clone() }
            }
            Locked::Group { name } => {
                Self { kind: "group".to_owned(), target: name.clone(), roles: Vec::new() }
            }
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
            code: refusal.code.name().to_owned(),
            message: format!("{}{more}; {}", refusal.message, refusal.help),
            sources: refusal.labels.iter().map(|label| sources.position(label.span)).collect(),
        }
    }
}

impl Summary {
    /// Counts a plan's actions.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let Counts { changes, by_kind } = Counts::of(plan.actions.iter());
        let part = |origin| plan.base.map(|_| Counts::of(plan.of(origin)));
        Self { changes, by_kind, change: part(ActionOrigin::Change), drift: part(ActionOrigin::Drift) }
    }
}

impl Counts {
    fn of<'a>(actions: impl Iterator<Item = &'a Action>) -> Self {
        let mut by_kind = BTreeMap::new();
        for action in actions {
            *by_kind.entry(action.operation.kind()).or_insert(0) += 1;
        }
        Self { changes: by_kind.values().sum(), by_kind }
    }
}
