//! One walk over a plan: everything that an output format shows, in words.

use super::{count, thousands};
use crate::check::Checked;
use crate::model::{Access, Desired, RemovalCause, Roles, Seats, role_names, seat_names};
use crate::plan::{Locked, Operation, Plan, SeatsDocument, Unmanaged, Waiting, seat_budget};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A plan, ready to be shown.
#[derive(Debug)]
pub struct View<'p> {
    /// What the plan is about.
    pub title: String,
    /// The changes, by what they do to people.
    pub groups: Vec<Group>,
    /// The seat budget.
    pub seats: BTreeMap<&'static str, SeatsDocument>,
    /// Whose roles are left alone.
    pub locked: &'p [Locked],
    /// What is left alone.
    pub unmanaged: &'p [Unmanaged],
    /// Who is not in yet.
    pub waiting: &'p [Waiting],
    /// The last sentence.
    pub conclusion: String,
}

/// What a change does to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Gets in.
    Add,
    /// Stays, with something else.
    Change,
    /// Leaves.
    Remove,
}

impl Sign {
    /// The sign itself.
    #[must_use]
    pub fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Change => '~',
            Self::Remove => '-',
        }
    }
}

/// Changes with one sign.
#[derive(Debug)]
pub struct Group {
    /// What they do.
    pub sign: Sign,
    /// How many of what.
    pub heading: String,
    /// One for each person.
    pub lines: Vec<Line>,
}

/// The change of one person.
#[derive(Debug)]
pub struct Line {
    /// Who.
    pub target: String,
    /// What changes, from what to what.
    pub change: String,
    /// What the person has before, if it is known and they are in.
    pub before: Option<Access>,
    /// What the person has after, if they are in.
    pub after: Option<Access>,
}

impl<'p> View<'p> {
    /// Walks over a checked plan.
    #[must_use]
    pub fn new(checked: &'p Checked, desired: &Desired) -> Self {
        let plan = checked.plan();
        let refusals = checked.refusals().len();
        let groups = groups(plan);
        let people = |number: usize| match number {
            1 => "1 person".to_owned(),
            _ => format!("{} people", thousands(number)),
        };
        let lines = groups.iter().flat_map(|group| &group.lines);
        let changed = lines.map(|line| line.target.as_str()).collect::<HashSet<_>>().len();
        let conclusion = match (refusals, plan.actions.len(), plan.waiting.len()) {
            (0, 0, 0) => "Nothing to do: the organization is as declared.".to_owned(),
            (0, 0, waiting) => format!("Nothing to do now: {} still to come in.", people(waiting)),
            (0, changes, _) => format!("{} to make, for {}.", count(changes, "change"), people(changed)),
            _ => format!("Refused, for {}: nothing of this plan will be applied.", count(refusals, "reason")),
        };
        let title = match desired.organization.as_str() {
            "" => "Plan".to_owned(),
            name => format!("Plan for {}", crate::escape::line(name)),
        };
        Self {
            title,
            groups,
            seats: seat_budget(plan, desired),
            locked: &plan.locked,
            unmanaged: &plan.unmanaged,
            waiting: &plan.waiting,
            conclusion,
        }
    }
}

fn groups(plan: &Plan) -> Vec<Group> {
    let mut lines: [Vec<Line>; 3] = Default::default();
    let [added, changed, removed] = &mut lines;
    // The two halves of one person's change make one line.
    let mut halves: HashMap<&str, (Access, Access)> = HashMap::new();
    for action in &plan.actions {
        if let Operation::MemberUpdate { email, before, after, .. } = &action.operation {
            halves.entry(email.as_str()).and_modify(|whole| whole.1 = *after).or_insert((*before, *after));
        }
    }
    for action in &plan.actions {
        let operation = &action.operation;
        let email = operation.email();
        if let Operation::MemberUpdate { .. } = operation {
            // Taken out at the first half: the second finds nothing and adds no line.
            let Some((before, after)) = halves.remove(email.as_str()) else { continue };
            let change = difference(before, after);
            changed.push(Line {
                target: email.to_string(),
                change,
                before: Some(before),
                after: Some(after),
            });
            continue;
        }
        let (before, after) = match operation {
            Operation::MemberRemove { before, .. } => (Some(*before), None),
            Operation::MemberCreate { access, .. }
            | Operation::InvitationSend { access, .. }
            | Operation::InvitationRenew { access, .. } => (None, Some(*access)),
            Operation::MemberUpdate { .. } | Operation::InvitationRevoke { .. } => (None, None),
        };
        let (sign, change) = phrase(operation);
        let line = Line { target: email.to_string(), change, before, after };
        match sign {
            Sign::Add => added.push(line),
            Sign::Change => changed.push(line),
            Sign::Remove => removed.push(line),
        }
    }
    [Sign::Add, Sign::Change, Sign::Remove]
        .into_iter()
        .zip(lines)
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(sign, mut lines)| {
            lines.sort_by(|a, b| a.target.cmp(&b.target));
            let what = match (sign, lines.len()) {
                (Sign::Add, 1) => "person gets in",
                (Sign::Add, _) => "people get in",
                (Sign::Change, 1) => "person changes",
                (Sign::Change, _) => "people change",
                (Sign::Remove, 1) => "person leaves",
                (Sign::Remove, _) => "people leave",
            };
            let heading = format!("{} {what}", thousands(lines.len()));
            Group { sign, heading, lines }
        })
        .collect()
}

/// An operation other than an update in words.
fn phrase(operation: &Operation) -> (Sign, String) {
    match operation {
        Operation::MemberCreate { access, .. } => {
            (Sign::Add, format!("create the account as {}", holding(*access)))
        }
        Operation::InvitationSend { access, .. } => (Sign::Add, format!("invite as {}", holding(*access))),
        Operation::InvitationRenew { access, expired: true, .. } => {
            (Sign::Add, format!("renew the expired invitation as {}", holding(*access)))
        }
        Operation::InvitationRenew { access, before, .. } => {
            let roles = names(*before);
            (Sign::Add, format!("renew the invitation, which was as {roles}, as {}", holding(*access)))
        }
        Operation::InvitationRevoke { before, cause, expired, .. } => {
            let state = if *expired { "expired " } else { "" };
            let text = format!("revoke the {state}invitation as {} ({})", names(*before), reason(*cause));
            (Sign::Remove, text)
        }
        Operation::MemberRemove { before, cause, .. } => {
            (Sign::Remove, format!("remove, was {} ({})", holding(*before), reason(*cause)))
        }
        Operation::MemberUpdate { before, after, .. } => (Sign::Change, difference(*before, *after)),
    }
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
        true => format!("{} without a seat", names(access.roles)),
        false => format!("{} with {}", names(access.roles), seats(access.seats)),
    }
}

/// `roles: member → admin; seats: none → le_chat`.
fn difference(before: Access, after: Access) -> String {
    let mut parts = Vec::new();
    if before.roles != after.roles {
        parts.push(format!("roles: {} → {}", names(before.roles), names(after.roles)));
    }
    if before.seats != after.seats {
        parts.push(format!("seats: {} → {}", seats(before.seats), seats(after.seats)));
    }
    parts.join("; ")
}

fn names(roles: Roles) -> String {
    or_none(role_names(roles))
}

fn seats(seats: Seats) -> String {
    or_none(seat_names(seats))
}

fn or_none(names: String) -> String {
    if names.is_empty() { "none".to_owned() } else { names }
}
