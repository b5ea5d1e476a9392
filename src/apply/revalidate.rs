//! Reads the resources of a phase again, before the phase.

use super::read_back::ReadBack;
use super::verdict::{Verdict, not_tried};
use crate::api::{ApiError, Client};
use crate::model::Live;
use crate::plan::{Action, Kind, Phase, Resource};
use crate::plan_file::{PlanContext, Precondition, preconditions};
use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

/// The longest time for which a reading of the organization is valid, if people may change it.
const FRESH: Duration = Duration::from_secs(60);

/// How the resources of the plan are read again.
#[derive(Debug, Clone, Copy)]
pub struct Revalidation<'o> {
    /// The plan as a whole.
    pub whole: PlanContext<'o>,
    /// When the organization was last read for the plan.
    pub read: Instant,
    /// Read before each phase, even after a short time.
    pub always: bool,
}

impl Revalidation<'_> {
    /// Whether a reading is too old. Before the first action, only its age counts.
    pub(super) fn is_due(&self, has_begun: bool, read: Instant) -> bool {
        self.always && has_begun || read.elapsed() > FRESH
    }
}

/// Reads the resources of a phase. Returns the reading, and a verdict for each action that must no longer be tried.
/// Changes of this run get time to become visible.
///
/// # Errors
///
/// The organization can't be read.
pub(super) async fn revalidate(
    read_back: ReadBack<'_>,
    phase: Phase,
    actions: &[(usize, &Action)],
    whole: PlanContext<'_>,
    changed: &HashSet<&str>,
) -> Result<(Live, Vec<(usize, Verdict)>), ApiError> {
    let all: Vec<Action> = actions.iter().map(|(_, action)| (*action).clone()).collect();
    let read = async || {
        let live = read(read_back.client, phase, actions, whole).await?;
        let found = preconditions(&all, &live, whole);
        Ok((live, found))
    };
    let lags = |(action, precondition): (&Action, &Precondition)| {
        matches!(precondition, Precondition::Conflict { .. }) && changed.contains(action.operation.target())
    };
    let is_visible = |(_, found): &(_, Vec<_>)| !all.iter().zip(found).any(lags);
    let (live, found) = read_back.until_visible(read, is_visible).await?;
    let verdicts = actions
        .iter()
        .zip(found)
        .filter_map(|((number, action), found)| Some((*number, verdict(found, action, whole)?)));
    let verdicts = verdicts.collect();
    Ok((live, verdicts))
}

/// The verdict on an action that must no longer be tried.
fn verdict(precondition: Precondition, action: &Action, whole: PlanContext<'_>) -> Option<Verdict> {
    match precondition {
        Precondition::Holds => None,
        // It was not so when the run started. A role that a group grants by now can hide one that is to be revoked. To
        // set or revoke a role twice is idempotent.
        Precondition::AlreadyApplied if shows_groups(action, whole) => None,
        Precondition::AlreadyApplied => Some(Verdict::already("it was already as planned")),
        Precondition::Conflict { expected, found } => Some(not_tried(format!(
            "changed since the plan was made: expected {expected}, found {found}; plan again"
        ))),
    }
}

async fn read(
    client: &Client,
    phase: Phase,
    actions: &[(usize, &Action)],
    whole: PlanContext<'_>,
) -> Result<Live, ApiError> {
    if phase <= Phase::Acquire {
        return client.read_people().await;
    }
    let touched = actions.iter().filter_map(|(_, action)| action.operation.group()?.id);
    let touched: BTreeSet<_> = touched.collect();
    let all = actions.iter().any(|(_, action)| shows_groups(action, whole));
    client.read_touched(|id| all || touched.contains(&id)).await
}

/// Whether the target of an action also shows the plan's changes of groups: people can inherit their roles in a
/// workspace from any group.
fn shows_groups(action: &Action, whole: PlanContext<'_>) -> bool {
    matches!(action.operation.kind(), Kind::WorkspaceMembersSet | Kind::WorkspaceMembersRemove)
        && whole.actions.iter().any(|action| action.operation.resource() == Resource::Group)
}
