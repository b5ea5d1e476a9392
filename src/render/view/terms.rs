//! The ends and reasons of the grants that a change gives or takes, as rows below it. All texts are escaped.

use super::phrases::list;
use crate::escape;
use crate::model::{Access, Desired, Email, Holder, ListedGrant, Roles, Seats, TimedGrant};
use crate::plan::{Action, Operation};
use crate::source::Sources;
use std::collections::HashMap;

/// The grants of the files that have an end or a reason.
pub(super) struct Terms<'d> {
    desired: &'d Desired,
    sources: &'d Sources,
    of_people: HashMap<&'d str, Vec<&'d TimedGrant>>,
}

impl<'d> Terms<'d> {
    pub(super) fn new(desired: &'d Desired, sources: &'d Sources) -> Self {
        let mut of_people = HashMap::<&str, Vec<&TimedGrant>>::new();
        for grant in desired.timed.values().flatten() {
            if let Holder::Person(email) = &grant.holder {
                of_people.entry(email.as_str()).or_default().push(grant);
            }
        }
        Self { desired, sources, of_people }
    }

    /// `ended: billing after 2026-06-30, audit (orgsync.yaml:9)`, and the terms of what is given.
    pub(super) fn rows(&self, action: &Action) -> Vec<String> {
        let rows = [("ended", self.ended(action)), ("terms", self.given(&action.operation))];
        let rows = rows.into_iter().filter(|(_, all)| !all.is_empty());
        rows.map(|(what, all)| format!("{what}: {}", list(all.into_iter()))).collect()
    }

    /// Of the positions that cause an action, only those of ended grants have terms.
    fn ended(&self, action: &Action) -> Vec<String> {
        let mut rows = Vec::new();
        for at in &action.sources {
            let position = self.sources.position(*at);
            let place = format!("({}:{})", position.file, position.line);
            let ended = self.desired.timed.get(at).into_iter().flatten();
            let of = |one: &TimedGrant| match &one.holder {
                Holder::Person(email) if action.operation.email() != Some(email) => format!("{email} "),
                _ => String::new(),
            };
            rows.extend(ended.map(|one| format!("{}{} {place}", of(one), in_words(one, "after"))));
        }
        rows.sort();
        rows.dedup();
        rows
    }

    fn given(&self, operation: &Operation) -> Vec<String> {
        if self.of_people.is_empty() {
            return Vec::new();
        }
        match operation {
            Operation::MemberUpdate(op) => self.access(&op.email, op.before, op.after),
            Operation::MemberCreate(op) => self.access(&op.email, Access::default(), op.after),
            Operation::InvitationSend(op) => self.access(&op.email, Access::default(), op.after),
            Operation::InvitationRenew(op) => self.access(&op.email, Access::default(), op.after),
            Operation::WorkspaceMembersSet(op) => {
                let given = op.members.iter().flat_map(|one| {
                    let roles = one.after - one.before;
                    let is = move |grant: &ListedGrant| {
                        matches!(grant, ListedGrant::WorkspaceRole(name, role)
                            if *name == op.workspace.name && roles.contains(*role))
                    };
                    self.of(&one.member.name, is, true)
                });
                given.collect()
            }
            Operation::GroupMembersAdd(op) => {
                let is =
                    |grant: &ListedGrant| matches!(grant, ListedGrant::Group(name) if *name == op.group.name);
                op.members.iter().flat_map(|one| self.of(&one.name, is, true)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn access(&self, email: &Email, before: Access, after: Access) -> Vec<String> {
        let (roles, seats): (Roles, Seats) = (after.roles - before.roles, after.seats - before.seats);
        let is = |grant: &ListedGrant| match grant {
            ListedGrant::Role(role) => roles.contains(*role),
            ListedGrant::Seat(product) => seats.contains(*product),
            _ => false,
        };
        self.of(email.as_str(), is, false)
    }

    fn of(&self, person: &str, is: impl Fn(&ListedGrant) -> bool, names_person: bool) -> Vec<String> {
        let all = self.of_people.get(person).into_iter().flatten().filter(|one| is(&one.grant));
        let person = if names_person { format!("{person} ") } else { String::new() };
        all.map(|one| format!("{person}{}", in_words(one, "until"))).collect()
    }
}

/// `billing until 2026-06-30, audit`.
fn in_words(one: &TimedGrant, before_day: &str) -> String {
    let what = match &one.grant {
        ListedGrant::Role(role) => role.name().to_owned(),
        ListedGrant::Seat(product) => product.name().to_owned(),
        ListedGrant::WorkspaceRole(_, role) => role.name().to_owned(),
        ListedGrant::Group(name) => format!("the group {}", escape::excerpt(name)),
        ListedGrant::Team(name) => format!("the team {}", escape::excerpt(name)),
    };
    let day = one.until.map_or_else(String::new, |day| format!(" {before_day} {day}"));
    let why = one.why.as_deref().map_or_else(String::new, |why| format!(", {}", escape::excerpt(why)));
    format!("{what}{day}{why}")
}
