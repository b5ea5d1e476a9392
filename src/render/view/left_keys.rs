//! The API keys that people leave behind, in words. All texts are escaped.

use crate::plan::{ApiKeyLeft, KeyLeftReason, Plan};
use std::collections::HashMap;

/// The keys of the people who leave with the plan, by their address.
pub(super) fn keys_of_leavers(plan: &Plan) -> HashMap<&str, Vec<String>> {
    let mut keys = HashMap::<&str, Vec<String>>::new();
    for key in plan.api_keys_left.iter().filter(|key| key.reason == KeyLeftReason::Leaves) {
        let owner = key.owner.as_deref().unwrap_or_default();
        keys.entry(owner).or_default().push(format!("API key {}", api_key(key)));
    }
    keys
}

/// The number of keys with a known owner, and of keys without one.
pub(super) fn counts(plan: &Plan) -> (usize, usize) {
    let unknown = plan.api_keys_left.iter().filter(|key| key.owner.is_none()).count();
    (plan.api_keys_left.len() - unknown, unknown)
}

/// `Pilot (HQSx...Ug6Y): workspace Pilot, never used, never expires`.
pub(super) fn api_key(key: &ApiKeyLeft) -> String {
    let name = key.name.as_deref().filter(|name| !name.is_empty()).unwrap_or("without a name");
    let workspace = match &key.workspace {
        Some(workspace) => format!("workspace {workspace}"),
        None => "no workspace".to_owned(),
    };
    let used = match &key.last_used {
        Some(day) => format!("last used {day}"),
        None => "never used".to_owned(),
    };
    let expires = match &key.expires {
        Some(day) => format!("expires {day}"),
        None => "never expires".to_owned(),
    };
    format!("{name} ({}): {workspace}, {used}, {expires}", key.hidden_key)
}
