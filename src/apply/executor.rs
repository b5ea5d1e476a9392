//! Sends the requests of a plan and checks every answer.

use super::admission::Admission;
use super::answer::{failure, left_out, send};
use super::batch::{Batch, batches};
use super::known::Known;
use super::report::{Outcome, Report, Status, Verdict};
use super::settle::Settling;
use super::single::{Single, revoke_to_renew};
use super::trace::Trace;
use super::{freshness, things};
use crate::api::{ApiError, BatchAnswer, Client};
use crate::check::Approved;
use crate::model::Email;
use crate::plan::{Action, Kind, Operation, PersonOperation, Phase, Plan, Whole};
use futures::stream::{self, StreamExt as _};
use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

/// How a plan is carried out.
pub struct Options<'o> {
    /// Is told each outcome as it comes.
    pub watch: &'o dyn Fn(&Outcome),
    /// How long the organization's lists may take to show a change.
    pub settle: Duration,
    /// How what the plan touches is looked at again; nothing where nobody else can change it.
    pub look_again: Option<LookAgain<'o>>,
}

/// Looking again, before a phase, at what the plan touches.
#[derive(Debug, Clone, Copy)]
pub struct LookAgain<'o> {
    /// The plan as a whole.
    pub whole: Whole<'o>,
    /// When the organization was read that the plan was made for, or held against.
    pub read: Instant,
    /// Before each phase, however short the time was.
    pub always: bool,
}

/// The longest time for which what was seen of the organization counts, when people are about to change it.
const FRESH: Duration = Duration::from_secs(60);

/// Carries out a plan. When the client's [`Cancellation`](crate::api::Cancellation) is called, nothing new is sent, and what is under
/// way is waited for.
pub async fn apply(approved: &Approved, client: &Client, options: &Options<'_>) -> Report {
    let plan = approved.plan();
    let mut run = Run {
        plan,
        client,
        options,
        admission: Admission::new(plan),
        known: Known::default(),
        seen: options.look_again.map_or_else(Instant::now, |again| again.read),
        outcomes: Vec::with_capacity(plan.actions.len()),
        failed: HashSet::new(),
    };
    for phase in Phase::ALL {
        run.phase(phase).await;
    }
    let mut outcomes = run.outcomes;
    outcomes.sort_by_key(|outcome| outcome.action);
    Report { outcomes }
}

struct Run<'r> {
    plan: &'r Plan,
    client: &'r Client,
    options: &'r Options<'r>,
    admission: Admission,
    known: Known,
    /// When the organization was last looked at as a whole.
    seen: Instant,
    outcomes: Vec<Outcome>,
    /// What was not carried out, for whom.
    failed: HashSet<(Kind, &'r Email)>,
}

impl<'r> Run<'r> {
    async fn phase(&mut self, phase: Phase) {
        let plan = self.plan;
        let mut actions: Vec<_> =
            plan.actions.iter().enumerate().filter(|(_, action)| action.phase == phase).collect();
        if let Some(again) = self.options.look_again.filter(|again| !actions.is_empty() && self.is_due(again))
        {
            let stale = self.look_again(phase, &actions, again.whole).await;
            let numbers: HashSet<usize> = stale.iter().map(|(number, _)| *number).collect();
            actions.retain(|(number, _)| !numbers.contains(number));
            for (number, verdict) in stale {
                self.record(number, verdict);
            }
        }
        let mut admitted = Vec::new();
        for (number, action) in actions {
            match self.admit(&action.operation) {
                Ok(()) => admitted.push((number, action)),
                Err(reason) => self.record(number, (Status::NotTried, Some(reason))),
            }
        }
        self.one_by_one(&admitted).await;
        let people =
            admitted.iter().filter_map(|(number, action)| Some((*number, action.operation.person()?)));
        let (renewals, others) = batches(people).into_iter().partition(Batch::is_renewal);
        self.in_batches(others).await;
        self.renew(renewals).await;
        self.things(&admitted).await;
    }

    /// Whether what was seen is too old to act on. Before the first phase it is as old as its reading.
    fn is_due(&self, again: &LookAgain<'_>) -> bool {
        let begun = !self.outcomes.is_empty();
        again.always && begun || self.seen.elapsed() > FRESH
    }

