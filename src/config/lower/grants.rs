//! Lists of roles and seats, and what they give.

use super::super::file::WorkspaceRoleList;
use super::super::yaml::Field;
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{Access, Grant, Granted, Product, Role, Seats, WorkspaceRole, WorkspaceRoles};
use crate::source::Span;
use enumset::EnumSetType;

/// Roles and seats as they are written in one place.
pub(super) fn grants(roles: Vec<(Role, Span)>, seats: Vec<(Product, Span)>) -> Vec<Grant> {
    let roles = roles.into_iter().map(|(role, at)| Grant { what: Granted::Role(role), at, through: None });
    let seats =
        seats.into_iter().map(|(product, at)| Grant { what: Granted::Seat(product), at, through: None });
    roles.chain(seats).collect()
}

/// What grants give together.
pub(super) fn granted(grants: &[Grant]) -> Access {
    let mut access = Access::default();
    for grant in grants {
        match grant.what {
            Granted::Role(role) => access.roles.insert(role),
            Granted::Seat(product) => access.seats.insert(product),
        };
    }
    access
}

/// A list of roles with their places; nothing where none is written or it can't be used.
pub(super) fn roles(field: &Field<Vec<Field<Role>>>, faults: &mut Faults) -> Option<Vec<(Role, Span)>> {
    let (list, span) = field.get()?;
    if list.is_empty() {
        let message = "a person without any role can't be in the organization";
        let help = "name a role, leave `roles` out to take the default, or list the person under `removed`";
        faults.push(Diagnostic::at(Code::EmptyRoles, span, message, help));
    }
    Some(set(list, Role::name, faults)).filter(|roles| !roles.is_empty())
}

/// A list of seats with their places; nothing where none is written.
pub(super) fn seats(
    field: &Field<Vec<Field<Product>>>,
    managed: Seats,
    faults: &mut Faults,
) -> Option<Vec<(Product, Span)>> {
    let mut seats = set(field.value.as_ref()?, Product::name, faults);
    seats.retain(|(product, span)| {
        let budgeted = managed.contains(*product);
        if !budgeted {
            let name = product.name();
            let message = format!("`{name}` has no budget: orgsync does not manage its seats");
            let help = format!("add `{name}: {{ purchased: … }}` under `seats` in the main file");
            faults.push(Diagnostic::at(Code::UnbudgetedProduct, *span, message, help));
        }
        budgeted
    });
    Some(seats)
}

/// Roles in a workspace; nothing where none is written or none can be read.
pub(super) fn workspace_roles(
    list: &WorkspaceRoleList,
    at: Span,
    faults: &mut Faults,
) -> Option<WorkspaceRoles> {
    if list.0.is_empty() {
        let message = "nobody can be in a workspace without any role";
        faults.push(Diagnostic::at(Code::EmptyRoles, at, message, "name a role, or remove the entry"));
    }
    let roles = set(&list.0, WorkspaceRole::name, faults).into_iter().map(|(role, _)| role);
    Some(roles.collect::<WorkspaceRoles>()).filter(|roles| !roles.is_empty())
}

/// The items of a list, each once.
fn set<T: EnumSetType>(
    list: &[Field<T>],
    name: fn(T) -> &'static str,
    faults: &mut Faults,
) -> Vec<(T, Span)> {
    let mut items = Vec::<(T, Span)>::with_capacity(list.len());
    for (item, span) in list.iter().filter_map(Field::get) {
        match items.iter().find(|(seen, _)| seen == item) {
            Some((_, first)) => faults.push(twice(name(*item), span, *first)),
            None => items.push((*item, span)),
        }
    }
    items
}

/// One thing is listed twice.
pub(super) fn twice(what: &str, again: Span, first: Span) -> Diagnostic {
    let message = format!("{} is listed twice", Quoted(what));
    let fault = Diagnostic::new(Code::DuplicateValue, message, "keep one of the two");
    fault.label(again, "again").label(first, "first")
}
