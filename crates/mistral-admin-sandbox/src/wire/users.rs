//! The bodies of `POST /users` and `PATCH /users/{user_id}`.

use super::field::{item_list, short_text};
use super::roles::{ORGANIZATION, planned_seats, roles, seats};
use super::{At, Faults, Fields};
use crate::organization::{MemberChange, NewMember};
use serde_json::Value;

/// A change of roles and seats.
pub(crate) fn member_change(body: &Value, faults: &mut Faults) -> MemberChange {
    let fields = Fields::of(body, At::BODY, faults);
    MemberChange { roles: roles(&ORGANIZATION, &fields, faults), seats: seats(&fields, faults) }
}

/// People to be made members.
pub(crate) fn new_members(body: &Value, faults: &mut Faults) -> Vec<NewMember> {
    item_list(body, &At::BODY, faults, |item, at, faults| {
        let fields = Fields::of(item, *at, faults);
        Some(NewMember {
            email: fields.required("email", faults, short_text),
            first_name: fields.required("first_name", faults, short_text),
            last_name: fields.required("last_name", faults, short_text),
            roles: roles(&ORGANIZATION, &fields, faults),
            seats: planned_seats(&fields, faults),
        })
    })
    .unwrap_or_default()
}
