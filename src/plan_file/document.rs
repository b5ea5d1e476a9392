//! The plan as a document, for other programs and saved plans.
//!
//! The same inputs give the same document, byte for byte, except for `created_at`. The digest covers everything else.
//! It detects accidents, not attacks.

use crate::diag::Diagnostic;
use crate::model::{
    COMPLETE_WITHIN, Departed, Desired, Email, ExpiredInvitations, Language, Limit, Offboarding, Onboarding,
    Product, Seats, UndeclaredAdmins, Unmanaged as Word,
};
use crate::plan::{
    Action, ActionOrigin, ApiKeyLeft, Cause, Causes, ChangedBy, HeldBack, HiddenRoles, Kind, Locked,
    NoLongerDeclared, Operation, PendingSeats, Phase, Plan, RevokedSince, Scope, SeatChange, UndeclaredPower,
    Unmanaged, Waiting,
};
use crate::source::{Position, Sources};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io;
use uuid::Uuid;

/// The version of the document's format.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// A plan, with the budget and policy under which it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
    /// The live organization's identifier; null if the audit log is empty or can't be read.
    pub organization_id: Option<Uuid>,
    /// The base URL of the Admin API; null for a snapshot or an embedded sandbox.
    pub api_url: Option<String>,
    /// When the snapshot was taken (RFC 3339, UTC); absent for a plan against the organization itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_taken_at: Option<String>,
    /// When the plan was made (RFC 3339, UTC).
    pub created_at: String,
    /// The day on which `expires` was evaluated (UTC).
    pub today: String,
    /// The version of orgsync that made the plan.
    pub orgsync_version: String,
    /// SHA-256 of this document with `created_at` and `digest` empty.
    pub digest: String,
    /// The policy under which the plan was made.
    pub policy: PolicyDocument,
    /// What the plan is about, if not everything: only what revokes from some people, or only their invitations.
    #[serde(default, skip_serializing_if = "Scope::is_whole")]
    pub scope: Scope,
    /// The actions, in the order of an apply.
    pub actions: Vec<ActionDocument>,
    /// The seat budget of each managed product.
    pub seats: BTreeMap<Product, SeatsDocument>,
    /// Power that no file grants and that the plan leaves in place.
    #[serde(default)]
    pub undeclared_power: Vec<UndeclaredPower>,
    /// Live resources that no file declares and that are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// What the files before declared, no file declares now, and the plan leaves alone; empty without a base.
    #[serde(default)]
    pub no_longer_declared: Vec<NoLongerDeclared>,
    /// Declared people who have not joined yet and for whom there is nothing to do now.
    pub waiting: Vec<Waiting>,
    /// What is left as it is although a file declares the resource.
    pub locked: Vec<Locked>,
    /// The API keys of people who leave or have left, and, if there are any, those without a known owner.
    #[serde(default)]
    pub api_keys_left: Vec<ApiKeyLeft>,
    /// Workspace roles that people stop inheriting and that no file grants. They may also have them directly, which shows
    /// only after the actions: the apply reads these people again, and revokes what shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_roles: Vec<HiddenRoles>,
    /// Seats that people take on joining, before the plan.
    #[serde(rename = "promised")]
    pub pending: Vec<PendingSeats>,
    /// What a reader must know, and what does not prevent an apply.
    pub warnings: Vec<FindingDocument>,
    /// Why the plan may not be applied; empty if it may.
    pub refusals: Vec<FindingDocument>,
    /// What is due and left out, because a guard or the budget forbids it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<HeldBack>,
    /// What new members wait for, and a plan of what is due does not give back: somebody has revoked it since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked_since: Vec<RevokedSince>,
    /// People whose renewal can't be counted: neither the audit log nor a journal tells how often they were invited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncounted_renewals: Vec<Email>,
    /// The ids of actions that only the files before the change need; absent without a base.
    #[serde(rename = "withdrawn", default, skip_serializing_if = "Option::is_none")]
    pub no_longer_planned: Option<Vec<String>>,
    /// The numbers of changes.
    pub summary: Summary,
}

