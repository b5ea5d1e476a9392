//! The body of `POST /users-invite`.

use super::field::{one_of, text, truth, uuids};
use super::roles::{ORGANIZATION, planned_seat, planned_seats, roles};
use super::{At, Faults, Fields};
use crate::organization::NewInvitations;
use serde_json::Value;

const LANGUAGES: [(&str, ()); 9] = [
    ("en", ()),
    ("fr", ()),
    ("es", ()),
    ("de", ()),
    ("it", ()),
    ("pt_br", ()),
    ("pl", ()),
    ("ar", ()),
    ("nl", ()),
];

/// People to be invited. The language and automatic granting are checked and have no effect: nothing is mailed.
pub(crate) fn new_invitations(body: &Value, faults: &mut Faults) -> NewInvitations {
    let fields = Fields::of(body, At::BODY, faults);
    let emails = fields.required("email", faults, addresses);
    fields.optional("email_language", faults, |value, at, faults| {
        one_of(&LANGUAGES, "literal_error", value, at, faults)
    });
    fields.defaulted("subscription_seat_automatic_granting", faults, truth);
    let workspaces = fields.optional("workspace_uuids", faults, uuids);
    NewInvitations {
        emails,
        roles: roles(&ORGANIZATION, &fields, faults),
        seats: planned_seats(&fields, faults) | planned_seat(&fields, faults),
        workspace_uuids: workspaces.unwrap_or_default(),
    }
}

/// The addresses in a text, separated by commas or line ends.
fn addresses(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Vec<String>> {
    let text = text(value, at, faults)?;
    let pieces = text.split([',', '\n', '\r']).map(str::trim).filter(|piece| !piece.is_empty());
    let emails: Vec<String> = pieces.map(str::to_owned).collect();
    if emails.is_empty() {
        faults.add(at, "value_error", "Value error, at least one email address is required");
    }
    Some(emails)
}
