//! Reads a saved plan: the reviewed actions, and the budget and policy at that time.

use super::document::{ActionDocument, FORMAT_VERSION, PlanDocument, SeatsDocument};
use crate::escape;
use crate::model::{Budget, Desired, Email, Policy, Product, Seats, UnmanagedPolicy};
use crate::plan::{Action, order};
use crate::source::Span;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A saved plan that was read back.
#[derive(Debug, Clone)]
pub struct SavedPlan {
    /// The document that was reviewed.
    pub document: PlanDocument,
    /// Its actions, in the order of an apply, without positions in files.
    pub actions: Vec<Action>,
    /// The budget and policy at that time, without people.
    pub desired: Desired,
}

/// Why a document can't be applied as a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not of the documented shape.
    #[error("it is not a plan: {0}")]
    Shape(String),
    /// An unsupported version of the format.
    #[error("it has format version {0}, but this orgsync reads {FORMAT_VERSION}")]
    Version(String),
    /// It was edited after it was written.
    #[error("its digest does not match its content: it was edited")]
    Digest,
    /// `orgsync plan` refused it.
    #[error("`orgsync plan` already refused it ({0})")]
    Refused(String),
    /// It is a plan for some people only.
    #[error("it is a plan for some people only, which can't be saved: use `orgsync apply --only`")]
    Scope,
    /// It has an action that orgsync would not have written.
    #[error("orgsync would not write its action `{0}`")]
    Action(String),
}

impl SavedPlan {
    /// Reads a plan back.
    ///
    /// # Errors
    ///
    /// It is not a plan, has another version, was edited, or was refused by `orgsync plan`.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let document = document(text)?;
        if !document.refusals.is_empty() {
            let codes: BTreeSet<&str> =
                document.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
            let codes: Vec<_> = codes.into_iter().collect();
            return Err(ReadError::Refused(escape::excerpt(&codes.join(", "))));
        }
        if !document.scope.is_whole() {
            return Err(ReadError::Scope);
        }
        let managed: Seats = document.seats.keys().copied().collect();
        let actions: Vec<Action> =
            document.actions.iter().map(|one| action(one, managed)).collect::<Result<_, _>>()?;
        let mut sorted = actions.clone();
        order::sort(&mut sorted);
        if sorted != actions {
            return Err(ReadError::Shape("its actions are in the wrong order".to_owned()));
        }
        Ok(Self { actions, desired: desired(&document), document })
    }
}

/// Reads the document and checks that it was not edited.
fn document(text: &str) -> Result<PlanDocument, ReadError> {
    let shape = |error: serde_json::Error| ReadError::Shape(escape::excerpt(&error.to_string()));
    let value: Value = serde_json::from_str(text).map_err(shape)?;
    if let Some(version) = value.get("format_version").and_then(Value::as_str)
        && version != FORMAT_VERSION
    {
        return Err(ReadError::Version(escape::excerpt(version)));
    }
    // From the text: its errors name lines and columns.
    let document: PlanDocument = serde_json::from_str(text).map_err(shape)?;
    // Deserializing silently drops unknown keys of an action, but reviewers may have relied on them.
    if serde_json::to_value(&document).map_err(shape)? != value {
        return Err(ReadError::Shape("it has content that orgsync does not write".to_owned()));
    }
    let bare = PlanDocument { created_at: String::new(), digest: String::new(), ..document.clone() };
    if bare.compute_digest() != document.digest {
        return Err(ReadError::Digest);
    }
    Ok(document)
}

/// An action of the document. orgsync executes exactly what the document shows.
fn action(written: &ActionDocument, managed: Seats) -> Result<Action, ReadError> {
    let ActionDocument { operation, phase, causes, origin, changed_by, .. } = written;
    let follows = ActionDocument {
        origin: *origin,
        causes: *causes,
        changed_by: changed_by.clone(),
        ..ActionDocument::of(operation, *phase, managed, written.sources.clone())
    };
    if follows != *written || !order::can_be_in(operation, *phase) {
        return Err(ReadError::Action(escape::excerpt(&written.id)));
    }
    Ok(Action {
        phase: *phase,
        operation: operation.clone(),
        sources: Vec::new(),
        causes: *causes,
        origin: *origin,
        changed_by: changed_by.clone(),
    })
}

/// The budget and policy of the document, without positions in files.
fn desired(document: &PlanDocument) -> Desired {
    let nowhere = Span { file: 0, start: 0, end: 0 };
    let policy = &document.policy;
    let budget = |(product, seats): (&Product, &SeatsDocument)| {
        (*product, (Budget { purchased: seats.purchased, reserve: seats.reserve }, nowhere))
    };
    Desired {
        organization: document.organization.clone(),
        organization_id: None,
        domains: None,
        budgets: document.seats.iter().map(budget).collect(),
        policy: Policy {
            onboarding: policy.onboarding,
            unmanaged: UnmanagedPolicy {
                admins: (policy.undeclared_admins, None),
                ..UnmanagedPolicy::default()
            },
            expired_invitations: policy.expired_invitations,
            departed: policy.departed,
            offboarding: policy.offboarding,
            complete_within: policy.complete_within,
            min_admins: policy.min_admins,
            max_removals: policy.max_removals,
            protected: policy
                .protected
                .iter()
                .filter_map(|address| Some((Email::parse(address).ok()?, nowhere)))
                .collect(),
            invitation_language: policy.invitation_language,
        },
        defaults: Vec::new(),
        members: BTreeMap::new(),
        removals: BTreeMap::new(),
        workspaces: BTreeMap::new(),
        groups: BTreeMap::new(),
        timed: BTreeMap::new(),
        ended: BTreeMap::new(),
    }
}
