//! Reads people again after they have stopped inheriting roles, and revokes direct roles that show only then.
//!
//! A role of a group hides the same direct role, so the plan can only list who may have one: its `hidden_roles`. This
//! look follows the last phase. It never grants, and touches neither organization roles nor seats: so it can neither
//! lower the number of admins nor demote a protected person. What it removes counts for `max_removals`, together with
//! the plan. Its requests go through the journal like all others.

use super::batches::{MAX_BATCH, send_in_halves};
use super::progress::Progress;
use super::read_back::ReadBack;
use super::report::OutcomeKind;
use super::send_workspaces::still_in;
use super::verdict::{STILL_THERE, Verdict, not_tried, of_error};
use crate::api::ApiError;
use crate::check::{Approved, RemovalCount};
use crate::escape;
use crate::model::{Live, WorkspaceRole};
use crate::plan::{HiddenRoles, InheritedByMember, are_uncovered, shown_roles};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How often people are read again. The second time finds what the lists showed late.
const LOOKS: u32 = 2;

/// What came of a batch.
#[derive(Default)]
struct Removed {
    /// The API removed nothing of these members.
    skipped: BTreeSet<Uuid>,
    /// They still have direct roles.
    left: BTreeSet<Uuid>,
}

/// Reads the people with hidden roles, revokes what shows, and records an outcome for each of them.
pub(super) async fn look_again(approved: &Approved, read_back: ReadBack<'_>, progress: &mut Progress<'_>) {
    let mut hidden = approved.plan().hidden_roles.clone();
    let expected = progress.inherited_by_now();
    let mut counts = approved.workspace_members();
    for _ in 0..LOOKS {
        if hidden.is_empty() {
            return;
        }
        let live = match read(&hidden, &expected, read_back).await {
            Ok(live) => live,
            Err(reason) => return not_read(&hidden, &expected, &reason, progress),
        };
        let shown = shown_roles(&hidden, &live);
        if shown.is_empty() {
            return;
        }
        counts.removed += shown.len();
        if counts.removed > counts.allowed {
            return hold_back(&shown, counts, progress);
        }
        revoke(&shown, read_back, progress).await;
        let revoked: BTreeSet<_> = shown.iter().map(HiddenRoles::ids).collect();
        hidden.retain(|one| !revoked.contains(&one.ids()));
    }
}

/// Reads until the lists show what this run has ended, or the time is over.
async fn read(
    hidden: &[HiddenRoles],
    expected: &InheritedByMember,
    read_back: ReadBack<'_>,
) -> Result<Live, String> {
    let client = read_back.client;
    if let Some(reason) = client.cancellation().reason() {
        return Err(format!("the run was stopped: {reason}"));
    }
    let is_visible = |live: &Live| are_uncovered(hidden, live, expected);
    let live = read_back.until_visible(async || client.read_touched(|_| true).await, is_visible).await;
    live.map_err(|error| format!("the organization could not be read again: {error}"))
}

/// Records that nobody knows what shows. Only people who have stopped inheriting roles are concerned.
fn not_read(hidden: &[HiddenRoles], expected: &InheritedByMember, reason: &str, progress: &mut Progress<'_>) {
    for one in hidden.iter().filter(|one| one.is_exposed(expected)) {
        let reason = format!("a direct role ({}) may show by now, but {reason}; plan again", names(one));
        progress.record_second_look(one, OutcomeKind::SecondLook, not_tried(reason));
    }
}

/// Records that `max_removals` forbids it.
fn hold_back(shown: &[HiddenRoles], counts: RemovalCount, progress: &mut Progress<'_>) {
    let RemovalCount { removed, live, allowed, limit } = counts;
    let found = shown.len();
    for one in shown {
        let reason = format!(
            "{}, but this run would then remove {removed} of {live} workspace members; `max_removals: {limit}` allows \
             {allowed}; if this is intended, apply again with --allow-removals workspace_members={found}",
            showed(one)
        );
        progress.record_second_look(one, OutcomeKind::HeldBack, not_tried(reason));
    }
}

async fn revoke(shown: &[HiddenRoles], read_back: ReadBack<'_>, progress: &mut Progress<'_>) {
    shown.iter().for_each(|one| progress.start(&one.removal_id()));
    // The plan lists them by workspace.
    let workspaces = shown.chunk_by(|a, b| a.workspace == b.workspace);
    let batches = workspaces.flat_map(|all| all.chunks(MAX_BATCH)).map(|batch| batch.iter().collect());
    let send = async |batch: &[&HiddenRoles]| remove(batch, read_back).await;
    send_in_halves(batches.collect(), read_back.client.concurrency(), send, |batch, answer| {
        for one in batch {
            progress.record_second_look(one, OutcomeKind::SecondLook, verdict(one, &answer));
        }
    })
    .await;
}

/// Removes members from one workspace.
async fn remove(batch: &[&HiddenRoles], read_back: ReadBack<'_>) -> Result<Removed, ApiError> {
    let Some(workspace) = batch.first().and_then(|one| one.workspace.id) else {
        return Ok(Removed::default());
    };
    let members: Vec<Uuid> = batch.iter().filter_map(|one| one.member.id).collect();
    let skipped = read_back.client.remove_workspace_members(workspace, &members).await?;
    let left = still_in(workspace, skipped.clone(), read_back).await?;
    Ok(Removed { skipped, left })
}

fn verdict(one: &HiddenRoles, answer: &Result<Removed, ApiError>) -> Verdict {
    let is_in = |people: &BTreeSet<Uuid>| one.member.id.is_some_and(|id| people.contains(&id));
    match answer {
        Err(error) => of_error(error),
        Ok(removed) if is_in(&removed.left) => {
            let reason = "the API did not remove the person from the workspace (`not_deleted_members`)";
            Verdict::failed(format!("{}, but {reason}", showed(one)), Some(STILL_THERE))
        }
        // It was revoked by a request whose answer was lost, or a list still showed a role of the group.
        Ok(removed) if is_in(&removed.skipped) => Verdict::already("the API found no direct role to revoke"),
        Ok(_) => Verdict::done(showed(one)),
    }
}

fn showed(one: &HiddenRoles) -> String {
    format!("a direct role ({}) showed only after the same role of a group ended", names(one))
}

fn names(one: &HiddenRoles) -> String {
    let roles = one.roles.into_iter().map(|role| WorkspaceRole::name(role).to_owned());
    roles.chain(one.locked.iter().map(|role| escape::excerpt(role))).collect::<Vec<_>>().join(", ")
}
