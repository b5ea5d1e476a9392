//! Says in words what came of an action: `ada@acme.example was not invited`. All texts are escaped.

use super::count;
use super::view::{list, phrase};
use crate::apply::{Outcome, OutcomeKind, Status};
use crate::escape;
use crate::plan::{Assignment, Kind, Membership, Operation, Reference};
use std::borrow::Cow;
use std::collections::HashSet;

/// What came of an action, with its reason.
pub(super) fn sentence(outcome: &Outcome) -> String {
    let said = said(outcome);
    match outcome.reason.as_deref() {
        None => said,
        Some(reason) => format!("{said}: {}", without_name(reason, outcome)),
    }
}

/// What came of an action, without its reason.
pub(super) fn said(outcome: &Outcome) -> String {
    let Clause { subject, verb, rest } = clause(outcome);
    let is_done = matches!(outcome.status, Status::Done | Status::Already);
    let rest = if rest.is_empty() { rest } else { format!(" {rest}") };
    // `not everyone was added`: the subject already says it.
    let not = if is_done || subject.starts_with("not ") { "" } else { " not" };
    let (is, participle) = verb;
    format!("{subject} {is}{not} {participle}{rest}")
}

/// The parts of a sentence.
struct Clause {
    subject: String,
    /// `was` or `were`, and the participle.
    verb: (&'static str, &'static str),
    rest: String,
}

impl Clause {
    fn one(subject: impl Into<String>, participle: &'static str) -> Self {
        Self { subject: subject.into(), verb: ("was", participle), rest: String::new() }
    }

    fn rest(self, rest: impl Into<String>) -> Self {
        Self { rest: rest.into(), ..self }
    }
}

fn clause(outcome: &Outcome) -> Clause {
    let operation = &outcome.operation;
    let name = escape::line(operation.target());
    let (workspace, group) = (format!("the workspace {name}"), format!("the group {name}"));
    // What changed; a person's address or a name alone does not tell.
    let changed = |subject: &str| Clause::one(subject, "changed").rest(format!("({})", phrase(operation).1));
    match operation {
        Operation::MemberCreate(_) => Clause::one(format!("the account of {name}"), "created"),
        Operation::MemberUpdate(_) => changed(&name),
        Operation::MemberRemove(_) => Clause::one(name, "removed"),
        Operation::InvitationSend(_) => Clause::one(name, "invited"),
        Operation::InvitationRenew(_) => Clause::one(format!("the invitation of {name}"), "renewed"),
        Operation::InvitationRevoke(_) => Clause::one(format!("the invitation of {name}"), "revoked"),
        Operation::ApiKeyDelete(op) => {
            let key = op.before.name.as_deref().unwrap_or("without a name");
            Clause::one(format!("the API key {key} of {name}"), "deleted")
        }
        Operation::WorkspaceCreate(_) => Clause::one(workspace, "created"),
        Operation::WorkspaceUpdate(_) => changed(&workspace),
        Operation::WorkspaceArchive(_) => Clause::one(workspace, "archived"),
        Operation::WorkspaceMembersSet(op) => {
            people(outcome, &members(&op.members), "given their roles").rest(format!("in {workspace}"))
        }
        Operation::WorkspaceMembersRemove(op) if outcome.kind != OutcomeKind::Planned => {
            // The person may stay, with what groups grant.
            let person = list(op.members.iter().map(|one| one.member.name.clone()));
            Clause::one(format!("the direct role of {person} in {workspace}"), "revoked")
        }
        Operation::WorkspaceMembersRemove(op) => {
            people(outcome, &members(&op.members), "removed").rest(format!("from {workspace}"))
        }
        Operation::GroupCreate(_) => Clause::one(group, "created"),
        Operation::GroupUpdate(_) => changed(&group),
        Operation::GroupDelete(_) => Clause::one(group, "deleted"),
        Operation::GroupMembersAdd(op) => {
            people(outcome, &op.members.iter().collect::<Vec<_>>(), "added").rest(format!("to {group}"))
        }
        Operation::GroupMembersRemove(op) => {
            people(outcome, &op.members.iter().collect::<Vec<_>>(), "removed").rest(format!("from {group}"))
        }
        Operation::GroupWorkspacesSet(op) => {
            Clause::one(group, "assigned").rest(format!("to {}", workspaces(outcome, &op.assignments)))
        }
        Operation::GroupWorkspacesRemove(op) => {
            Clause::one(group, "removed").rest(format!("from {}", workspaces(outcome, &op.assignments)))
        }
    }
}

