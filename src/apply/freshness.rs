//! Looking again, before a phase, at what it touches.

use super::report::{Status, Verdict};
use super::settle::{Pauses, Settling};
use crate::api::{ApiError, Client};
use crate::model::Live;
use crate::plan::{Action, Kind, Phase, Resource};
use crate::plan_file::{PlanContext, Precondition, preconditions};
use std::collections::{BTreeSet, HashSet};

/// Reads what a phase touches; gives what was read, and tells of each action what must not be tried any more, and why.
/// What this run has changed itself has the time to show it.
///
/// # Errors
///
/// It can't be read.
pub(super) async fn look(
    settling: Settling<'_>,
    phase: Phase,
    actions: &[(usize, &Action)],
    whole: PlanContext<'_>,
    changed: &HashSet<&str>,
) -> Result<(Live, Vec<(usize, Verdict)>), ApiError> {
    let all: Vec<Action> = actions.iter().map(|(_, action)| (*action).clone()).collect();
    let mut pauses = Pauses::new(settling);
    let (live, found) = loop {
        let live = read(settling.client, phase, actions, whole).await?;
        let found = preconditions(&all, &live, whole);
        let lags = |(action, standing): (&Action, &Precondition)| {
            matches!(standing, Precondition::Conflict { .. }) && changed.contains(action.operation.target())
        };
        if !all.iter().zip(&found).any(lags) || !pauses.pause().await {
            break (live, found);
        }
    };
    let verdicts = all.iter().zip(found).map(|(action, standing)| match standing {
        Precondition::Holds => None,
        // When the run began, it was not so. A role that a group gives by now can hide one that is to be taken; to set
        // or take it twice is once.
        Precondition::AlreadyApplied if shows_groups(action, whole) => None,
        Precondition::AlreadyApplied => Some((Status::Already, Some("it was so already".to_owned()))),
        Precondition::Conflict { expected: saw, found: now } => {
            let reason =
                format!("changed since the plan was made: it saw {saw}, and now there is {now}; plan again");
            Some((Status::NotTried, Some(reason)))
        }
    });
    let stale = actions.iter().zip(verdicts).filter_map(|((number, _), verdict)| Some((*number, verdict?)));
    let stale = stale.collect();
    Ok((live, stale))
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

/// Whether what an action touches shows what the plan does to groups: what people are seen to have in a workspace can
/// come through any of them.
fn shows_groups(action: &Action, whole: PlanContext<'_>) -> bool {
    matches!(action.operation.kind(), Kind::WorkspaceMembersSet | Kind::WorkspaceMembersRemove)
        && whole.actions.iter().any(|action| action.operation.resource() == Resource::Group)
}
