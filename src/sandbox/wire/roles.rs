//! The fields that several bodies share: roles in four spellings, and product seats.

use super::field::{filled_list, item_list, one_of};
use super::{At, Faults, Fields};
use crate::model::{Product, Role, Seats};
use crate::sandbox::organization::{ORGANIZATION_ROLES, Spelling};
use serde_json::Value;
use uuid::Uuid;

const NAMES: [(&str, Spelling); 3] = [
    ("member", Spelling::Letter(Role::Member)),
    ("billing_manager", Spelling::Letter(Role::Billing)),
    ("organization_admin", Spelling::Letter(Role::Admin)),
];

const LETTERS: [(&str, Spelling); 3] = [
    ("A", Spelling::Letter(Role::Admin)),
    ("M", Spelling::Letter(Role::Member)),
    ("B", Spelling::Letter(Role::Billing)),
];

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
pub(super) fn roles(fields: &Fields<'_>, faults: &mut Faults) -> Option<Vec<Spelling>> {
    fields.exclusive("roles", "role_names", faults);
    fields.exclusive("role", "role_name", faults);
    let names = fields.optional("role_names", faults, |value, at, faults| {
        filled_list(value, at, faults, |item, at, faults| one_of(&NAMES, "literal_error", item, at, faults))
    });
    let roles = fields.optional("roles", faults, spelled_alike);
    let name = fields.optional("role_name", faults, |value, at, faults| {
        one_of(&NAMES, "literal_error", value, at, faults)
    });
    let role = fields.optional("role", faults, |value, at, faults| {
        if is_listed(value) { listed(value, at, faults) } else { one_of(&LETTERS, "enum", value, at, faults) }
    });
    names.or(roles).or(name.or(role).map(|single| vec![single]))
}

/// A list of letters, or a list of UUIDs, never a mixture.
fn spelled_alike(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Vec<Spelling>> {
    if value.as_array().and_then(|items| items.first()).is_some_and(is_listed) {
        filled_list(value, at, faults, listed)
    } else {
        filled_list(value, at, faults, |item, at, faults| one_of(&LETTERS, "enum", item, at, faults))
    }
}

fn is_listed(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok())
}

/// The UUID of a built-in role, spelled as in the vendor's document.
fn listed(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Spelling> {
    let words = ORGANIZATION_ROLES.map(|(_, uuid, _)| (uuid.to_string(), Spelling::Listed(uuid)));
    let table: Vec<(&str, Spelling)> =
        words.iter().map(|(word, meaning)| (word.as_str(), *meaning)).collect();
    one_of(&table, "enum", value, at, faults)
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
