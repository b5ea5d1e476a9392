//! A plan out of its document: the actions that were reviewed, and the rules under which they were.

mod groups;
mod people;
mod workspaces;

use super::build::FORMAT_VERSION;
use super::{ActionDocument, PlanDocument};
use crate::escape;
use crate::model::{
    Budget, Desired, Email, Policy, Product, Seats, UnmanagedPolicy, WorkspaceRole, WorkspaceRoles,
};
use crate::plan::action::{Action, Kind, Operation};
use crate::plan::{Promise, order};
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A plan that was kept, and read back.
#[derive(Debug, Clone)]
pub struct Saved {
    /// What was reviewed.
    pub document: PlanDocument,
    /// Its actions, in the order of an apply, without places in files.
    pub actions: Vec<Action>,
    /// Budget and policy of the time. There are no people in it.
    pub desired: Desired,
    /// Who was to take seats on coming in.
    pub promised: Vec<Promise>,
}

/// Why a document is no plan that can be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Not of the documented shape.
    #[error("it is not a plan: {0}")]
    Shape(String),
    /// A version of the format that this program doesn't write.
    #[error("it is of version {0} of the format, and this orgsync reads {FORMAT_VERSION}")]
    Version(String),
    /// Not what was written.
    #[error("its digest does not fit its content: it was changed after it was made")]
    Digest,
    /// It was refused when it was made.
    #[error("it was refused when it was made ({0})")]
    Refused(String),
    /// An action that this program would not have written.
    #[error("its action `{0}` is not one that orgsync makes")]
    Action(String),
}

impl Saved {
    /// Reads a plan back.
    ///
    /// # Errors
    ///
    /// It is no plan, from another version, changed, or was refused when it was made.
    pub fn read(text: &str) -> Result<Self, RestoreError> {
        #[derive(serde::Deserialize)]
        struct Head {
            format_version: String,
        }
        let shape = |error: serde_json::Error| RestoreError::Shape(escape::excerpt(&error.to_string()));
        let Head { format_version } = serde_json::from_str(text).map_err(shape)?;
        if format_version != FORMAT_VERSION {
            return Err(RestoreError::Version(escape::excerpt(&format_version)));
        }
        let document: PlanDocument = serde_json::from_str(text).map_err(shape)?;
        if document.compute_digest() != document.digest {
            return Err(RestoreError::Digest);
        }
        if !document.refusals.is_empty() {
            let codes: BTreeSet<&str> =
                document.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
            let codes: Vec<_> = codes.into_iter().collect();
            return Err(RestoreError::Refused(escape::excerpt(&codes.join(", "))));
        }
        let managed: Seats = document.seats.keys().copied().collect();
        let action_document = |action: &Action| ActionDocument::new(action, managed, &Sources::default());
        let unfit = |action: &ActionDocument| RestoreError::Action(escape::excerpt(&action.id));
        let mut actions = Vec::with_capacity(document.actions.len());
        for written in &document.actions {
            let operation = operation(written, &document).ok_or_else(|| unfit(written))?;
            let phase = order::phases(&operation).find(|phase| *phase as u8 == written.phase);
            let phase = phase.ok_or_else(|| unfit(written))?;
            let action = Action { phase, operation, sources: Vec::new(), origin: written.origin };
            // What is carried out is exactly what was shown: places in files aside, nothing else is in the document.
            let shown = ActionDocument { sources: written.sources.clone(), ..action_document(&action) };
            if shown != *written {
                return Err(unfit(written));
            }
            actions.push(action);
        }
        order::sort(&mut actions);
        if !actions.iter().map(Action::id).eq(document.actions.iter().map(|action| action.id.clone())) {
            return Err(RestoreError::Shape("its actions are not in their order".to_owned()));
        }
        let promised = document.promised.iter().map(|promise| Promise {
            who: promise.target.clone(),
            seats: promise.seats.iter().copied().collect(),
        });
        Ok(Self { actions, desired: desired(&document), promised: promised.collect(), document })
    }
}

/// The rules of the time. Their places in files are not known any more.
fn desired(document: &PlanDocument) -> Desired {
    let nowhere = Span { file: 0, start: 0, end: 0 };
    let policy = &document.policy;
    let budget = |(product, seats): (&Product, &super::SeatsDocument)| {
        (*product, (Budget { purchased: seats.purchased, reserve: seats.reserve }, nowhere))
    };
    Desired {
        organization: document.organization.clone(),
        organization_id: None,
        budgets: document.seats.iter().map(budget).collect(),
        policy: Policy {
            onboarding: policy.onboarding,
            unmanaged: UnmanagedPolicy::default(),
            expired_invitations: policy.expired_invitations,
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
    }
}

fn operation(action: &ActionDocument, document: &PlanDocument) -> Option<Operation> {
    match action.kind {
        Kind::MemberCreate
        | Kind::MemberUpdate
        | Kind::MemberRemove
        | Kind::InvitationSend
        | Kind::InvitationRenew
        | Kind::InvitationRevoke => Some(people::restore(action, document)?.into()),
        Kind::WorkspaceCreate
        | Kind::WorkspaceUpdate
        | Kind::WorkspaceArchive
        | Kind::WorkspaceMembersSet
        | Kind::WorkspaceMembersRemove => Some(workspaces::restore(action)?.into()),
        Kind::GroupCreate
        | Kind::GroupUpdate
        | Kind::GroupDelete
        | Kind::GroupMembersAdd
        | Kind::GroupMembersRemove
        | Kind::GroupWorkspacesSet
        | Kind::GroupWorkspacesRemove => Some(groups::restore(action)?.into()),
    }
}

fn roles(list: &[WorkspaceRole]) -> WorkspaceRoles {
    list.iter().copied().collect()
}
