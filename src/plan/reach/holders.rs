//! Who has an organization role, and who loses it by an operation.

use super::Groups;
use crate::model::{Live, Role};
use crate::plan::action::{Key, Operation, PersonOperation};
use std::collections::BTreeSet;

/// Who has an organization role at one moment, by themselves or through a group.
#[derive(Debug, Clone)]
pub struct Holders {
    role: Role,
    own: BTreeSet<Key>,
    groups: Groups,
}

impl Holders {
    /// Who has a role now. Invitations don't count.
    #[must_use]
    pub fn of(live: &Live, role: Role) -> Self {
        let own = live.members.iter().filter(|member| member.access.roles.contains(role));
        Self { role, own: own.map(|member| Key::Live(member.id)).collect(), groups: Groups::of(live) }
    }

    /// Which role it is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Everybody who has the role.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Key> {
        let mut all = self.groups.with_role(self.role);
        all.extend(self.own.iter().cloned());
        all
    }

    /// How many have the role.
    #[must_use]
    pub fn count(&self) -> i64 {
        i64::try_from(self.all().len()).unwrap_or(i64::MAX)
    }

    /// Takes away what an operation takes away.
    pub fn lose(&mut self, operation: &Operation) {
        if let Operation::Person(
            PersonOperation::MemberRemove { id, .. } | PersonOperation::MemberUpdate { id, .. },
        ) = operation
            && operation.takes_role(self.role)
        {
            self.own.remove(&Key::Live(*id));
        }
        self.groups.lose(operation);
    }

    /// Takes the role away from those who had it of their own at the start, and who are not seen to have it any more.
    pub fn lose_unseen(&mut self, start: &Self, live: &Live) {
        let seen = Self::of(live, self.role).own;
        self.own.retain(|holder| seen.contains(holder) || !start.own.contains(holder));
    }

    /// Gives what an operation gives.
    pub fn gain(&mut self, operation: &Operation) {
        match operation {
            Operation::Person(PersonOperation::MemberUpdate { id, before, after, .. })
                if (after.roles - before.roles).contains(self.role) =>
            {
                self.own.insert(Key::Live(*id));
            }
            Operation::Person(PersonOperation::MemberCreate { email, access, .. })
                if access.roles.contains(self.role) =>
            {
                self.own.insert(Key::New(email.to_string()));
            }
            Operation::Person(_) | Operation::Workspace(_) => {}
            Operation::Group(_) => self.groups.gain(operation),
        }
    }

    /// Those who would no longer have the role after an operation.
    #[must_use]
    pub fn lost_by(&self, operation: &Operation) -> BTreeSet<Key> {
        match operation {
            Operation::Person(person) => {
                let (PersonOperation::MemberUpdate { id, .. } | PersonOperation::MemberRemove { id, .. }) =
                    person
                else {
                    return BTreeSet::new();
                };
                let key = Key::Live(*id);
                let own = self.own.contains(&key) && operation.takes_role(self.role);
                let leaves = matches!(person, PersonOperation::MemberRemove { .. });
                let loses = if self.groups.give(&key, self.role) { leaves } else { own };
                loses.then_some(key).into_iter().collect()
            }
            // Most groups give nothing of the kind, and the walk below is long.
            Operation::Group(group) if self.groups.pass_on(&group.key(), self.role) => {
                let mut after = self.clone();
                after.lose(operation);
                &self.all() - &after.all()
            }
            Operation::Group(_) | Operation::Workspace(_) => BTreeSet::new(),
        }
    }
}

impl Operation {
    /// Whether somebody loses a role that is their own.
    fn takes_role(&self, role: Role) -> bool {
        self.person().is_some_and(|operation| {
            let (before, after) = operation.roles();
            matches!(operation, PersonOperation::MemberUpdate { .. } | PersonOperation::MemberRemove { .. })
                && (before - after).contains(role)
        })
    }
}
