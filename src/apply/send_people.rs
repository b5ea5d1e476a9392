//! Sends operations on people. Invitations and new accounts go out in batches, many people in one request.

use super::batches::{MAX_BATCH, send_in_halves};
use super::progress::Progress;
use super::read_back::{ExpectedObject, ReadBack, SENDINGS, Visible};
use super::verdict::{Sent, Verdict, changed, deleted, help, of_error, reason};
use crate::api::{ApiError, BatchAnswer, Client, InvitationBatch, NewMember};
use crate::model::{Access, Language, Live};
use crate::plan::{Operation, PersonOperation, Reference};
use futures::stream::{self, StreamExt as _};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An operation and its number in the plan.
pub(super) type Numbered<'p> = (usize, &'p Operation);

/// People for one request.
type Batch<'p> = Vec<Numbered<'p>>;

/// The properties that all people of a batch share.
#[derive(PartialEq)]
enum Content<'p> {
    /// Invitations with the same properties.
    Invite { renews: bool, access: Access, workspaces: &'p [Reference], language: Option<Language> },
    /// New accounts.
    Create,
}

/// Sends an operation on a person that needs a request of its own; `None` for one that is sent in a batch.
pub(super) async fn send(operation: PersonOperation<'_>, client: &Client) -> Option<Sent> {
    let verdict = match operation {
        PersonOperation::MemberUpdate(op) => {
            changed(client.update_member(op.member_id, op.before, op.after, &op.unknown_seats).await)
        }
        PersonOperation::MemberRemove(op) => deleted(client.remove_member(op.member_id).await),
        PersonOperation::InvitationRevoke(op) => deleted(client.revoke_invitation(op.invitation_id).await),
        PersonOperation::InvitationSend(_)
        | PersonOperation::InvitationRenew(_)
        | PersonOperation::MemberCreate(_) => return None,
    };
    Some(verdict.into())
}

/// The shared properties for an operation; `None` for an operation that invites or creates no one.
fn content(operation: &Operation) -> Option<Content<'_>> {
    let invite =
        |renews, access, workspaces, language| Some(Content::Invite { renews, access, workspaces, language });
    match operation {
        Operation::InvitationSend(op) => invite(false, op.after, &op.workspaces, op.language),
        Operation::InvitationRenew(op) => invite(true, op.after, &op.workspaces, op.language),
        Operation::MemberCreate(_) => Some(Content::Create),
        _ => None,
    }
}

/// Whether an operation is sent together with others.
pub(super) fn is_batched(operation: &Operation) -> bool {
    content(operation).is_some()
}

fn renews(operation: &Operation) -> bool {
    matches!(content(operation), Some(Content::Invite { renews: true, .. }))
}

/// Groups operations that invite or create people into batches, in the order of the plan. Ignores others.
fn batches<'p>(operations: &[Numbered<'p>]) -> Vec<Batch<'p>> {
    let mut full = Vec::new();
    // One open batch for each combination of properties. There are few, because most people share them.
    let mut open: Vec<(Content<'p>, Batch<'p>)> = Vec::new();
    for &(number, operation) in operations {
        let Some(content) = content(operation) else { continue };
        match open.iter().position(|(other, _)| *other == content) {
            None => open.push((content, vec![(number, operation)])),
            Some(place) => {
                let Some((_, batch)) = open.get_mut(place) else { continue };
                batch.push((number, operation));
                if batch.len() >= MAX_BATCH {
                    full.push(open.remove(place).1);
                }
            }
        }
    }
    full.extend(open.into_iter().map(|(_, batch)| batch));
    full
}

/// Sends all batches. Renewals are finished batch by batch, so that an interrupted run leaves at most one batch of
/// people without an invitation.
pub(super) async fn send_batches<'p>(
    operations: &[Numbered<'p>],
    read_back: ReadBack<'_>,
    progress: &mut Progress<'p>,
) {
    let is_renewal = |batch: &Batch<'_>| batch.iter().any(|(_, operation)| renews(operation));
    let (renewals, others) = batches(operations).into_iter().partition::<Vec<_>, _>(is_renewal);
    others.iter().for_each(|batch| start(batch, progress));
    bring_in(others, read_back, progress).await;
    for batch in renewals {
        start(&batch, progress);
        let revoked = revoke_old(batch, read_back.client, progress).await;
        bring_in(vec![revoked], read_back, progress).await;
    }
}

fn start(batch: &Batch<'_>, progress: &Progress<'_>) {
    batch.iter().for_each(|(_, operation)| progress.start(&operation.id()));
}

/// Deletes the old invitations of people who get new ones. Returns the people whose old invitation is gone.
async fn revoke_old<'p>(mut batch: Batch<'p>, client: &Client, progress: &mut Progress<'p>) -> Batch<'p> {
    let old = batch.iter().filter_map(|(number, operation)| match operation {
        Operation::InvitationRenew(op) => Some((*number, op.invitation_id)),
        _ => None,
    });
    let revoked = stream::iter(old)
        .map(|(number, id)| async move { (number, client.revoke_invitation(id).await) })
        .buffer_unordered(client.concurrency());
    let answers: Vec<_> = revoked.collect().await;
    let mut refused = BTreeSet::new();
    for (number, error) in answers.into_iter().filter_map(|(number, answer)| Some((number, answer.err()?))) {
        let verdict =
            of_error(&error).map_reason(|reason| format!("the old invitation was not deleted: {reason}"));
        progress.record(number, verdict);
        refused.insert(number);
    }
    batch.retain(|(number, _)| !refused.contains(number));
    batch
}

