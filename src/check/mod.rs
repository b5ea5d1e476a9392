//! Checks whether a plan may be applied, with one file per rule.
//!
//! [`check`] is pure. A refusal has the lines that cause it and a help text. Only this module can construct an
//! [`Approved`] plan, and an apply accepts nothing else.

mod admins;
mod budget;
mod power;
mod protected;
mod removals;
mod rename;
mod workspaces;

pub use removals::removes;

use crate::diag::Diagnostic;
use crate::model::{Allowance, Desired};
use crate::plan::Plan;

/// A plan and its refusals.
#[derive(Debug, Clone)]
pub struct Checked {
    plan: Plan,
    refusals: Vec<Diagnostic>,
}

/// A plan that breaks no rule.
#[derive(Debug, Clone)]
pub struct Approved(Plan);

/// Checks a plan against the seat budget and the guards.
#[must_use]
pub fn check(mut plan: Plan, desired: &Desired, allowance: &Allowance) -> Checked {
    let mut refusals = plan.faults.clone();
    // Whoever names people to revoke from them acts in an emergency: that replaces the other rules.
    let is_emergency = plan.scope.revokes_from().is_some();
    if !is_emergency {
        budget::check(&plan, desired, &mut refusals);
    }
    admins::check(&plan, desired, &mut refusals);
    if !is_emergency {
        power::check(&plan, desired, &mut refusals);
    }
    protected::check(&plan, desired, &mut refusals);
    if !is_emergency {
        removals::check(&plan, desired, allowance, &mut refusals);
        workspaces::check(&plan, allowance, &mut refusals);
        rename::check(&mut plan, allowance, &mut refusals);
    }
    Checked { plan, refusals }
}

impl Checked {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Why the plan may not be applied; empty if it may.
    #[must_use]
    pub fn refusals(&self) -> &[Diagnostic] {
        &self.refusals
    }

    /// The plan for an apply, if there are no refusals.
    #[must_use]
    pub fn approve(self) -> Option<Approved> {
        self.refusals.is_empty().then_some(Approved(self.plan))
    }
}

impl Approved {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}
