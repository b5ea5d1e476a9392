//! Executes a plan, phase by phase.
//!
//! *Flow*: before a phase, the organization is read again if that is due, and actions whose precondition no longer
//! holds are skipped. The others are admitted one by one. Then their requests go out concurrently: first single
//! actions, then batches of people, then renewals of invitations. After the last phase, a second look revokes direct
//! roles that roles of groups had hidden. *Guarantees*: no action starts before the previous
//! phase has finished; each action has one outcome; after a cancellation, nothing new is sent, and pending requests
//! finish.

use super::progress::{CreatedIds, Progress, Step};
use super::read_back::ReadBack;
use super::report::Report;
use super::revalidate::{Revalidation, revalidate};
use super::send_people::{self, Numbered};
use super::verdict::{Sent, key_deleted, not_tried};
use super::{second_look, send_groups, send_workspaces};
use crate::api::Client;
use crate::check::Approved;
use crate::plan::{Action, ApiKeyOperation, ByResource, Operation, Phase};
use crate::plan_file::PlanContext;
use futures::stream::{self, StreamExt as _};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Options of an execution.
pub struct Options<'o> {
    /// Is called with each step.
    pub watch: &'o dyn Fn(Step<'_>),
    /// How long the organization's lists may take to show a change.
    pub settle: Duration,
    /// How the organization is read again; `None` if no one else can change it.
    pub revalidation: Option<Revalidation<'o>>,
}

/// Executes a plan. After the client's [`Cancellation`](crate::api::Cancellation) is triggered, it sends nothing new
/// and waits for pending requests.
pub async fn apply(approved: &Approved, client: &Client, options: &Options<'_>) -> Report {
    let plan = approved.plan();
    let mut run = Run {
        read_back: ReadBack { client, settle: options.settle },
        revalidation: options.revalidation,
        progress: Progress::new(plan, options.watch),
        read: options.revalidation.map_or_else(Instant::now, |revalidation| revalidation.read),
    };
    for phase in Phase::ALL {
        run.phase(phase).await;
    }
    second_look::look_again(approved, run.read_back, &mut run.progress).await;
    run.progress.into_report()
}

struct Run<'r> {
    read_back: ReadBack<'r>,
    revalidation: Option<Revalidation<'r>>,
    progress: Progress<'r>,
    /// When the organization was last read as a whole.
    read: Instant,
}

impl<'r> Run<'r> {
    async fn phase(&mut self, phase: Phase) {
        let all = self.progress.plan.actions.iter().enumerate();
        let mut actions: Vec<_> = all.filter(|(_, action)| action.phase == phase).collect();
        let begun = self.progress.has_begun();
        let is_due = |revalidation: &Revalidation<'_>| revalidation.is_due(begun, self.read);
        if let Some(revalidation) = self.revalidation.filter(is_due)
            && !actions.is_empty()
        {
            self.revalidate(phase, &mut actions, revalidation.whole).await;
        }
        let operations = actions.into_iter().map(|(number, action)| (number, &action.operation));
        let admitted = self.admit(operations.collect());
        self.send(&admitted).await;
        send_people::send_batches(&admitted, self.read_back, &mut self.progress).await;
    }

    /// Reads the resources of a phase again, and skips actions that must no longer be tried.
    async fn revalidate(
        &mut self,
        phase: Phase,
        actions: &mut Vec<(usize, &'r Action)>,
        whole: PlanContext<'_>,
    ) {
        let changed = self.progress.changed_targets();
        let stale = match revalidate(self.read_back, phase, actions, whole, &changed).await {
            Ok((live, stale)) => {
                self.read = Instant::now();
                self.progress.admission.see(&live);
                stale
            }
            Err(error) => {
                let reason = format!("the organization could not be read again: {error}");
                actions.iter().map(|(number, _)| (*number, not_tried(&reason))).collect()
            }
        };
        let numbers: HashSet<usize> = stale.iter().map(|(number, _)| *number).collect();
        actions.retain(|(number, _)| !numbers.contains(number));
        for (number, verdict) in stale {
            self.progress.record(number, verdict);
        }
    }

    fn admit(&mut self, operations: Vec<Numbered<'r>>) -> Vec<Numbered<'r>> {
        let mut admitted = Vec::new();
        for (number, operation) in operations {
            let stopped = self.read_back.client.cancellation().reason();
            let answer = match stopped {
                Some(reason) => Err(format!("the run was stopped: {reason}")),
                None => self.progress.admission.admit(operation),
            };
            match answer {
                Ok(()) => admitted.push((number, operation)),
                Err(reason) => self.progress.record(number, not_tried(reason)),
            }
        }
        admitted
    }

    /// Sends the operations that are not part of a batch.
    async fn send(&mut self, admitted: &[Numbered<'r>]) {
        let read_back = self.read_back;
        // No action needs what another action of the same phase creates.
        let created = self.progress.created.clone();
        let created = &created;
        let watch = self.progress.watch;
        let single = admitted.iter().filter(|(_, operation)| !send_people::is_batched(operation));
        let sent = stream::iter(single).map(|&(number, operation)| async move {
            watch(Step::Started(&operation.id()));
            let sent = send(operation, created, read_back).await?;
            Some((number, operation, sent))
        });
        let mut sent = sent.buffer_unordered(read_back.client.concurrency());
        while let Some(answer) = sent.next().await {
            let Some((number, operation, Sent { verdict, created })) = answer else { continue };
            self.progress.created.record(operation, created);
            self.progress.record(number, verdict);
        }
    }
}

/// Sends an operation that is not part of a batch; `None` for one that is.
async fn send(operation: &Operation, ids: &CreatedIds, read_back: ReadBack<'_>) -> Option<Sent> {
    match operation.by_resource() {
        ByResource::Person(operation) => send_people::send(operation, read_back.client).await,
        ByResource::ApiKey(ApiKeyOperation::ApiKeyDelete(op)) => {
            Some(key_deleted(read_back.client.delete_api_key(op.key_id).await).into())
        }
        ByResource::Workspace(operation) => Some(send_workspaces::send(operation, ids, read_back).await),
        ByResource::Group(operation) => Some(send_groups::send(operation, ids, read_back).await),
    }
}