/// Sends batches. If an answer is lost, the batch is sent again after the lists have had time to show it and don't.
async fn bring_in<'p>(mut waiting: Vec<Batch<'p>>, read_back: ReadBack<'_>, progress: &mut Progress<'p>) {
    let client = read_back.client;
    waiting.retain(|batch| !batch.is_empty());
    for sending in 1..=SENDINGS {
        let mut unclear = Vec::new();
        let send = async |batch: &[Numbered<'p>]| send_batch(batch, client).await;
        send_in_halves(
            std::mem::take(&mut waiting),
            client.concurrency(),
            send,
            |batch, answer| match answer {
                Err(error) if error.may_have_changed() => unclear.push((batch, error)),
                answer => record(&batch, &answer, progress),
            },
        )
        .await;
        for (batch, error) in unclear {
            let Some(rest) = not_visible(&batch, read_back, progress).await else {
                record(&batch, &Err(error), progress);
                continue;
            };
            if sending < SENDINGS && client.cancellation().reason().is_none() {
                waiting.extend((!rest.is_empty()).then_some(rest));
            } else {
                record(&rest, &Err(error), progress);
            }
        }
    }
}

async fn send_batch(batch: &[Numbered<'_>], client: &Client) -> Result<BatchAnswer, ApiError> {
    let operations = batch.iter().map(|(_, operation)| *operation);
    match batch.first().and_then(|(_, operation)| content(operation)) {
        Some(Content::Invite { access, workspaces, language, .. }) => {
            let request = InvitationBatch {
                emails: operations.filter_map(|operation| operation.email().cloned()).collect(),
                access,
                workspaces: workspaces.iter().filter_map(|workspace| workspace.id).collect(),
                language,
            };
            client.invite(&request).await
        }
        _ => client.create_members(&operations.filter_map(new_member).collect::<Vec<_>>()).await,
    }
}

fn new_member(operation: &Operation) -> Option<NewMember> {
    let Operation::MemberCreate(op) = operation else { return None };
    Some(NewMember {
        email: op.email.clone(),
        first_name: op.first_name.clone(),
        last_name: op.last_name.clone(),
        access: op.after,
    })
}

/// Reads back a batch whose answer was lost, and records the people who are in the lists. Returns the others; `None` if
/// the lists can't be read.
async fn not_visible<'p>(
    batch: &[Numbered<'p>],
    read_back: ReadBack<'_>,
    progress: &mut Progress<'p>,
) -> Option<Batch<'p>> {
    let expected: Vec<_> = batch.iter().filter_map(|(_, operation)| expected(operation)).collect();
    let live = read_back.expect(&expected).await.ok()?;
    let visible = Visible::new(&live);
    let mut rest = Vec::new();
    for (&(number, operation), expected) in batch.iter().zip(&expected) {
        if visible.shows(expected) {
            progress.created.record(operation, member_id(operation, &live));
            progress.record(number, Verdict::DONE);
        } else {
            rest.push((number, operation));
        }
    }
    Some(rest)
}

/// The person of an operation, as the lists show them.
fn expected(operation: &Operation) -> Option<ExpectedObject> {
    let except = match operation {
        Operation::InvitationRenew(op) => BTreeSet::from([op.invitation_id]),
        _ => BTreeSet::new(),
    };
    Some(ExpectedObject::Person { email: operation.email()?.to_string(), except: Arc::new(except) })
}

fn member_id(operation: &Operation, live: &Live) -> Option<uuid::Uuid> {
    let email = operation.email();
    Some(live.members.iter().find(|member| member.email.as_ref() == email)?.id)
}

/// Records the result of each person in the answer to a batch.
fn record(batch: &[Numbered<'_>], answer: &Result<BatchAnswer, ApiError>, progress: &mut Progress<'_>) {
    for (place, (number, operation)) in batch.iter().enumerate() {
        let verdict = match answer.as_ref().map(|each| each.get(place)) {
            Ok(Some(Err(left_out))) => Verdict::failed(left_out.to_string(), left_out.hint()),
            Ok(id) => {
                progress.created.record(operation, id.and_then(|id| id.clone().ok()?));
                Verdict::DONE
            }
            // It has been tried: its first half is done.
            Err(error) if renews(operation) => Verdict::failed(reason(error), help(error)),
            Err(error) => of_error(error),
        };
        progress.record(*number, after_renewal(operation, verdict));
    }
}

/// If the second half of a renewal fails, the person has no invitation, and the reason must say so.
fn after_renewal(operation: &Operation, verdict: Verdict) -> Verdict {
    let lost = |reason| match renews(operation) {
        true => format!("{reason}; the old invitation is deleted: run apply again to send the new one"),
        false => reason,
    };
    verdict.map_reason(lost)
}
