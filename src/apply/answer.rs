//! Requests that concern many people at once, and what their answers say about each.

use super::batch::{Batch, Content, Invitation};
use super::report::{Status, Verdict};
use super::single::{of_error, reason};
use crate::api::{ApiError, Client, CreationAnswer, InvitationAnswer, InvitationBatch, NewMember};
use crate::plan::{Operation, Plan};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// The answer to a batch.
pub(super) enum Answer {
    Invitations(InvitationAnswer),
    Creations(CreationAnswer),
}

/// Sends a batch.
pub(super) async fn send(batch: &Batch, plan: &Plan, client: &Client) -> Result<Answer, ApiError> {
    let people = batch.actions().iter().filter_map(|number| Some(&plan.actions.get(*number)?.operation));
    match &batch.content {
        Content::Invite(Invitation { access, workspaces, language, .. }) => {
            let request = InvitationBatch {
                emails: people.filter_map(|operation| operation.email().cloned()).collect(),
                roles: access.roles,
                seats: access.seats,
                workspaces: workspaces.iter().filter_map(|workspace| workspace.id).collect(),
                language: *language,
            };
            client.invite(&request).await.map(Answer::Invitations)
        }
        Content::Create => {
            let people: Vec<_> = people.filter_map(new_member).collect();
            client.create_members(&people).await.map(Answer::Creations)
        }
    }
}

fn new_member(operation: &Operation) -> Option<NewMember> {
    let Operation::MemberCreate(op) = operation else { return None };
    Some(NewMember {
        email: op.email.clone(),
        first_name: op.first_name.clone(),
        last_name: op.last_name.clone(),
        roles: op.after.roles,
        seats: op.after.seats,
    })
}

impl Answer {
    /// What a batch's answer says about one of its people.
    pub(super) fn verdict(&self, operation: &Operation, batch: &HashSet<&str>) -> Verdict {
        let email = operation.target();
        let has = |list: &BTreeSet<String>| list.contains(email);
        let failed = |reason: &str| (Status::Failed, Some(after_renewal(operation, reason)));
        match self {
            Self::Invitations(answer) if has(&answer.invalid) => failed(
                "the vendor did not invite this address (`invalid_emails`): it is not accepted, or an invitation is pending",
            ),
            Self::Invitations(answer) if has(&answer.already_members) => {
                failed("the person has joined since the plan was made: run again to set roles and seats")
            }
            Self::Invitations(answer) => {
                let named = answer
                    .invalid
                    .union(&answer.already_members)
                    .filter(|email| batch.contains(email.as_str()));
                let expected = batch.len().saturating_sub(named.count());
                match answer.invited {
                    Some(invited) if invited < expected as u64 => failed(&format!(
                        "the vendor says that it sent {invited} of {expected} invitations and does not say which: plan \
                         again to see who is missing"
                    )),
                    _ => (Status::Done, None),
                }
            }
            Self::Creations(answer) if answer.created.contains_key(email) => (Status::Done, None),
            Self::Creations(answer) if has(&answer.invalid) => failed(
                "the vendor did not create this account (`invalid_emails`): the address is not accepted or in use, or no seat is free",
            ),
            Self::Creations(_) => failed("the answer does not name this person: plan again to see"),
        }
    }

    /// The identifier of a person whose account was made.
    pub(super) fn id_of(&self, operation: &Operation) -> Option<Uuid> {
        match self {
            Self::Invitations(_) => None,
            Self::Creations(answer) => answer.created.get(operation.target()).copied().flatten(),
        }
    }
}

/// What a batch's failure says about one of its people.
pub(super) fn failure(error: &ApiError, operation: &Operation) -> Verdict {
    match operation {
        Operation::InvitationRenew(_) => (Status::Failed, Some(after_renewal(operation, &reason(error)))),
        _ => of_error(error),
    }
}

/// A renewal that fails in its second half leaves somebody uninvited: that must be said.
fn after_renewal(operation: &Operation, reason: &str) -> String {
    match operation {
        Operation::InvitationRenew(_) => {
            format!("{reason}; the old invitation is deleted: run again to send the new one")
        }
        _ => reason.to_owned(),
    }
}
