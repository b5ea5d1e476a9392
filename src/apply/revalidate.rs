//! Reading again, before a phase, what it touches.

use super::read_back::ReadBack;
use super::report::Status;
use super::verdict::{Verdict, not_tried};
use crate::api::{ApiError, Client};
use crate::model::Live;
use crate::plan::{Action, Kind, Phase, Resource};
use crate::plan_file::{PlanContext, Precondition, preconditions};
use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

/// The longest time for which a reading of the organization counts, where people may change it.
const FRESH: Duration = Duration::from_secs(60);

/// How what the plan touches is read again.
#[derive(Debug, Clone, Copy)]
pub struct Revalidation<'o> {
    /// The plan as a whole.
    pub whole: PlanContext<'o>,
    /// When the organization was read that the plan was made for, or held against.
    pub read: Instant,
    /// Before each phase, however short the time was.
    pub always: bool,
}

impl Revalidation<'_> {
    /// Whether a reading is too old to act on. Before the first action, age alone counts.
    pub(super) fn is_due(&self, has_begun: bool, read: Instant) -> bool {
        self.always && has_begun || read.elapsed() > FRESH
    }
}

/// Reads what a phase touches; returns what was read, and a verdict for each action that must not be tried any more.
/// What this run has changed itself has the time to show it.
///
/// # Errors
///
/// It can't be read.
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

/// The verdict on an action that must not be tried any more.
fn verdict(precondition: Precondition, action: &Action, whole: PlanContext<'_>) -> Option<Verdict> {
    match precondition {
        Precondition::Holds => None,
        // When the run began, it was not so. A role that a group gives by now can hide one that is to be revoked; to
        // set or revoke it twice is once.
        Precondition::AlreadyApplied if shows_groups(action, whole) => None,
        Precondition::AlreadyApplied => Some((Status::Already, Some("it was already as planned".to_owned()))),
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

/// Whether what an action touches shows what the plan does to groups: the roles of people in a workspace can come
/// through any of them.
fn shows_groups(action: &Action, whole: PlanContext<'_>) -> bool {
    matches!(action.operation.kind(), Kind::WorkspaceMembersSet | Kind::WorkspaceMembersRemove)
        && whole.actions.iter().any(|action| action.operation.resource() == Resource::Group)
}