fn members(members: &[Membership]) -> Vec<&Reference> {
    members.iter().map(|one| &one.member).collect()
}

/// The people of a change of many: `not everyone` if some of them failed, whom the reason names.
fn people(outcome: &Outcome, people: &[&Reference], participle: &'static str) -> Clause {
    if people.len() > 1 && names_any(outcome, people) {
        return Clause::one("not everyone", participle);
    }
    let was = if people.len() == 1 { "was" } else { "were" };
    Clause {
        verb: (was, participle),
        ..Clause::one(list(people.iter().map(|one| one.name.clone())), participle)
    }
}

/// The workspaces of a group: `every workspace` if some of them failed, which the reason names.
fn workspaces(outcome: &Outcome, assignments: &[Assignment]) -> String {
    let all: Vec<&Reference> = assignments.iter().map(|one| &one.workspace).collect();
    if all.len() > 1 && names_any(outcome, &all) {
        return "every workspace".to_owned();
    }
    let noun = if all.len() == 1 { "the workspace" } else { "the workspaces" };
    format!("{noun} {}", list(all.iter().map(|one| one.name.clone())))
}

/// Whether the reason names some of these itself.
fn names_any(outcome: &Outcome, all: &[&Reference]) -> bool {
    let reason = outcome.reason.as_deref().unwrap_or_default();
    all.iter().any(|one| reason.starts_with(&escape::excerpt(&one.name)))
}

/// The reason without the name before it, if the sentence has named it.
fn without_name<'r>(reason: &'r str, outcome: &Outcome) -> &'r str {
    let all: Vec<&Reference> = match &outcome.operation {
        Operation::WorkspaceMembersSet(op) => members(&op.members),
        Operation::WorkspaceMembersRemove(op) => members(&op.members),
        Operation::GroupMembersAdd(op) => op.members.iter().collect(),
        Operation::GroupMembersRemove(op) => op.members.iter().collect(),
        Operation::GroupWorkspacesSet(op) => op.assignments.iter().map(|one| &one.workspace).collect(),
        Operation::GroupWorkspacesRemove(op) => op.assignments.iter().map(|one| &one.workspace).collect(),
        _ => Vec::new(),
    };
    let [one] = all.as_slice() else { return reason };
    let name = escape::excerpt(&one.name);
    reason.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(reason)
}

/// `4 invitations sent, 2 groups changed`, in the order in which the kinds occur. A person or resource that two actions
/// of a kind change counts once.
pub(super) fn by_kind<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> String {
    let mut kinds = Vec::<(Kind, HashSet<Cow<'_, str>>)>::new();
    for outcome in outcomes {
        let (kind, target) = (outcome.operation.kind(), outcome.operation.named());
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, targets)) => {
                targets.insert(target);
            }
            None => kinds.push((kind, HashSet::from([target]))),
        }
    }
    kinds.iter().map(|(kind, targets)| number_of(*kind, targets.len())).collect::<Vec<_>>().join(", ")
}

fn number_of(kind: Kind, number: usize) -> String {
    let (noun, done) = match kind {
        Kind::MemberCreate => ("account", "created"),
        Kind::MemberUpdate => ("member", "changed"),
        Kind::MemberRemove => ("member", "removed"),
        Kind::InvitationSend => ("invitation", "sent"),
        Kind::InvitationRenew => ("invitation", "renewed"),
        Kind::InvitationRevoke => ("invitation", "revoked"),
        Kind::ApiKeyDelete => ("API key", "deleted"),
        Kind::WorkspaceCreate => ("workspace", "created"),
        Kind::WorkspaceUpdate => ("workspace", "changed"),
        Kind::WorkspaceArchive => ("workspace", "archived"),
        Kind::GroupCreate => ("group", "created"),
        Kind::GroupUpdate => ("group", "changed"),
        Kind::GroupDelete => ("group", "deleted"),
        Kind::WorkspaceMembersSet => return format!("roles set in {}", count(number, "workspace")),
        Kind::WorkspaceMembersRemove => {
            return format!("members removed from {}", count(number, "workspace"));
        }
        Kind::GroupMembersAdd => return format!("members added to {}", count(number, "group")),
        Kind::GroupMembersRemove => return format!("members removed from {}", count(number, "group")),
        Kind::GroupWorkspacesSet => ("group", "assigned to workspaces"),
        Kind::GroupWorkspacesRemove => ("group", "removed from workspaces"),
    };
    format!("{} {done}", count(number, noun))
}
