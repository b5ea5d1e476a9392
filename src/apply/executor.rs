//! Sends the requests of a plan and checks every answer.

use super::admission::Admission;
use super::batch::{Batch, batches};
use super::report::{Outcome, Report, Status};
use crate::api::{
    ApiError, Client, CreationAnswer, Deletion, InvitationAnswer, InvitationBatch, MemberChange, NewMember,
    ObservedMember,
};
use crate::check::Approved;
use crate::model::{Access, Email};
use crate::plan::{Action, Kind, Operation, Phase, Plan};
use futures::stream::{self, StreamExt as _};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// The most requests under way at once. The vendor documents no rate; answers of 429 slow the client down.
const CONCURRENCY: usize = 8;

/// What came of an action, and why.
type Verdict = (Status, Option<String>);

/// Carries out a plan. `watch` is told each outcome as it comes.
pub async fn apply(approved: &Approved, client: &Client, watch: &dyn Fn(&Outcome)) -> Report {
    let plan = approved.plan();
    let mut run = Run {
        plan,
        client,
        watch,
        admission: Admission::new(plan),
        outcomes: Vec::with_capacity(plan.actions.len()),
        failed: HashSet::new(),
    };
    for phase in [Phase::Gains, Phase::Losses, Phase::Takes] {
        run.phase(phase).await;
    }
    let mut outcomes = run.outcomes;
    outcomes.sort_by_key(|outcome| outcome.action);
    Report { outcomes }
}

struct Run<'r> {
    plan: &'r Plan,
    client: &'r Client,
    watch: &'r dyn Fn(&Outcome),
    admission: Admission,
    outcomes: Vec<Outcome>,
    /// What was not carried out, for whom.
    failed: HashSet<(Kind, &'r Email)>,
}

impl<'r> Run<'r> {
    async fn phase(&mut self, phase: Phase) {
        let mut admitted = Vec::new();
        for (number, action) in
            self.plan.actions.iter().enumerate().filter(|(_, action)| action.phase == phase)
        {
            match self.admit(&action.operation) {
                Ok(()) => admitted.push((number, action)),
                Err(reason) => self.record(number, (Status::NotTried, Some(reason))),
            }
        }
        let refused = self.one_by_one(&admitted).await;
        admitted.retain(|(number, _)| !refused.contains(number));
        self.in_batches(&admitted).await;
    }

    fn admit(&mut self, operation: &Operation) -> Result<(), String> {
        let failed = |kind| self.failed.contains(&(kind, operation.email()));
        if operation.takes_seats_of_split() && failed(Kind::MemberUpdate) {
            return Err("the first part of this person's change was not carried out".to_owned());
        }
        // The vendor would not send a new one beside it, and the old one would be lost.
        if operation.kind() == Kind::InvitationRenew && failed(Kind::InvitationRevoke) {
            return Err("another invitation of this person was not deleted".to_owned());
        }
        self.admission.admit(operation.delta())
    }

