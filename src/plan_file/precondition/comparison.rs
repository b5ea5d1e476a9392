//! Preconditions, and the comparison of live values with the before and after values of a plan.

use crate::escape;
use crate::model::Settings;
use crate::plan::Action;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whether an action of a saved plan can still be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The resource is as it was when the plan was made.
    Holds,
    /// The resource is already as planned.
    AlreadyApplied,
    /// Neither. Escaped text.
    Conflict { expected: String, found: String },
}

/// The whole saved plan. An earlier run or an earlier phase may have done any part of it.
#[derive(Debug, Clone, Copy)]
pub struct PlanContext<'p> {
    /// All actions of the plan.
    pub actions: &'p [Action],
    /// The invitations that an earlier run of the plan has deleted to renew them.
    pub deleted: &'p BTreeSet<Uuid>,
}

/// Compares the live value with the before and after values of the plan.
pub(super) fn compare<T: PartialEq>(
    now: &T,
    before: &T,
    after: &T,
    show: impl Fn(&T) -> String,
) -> Precondition {
    if now == after {
        Precondition::AlreadyApplied
    } else if now == before {
        Precondition::Holds
    } else {
        Precondition::Conflict { expected: show(before), found: show(now) }
    }
}

/// The conflict of a resource that no longer exists.
pub(super) fn gone(expected: impl Into<String>) -> Precondition {
    Precondition::Conflict { expected: expected.into(), found: "nothing".to_owned() }
}

pub(super) fn described(settings: &impl Settings) -> String {
    escape::excerpt(&settings.describe())
}
