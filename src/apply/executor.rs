//! Sends the requests of a plan and checks every answer.

use super::admission::Admission;
use super::answer::{failure, send};
use super::batch::batches;
use super::report::{Outcome, Report, Status, Verdict};
use super::single::Single;
use crate::api::Client;
use crate::check::Approved;
use crate::model::Email;
use crate::plan::{Action, Kind, Operation, Phase, Plan};
use futures::stream::{self, StreamExt as _};
use std::collections::HashSet;

/// The most requests under way at once. The vendor documents no rate; answers of 429 slow the client down.
const CONCURRENCY: usize = 8;

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
                let asked = batch.actions().iter().filter_map(|number| plan.actions.get(*number));
                let asked: HashSet<&str> = asked.map(|action| action.operation.email().as_str()).collect();
                for number in batch.actions() {
                    let Some(action) = plan.actions.get(*number) else { continue };
                    let verdict = match &answer {
                        Ok(answer) => answer.verdict(&action.operation, &asked),
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
