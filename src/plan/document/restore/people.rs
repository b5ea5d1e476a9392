//! Changes of people out of their documents.

use super::super::{AccessDocument, ActionDocument, PlanDocument, StateDocument};
use crate::model::{Access, Email, Roles, Seats};
use crate::plan::action::{Kind, Leaves, PersonOperation, Reference};

pub(super) fn restore(action: &ActionDocument, document: &PlanDocument) -> Option<PersonOperation> {
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
            // An address can hold the sign too.
            spare: action.id.ends_with(&format!("#{}", requires.invitation?)),
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
