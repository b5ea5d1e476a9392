//! Rule: protected people are neither removed nor demoted.

use crate::diag::{Code, Diagnostic};
use crate::model::{Desired, Email};
use crate::plan::{Operation, Plan};
use crate::source::Span;

pub(super) fn check(plan: &Plan, desired: &Desired, refusals: &mut Vec<Diagnostic>) {
    let mut refuse = |email: &Email, what: &str, sources: &[Span]| {
        let former = desired.members.get(email).and_then(|member| member.previously.as_ref());
        let protected = &desired.policy.protected;
        let at = protected.get(email).or_else(|| protected.get(former?));
        refusals.extend(at.map(|at| refusal(email, what, sources, *at)));
    };
    for action in &plan.actions {
        match &action.operation {
            Operation::MemberRemove(op) => refuse(&op.email, "removed", &action.sources),
            Operation::InvitationRevoke(op) if !op.is_surplus => {
                refuse(&op.email, "removed (this plan revokes the invitation)", &action.sources);
            }
            _ => {}
        }
    }
    for demotion in &plan.demotions {
        refuse(&demotion.email, "demoted", &demotion.sources);
    }
}

fn refusal(email: &Email, what: &str, sources: &[Span], protected_at: Span) -> Diagnostic {
    let message = format!("{email} is protected and would be {what}");
    let help =
        "keep the person as they are, or remove them from `policy.protected` first, in a separate change";
    let mut refusal = Diagnostic::new(Code::Protected, message, help);
    for source in sources {
        refusal = refusal.label(*source, "causes this");
    }
    refusal.label(protected_at, "protected")
}
