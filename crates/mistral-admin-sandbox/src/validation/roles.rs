//! Fields that several bodies share: roles in four spellings, and product seats.

use super::{Fields, Input};
use crate::organization::{
    HeldSeats, ORGANIZATION_ROLES, Product, Role, Seats, Spelling, WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR,
    WORKSPACE_ROLES,
};
use std::sync::LazyLock;
use uuid::Uuid;

/// The words for roles of one kind.
pub(crate) struct Words<T> {
    names: Vec<(&'static str, T)>,
    letters: Vec<(&'static str, T)>,
    /// UUIDs, spelled as in the vendor's document.
    listed: Vec<(String, T)>,
    /// A word that none of these has.
    unknown: fn(&str) -> Option<T>,
}

/// Roles in the organization.
pub(crate) static ORGANIZATION: LazyLock<Words<Spelling>> = LazyLock::new(|| Words {
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
    unknown: |word| Some(Spelling::from(word.to_owned())),
});

/// Roles in a workspace.
pub(crate) static WORKSPACE: LazyLock<Words<Uuid>> = LazyLock::new(|| Words {
    names: WORKSPACE_ROLES.to_vec(),
    letters: vec![("A", WORKSPACE_ADMIN), ("M", WORKSPACE_CONTRIBUTOR)],
    listed: WORKSPACE_ROLES.map(|(_, uuid)| (uuid.to_string(), uuid)).to_vec(),
    unknown: |word| Uuid::parse_str(word).ok(),
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

/// The roles that a body asks for, if any. Lists win over the deprecated single fields (decision 4).
pub(crate) fn roles<T: Clone>(words: &Words<T>, fields: &Fields<'_>) -> Option<Vec<T>> {
    fields.exclusive("roles", "role_names");
    fields.exclusive("role", "role_name");
    let names = names(words, fields);
    let roles = fields.optional("roles", |roles| spelled_alike(words, roles));
    let name = fields.optional("role_name", |name| named(words, name));
    let role = fields.optional("role", |role| spelled(words, role));
    names.or(roles).or(name.or(role).map(|single| vec![single]))
}

/// [`roles()`] of an assignment: no `role_name`, and a list may mix letters and UUIDs.
pub(crate) fn assigned_roles<T: Clone>(words: &Words<T>, fields: &Fields<'_>) -> Option<Vec<T>> {
    fields.exclusive("roles", "role_names");
    let names = names(words, fields);
    let roles = fields.optional("roles", |roles| roles.filled_list(|role| spelled(words, role)));
    let role = fields.optional("role", |role| spelled(words, role));
    names.or(roles).or(role.map(|single| vec![single]))
}

fn names<T: Clone>(words: &Words<T>, fields: &Fields<'_>) -> Option<Vec<T>> {
    fields.optional("role_names", |names| names.filled_list(|name| named(words, name)))
}

/// The name of a role.
pub(crate) fn named<T: Clone>(words: &Words<T>, input: Input<'_>) -> Option<T> {
    read_word(words, &words.names, input, "literal_error")
}

/// One of the words of a table, or an unknown one.
fn read_word<W: AsRef<str>, T: Clone>(
    words: &Words<T>,
    table: &[(W, T)],
    input: Input<'_>,
    kind: &'static str,
) -> Option<T> {
    let unknown = input.unknown_word(table).and_then(words.unknown);
    unknown.or_else(|| input.one_of(table, kind))
}

/// A letter or a UUID.
pub(crate) fn spelled<T: Clone>(words: &Words<T>, input: Input<'_>) -> Option<T> {
    match is_listed(input) {
        true => read_word(words, &words.listed, input, "enum"),
        false => read_word(words, &words.letters, input, "enum"),
    }
}

/// A list of letters, or a list of UUIDs, never a mixture.
fn spelled_alike<T: Clone>(words: &Words<T>, input: Input<'_>) -> Option<Vec<T>> {
    let first = input.value.as_array().and_then(|items| items.first());
    if first.is_some_and(|value| is_listed(Input { value, ..input })) {
        input.filled_list(|item| read_word(words, &words.listed, item, "enum"))
    } else {
        input.filled_list(|item| read_word(words, &words.letters, item, "enum"))
    }
}

fn is_listed(input: Input<'_>) -> bool {
    input.value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok())
}

/// `subscription_types` of a change: products alone.
pub(crate) fn seats(fields: &Fields<'_>) -> Option<HeldSeats> {
    let name = |item: Input<'_>| {
        let known = || item.one_of(&SEATS, "literal_error").flatten().map(|product| product.api_name());
        item.unknown_word(&SEATS).or_else(known).map(str::to_owned)
    };
    fields.optional("subscription_types", |types| types.list(name)).map(HeldSeats::from)
}

/// `subscription_types` of new people: any plan is accepted, and those that are no product have no effect.
pub(crate) fn planned_seats(fields: &Fields<'_>) -> Seats {
    let products = fields.optional("subscription_types", |types| types.list(plan));
    products.into_iter().flatten().flatten().collect()
}

/// The deprecated `subscription_type`.
pub(crate) fn planned_seat(fields: &Fields<'_>) -> Seats {
    fields.optional("subscription_type", plan).flatten().into_iter().collect()
}

/// The product of a plan, if it has one.
fn plan(item: Input<'_>) -> Option<Option<Product>> {
    if item.unknown_word(&PLANS).is_some() { Some(None) } else { item.one_of(&PLANS, "enum") }
}
