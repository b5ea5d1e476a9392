//! Changes of people in words.

use super::{Lines, Sign, States, add, count, names, or_none};
use crate::model::{Access, Email, RemovalCause, Roles, Seats, role_names, seat_names};
use crate::plan::{Leaves, PersonOperation, Plan, Reference};
use std::collections::HashMap;

/// What each person has at first whose change has two halves.
pub(super) type Firsts<'p> = HashMap<&'p Email, Access>;

/// Finds the people whose change has two halves.
pub(super) fn firsts(plan: &Plan) -> Firsts<'_> {
    let people = plan.actions.iter().filter_map(|action| action.operation.person());
    let first = people.filter_map(|person| match person {
        PersonOperation::MemberUpdate { email, before, takes_seats_of_split: false, .. } => {
            Some((email, *before))
        }
        _ => None,
    });
    first.collect()
}

/// Adds an operation. The two halves of one person's change make one line.
pub(super) fn add_person(
    lines: &mut Lines,
    operation: &PersonOperation,
    phrased: (Sign, String),
    states: States,
    firsts: &Firsts<'_>,
) {
    let email = operation.email();
    if let PersonOperation::MemberUpdate { after, takes_seats_of_split: true, .. } = operation
        && let Some(first) = firsts.get(email)
        && let Some((_, line)) = lines.get_mut(email.as_str())
    {
        line.actions += 1;
        line.changes = vec![difference(*first, *after)];
        if let Some((_, last)) = line.states.last_mut() {
            *last = states.1;
        }
        return;
    }
    add(lines, email.as_str(), phrased, states);
}

/// An operation in words.
pub(super) fn phrase(operation: &PersonOperation) -> (Sign, String) {
    match operation {
        PersonOperation::MemberCreate { access, .. } => {
            (Sign::Add, format!("create the account as {}", holding(*access)))
        }
        PersonOperation::InvitationSend { access, workspaces, .. } => {
            (Sign::Add, format!("invite as {}{}", holding(*access), into(workspaces)))
        }
        PersonOperation::InvitationRenew { access, before, expired, workspaces, .. } => {
            let was = match (expired, before.is_empty()) {
                (true, _) => "the expired invitation".to_owned(),
                (false, true) => "the invitation".to_owned(),
                (false, false) => format!("the invitation, which was as {},", role_names(*before)),
            };
            (Sign::Add, format!("renew {was} as {}{}", holding(*access), into(workspaces)))
        }
        PersonOperation::InvitationRevoke { before, cause, expired, .. } => {
            let state = if *expired { "expired " } else { "" };
            let text = format!("revoke the {state}invitation as {} ({})", roles(*before), reason(*cause));
            (Sign::Remove, text)
        }
        PersonOperation::MemberRemove { before, cause, leaves, .. } => {
            (Sign::Remove, format!("remove, was {} ({}){}", holding(*before), reason(*cause), behind(leaves)))
        }
        PersonOperation::MemberUpdate { before, after, .. } => (Sign::Change, difference(*before, *after)),
    }
}

/// `, into Research, Support`.
fn into(workspaces: &[Reference]) -> String {
    match workspaces {
        [] => String::new(),
        _ => format!(", into {}", names(workspaces.iter().map(|workspace| workspace.name.clone()))),
    }
}

/// `; leaves 2 API keys, and Research without an admin`.
fn behind(leaves: &Leaves) -> String {
    let keys = leaves.api_keys.filter(|keys| *keys > 0).map(|keys| count(keys, "API key"));
    let alone = match leaves.workspaces.as_slice() {
        [] => None,
        alone => Some(format!("{} without an admin", names(alone.iter().cloned()))),
    };
    let parts: Vec<String> = keys.into_iter().chain(alone).collect();
    if parts.is_empty() { String::new() } else { format!("; leaves {}", parts.join(", and ")) }
}

fn reason(cause: RemovalCause) -> &'static str {
    match cause {
        RemovalCause::Removed => "listed under `removed`",
        RemovalCause::Expired => "the last day of access is over",
        RemovalCause::Undeclared => "no file declares them",
        RemovalCause::Surplus => "the person has another",
    }
}

/// `admin with le_chat, mistral_code`.
fn holding(access: Access) -> String {
    match access.seats.is_empty() {
        true => format!("{} without a seat", roles(access.roles)),
        false => format!("{} with {}", roles(access.roles), seats(access.seats)),
    }
}

/// `roles: member → admin; seats: none → le_chat`.
fn difference(before: Access, after: Access) -> String {
    let mut parts = Vec::new();
    if before.roles != after.roles {
        parts.push(format!("roles: {} → {}", roles(before.roles), roles(after.roles)));
    }
    if before.seats != after.seats {
        parts.push(format!("seats: {} → {}", seats(before.seats), seats(after.seats)));
    }
    parts.join("; ")
}

fn roles(roles: Roles) -> String {
    or_none(role_names(roles))
}

fn seats(seats: Seats) -> String {
    or_none(seat_names(seats))
}
