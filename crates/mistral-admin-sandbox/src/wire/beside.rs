//! The bodies of `/sandbox`.

use super::field::{item_list, text, whole_number};
use super::{At, Faults, Fields};
use serde_json::Value;

/// Whose invitations are accepted; nobody named means everybody.
pub(crate) fn emails(body: &Value, faults: &mut Faults) -> Vec<String> {
    let fields = Fields::of(body, At::BODY, faults);
    let emails = fields.optional("emails", faults, |value, at, faults| item_list(value, at, faults, text));
    emails.unwrap_or_default()
}

/// How many days pass.
pub(crate) fn days(body: &Value, faults: &mut Faults) -> u32 {
    Fields::of(body, At::BODY, faults).required("days", faults, whole_number)
}
