//! Checks whether a plan may be applied, with one file per rule.
//!
//! [`check`] is pure. A refusal has the lines that cause it and a help text. Only this module can construct an
//! [`Approved`] plan, and an apply accepts nothing else.

mod admins;
mod budget;
mod due;
mod irreversible;
mod power;
mod protected;
mod removals;
mod rename;
mod similar;
mod workspaces;

pub use due::check_due;
pub use removals::{RemovalCount, removes};

use crate::diag::Diagnostic;
use crate::model::{Allowance, Desired, RemovalKind};
use crate::plan::Plan;

/// A plan and its refusals.
#[derive(Debug, Clone)]
pub struct Checked {
    plan: Plan,
    refusals: Vec<Diagnostic>,
    workspace_members: RemovalCount,
}

/// A plan that breaks no rule.
#[derive(Debug, Clone)]
pub struct Approved {
    plan: Plan,
    workspace_members: RemovalCount,
}

/// Checks a plan against the seat budget and the guards.
#[must_use]
pub fn check(mut plan: Plan, desired: &Desired, allowance: &Allowance) -> Checked {
    let mut refusals = plan.faults.clone();
    // Whoever names people to revoke from them acts in an emergency: that replaces the other rules.
    let is_emergency = plan.scope.revokes_from().is_some();
    let is_whole = !is_emergency && !plan.scope.is_due();
    if is_emergency {
        irreversible::keep_api_keys(&mut plan, allowance);
    } else {
        budget::check(&plan, desired, &mut refusals);
    }
    admins::check(&plan, desired, &mut refusals);
    if is_whole {
        power::check(&plan, desired, &mut refusals);
    }
    protected::check(&plan, desired, &mut refusals);
    removals::check(&plan, desired, allowance, &mut refusals);
    if !is_emergency {
        workspaces::check(&plan, &mut refusals);
        irreversible::check(&plan, allowance, &mut refusals);
    }
    if is_whole {
        rename::check(&mut plan, allowance, &mut refusals);
        similar::check(&mut plan, allowance);
    }
    let workspace_members = RemovalCount::of(RemovalKind::WorkspaceMembers, &plan, desired, allowance);
    Checked { plan, refusals, workspace_members }
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
        let Self { plan, refusals, workspace_members } = self;
        refusals.is_empty().then_some(Approved { plan, workspace_members })
    }
}

impl Approved {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The workspace members that the plan removes. What shows only after it counts with them.
    #[must_use]
    pub fn workspace_members(&self) -> RemovalCount {
        self.workspace_members
    }
}