    /// Looks again at what a phase touches; tells what of it must not be tried any more, and why.
    async fn look_again(
        &mut self,
        phase: Phase,
        actions: &[(usize, &'r Action)],
        whole: Whole<'_>,
    ) -> Vec<(usize, Verdict)> {
        let settling = Settling { client: self.client, settle: self.options.settle };
        let done = self.outcomes.iter().filter(|outcome| outcome.status == Status::Done);
        let changed =
            done.filter_map(|outcome| Some(self.plan.actions.get(outcome.action)?.operation.target()));
        let changed: HashSet<&str> = changed.collect();
        match freshness::look(settling, phase, actions, whole, &changed).await {
            Ok((live, stale)) => {
                self.seen = Instant::now();
                self.admission.see(self.plan, &live);
                stale
            }
            Err(error) => {
                let reason = format!("what it touches could not be read again: {error}");
                let verdict = |(number, _): &(usize, _)| (*number, (Status::NotTried, Some(reason.clone())));
                actions.iter().map(verdict).collect()
            }
        }
    }

    fn admit(&mut self, operation: &'r Operation) -> Result<(), String> {
        if let Some(reason) = self.client.cancellation().reason() {
            return Err(format!("the run was stopped: {reason}"));
        }
        if let Some(person) = operation.person() {
            let failed = |kind| self.failed.contains(&(kind, person.email()));
            if person.takes_seats_of_split() && failed(Kind::MemberUpdate) {
                return Err("the first part of this person's change was not carried out".to_owned());
            }
            // The vendor would not send a new one beside it, and the old one would be lost.
            if person.kind() == Kind::InvitationRenew && failed(Kind::InvitationRevoke) {
                return Err("another invitation of this person was not deleted".to_owned());
            }
        }
        self.admission.admit(operation)
    }

    /// Sends what takes a request of its own.
    async fn one_by_one(&mut self, admitted: &[(usize, &'r Action)]) {
        let client = self.client;
        let single = admitted
            .iter()
            .filter_map(|(number, action)| Some((*number, Single::of(action.operation.person()?)?)));
        let answers =
            stream::iter(single).map(|(number, single)| async move { (number, single.send(client).await) });
        let mut answers = answers.buffer_unordered(client.concurrency());
        while let Some((number, verdict)) = answers.next().await {
            self.record(number, verdict);
        }
    }

    /// Renews invitations batch by batch, each from beginning to end: a run that is cut off leaves no more people than
    /// one batch holds without an invitation.
    async fn renew(&mut self, renewals: Vec<Batch>) {
        let (plan, client) = (self.plan, self.client);
        for batch in renewals {
            let old = batch.actions().iter().filter_map(|number| {
                match plan.actions.get(*number)?.operation.person()? {
                    PersonOperation::InvitationRenew { id, .. } => Some((*number, *id)),
                    _ => None,
                }
            });
            let revoked = stream::iter(old)
                .map(|(number, id)| async move { (number, revoke_to_renew(id, client).await) })
                .buffer_unordered(client.concurrency());
            let refused: Vec<(usize, Verdict)> = revoked
                .filter_map(|(number, verdict)| async move { Some((number, verdict?)) })
                .collect()
                .await;
            let numbers: HashSet<usize> = refused.iter().map(|(number, _)| *number).collect();
            for (number, verdict) in refused {
                self.record(number, verdict);
            }
            self.in_batches(batch.without(&numbers).into_iter().collect()).await;
        }
    }

    /// Sends what goes out for many people at once. A batch that the API rejects as a whole is taken apart, so that
    /// one bad entry does not stop the others.
    async fn in_batches(&mut self, mut waiting: Vec<Batch>) {
        let (plan, client) = (self.plan, self.client);
        while !waiting.is_empty() {
            let sent = stream::iter(std::mem::take(&mut waiting)).map(|batch| async move {
                let answer = send(&batch, plan, client).await;
                (batch, answer)
            });
            let mut answers = sent.buffer_unordered(client.concurrency());
            let mut unclear = Vec::new();
            while let Some((batch, answer)) = answers.next().await {
                let error = answer.as_ref().err();
                let halves = error.filter(|error| error.is_rejection()).and_then(|_| batch.halves());
                if let Some(halves) = halves {
                    waiting.extend(halves);
                } else if let Err(error) = &answer
                    && error.may_have_changed()
                {
                    unclear.push((batch, error.clone()));
                } else {
                    self.record_batch(&batch, &answer);
                }
            }
            drop(answers);
            for (batch, error) in unclear {
                waiting.extend(self.settle(batch, error).await);
            }
        }
    }

    /// Looks what became of a batch whose answer was lost; gives what is to be sent again.
    async fn settle(&mut self, batch: Batch, error: ApiError) -> Option<Batch> {
        let settling = Settling { client: self.client, settle: self.options.settle };
        let plan = self.plan;
        let people = batch.actions().iter().filter_map(|number| {
            let operation = &plan.actions.get(*number)?.operation;
            Some((*number, operation, operation.person()?))
        });
        let people: Vec<_> = people.collect();
        let traces: Vec<Trace> = people.iter().map(|(.., person)| trace(person)).collect();
        let live = match settling.look(&traces).await {
            Ok(live) => live,
            Err(_) => {
                self.record_batch(&batch, &Err(error));
                return None;
            }
        };
        let mut there = HashSet::new();
        for ((number, operation, person), trace) in people.iter().zip(&traces) {
            if trace.is_visible(&live) {
                let member = live.members.iter().find(|member| member.email.as_ref() == Some(person.email()));
                if let Some(member) = member {
                    self.known.learn(operation, member.id);
                }
                there.insert(*number);
                self.record(*number, (Status::Done, None));
            }
        }
        let rest = batch.without(&there)?;
        // The lists have had the time to show it: it was not done.
        match rest.again().filter(|_| self.client.cancellation().reason().is_none()) {
            Some(again) => Some(again),
            None => {
                self.record_batch(&rest, &Err(error));
                None
            }
        }
    }

    /// Records what the answer to a batch says of each of its people.
    fn record_batch(&mut self, batch: &Batch, answer: &Result<BatchAnswer, ApiError>) {
        let plan = self.plan;
        let people = batch.actions().iter().filter_map(|number| {
            let operation = &plan.actions.get(*number)?.operation;
            Some((*number, operation, operation.person()?))
        });
        let people: Vec<_> = people.collect();
        for (place, (number, operation, person)) in people.iter().enumerate() {
            let verdict = match answer.as_ref().map(|each| each.get(place)) {
                Ok(Some(Err(why))) => left_out(why, person),
                Ok(id) => {
                    if let Some(Ok(Some(id))) = id {
                        self.known.learn(operation, *id);
                    }
                    (Status::Done, None)
                }
                Err(error) => failure(error, person),
            };
            self.record(*number, verdict);
        }
    }

    /// Sends the changes of workspaces and groups.
    async fn things(&mut self, admitted: &[(usize, &'r Action)]) {
        let client = self.client;
        let settling = Settling { client, settle: self.options.settle };
        let known = std::mem::take(&mut self.known);
        let sent = stream::iter(admitted).map(|(number, action)| {
            let (known, operation) = (&known, &action.operation);
            async move { Some((*number, operation, things::send(operation, known, settling).await?)) }
        });
        let mut sent = sent.buffer_unordered(client.concurrency());
        let mut made = Vec::new();
        while let Some(answer) = sent.next().await {
            let Some((number, operation, things::Sent { verdict, made: id })) = answer else { continue };
            made.extend(id.map(|id| (operation, id)));
            self.record(number, verdict);
        }
        drop(sent);
        self.known = known;
        for (operation, id) in made {
            self.known.learn(operation, id);
        }
    }

    fn record(&mut self, number: usize, (status, reason): Verdict) {
        let Some(action) = self.plan.actions.get(number) else { return };
        match status {
            Status::Done | Status::Already => self.admission.done(&action.operation),
            Status::Failed | Status::NotTried => {
                let person = action.operation.email();
                self.failed.extend(person.map(|email| (action.operation.kind(), email)));
            }
        }
        let outcome = Outcome { action: number, id: action.id(), status, reason };
        (self.options.watch)(&outcome);
        self.outcomes.push(outcome);
    }
}

/// The sign by which the lists show that somebody was brought in.
fn trace(operation: &PersonOperation) -> Trace {
    let except = match operation {
        PersonOperation::InvitationRenew { id, .. } => BTreeSet::from([*id]),
        _ => BTreeSet::new(),
    };
    Trace::Person { email: operation.email().to_string(), except }
}