    /// Sends what takes a request of its own. Gives the actions that must not go on to a batch.
    async fn one_by_one(&mut self, admitted: &[(usize, &'r Action)]) -> HashSet<usize> {
        let client = self.client;
        let single =
            admitted.iter().filter_map(|(number, action)| Some((*number, Single::of(&action.operation)?)));
        let answers =
            stream::iter(single).map(|(number, single)| async move { (number, single.send(client).await) });
        let mut answers = answers.buffer_unordered(CONCURRENCY);
        let mut refused = HashSet::new();
        while let Some((number, verdict)) = answers.next().await {
            if let Some(verdict) = verdict {
                refused.insert(number);
                self.record(number, verdict);
            }
        }
        refused
    }

    /// Sends what goes out for many people at once. A batch that the API rejects as a whole is taken apart, so that
    /// one bad entry does not stop the others.
    async fn in_batches(&mut self, admitted: &[(usize, &'r Action)]) {
        let (plan, client) = (self.plan, self.client);
        let mut waiting = batches(admitted.iter().copied());
        while !waiting.is_empty() {
            let sent = stream::iter(std::mem::take(&mut waiting)).map(|batch| async move {
                let answer = send(&batch, plan, client).await;
                (batch, answer)
            });
            let mut answers = sent.buffer_unordered(CONCURRENCY);
            while let Some((batch, answer)) = answers.next().await {
                let halves =
                    answer.as_ref().err().filter(|error| error.is_rejection()).and_then(|_| batch.halves());
                if let Some(halves) = halves {
                    waiting.extend(halves);
                    continue;
                }
                for number in batch.actions() {
                    let Some(action) = plan.actions.get(*number) else { continue };
                    let verdict = match &answer {
                        Ok(answer) => answer.verdict(&action.operation, batch.actions().len()),
                        Err(error) => failure(error, &action.operation),
                    };
                    self.record(*number, verdict);
                }
            }
        }
    }

    fn record(&mut self, number: usize, (status, reason): Verdict) {
        let Some(action) = self.plan.actions.get(number) else { return };
        match status {
            Status::Done | Status::Already => self.admission.done(action.operation.delta()),
            Status::Failed | Status::NotTried => {
                self.failed.insert((action.operation.kind(), action.operation.email()));
            }
        }
        let outcome = Outcome { action: number, id: action.id(), status, reason };
        (self.watch)(&outcome);
        self.outcomes.push(outcome);
    }
}

/// A request that concerns one person alone.
enum Single {
    Update {
        id: Uuid,
        change: MemberChange,
        after: Access,
    },
    Remove(Uuid),
    Revoke(Uuid),
    /// The first half of a renewal: the invitation is sent in a batch.
    RevokeToRenew(Uuid),
}

impl Single {
    fn of(operation: &Operation) -> Option<Self> {
        match operation {
            Operation::MemberUpdate { id, before, after, .. } => {
                let change = MemberChange {
                    roles: (before.roles != after.roles).then_some(after.roles),
                    seats: (before.seats != after.seats).then_some(after.seats),
                };
                Some(Self::Update { id: *id, change, after: *after })
            }
            Operation::MemberRemove { id, .. } => Some(Self::Remove(*id)),
            Operation::InvitationRevoke { id, .. } => Some(Self::Revoke(*id)),
            Operation::InvitationRenew { id, .. } => Some(Self::RevokeToRenew(*id)),
            Operation::InvitationSend { .. } | Operation::MemberCreate { .. } => None,
        }
    }

    /// Sends it; no verdict yet where the action goes on.
    async fn send(self, client: &Client) -> Option<Verdict> {
        let deleted = |answer: Result<Deletion, ApiError>| match answer {
            Ok(Deletion::Done) => (Status::Done, None),
            Ok(Deletion::AlreadyGone) => (Status::Already, Some("it was gone already".to_owned())),
            Err(error) => (Status::Failed, Some(reason(&error))),
        };
        match self {
            Self::Update { id, change, after } => Some(match client.update_member(id, change).await {
                Ok(observed) => compare(change, after, observed),
                Err(error) => (Status::Failed, Some(reason(&error))),
            }),
            Self::Remove(id) => Some(deleted(client.remove_member(id).await)),
            Self::Revoke(id) => Some(deleted(client.revoke_invitation(id).await)),
            Self::RevokeToRenew(id) => match client.revoke_invitation(id).await {
                Ok(Deletion::Done | Deletion::AlreadyGone) => None,
                Err(error) => Some((
                    Status::Failed,
                    Some(format!("the old invitation was not deleted: {}", reason(&error))),
                )),
            },
        }
    }
}

/// Holds the member in the answer against what was asked for.
fn compare(change: MemberChange, after: Access, observed: ObservedMember) -> Verdict {
    let roles_differ = change.roles.is_some() && (observed.roles != after.roles || observed.other_roles > 0);
    let seats_differ = change.seats.is_some() && observed.seats != after.seats;
    if !roles_differ && !seats_differ {
        return (Status::Done, None);
    }
    let mut parts = Vec::new();
    if roles_differ {
        let names = |roles: crate::model::Roles| {
            roles.into_iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
        };
        parts.push(format!(
            "roles [{}] were asked for, [{}] are there",
            names(after.roles),
            names(observed.roles)
        ));
    }
    if seats_differ {
        let names = |seats: crate::model::Seats| {
            seats.into_iter().map(|seat| seat.name()).collect::<Vec<_>>().join(", ")
        };
        parts.push(format!(
            "seats [{}] were asked for, [{}] are there",
            names(after.seats),
            names(observed.seats)
        ));
    }
    let reason = format!(
        "{}; likely causes are automatic seat assignment or SCIM, which must be off for what orgsync manages",
        parts.join("; ")
    );
    (Status::Failed, Some(reason))
}

/// The answer to a batch.
enum Answer {
    Invitations(InvitationAnswer),
    Creations(CreationAnswer),
}

async fn send(batch: &Batch, plan: &Plan, client: &Client) -> Result<Answer, ApiError> {
    let operations = batch.actions().iter().filter_map(|number| Some(&plan.actions.get(*number)?.operation));
    match batch {
        Batch::Invite { access, language, .. } => {
            let emails = operations.map(|operation| operation.email().clone()).collect();
            let request =
                InvitationBatch { emails, roles: access.roles, seats: access.seats, language: *language };
            client.invite(&request).await.map(Answer::Invitations)
        }
        Batch::Create { .. } => {
            let people: Vec<_> = operations.filter_map(new_member).collect();
            client.create_members(&people).await.map(Answer::Creations)
        }
    }
}

fn new_member(operation: &Operation) -> Option<NewMember> {
    let Operation::MemberCreate { email, first_name, last_name, access } = operation else { return None };
    Some(NewMember {
        email: email.clone(),
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        roles: access.roles,
        seats: access.seats,
    })
}

impl Answer {
    /// What a batch's answer says about one of its people.
    fn verdict(&self, operation: &Operation, asked: usize) -> Verdict {
        let email = operation.email().as_str();
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
                let expected = asked.saturating_sub(answer.invalid.len() + answer.already_members.len());
                match answer.invited {
                    Some(invited) if invited < expected as u64 => failed(&format!(
                        "the vendor says that it sent {invited} of {expected} invitations and does not say which: plan \
                         again to see who is missing"
                    )),
                    _ => (Status::Done, None),
                }
            }
            Self::Creations(answer) if has(&answer.created) => (Status::Done, None),
            Self::Creations(answer) if has(&answer.invalid) => failed(
                "the vendor did not create this account (`invalid_emails`): the address is not accepted or in use, or no seat is free",
            ),
            Self::Creations(_) => failed("the answer does not name this person: plan again to see"),
        }
    }
}

fn failure(error: &ApiError, operation: &Operation) -> Verdict {
    (Status::Failed, Some(after_renewal(operation, &reason(error))))
}

/// An error, and that it may be none: an answer can be lost on its way back.
fn reason(error: &ApiError) -> String {
    let doubt =
        if error.may_have_changed() { "; it may have been done all the same: plan again to see" } else { "" };
    format!("{error}{doubt}")
}

/// A renewal that fails in its second half leaves somebody uninvited: that must be said.
fn after_renewal(operation: &Operation, reason: &str) -> String {
    match operation {
        Operation::InvitationRenew { .. } => {
            format!("{reason}; the old invitation is deleted: run again to send the new one")
        }
        _ => reason.to_owned(),
    }
}
