//! The fields that several bodies share: roles in four spellings, and product seats.

use super::field::{filled_list, item_list, one_of};
use super::{At, Faults, Fields};
use crate::organization::Role;
use crate::organization::{
    ORGANIZATION_ROLES, Spelling, WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR, WORKSPACE_ROLES,
};
use crate::product::{Product, Seats};
use serde_json::Value;
use std::sync::LazyLock;
use uuid::Uuid;

/// The words for roles of one kind.
pub(super) struct Words<T> {
    names: Vec<(&'static str, T)>,
    letters: Vec<(&'static str, T)>,
    /// UUIDs, spelled as in the vendor's document.
    listed: Vec<(String, T)>,
}

/// Roles in the organization.
pub(super) static ORGANIZATION: LazyLock<Words<Spelling>> = LazyLock::new(|| Words {
    names: vec![
        ("member", Spelling::Letter(Role::Member)),
        ("billing_manager", Spelling::Letter(Role::Billing)),
        ("organization_admin", Spelling::Letter(Role::Admin)),
    ],
    letters: vec![
        ("A", Spelling::Letter(Role::Admin)),
        ("M", Spelling::Letter(Role::Member)),
        ("B", Spelling::Letter(Role::Billing)),
    ],
    listed: ORGANIZATION_ROLES.map(|(_, uuid, _)| (uuid.to_string(), Spelling::Listed(uuid))).to_vec(),
});

/// Roles in a workspace.
pub(super) static WORKSPACE: LazyLock<Words<Uuid>> = LazyLock::new(|| Words {
    names: WORKSPACE_ROLES.to_vec(),
    letters: vec![("A", WORKSPACE_ADMIN), ("M", WORKSPACE_CONTRIBUTOR)],
    listed: WORKSPACE_ROLES.map(|(_, uuid)| (uuid.to_string(), uuid)).to_vec(),
});

/// The vendor's `PlanType`, and the products among them.
const PLANS: [(&str, Option<Product>); 5] = [
    ("API", None),
    ("CHAT", Some(Product::LeChat)),
    ("ON_PREMISE", None),
    ("LICENSE", None),
    ("MISTRAL_CODE", Some(Product::MistralCode)),
];

const SEATS: [(&str, Option<Product>); 2] =
    [("CHAT", Some(Product::LeChat)), ("MISTRAL_CODE", Some(Product::MistralCode))];

/// The roles that a body asks for, if any. The lists count before the deprecated single fields (decision 4).
pub(super) fn roles<T: Copy>(words: &Words<T>, fields: &Fields<'_>, faults: &mut Faults) -> Option<Vec<T>> {
    fields.exclusive("roles", "role_names", faults);
    fields.exclusive("role", "role_name", faults);
    let names = names(words, fields, faults);
    let roles = fields.optional("roles", faults, |value, at, faults| spelled_alike(words, value, at, faults));
    let name = fields.optional("role_name", faults, |value, at, faults| named(words, value, at, faults));
    let role = fields.optional("role", faults, |value, at, faults| spelled(words, value, at, faults));
    names.or(roles).or(name.or(role).map(|single| vec![single]))
}

/// [`roles`] of an assignment: no `role_name`, and a list may mix letters and UUIDs.
pub(super) fn assigned_roles<T: Copy>(
    words: &Words<T>,
    fields: &Fields<'_>,
    faults: &mut Faults,
) -> Option<Vec<T>> {
    fields.exclusive("roles", "role_names", faults);
    let names = names(words, fields, faults);
    let roles = fields.optional("roles", faults, |value, at, faults| {
        filled_list(value, at, faults, |item, at, faults| spelled(words, item, at, faults))
    });
    let role = fields.optional("role", faults, |value, at, faults| spelled(words, value, at, faults));
    names.or(roles).or(role.map(|single| vec![single]))
}

fn names<T: Copy>(words: &Words<T>, fields: &Fields<'_>, faults: &mut Faults) -> Option<Vec<T>> {
    fields.optional("role_names", faults, |value, at, faults| {
        filled_list(value, at, faults, |item, at, faults| named(words, item, at, faults))
    })
}

/// The name of a role.
pub(super) fn named<T: Copy>(words: &Words<T>, value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<T> {
    one_of(&words.names, "literal_error", value, at, faults)
}

/// A letter or a UUID.
pub(super) fn spelled<T: Copy>(
    words: &Words<T>,
    value: &Value,
    at: &At<'_>,
    faults: &mut Faults,
) -> Option<T> {
    if is_listed(value) { listed(words, value, at, faults) } else { letter(words, value, at, faults) }
}

/// A list of letters, or a list of UUIDs, never a mixture.
fn spelled_alike<T: Copy>(
    words: &Words<T>,
    value: &Value,
    at: &At<'_>,
    faults: &mut Faults,
) -> Option<Vec<T>> {
    if value.as_array().and_then(|items| items.first()).is_some_and(is_listed) {
        filled_list(value, at, faults, |item, at, faults| listed(words, item, at, faults))
    } else {
        filled_list(value, at, faults, |item, at, faults| letter(words, item, at, faults))
    }
}

fn is_listed(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok())
}

fn letter<T: Copy>(words: &Words<T>, value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<T> {
    one_of(&words.letters, "enum", value, at, faults)
}

/// The UUID of a built-in role, spelled as in the vendor's document.
fn listed<T: Copy>(words: &Words<T>, value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<T> {
    one_of(&words.listed, "enum", value, at, faults)
}

/// `subscription_types` where the body of a change has them: products alone.
pub(super) fn seats(fields: &Fields<'_>, faults: &mut Faults) -> Option<Seats> {
    product_list(fields, &SEATS, "literal_error", faults)
}

/// `subscription_types` of newcomers: any plan is accepted, and what is no product means nothing here.
pub(super) fn planned_seats(fields: &Fields<'_>, faults: &mut Faults) -> Seats {
    product_list(fields, &PLANS, "enum", faults).unwrap_or_default()
}

/// The deprecated `subscription_type`.
pub(super) fn planned_seat(fields: &Fields<'_>, faults: &mut Faults) -> Seats {
    let plan = fields
        .optional("subscription_type", faults, |value, at, faults| one_of(&PLANS, "enum", value, at, faults));
    plan.flatten().into_iter().collect()
}

fn product_list(
    fields: &Fields<'_>,
    table: &[(&str, Option<Product>)],
    kind: &'static str,
    faults: &mut Faults,
) -> Option<Seats> {
    let products = fields.optional("subscription_types", faults, |value, at, faults| {
        item_list(value, at, faults, |item, at, faults| one_of(table, kind, item, at, faults))
    })?;
    Some(products.into_iter().flatten().collect())
}
