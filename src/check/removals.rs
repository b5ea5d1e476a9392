//! Rule: a plan removes no more of each kind than `max_removals` allows, whatever the cause.

use crate::diag::{Code, Diagnostic};
use crate::model::{Allowance, Desired, Limit, RemovalKind, Role, Seats};
use crate::plan::{Operation, Plan};
use crate::source::Span;

/// How many resources of a kind a plan removes, and how many it may remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovalCount {
    pub removed: usize,
    /// How many are live.
    pub live: usize,
    /// What `max_removals` and `--allow-removals` allow.
    pub allowed: usize,
    pub limit: Limit,
}

impl RemovalCount {
    pub(super) fn of(kind: RemovalKind, plan: &Plan, desired: &Desired, allowance: &Allowance) -> Self {
        let (live, limit) = (live(kind, plan), desired.policy.max_removals);
        let removed = match kind {
            // A person may lose the role only through two actions together.
            RemovalKind::AdminRoles => plan.admins.lost,
            _ => plan.actions.iter().map(|action| removes(kind, &action.operation, plan)).sum(),
        };
        let allowed = match plan.scope.revokes_from() {
            // Naming the people replaces the limit.
            Some(_) => usize::MAX,
            None => limit.of(live).max(allowance.removals.get(&kind).copied().unwrap_or(0)),
        };
        Self { removed, live, allowed, limit }
    }
}

pub(super) fn check(plan: &Plan, desired: &Desired, allowance: &Allowance, refusals: &mut Vec<Diagnostic>) {
    for &kind in RemovalKind::ALL {
        let RemovalCount { removed, live, allowed, limit } = RemovalCount::of(kind, plan, desired, allowance);
        if removed <= allowed {
            continue;
        }
        let causes = plan.actions.iter().filter(|action| removes(kind, &action.operation, plan) > 0);
        let mut places: Vec<Span> = causes.flat_map(|action| action.sources.iter().copied()).collect();
        // Many removals can have one cause, such as `unmanaged: remove`.
        places.sort_unstable();
        places.dedup();
        let name = kind.name();
        let words = name.replace('_', " ");
        let message = format!(
            "this plan removes {removed} of {live} {words}; `max_removals: {limit}` allows {allowed}"
        );
        let help = format!(
            "if this is intended, run again with --allow-removals {name}={removed}; if not, check what is missing in the files"
        );
        refusals.push(Diagnostic::new(Code::MaxRemovals, message, help).places(&places, "causes removals"));
    }
}

/// How many resources of a kind are live.
fn live(kind: RemovalKind, plan: &Plan) -> usize {
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    match kind {
        RemovalKind::Members => plan.counts.members,
        RemovalKind::Invitations => plan.counts.invitations,
        RemovalKind::AdminRoles => count(plan.admins.before),
        RemovalKind::Seats => count(plan.before.all_used()),
        RemovalKind::GroupMembers => plan.counts.group_members,
        RemovalKind::WorkspaceMembers => plan.counts.workspace_members,
        RemovalKind::Groups => plan.counts.groups,
    }
}

/// How many resources of a kind an operation of a plan removes.
#[must_use]
pub fn removes(kind: RemovalKind, operation: &Operation, plan: &Plan) -> usize {
    match (kind, operation) {
        (RemovalKind::Members, Operation::MemberRemove(_))
        | (RemovalKind::Invitations, Operation::InvitationRevoke(_))
        | (RemovalKind::Groups, Operation::GroupDelete(_)) => 1,
        // Members who leave the organization also leave its groups, and count only as members.
        (RemovalKind::GroupMembers, Operation::GroupDelete(op)) => {
            op.member_count.saturating_sub(op.leaving_count)
        }
        (RemovalKind::GroupMembers, Operation::GroupMembersRemove(op)) => op.members.len(),
        // The first admin of a new workspace was not in it before.
        (RemovalKind::WorkspaceMembers, Operation::WorkspaceMembersRemove(op))
            if op.workspace.id.is_some() =>
        {
            op.members.len()
        }
        (RemovalKind::AdminRoles, operation) => {
            plan.admins.start.holders(Role::Admin).lost_by(operation).len()
        }
        (RemovalKind::Seats, operation) => {
            let used = plan.seat_change(operation).used;
            Seats::all().into_iter().filter(|product| used.get(*product) < 0).count()
        }
        _ => 0,
    }
}