/// The policy under which a plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    pub onboarding: Onboarding,
    pub unmanaged: BTreeMap<String, Word>,
    #[serde(default)]
    pub undeclared_admins: UndeclaredAdmins,
    pub expired_invitations: ExpiredInvitations,
    #[serde(default)]
    pub departed: Departed,
    #[serde(default)]
    pub offboarding: Offboarding,
    /// In days.
    #[serde(default = "complete_within")]
    pub complete_within: u16,
    pub min_admins: u32,
    /// A number, or a share such as `25%`.
    pub max_removals: Limit,
    pub protected: Vec<String>,
    pub invitation_language: Option<Language>,
}

/// An action: its operation, and derived fields for readers that don't know all kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionDocument {
    /// Identifies the action in this plan; for people to read.
    pub id: String,
    /// The address of a person, the name of a workspace or group, or the identifier of an API key.
    pub target: String,
    pub phase: Phase,
    #[serde(flatten)]
    pub operation: Operation,
    /// Why it is there now.
    #[serde(default = "declared")]
    #[schemars(with = "Vec<Cause>")]
    pub causes: Causes,
    /// The action can't be undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub irreversible: bool,
    /// Seats of managed products claimed (positive) or freed (negative).
    pub seats: BTreeMap<Product, i64>,
    /// The positions in the files that cause it.
    pub sources: Vec<Position>,
    /// Whether it comes from the change of the files or is drift; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<ActionOrigin>,
    /// Who made the change by hand that it undoes; absent if the audit log does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<ChangedBy>,
}

/// One product's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatsDocument {
    pub purchased: u32,
    /// Seats kept free.
    pub reserve: u32,
    /// Seats in use now.
    pub used_before: i64,
    /// Seats in use after the plan.
    pub used_after: i64,
    /// Seats that people take when they join, after the plan.
    pub pending: i64,
    /// Seats that can still be granted after the plan; negative if there are too few.
    pub available: i64,
}

/// A warning, or a reason why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingDocument {
    /// The stable code.
    pub code: String,
    /// What is wrong, and what to do.
    pub message: String,
    /// The positions in the files that cause it.
    pub sources: Vec<Position>,
}

/// The numbers of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The number of actions.
    pub changes: usize,
    /// The number of actions of each kind that occurs.
    #[schemars(with = "BTreeMap<String, usize>")]
    pub by_kind: BTreeMap<Kind, usize>,
    /// How many people become admins: directly, through a group, or on accepting an invitation.
    #[serde(default)]
    pub new_admins: usize,
    /// The changes that come from the change of the files; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Counts>,
    /// The changes that are drift; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Counts>,
    /// The changes that are due; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Counts>,
}

/// The numbers of changes in a part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The number of actions.
    pub changes: usize,
    /// The number of actions of each kind that occurs.
    #[schemars(with = "BTreeMap<String, usize>")]
    pub by_kind: BTreeMap<Kind, usize>,
}

/// The source of the live organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// `None` if the audit log is empty or can't be read.
    pub organization_id: Option<Uuid>,
    /// The base URL of the Admin API; `None` for a snapshot or an embedded sandbox.
    pub api_url: Option<String>,
    /// When the snapshot was taken; `None` without a snapshot or if it has no date.
    pub taken_at: Option<Timestamp>,
}

