//! A plan out of its document: the actions that were reviewed, and the rules under which they were.

use super::build::FORMAT_VERSION;
use super::requires::RequiredWorkspace;
use super::{AccessDocument, ActionDocument, PlanDocument, Requires, StateDocument};
use crate::escape;
use crate::model::{
    Access, Budget, Desired, Email, Policy, Product, Roles, Seats, UnmanagedPolicy, WorkspaceRole,
    WorkspaceRoles,
};
use crate::plan::action::{
    Action, Assignment, GroupOperation, GroupTraits, Kind, Leaves, Membership, Operation, Participant,
    PersonOperation, Reference, WorkspaceOperation, WorkspaceTraits,
};
use crate::plan::{Promise, order};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

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
            return Err(RestoreError::Refused(codes.into_iter().collect::<Vec<_>>().join(", ")));
        }
        let unfit = |action: &ActionDocument| RestoreError::Action(escape::excerpt(&action.id));
        let mut actions = Vec::with_capacity(document.actions.len());
        for written in &document.actions {
            let operation = operation(written, &document).ok_or_else(|| unfit(written))?;
            let phase = order::phases(&operation).find(|phase| *phase as u8 == written.phase);
            let phase = phase.ok_or_else(|| unfit(written))?;
            // What is carried out is exactly what was shown.
            if operation.id() != written.id {
                return Err(unfit(written));
            }
            actions.push(Action { phase, operation, sources: Vec::new() });
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
        | Kind::InvitationRevoke => Some(person(action, document)?.into()),
        Kind::WorkspaceCreate
        | Kind::WorkspaceUpdate
        | Kind::WorkspaceArchive
        | Kind::WorkspaceMembersSet
        | Kind::WorkspaceMembersRemove => Some(workspace(action)?.into()),
        Kind::GroupCreate
        | Kind::GroupUpdate
        | Kind::GroupDelete
        | Kind::GroupMembersAdd
        | Kind::GroupMembersRemove
        | Kind::GroupWorkspacesSet
        | Kind::GroupWorkspacesRemove => Some(group(action)?.into()),
    }
}

fn person(action: &ActionDocument, document: &PlanDocument) -> Option<PersonOperation> {
    let email = Email::parse(&action.target).ok()?;
    let requires = &action.requires;
    let managed: Seats = document.seats.keys().copied().collect();
    let language = document.policy.invitation_language;
    let workspaces = || {
        let each = requires.workspaces.iter();
        each.map(|(name, one)| Reference { name: name.clone(), id: one.workspace }).collect()
    };
    Some(match action.kind {
        Kind::MemberCreate => {
            let given = access_document(action.after.as_ref())?;
            PersonOperation::MemberCreate {
                email,
                first_name: given.first_name.clone()?,
                last_name: given.last_name.clone()?,
                access: access(action.after.as_ref())?,
            }
        }
        Kind::MemberUpdate => PersonOperation::MemberUpdate {
            email,
            id: requires.member?,
            before: access(action.before.as_ref())?,
            after: access(action.after.as_ref())?,
            takes_seats_of_split: action.id.ends_with("#seats"),
            managed,
        },
        Kind::MemberRemove => {
            let leaves = action.leaves.as_ref()?;
            PersonOperation::MemberRemove {
                email,
                id: requires.member?,
                before: access(action.before.as_ref())?,
                managed,
                cause: action.cause?,
                leaves: Leaves { workspaces: leaves.workspaces.clone(), api_keys: leaves.api_keys },
            }
        }
        Kind::InvitationSend => PersonOperation::InvitationSend {
            email,
            access: access(action.after.as_ref())?,
            workspaces: workspaces(),
            language,
        },
        Kind::InvitationRenew => PersonOperation::InvitationRenew {
            email,
            id: requires.invitation?,
            before: requires.roles?,
            expired: requires.expired?,
            access: access(action.after.as_ref())?,
            workspaces: workspaces(),
            language,
        },
        Kind::InvitationRevoke => PersonOperation::InvitationRevoke {
            email,
            id: requires.invitation?,
            before: requires.roles?,
            expired: requires.expired?,
            pending: action
                .seats
                .iter()
                .filter(|(_, count)| **count < 0)
                .map(|(product, _)| *product)
                .collect(),
            spare: action.id.contains('#'),
            cause: action.cause?,
        },
        _ => return None,
    })
}

fn access_document(state: Option<&StateDocument>) -> Option<&AccessDocument> {
    match state? {
        StateDocument::Access(access) => Some(access),
        _ => None,
    }
}

fn access(state: Option<&StateDocument>) -> Option<Access> {
    let access = access_document(state)?;
    let roles: Roles = access.roles.iter().copied().collect();
    Some(Access { roles, seats: access.seats.as_ref()?.iter().copied().collect() })
}

