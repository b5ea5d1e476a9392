//! Looking again, before a phase, at what it touches.

use super::report::{Status, Verdict};
use super::settle::{Pauses, Settling};
use crate::api::{ApiError, Client};
use crate::model::Live;
use crate::plan::{Action, Key, Kind, Operation, Phase, Standing, Whole, standings};
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
    whole: Whole<'_>,
    changed: &HashSet<&str>,
) -> Result<(Live, Vec<(usize, Verdict)>), ApiError> {
    let all: Vec<Action> = actions.iter().map(|(_, action)| (*action).clone()).collect();
    let mut pauses = Pauses::new(settling);
    let (live, standings) = loop {
        let live = read(settling.client, phase, actions, whole).await?;
        let standings = standings(&all, &live, whole);
        let lags = |(action, standing): (&Action, &Standing)| {
            matches!(standing, Standing::Changed { .. }) && changed.contains(action.operation.target())
        };
        if !all.iter().zip(&standings).any(lags) || !pauses.pause().await {
            break (live, standings);
        }
    };
    let verdicts = all.iter().zip(standings).map(|(action, standing)| match standing {
        Standing::AsPlanned => None,
        // When the run began, it was not so. A role that a group gives by now can hide one that is to be taken; to set
        // or take it twice is once.
        Standing::AsWanted if shows_groups(action, whole) => None,
        Standing::AsWanted => Some((Status::Already, Some("it was so already".to_owned()))),
        Standing::Changed { saw, now } => {
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
    whole: Whole<'_>,
) -> Result<Live, ApiError> {
    if phase <= Phase::Takes {
        return client.read_people().await;
    }
    let touched = actions.iter().filter_map(|(_, action)| match &action.operation {
        Operation::Group(operation) => match operation.key() {
            Key::Live(id) => Some(id),
            Key::New(_) => None,
        },
        Operation::Person(_) | Operation::Workspace(_) => None,
    });
    let touched: BTreeSet<_> = touched.collect();
    let all = actions.iter().any(|(_, action)| shows_groups(action, whole));
    client.read_touched(|id| all || touched.contains(&id)).await
}

/// Whether what an action touches shows what the plan does to groups: what people are seen to have in a workspace can
/// come through any of them.
fn shows_groups(action: &Action, whole: Whole<'_>) -> bool {
    matches!(action.operation.kind(), Kind::WorkspaceMembersSet | Kind::WorkspaceMembersRemove)
        && whole.actions.iter().any(|action| matches!(action.operation, Operation::Group(_)))
}
