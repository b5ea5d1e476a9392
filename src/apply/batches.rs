//! Sends changes of many people in few requests.

use super::progress::CreatedIds;
use super::verdict::{Failures, STILL_THERE, Verdict};
use crate::api::ApiError;
use crate::plan::Reference;
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::collections::{BTreeSet, VecDeque};
use uuid::Uuid;

/// The most people in one request. The vendor documents no limit. The body has a few kilobytes, and a rejected batch is
/// cheap to split.
pub(super) const MAX_BATCH: usize = 100;

/// Sends batches concurrently, and reports each answer. A batch that the API rejects is split in half, so that one bad
/// entry does not affect the others.
pub(super) async fn send_in_halves<T, A>(
    batches: Vec<Vec<T>>,
    concurrency: usize,
    send: impl AsyncFn(&[T]) -> Result<A, ApiError>,
    mut answered: impl FnMut(Vec<T>, Result<A, ApiError>),
) {
    let mut waiting = VecDeque::from(batches);
    let mut sent = FuturesUnordered::new();
    let send = &send;
    loop {
        while sent.len() < concurrency
            && let Some(batch) = waiting.pop_front()
        {
            sent.push(async move {
                let answer = send(&batch).await;
                (batch, answer)
            });
        }
        let Some((mut batch, answer)) = sent.next().await else { return };
        match &answer {
            Err(error) if error.is_rejection() && batch.len() > 1 => {
                waiting.push_front(batch.split_off(batch.len() / 2));
                waiting.push_front(batch);
            }
            _ => answered(batch, answer),
        }
    }
}

/// Sends a change of many members of one workspace or group, in batches. `send` takes the members with their
/// identifiers, and returns those for whom the change failed.
pub(super) async fn send_members<M>(
    members: &[M],
    participant: impl Fn(&M) -> &Reference,
    created: &CreatedIds,
    send: impl AsyncFn(&[(Uuid, &M)]) -> Result<BTreeSet<Uuid>, ApiError>,
) -> Verdict {
    let mut failures = Failures::default();
    let (found, missing): (Vec<_>, Vec<_>) = members
        .iter()
        .map(|member| (created.person(participant(member)), member))
        .partition(|(id, _)| id.is_some());
    let names = |members: &[(Uuid, &M)]| -> Vec<String> {
        members.iter().map(|(_, member)| participant(member).name.clone()).collect()
    };
    let missing = missing.into_iter().map(|(_, member)| participant(member).name.clone());
    failures.missing(missing.collect(), "the account was not created");
    let found: Vec<_> = found.into_iter().filter_map(|(id, member)| Some((id?, member))).collect();
    let batches = found.chunks(MAX_BATCH).map(<[_]>::to_vec).collect();
    send_in_halves(batches, 1, send, |mut batch, answer| match answer {
        Ok(left_out) => {
            batch.retain(|(id, _)| left_out.contains(id));
            // The answer to a removal from a workspace alone names people.
            let reason = "the API did not remove them from the workspace (`not_deleted_members`)";
            if !batch.is_empty() {
                failures.help(Some(STILL_THERE));
            }
            failures.add(names(&batch), reason);
        }
        Err(error) => failures.error(names(&batch), &error),
    })
    .await;
    failures.verdict(members.len())
}
