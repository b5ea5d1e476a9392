//! The holders of the roles admin and billing.

use super::inheritance::GroupGraph;
use crate::model::{Live, Role, Roles};
use crate::plan::operation::{Key, Operation};
use std::collections::BTreeSet;

/// Direct holders of admin and billing, and the groups through which people inherit them.
#[derive(Debug, Clone)]
pub struct AccessState {
    pub groups: GroupGraph,
    admins: BTreeSet<Key>,
    billing: BTreeSet<Key>,
}

impl AccessState {
    /// The current holders. Invitations don't count.
    #[must_use]
    pub fn of(live: &Live) -> Self {
        let holders = |role: Role| {
            let holders = live.members.iter().filter(|member| member.access.roles.contains(role));
            holders.map(|member| Key::Live(member.id)).collect()
        };
        Self { groups: GroupGraph::of(live), admins: holders(Role::Admin), billing: holders(Role::Billing) }
    }

    /// Applies the revocations of an operation.
    pub fn revoke(&mut self, operation: &Operation) {
        if let Some((key, lost)) = lost(operation) {
            for holders in self.direct(lost) {
                holders.remove(&key);
            }
        }
        self.groups.revoke(operation);
    }

    /// Applies the grants of an operation.
    pub fn grant(&mut self, operation: &Operation) {
        let gained = match operation {
            Operation::MemberUpdate(op) => Some((Key::Live(op.member_id), op.after.roles - op.before.roles)),
            Operation::MemberCreate(op) => Some((Key::New(op.email.to_string()), op.after.roles)),
            _ => None,
        };
        if let Some((key, gained)) = gained {
            for holders in self.direct(gained) {
                holders.insert(key.clone());
            }
        }
        self.groups.grant(operation);
    }

    fn direct(&mut self, roles: Roles) -> impl Iterator<Item = &mut BTreeSet<Key>> {
        let both = [(Role::Admin, &mut self.admins), (Role::Billing, &mut self.billing)];
        both.into_iter().filter(move |(role, _)| roles.contains(*role)).map(|(_, holders)| holders)
    }

    /// The holders of admin or billing.
    #[must_use]
    pub fn holders(&self, role: Role) -> RoleHolders<'_> {
        let direct = match role {
            Role::Admin => Some(&self.admins),
            Role::Billing => Some(&self.billing),
            Role::Member => None,
        };
        RoleHolders { role, direct, state: self }
    }

    /// Drops the direct admins of `start` that the live organization no longer shows.
    pub fn drop_unseen_admins(&mut self, start: &Self, live: &Live) {
        let seen = Self::of(live).admins;
        self.admins.retain(|holder| seen.contains(holder) || !start.admins.contains(holder));
    }
}

/// The organization roles that a member loses by an operation on them.
fn lost(operation: &Operation) -> Option<(Key, Roles)> {
    let (before, after) = operation.roles();
    match operation {
        Operation::MemberUpdate(op) => Some((Key::Live(op.member_id), before - after)),
        Operation::MemberRemove(op) => Some((Key::Live(op.member_id), before)),
        _ => None,
    }
}

/// The holders of an organization role, direct and inherited.
#[derive(Debug, Clone, Copy)]
pub struct RoleHolders<'s> {
    role: Role,
    direct: Option<&'s BTreeSet<Key>>,
    state: &'s AccessState,
}

impl RoleHolders<'_> {
    /// All holders of the role.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Key> {
        let mut all = self.state.groups.holders_of(self.role);
        all.extend(self.direct.into_iter().flatten().cloned());
        all
    }

    /// How many have the role.
    #[must_use]
    pub fn count(&self) -> i64 {
        i64::try_from(self.all().len()).unwrap_or(i64::MAX)
    }

    /// Those who would no longer have the role after an operation.
    #[must_use]
    pub fn lost_by(&self, operation: &Operation) -> BTreeSet<Key> {
        if let Some((key, lost)) = lost(operation) {
            let is_direct = lost.contains(self.role) && self.direct.is_some_and(|all| all.contains(&key));
            let leaves = matches!(operation, Operation::MemberRemove(_));
            let inherits = self.state.groups.inherits_role(&key, self.role);
            let loses = if inherits { leaves } else { is_direct };
            return loses.then_some(key).into_iter().collect();
        }
        // Most groups grant no such role, and the walk below is expensive.
        let Some(group) = operation.group() else { return BTreeSet::new() };
        if !self.state.groups.passes_on(&group.key(), self.role) {
            return BTreeSet::new();
        }
        let mut after = self.state.clone();
        after.revoke(operation);
        &self.all() - &after.holders(self.role).all()
    }
}
