//! What preconditions are, and how what is there is compared with what a plan saw and wants.

use crate::escape;
use crate::model::Settings;
use crate::plan::Action;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How an action of a saved plan fits the organization as it is by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// What it touches is as the plan saw it.
    Holds,
    /// What it wants is there already.
    AlreadyApplied,
    /// Neither. Harmless text.
    Conflict { expected: String, found: String },
}

/// A saved plan, whichever part of it is looked at: any of it may have been done by an earlier run, or by an earlier
/// phase.
#[derive(Debug, Clone, Copy)]
pub struct PlanContext<'p> {
    /// All its actions.
    pub actions: &'p [Action],
    /// The invitations that an earlier run of it has deleted in order to send them again.
    pub deleted: &'p BTreeSet<Uuid>,
}

/// Holds what is there now against what the plan saw and wants.
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

/// What was there does not exist any more.
pub(super) fn gone(expected: impl Into<String>) -> Precondition {
    Precondition::Conflict { expected: expected.into(), found: "nothing".to_owned() }
}

pub(super) fn described(settings: &impl Settings) -> String {
    escape::excerpt(&settings.describe())
}
