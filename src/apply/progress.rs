//! The outcomes of a run so far, and the identifiers of resources that it has created. The plan has only their names.

use super::admission::Admission;
use super::report::{Outcome, OutcomeKind, Report, Status};
use super::verdict::Verdict;
use crate::clock;
use crate::plan::{HiddenRoles, InheritedByMember, Operation, Plan, Reference};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What happens to an action.
#[derive(Debug, Clone, Copy)]
pub enum Step<'s> {
    /// Its requests begin; its id.
    Started(&'s str),
    /// It has an outcome.
    Ended(&'s Outcome),
}

pub(super) struct Progress<'r> {
    pub(super) plan: &'r Plan,
    /// Is called with each step.
    pub(super) watch: &'r dyn Fn(Step<'_>),
    pub(super) admission: Admission<'r>,
    pub(super) created: CreatedIds,
    outcomes: Vec<Outcome>,
}

impl<'r> Progress<'r> {
    pub(super) fn new(plan: &'r Plan, watch: &'r dyn Fn(Step<'_>)) -> Self {
        let outcomes = Vec::with_capacity(plan.actions.len());
        Self { plan, watch, admission: Admission::new(plan), created: CreatedIds::default(), outcomes }
    }

    /// Reports that the requests of an action begin.
    pub(super) fn start(&self, id: &str) {
        (self.watch)(Step::Started(id));
    }

    /// Records the outcome of an action, by its number in the plan.
    pub(super) fn record(&mut self, number: usize, verdict: Verdict) {
        let Some(action) = self.plan.actions.get(number) else { return };
        match verdict.status {
            Status::Done | Status::Already => self.admission.done(&action.operation),
            Status::Failed | Status::NotTried => self.admission.failed(&action.operation),
        }
        self.push(Outcome {
            action: number,
            id: action.id(),
            kind: OutcomeKind::Planned,
            operation: action.operation.clone(),
            status: verdict.status,
            reason: verdict.reason,
            help: verdict.help,
            at: clock::now_in_milliseconds(),
        });
    }

    /// Records what came of a person in the second look. The plan has no action for it.
    pub(super) fn record_second_look(&mut self, member: &HiddenRoles, kind: OutcomeKind, verdict: Verdict) {
        self.push(Outcome {
            action: self.outcomes.len(),
            id: member.removal_id(),
            kind,
            operation: member.removal().into(),
            status: verdict.status,
            reason: verdict.reason,
            help: verdict.help,
            at: clock::now_in_milliseconds(),
        });
    }

    fn push(&mut self, outcome: Outcome) {
        (self.watch)(Step::Ended(&outcome));
        self.outcomes.push(outcome);
    }

    /// The workspace roles that people inherit after the actions that are done.
    pub(super) fn inherited_by_now(&self) -> InheritedByMember {
        let is_done = |outcome: &&Outcome| matches!(outcome.status, Status::Done | Status::Already);
        let done = self.outcomes.iter().filter(is_done);
        let operations = done.filter_map(|outcome| Some(&self.plan.actions.get(outcome.action)?.operation));
        self.plan.admins.start.groups.clone().after(operations).inherited_by_member()
    }

    /// Whether any action has an outcome.
    pub(super) fn has_begun(&self) -> bool {
        !self.outcomes.is_empty()
    }

    /// The targets of the actions that this run has done.
    pub(super) fn changed_targets(&self) -> HashSet<&'r str> {
        let done = self.outcomes.iter().filter(|outcome| outcome.status == Status::Done);
        done.filter_map(|outcome| Some(self.plan.actions.get(outcome.action)?.operation.target())).collect()
    }

    pub(super) fn into_report(mut self) -> Report {
        self.outcomes.sort_by_key(|outcome| outcome.action);
        let Plan { held_back, api_keys_left, .. } = self.plan;
        Report { outcomes: self.outcomes, held_back: held_back.clone(), api_keys_left: api_keys_left.clone() }
    }
}

/// Identifiers by name, address for people.
#[derive(Debug, Clone, Default)]
pub(super) struct CreatedIds {
    people: HashMap<String, Uuid>,
    workspaces: HashMap<String, Uuid>,
    groups: HashMap<String, Uuid>,
}

impl CreatedIds {
    /// Stores the identifier of the resource that an operation has created, if it created one.
    pub(super) fn record(&mut self, operation: &Operation, id: Option<Uuid>) {
        let Some(id) = id else { return };
        match operation {
            Operation::MemberCreate(op) => {
                self.people.insert(op.email.to_string(), id);
            }
            Operation::WorkspaceCreate(op) => {
                self.workspaces.insert(op.workspace.name.clone(), id);
            }
            Operation::GroupCreate(op) => {
                self.groups.insert(op.group.name.clone(), id);
            }
            _ => {}
        }
    }

    /// The identifier of a person; `None` if the account was not created.
    pub(super) fn person(&self, person: &Reference) -> Option<Uuid> {
        person.id.or_else(|| self.people.get(&person.name).copied())
    }

    /// The identifier of a workspace; `None` if it was not created.
    pub(super) fn workspace(&self, workspace: &Reference) -> Option<Uuid> {
        workspace.id.or_else(|| self.workspaces.get(&workspace.name).copied())
    }

    /// The identifier of a group; `None` if it was not created.
    pub(super) fn group(&self, group: &Reference) -> Option<Uuid> {
        group.id.or_else(|| self.groups.get(&group.name).copied())
    }
}