impl PlanDocument {
    /// Makes the document of a plan and its refusals.
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
        let findings =
            |all: &[Diagnostic]| all.iter().map(|one| FindingDocument::new(one, sources)).collect();
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
            scope: plan.scope.clone(),
            actions: plan.actions.iter().map(|one| ActionDocument::new(one, managed, sources)).collect(),
            seats: seat_budget(plan, desired),
            undeclared_power: plan.undeclared_power.clone(),
            unmanaged: plan.unmanaged.clone(),
            no_longer_declared: plan.no_longer_declared.clone(),
            waiting: plan.waiting.clone(),
            locked: plan.locked.clone(),
            api_keys_left: plan.api_keys_left.clone(),
            hidden_roles: plan.hidden_roles.clone(),
            pending: plan.pending.clone(),
            warnings: findings(&plan.warnings),
            refusals: findings(refusals),
            held_back: plan.held_back.clone(),
            revoked_since: plan.revoked_since.clone(),
            uncounted_renewals: plan.uncounted.clone(),
            no_longer_planned: plan.base.map(|_| plan.no_longer_planned.iter().map(Action::id).collect()),
            summary: Summary::of(plan),
        };
        document.digest = document.compute_digest();
        document.created_at = created_at.to_string();
        document
    }

    /// The digest of this document, whose `created_at` and `digest` must be empty.
    #[must_use]
    pub fn compute_digest(&self) -> String {
        let mut hash = Sha256::new();
        // A hash takes any bytes, and maps have texts as keys: this can't fail.
        let _ = serde_json::to_writer(HashWriter(&mut hash), self);
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }
}

struct HashWriter<'h>(&'h mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
        undeclared_admins: policy.unmanaged.admins.0,
        expired_invitations: policy.expired_invitations,
        departed: policy.departed,
        offboarding: policy.offboarding,
        complete_within: policy.complete_within,
        min_admins: policy.min_admins,
        max_removals: policy.max_removals,
        protected: policy.protected.keys().map(ToString::to_string).collect(),
        invitation_language: policy.invitation_language,
    }
}

impl ActionDocument {
    pub(super) fn new(action: &Action, managed: Seats, sources: &Sources) -> Self {
        let positions = action.sources.iter().map(|span| sources.position(*span)).collect();
        Self {
            origin: action.origin,
            causes: action.causes,
            changed_by: action.changed_by.clone(),
            ..Self::of(&action.operation, action.phase, managed, positions)
        }
    }

    /// The document of an operation, with all derived fields.
    pub(super) fn of(operation: &Operation, phase: Phase, managed: Seats, sources: Vec<Position>) -> Self {
        let change = SeatChange::of(operation, managed);
        let seats = managed.into_iter().map(|product| (product, change.claimed(product)));
        Self {
            id: operation.id(),
            target: operation.named().into_owned(),
            phase,
            irreversible: operation.is_irreversible(),
            seats: seats.filter(|(_, count)| *count != 0).collect(),
            operation: operation.clone(),
            sources,
            causes: declared(),
            origin: None,
            changed_by: None,
        }
    }
}

fn complete_within() -> u16 {
    COMPLETE_WITHIN
}

/// The causes of an action in documents of versions that did not tell them.
fn declared() -> Causes {
    Cause::Declared.into()
}

impl FindingDocument {
    /// Puts a diagnostic into a document.
    #[must_use]
    pub fn new(refusal: &Diagnostic, sources: &Sources) -> Self {
        let more = match refusal.more {
            0 => String::new(),
            1 => " (and 1 more place)".to_owned(),
            more => format!(" (and {more} more places)"),
        };
        Self {
            code: refusal.code.name().to_owned(),
            message: format!("{}{more}; {}", refusal.message, refusal.help),
            sources: refusal.all_labels().map(|label| sources.position(label.span)).collect(),
        }
    }
}

impl Summary {
    /// Counts a plan's actions.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let Counts { changes, by_kind } = Counts::of(plan.actions.iter());
        let part = |origin| plan.base.map(|_| Counts::of(plan.of(origin)));
        Self {
            changes,
            by_kind,
            new_admins: plan.new_admins(),
            change: part(ActionOrigin::Change),
            drift: part(ActionOrigin::Drift),
            due: part(ActionOrigin::Due),
        }
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
