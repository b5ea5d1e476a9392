//! What an apply leaves for a person to do after people have left. All texts are escaped.

use super::count;
use super::view::{left_key, list};
use crate::apply::{Outcome, Report, Status};
use crate::plan::{ApiKeyLeft, KeyLeftReason, MemberRemove, Operation};
use std::collections::HashSet;

/// What a removal does not end, in a sentence each; empty if nobody has left and no key is left.
pub(super) fn left_over(report: &Report) -> Vec<String> {
    let leavers: Vec<&MemberRemove> = report.outcomes.iter().filter_map(removed).collect();
    let addresses: HashSet<&str> = leavers.iter().map(|leaver| leaver.email.as_str()).collect();
    let mut lines = Vec::new();
    if !leavers.is_empty() {
        let names = list(leavers.iter().map(|leaver| leaver.email.to_string()));
        lines.push(format!("open sessions go on until the next sign-in: {names}"));
        lines.push("what they made stays with the organization: hand it over, or delete it".to_owned());
    }
    if leavers.iter().any(|leaver| leaver.leaves.api_keys.is_none()) {
        lines.push(
            "their API keys are not known, because the list can't be read; they go on working".to_owned(),
        );
    }
    let is_left = |key: &&ApiKeyLeft| match (key.reason, key.owner.as_deref()) {
        (KeyLeftReason::UnknownOwner, _) | (_, None) => false,
        // Whoever was not removed has their keys for good reason.
        (KeyLeftReason::Leaves, Some(owner)) => addresses.contains(owner),
        _ => true,
    };
    for key in report.api_keys_left.iter().filter(is_left) {
        let owner = key.owner.as_deref().unwrap_or_default();
        lines.push(format!("an API key of {owner} goes on working: {}", left_key(key)));
    }
    let unknown = report.api_keys_left.iter().filter(|key| key.reason == KeyLeftReason::UnknownOwner).count();
    if unknown > 0 && !lines.is_empty() {
        let have = if unknown == 1 { "has" } else { "have" };
        lines.push(format!("{} {have} no known owner, and may be theirs", count(unknown, "API key")));
    }
    lines
}

fn removed(outcome: &Outcome) -> Option<&MemberRemove> {
    match &outcome.operation {
        Operation::MemberRemove(op) if matches!(outcome.status, Status::Done | Status::Already) => Some(op),
        _ => None,
    }
}
