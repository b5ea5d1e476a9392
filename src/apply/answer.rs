//! Requests that concern many people at once, and what their answers say about each.

use super::batch::{Batch, Content, Invitation};
use super::report::{Status, Verdict};
use super::single::{of_error, reason};
use crate::api::{ApiError, BatchAnswer, Client, InvitationBatch, LeftOut, NewMember};
use crate::plan::{PersonOperation, Plan};

/// Sends a batch.
pub(super) async fn send(batch: &Batch, plan: &Plan, client: &Client) -> Result<BatchAnswer, ApiError> {
    let people = batch.actions().iter().filter_map(|number| plan.actions.get(*number)?.operation.person());
    match &batch.content {
        Content::Invite(Invitation { access, workspaces, language, .. }) => {
            let request = InvitationBatch {
                emails: people.map(|person| person.email().clone()).collect(),
                access: *access,
                workspaces: workspaces.iter().filter_map(|workspace| workspace.id).collect(),
                language: *language,
            };
            client.invite(&request).await
        }
        Content::Create => {
            let people: Vec<_> = people.filter_map(new_member).collect();
            client.create_members(&people).await
        }
    }
}

fn new_member(operation: &PersonOperation) -> Option<NewMember> {
    let PersonOperation::MemberCreate { email, first_name, last_name, access } = operation else {
        return None;
    };
    Some(NewMember {
        email: email.clone(),
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        access: *access,
    })
}

/// What an accepted batch says about a person that was left out.
pub(super) fn left_out(why: &LeftOut, operation: &PersonOperation) -> Verdict {
    (Status::Failed, Some(after_renewal(operation, &why.to_string())))
}

/// What a batch's failure says about one of its people.
pub(super) fn failure(error: &ApiError, operation: &PersonOperation) -> Verdict {
    match operation {
        PersonOperation::InvitationRenew { .. } => {
            (Status::Failed, Some(after_renewal(operation, &reason(error))))
        }
        _ => of_error(error),
    }
}

/// A renewal that fails in its second half leaves somebody uninvited: that must be said.
fn after_renewal(operation: &PersonOperation, reason: &str) -> String {
    match operation {
        PersonOperation::InvitationRenew { .. } => {
            format!("{reason}; the old invitation is deleted: run again to send the new one")
        }
        _ => reason.to_owned(),
    }
}
