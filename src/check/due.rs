//! What a plan of what is due leaves out, because a guard or the budget forbids it.

use super::removals::{RemovalCount, removes};
use super::{Checked, check};
use crate::diag::{Code, Diagnostic};
use crate::model::{Allowance, Desired, Email, RemovalKind, Role};
use crate::plan::{Action, HeldBack, Operation, Plan, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// Makes a plan of what is due and checks it, without the actions that a guard or the budget forbids. `make` makes the
/// plan of a scope.
#[must_use]
pub fn check_due(make: impl Fn(Scope) -> Plan, desired: &Desired, allowance: &Allowance) -> Checked {
    let mut held_back = BTreeMap::<String, HeldBack>::new();
    loop {
        let plan = make(Scope::Due(held_back.keys().cloned().collect()));
        let checked = check(plan, desired, allowance);
        let forbidden = forbidden(&checked, desired, allowance);
        // What no rule about single actions forbids stays refused.
        if forbidden.is_empty() {
            let Checked { mut plan, refusals, workspace_members } = checked;
            plan.held_back = held_back.into_values().collect();
            return Checked { plan, refusals, workspace_members };
        }
        for one in forbidden {
            held_back.entry(one.id.clone()).or_insert(one);
        }
    }
}

/// The actions that the refusals of a plan forbid.
fn forbidden(checked: &Checked, desired: &Desired, allowance: &Allowance) -> Vec<HeldBack> {
    let plan = checked.plan();
    let mut all = Vec::new();
    for refusal in checked.refusals() {
        let actions: Vec<&Action> = match refusal.code {
            Code::SeatBudget => beyond_budget(plan, desired),
            Code::MinAdmins => {
                let admins = plan.admins.start.holders(Role::Admin);
                let lowers = |action: &&Action| !admins.lost_by(&action.operation).is_empty();
                plan.actions.iter().filter(lowers).collect()
            }
            Code::Irreversible => {
                plan.actions.iter().filter(|action| action.operation.is_irreversible()).collect()
            }
            Code::Protected => against_protection(plan, desired),
            _ => Vec::new(),
        };
        all.extend(actions.into_iter().map(|action| held_back(action, refusal)));
    }
    // There is one refusal for each kind, in the order of the kinds.
    let refusals = checked.refusals().iter().filter(|refusal| refusal.code == Code::MaxRemovals);
    let is_beyond = |kind: &&RemovalKind| {
        let count = RemovalCount::of(**kind, plan, desired, allowance);
        count.removed > count.allowed
    };
    for (kind, refusal) in RemovalKind::ALL.iter().filter(is_beyond).zip(refusals) {
        let removing = plan.actions.iter().filter(|action| removes(*kind, &action.operation, plan) > 0);
        all.extend(removing.map(|action| held_back(action, refusal)));
    }
    all
}

fn held_back(action: &Action, refusal: &Diagnostic) -> HeldBack {
    HeldBack {
        id: action.id(),
        target: action.operation.target().to_owned(),
        code: refusal.code.name().to_owned(),
        reason: refusal.message.clone(),
        waits_for_seat: refusal.code == Code::SeatBudget,
    }
}

/// The last actions that take seats, as many as there are seats too few.
fn beyond_budget<'p>(plan: &'p Plan, desired: &Desired) -> Vec<&'p Action> {
    let mut beyond = Vec::new();
    for (product, (budget, _)) in &desired.budgets {
        let (before, after) = (plan.before.claimed(*product), plan.after.claimed(*product));
        let (used_before, used) = (plan.before.used.get(*product), plan.after.used.get(*product));
        let over_limit = if after > before { after - i64::from(budget.limit()) } else { 0 };
        let over_purchased = if used > used_before { used - i64::from(budget.purchased) } else { 0 };
        let mut excess = over_limit.max(over_purchased);
        for action in plan.actions.iter().rev() {
            let claimed = plan.seat_change(&action.operation).claimed(*product);
            if excess > 0 && claimed > 0 {
                excess -= claimed;
                beyond.push(action);
            }
        }
    }
    beyond
}

fn against_protection<'p>(plan: &'p Plan, desired: &Desired) -> Vec<&'p Action> {
    let protected = &desired.policy.protected;
    let former = |email: &Email| desired.members.get(email).and_then(|member| member.previously.as_ref());
    let is_protected = |email: &Email| {
        protected.contains_key(email) || former(email).is_some_and(|former| protected.contains_key(former))
    };
    let names: BTreeSet<&str> = desired
        .members
        .keys()
        .chain(protected.keys())
        .filter(|email| is_protected(email))
        .map(Email::as_str)
        .collect();
    let takes = |action: &&Action| match &action.operation {
        Operation::GroupMembersRemove(op) => {
            op.members.iter().any(|member| names.contains(member.name.as_str()))
        }
        Operation::InvitationRevoke(op) => !op.is_surplus && is_protected(&op.email),
        other => {
            other.email().is_some_and(|email| {
                let (before, after) = other.roles();
                let lost = before - after;
                is_protected(email) && (lost.contains(Role::Admin) || lost.contains(Role::Billing))
            }) || matches!(other, Operation::MemberRemove(op) if is_protected(&op.email))
        }
    };
    plan.actions.iter().filter(takes).collect()
}
