//! Rule: protected people are not removed and not demoted.

use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, Role};
use crate::plan::{Operation, Plan};

pub(super) fn check(plan: &Plan, desired: &Desired, refusals: &mut Vec<Diagnostic>) {
    for action in &plan.actions {
        let operation = &action.operation;
        let email = operation.email();
        let former = desired.members.get(email).and_then(|member| member.previously.as_ref());
        let protected = &desired.policy.protected;
        let Some(protected_at) = protected.get(email).or_else(|| protected.get(former?)) else {
            continue;
        };
        let what = match operation {
            Operation::MemberRemove { .. } => "removed",
            Operation::InvitationRevoke { spare: false, .. } => "refused (the invitation would be revoked)",
            Operation::MemberUpdate { before, after, .. }
                if !((before.roles - after.roles) & (Role::Admin | Role::Billing)).is_empty() =>
            {
                "demoted"
            }
            Operation::MemberUpdate { .. }
            | Operation::MemberCreate { .. }
            | Operation::InvitationSend { .. }
            | Operation::InvitationRenew { .. }
            | Operation::InvitationRevoke { .. } => continue,
        };
        let message = format!("{email} is protected and would be {what}");
        let help =
            "keep the person as they are, or take them off `policy.protected` first, in a change of its own";
        let mut refusal = Diagnostic::new(Code::Protected, message, help);
        for source in &action.sources {
            refusal = refusal.label(*source, "asks for it");
        }
        refusals.push(refusal.label(*protected_at, "protected"));
    }
}
