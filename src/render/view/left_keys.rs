//! The API keys that people leave behind, in words. All texts are escaped.

use super::phrases::api_key;
use crate::plan::{ApiKeyLeft, KeyKept, KeyLeftReason, Plan};
use std::collections::HashMap;

/// The keys of the people who leave with the plan, by their address.
pub(super) fn keys_of_leavers(plan: &Plan) -> HashMap<&str, Vec<String>> {
    let mut keys = HashMap::<&str, Vec<String>>::new();
    for key in plan.api_keys_left.iter().filter(|key| key.reason == KeyLeftReason::Leaves) {
        let owner = key.owner.as_deref().unwrap_or_default();
        keys.entry(owner).or_default().push(format!("API key {}", left_key(key)));
    }
    keys
}

/// The number of keys with a known owner, and of keys without one.
pub(super) fn counts(plan: &Plan) -> (usize, usize) {
    let unknown = plan.api_keys_left.iter().filter(|key| key.owner.is_none()).count();
    (plan.api_keys_left.len() - unknown, unknown)
}

/// `Pilot (HQSx...Ug6Y): workspace Pilot, never used, never expires`, and why it is not deleted.
pub(in crate::render) fn left_key(left: &ApiKeyLeft) -> String {
    let kept = match left.kept {
        None => "",
        Some(KeyKept::InUse) => "; not deleted: still in use (`unused_for`)",
        Some(KeyKept::Forbidden) => "; not deleted: the API does not allow it",
        Some(KeyKept::NotAllowed) => "; not deleted: needs --allow-irreversible",
    };
    format!("{}{kept}", api_key(&left.key))
}
