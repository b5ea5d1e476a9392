//! Rule: a plan removes no more of each kind of thing than `max_removals` allows, however each removal came about.

use crate::diag::{Code, Diagnostic};
use crate::model::{Allowance, Desired, RemovalKind, Seats};
use crate::plan::{GroupOperation, Operation, PersonOperation, Plan, WorkspaceOperation};
use crate::source::Span;

pub(super) fn check(plan: &Plan, desired: &Desired, allowance: &Allowance, refusals: &mut Vec<Diagnostic>) {
    let limit = desired.policy.max_removals;
    for kind in RemovalKind::ALL {
        let live = live(kind, plan);
        let allowed = limit.of(live).max(allowance.removals.get(&kind).copied().unwrap_or(0));
        let mut removed = 0;
        let mut places = Vec::<Span>::new();
        for action in &plan.actions {
            let count = removes(kind, &action.operation, plan);
            if count > 0 {
                removed += count;
                places.extend(&action.sources);
            }
        }
        if kind == RemovalKind::AdminRoles {
            // Somebody can lose it by two actions, and only by both.
            removed = plan.admins.lost;
        }
        if removed <= allowed {
            continue;
        }
        // Many removals can have one cause, such as `unmanaged: remove`.
        places.sort_unstable();
        places.dedup();
        let name = kind.name();
        let words = name.replace('_', " ");
        let message = format!(
            "this plan removes {removed} of {live} {words}; `max_removals: {limit}` allows {allowed}"
        );
        let help = format!(
            "if this is meant, run again with --allow-removals {name}={removed}; if not, look for what was taken out of the files"
        );
        refusals.push(Diagnostic::new(Code::MaxRemovals, message, help).places(&places, "causes removals"));
    }
}

/// How many things of a kind are live.
fn live(kind: RemovalKind, plan: &Plan) -> usize {
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    match kind {
        RemovalKind::Members => plan.before.members,
        RemovalKind::Invitations => plan.before.invitations,
        RemovalKind::AdminRoles => count(plan.admins.before),
        RemovalKind::Seats => count(plan.before.all_used()),
        RemovalKind::GroupMembers => plan.before.group_members,
        RemovalKind::WorkspaceMembers => plan.before.workspace_members,
        RemovalKind::Groups => plan.before.groups,
    }
}

/// How many things of a kind an operation removes.
fn removes(kind: RemovalKind, operation: &Operation, plan: &Plan) -> usize {
    match (kind, operation) {
        (RemovalKind::Members, Operation::Person(PersonOperation::MemberRemove { .. }))
        | (RemovalKind::Invitations, Operation::Person(PersonOperation::InvitationRevoke { .. }))
        | (RemovalKind::Groups, Operation::Group(GroupOperation::Delete { .. })) => 1,
        // Who leaves the organization leaves its groups with it, and counts there.
        (RemovalKind::GroupMembers, Operation::Group(GroupOperation::Delete { members, leaving, .. })) => {
            members.saturating_sub(*leaving)
        }
        (RemovalKind::GroupMembers, Operation::Group(GroupOperation::MembersRemove { members, .. })) => {
            members.len()
        }
        // The first admin of a new workspace was not in it before.
        (
            RemovalKind::WorkspaceMembers,
            Operation::Workspace(WorkspaceOperation::MembersRemove { workspace, members }),
        ) if workspace.id.is_some() => members.len(),
        (RemovalKind::AdminRoles, operation) => plan.admins.live.lost_by(operation).len(),
        (RemovalKind::Seats, operation) => {
            let used = operation.delta().used;
            Seats::all().into_iter().filter(|product| used.get(*product) < 0).count()
        }
        _ => 0,
    }
}
