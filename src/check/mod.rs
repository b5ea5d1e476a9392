//! Whether a plan may be applied: one rule a file.
//!
//! [`check`] is pure. What it refuses is shown with the lines that cause it and the way on; what it approves becomes
//! an [`Approved`], which is all that an apply takes and which nothing else can make.

mod admins;
mod budget;
mod protected;
mod removals;
mod workspaces;

pub use removals::removes;

use crate::diag::Diagnostic;
use crate::model::{Allowance, Desired};
use crate::plan::Plan;

/// A plan and what the rules say about it.
#[derive(Debug, Clone)]
pub struct Checked {
    plan: Plan,
    refusals: Vec<Diagnostic>,
}

/// A plan that breaks no rule.
#[derive(Debug, Clone)]
pub struct Approved(Plan);

/// Holds a plan against the seat budget and the guards.
#[must_use]
pub fn check(plan: Plan, desired: &Desired, allowance: &Allowance) -> Checked {
    let mut refusals = plan.faults.clone();
    budget::check(&plan, desired, &mut refusals);
    admins::check(&plan, desired, &mut refusals);
    protected::check(&plan, desired, &mut refusals);
    removals::check(&plan, desired, allowance, &mut refusals);
    workspaces::check(&plan, allowance, &mut refusals);
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

    /// The plan for an apply, if nothing speaks against it.
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