fn workspace(action: &ActionDocument) -> Option<WorkspaceOperation> {
    let requires = &action.requires;
    let reference = || Reference { name: action.target.clone(), id: requires.workspace };
    let traits = |state: Option<&StateDocument>| match state? {
        StateDocument::Workspace { name, description, icon } => {
            Some(WorkspaceTraits { name: name.clone(), description: description.clone(), icon: icon.clone() })
        }
        _ => None,
    };
    Some(match action.kind {
        Kind::WorkspaceCreate => {
            let (name, id) = requires.admin.first_key_value()?;
            let admin = Participant { name: name.clone(), id: *id };
            WorkspaceOperation::Create { traits: traits(action.after.as_ref())?, admin }
        }
        Kind::WorkspaceUpdate => WorkspaceOperation::Update {
            workspace: reference(),
            before: traits(action.before.as_ref())?,
            after: traits(action.after.as_ref())?,
        },
        Kind::WorkspaceArchive => {
            let before = traits(action.before.as_ref())?;
            WorkspaceOperation::Archive { name: action.target.clone(), id: requires.workspace?, before }
        }
        Kind::WorkspaceMembersSet => {
            WorkspaceOperation::MembersSet { workspace: reference(), members: memberships(action)? }
        }
        Kind::WorkspaceMembersRemove => {
            WorkspaceOperation::MembersRemove { workspace: reference(), members: memberships(action)? }
        }
        _ => return None,
    })
}

fn memberships(action: &ActionDocument) -> Option<Vec<Membership>> {
    let Some(StateDocument::WorkspaceMembers { members: after }) = &action.after else { return None };
    let each = action.requires.members.iter().map(|(name, required)| {
        Some(Membership {
            who: Participant { name: name.clone(), id: required.member },
            before: required.roles?,
            after: roles(after.get(name)?),
        })
    });
    each.collect()
}

fn roles(list: &[WorkspaceRole]) -> WorkspaceRoles {
    list.iter().copied().collect()
}

fn group(action: &ActionDocument) -> Option<GroupOperation> {
    let requires = &action.requires;
    let group = Reference { name: action.target.clone(), id: requires.group };
    let traits = |state: Option<&StateDocument>| match state? {
        StateDocument::Group { name, description, organization_role } => Some(GroupTraits {
            name: name.clone(),
            description: description.clone(),
            organization_role: *organization_role,
        }),
        _ => None,
    };
    Some(match action.kind {
        Kind::GroupCreate => GroupOperation::Create { traits: traits(action.after.as_ref())? },
        Kind::GroupUpdate if action.id.contains("#") => GroupOperation::Nest {
            group,
            before: parents(action.before.as_ref(), requires)?,
            after: parents(action.after.as_ref(), requires)?,
        },
        Kind::GroupUpdate => GroupOperation::Update {
            group,
            before: traits(action.before.as_ref())?,
            after: traits(action.after.as_ref())?,
        },
        Kind::GroupDelete => {
            let before = traits(action.before.as_ref())?;
            let (members, leaving) = (requires.member_count?, requires.leaving_count?);
            GroupOperation::Delete { group, id: requires.group?, before, members, leaving }
        }
        Kind::GroupMembersAdd => GroupOperation::MembersAdd { group, members: participants(requires) },
        Kind::GroupMembersRemove => GroupOperation::MembersRemove { group, members: participants(requires) },
        Kind::GroupWorkspacesSet => {
            GroupOperation::WorkspacesSet { group, assignments: assignments(action)? }
        }
        Kind::GroupWorkspacesRemove => {
            GroupOperation::WorkspacesRemove { group, assignments: assignments(action)? }
        }
        _ => return None,
    })
}

fn parents(state: Option<&StateDocument>, requires: &Requires) -> Option<BTreeSet<Reference>> {
    let Some(StateDocument::Parents { parents }) = state else { return None };
    let id = |name: &String| requires.parents.get(name).copied();
    parents.iter().map(|name| Some(Reference { name: name.clone(), id: id(name)? })).collect()
}

fn participants(requires: &Requires) -> Vec<Participant> {
    let person = |(name, id): (&String, Option<Uuid>)| Participant { name: name.clone(), id };
    requires.members.iter().map(|(name, required)| person((name, required.member))).collect()
}

fn assignments(action: &ActionDocument) -> Option<Vec<Assignment>> {
    let Some(StateDocument::Workspaces { workspaces: after }) = &action.after else { return None };
    let each =
        action.requires.workspaces.iter().map(|(name, RequiredWorkspace { workspace, roles: before })| {
            Some(Assignment {
                workspace: Reference { name: name.clone(), id: *workspace },
                before: *before,
                after: roles(after.get(name)?),
            })
        });
    each.collect()
}
