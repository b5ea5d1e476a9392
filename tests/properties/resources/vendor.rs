//! What the Admin API does to organization roles and groups with an operation: a small model of its own.

use super::seen::Seen;
use crate::world::{ADMIN, Bits, role_bits};
use orgsync::model::{Role, Roles};
use orgsync::plan::{Action, GroupChange, Key, Operation, Reference};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    role: Bits,
    parents: BTreeSet<Key>,
    pub(crate) members: BTreeSet<Key>,
}

/// Who has which organization role, and what groups there are.
#[derive(Debug, Clone)]
pub(crate) struct Power {
    own: BTreeMap<Key, Bits>,
    pub(crate) groups: BTreeMap<Key, Group>,
}

impl Power {
    pub(crate) fn of(seen: &Seen<'_>) -> Self {
        let own = seen.members.values().map(|one| (Key::Live(one.id), role_bits(one.access.roles)));
        let groups = seen.groups.values().map(|group| {
            let role = group.settings.organization_role.map_or(0, |role| role_bits(role.into()));
            let keys = |ids: &BTreeSet<uuid::Uuid>| ids.iter().copied().map(Key::Live).collect();
            (
                Key::Live(group.id),
                Group { role, parents: keys(&group.parents), members: keys(&group.members) },
            )
        });
        Self { own: own.collect(), groups: groups.collect() }
    }

    /// Everything that people have, by themselves and through groups.
    pub(crate) fn all(&self) -> BTreeMap<Key, Bits> {
        let mut all = self.own.clone();
        for key in self.groups.keys() {
            let (mut open, mut seen) = (vec![key], BTreeSet::new());
            while let Some(above) = open.pop() {
                let Some(above) = self.groups.get(above).filter(|_| seen.insert(above)) else { continue };
                open.extend(&above.parents);
                for member in &self.groups[key].members {
                    *all.entry(member.clone()).or_default() |= above.role;
                }
            }
        }
        all
    }

    pub(crate) fn admins(&self) -> i64 {
        self.all().values().filter(|roles| *roles & ADMIN != 0).count() as i64
    }

    pub(crate) fn stays(&self, person: &Key) -> bool {
        self.own.contains_key(person)
    }

    pub(crate) fn perform(&mut self, operation: &Operation) {
        match operation {
            Operation::MemberCreate(op) => self.own_roles(Key::New(op.email.to_string()), op.after.roles),
            Operation::MemberUpdate(op) if op.before.roles != op.after.roles => {
                self.own_roles(Key::Live(op.member_id), op.after.roles);
            }
            Operation::MemberRemove(op) => {
                let key = Key::Live(op.member_id);
                self.own.remove(&key);
                self.groups.values_mut().for_each(|group| {
                    group.members.remove(&key);
                });
            }
            Operation::GroupCreate(op) => {
                let role = op.after.organization_role.map_or(0, |role| role_bits(role.into()));
                self.groups.insert(Key::New(op.after.name.clone()), Group { role, ..Group::default() });
            }
            Operation::GroupUpdate(op) => self.change(&op.group, &op.change),
            Operation::GroupDelete(op) => {
                self.groups.remove(&op.group.key());
                self.groups.values_mut().for_each(|other| {
                    other.parents.remove(&op.group.key());
                });
            }
            Operation::GroupMembersAdd(op) => {
                let group = self.at(&op.group);
                group.members.extend(op.members.iter().map(Reference::key));
            }
            Operation::GroupMembersRemove(op) => {
                let group = self.at(&op.group);
                op.members.iter().for_each(|one| {
                    group.members.remove(&one.key());
                });
            }
            _ => {}
        }
    }

    fn own_roles(&mut self, person: Key, roles: Roles) {
        self.own.insert(person, role_bits(roles));
    }

    fn change(&mut self, group: &Reference, change: &GroupChange) {
        match change {
            GroupChange::Settings { after, .. } => {
                let role = after.organization_role.map(|role| role_bits(role.into()));
                role.into_iter().for_each(|role| self.at(group).role = role);
            }
            GroupChange::Parents { after, .. } => {
                self.at(group).parents = after.iter().map(Reference::key).collect();
            }
        }
    }

    fn at(&mut self, group: &Reference) -> &mut Group {
        self.groups.entry(group.key()).or_default()
    }

    /// The moments from before a plan to after it. Within a phase, what costs an admin comes first.
    pub(crate) fn moments(self, actions: &[Action]) -> Vec<Self> {
        let mut moments = vec![self];
        for phase in 1..=9 {
            let mut open: Vec<&Action> =
                actions.iter().filter(|action| action.phase as u8 == phase).collect();
            while !open.is_empty() {
                let now = &moments[moments.len() - 1];
                let then = |action: &&Action| {
                    let mut then = now.clone();
                    then.perform(&action.operation);
                    then
                };
                let worst = (0..open.len()).min_by_key(|number| {
                    // What takes away comes first, also where it takes effect with another.
                    (gives(&open[*number].operation), then(&open[*number]).admins())
                });
                let action = open.remove(worst.unwrap());
                let then = then(&action);
                moments.push(then);
            }
        }
        moments
    }
}

fn gives(operation: &Operation) -> bool {
    match operation {
        Operation::MemberUpdate(op) => !(op.after.roles - op.before.roles).is_empty(),
        Operation::MemberCreate(_) | Operation::GroupCreate(_) | Operation::GroupMembersAdd(_) => true,
        Operation::GroupUpdate(op) => match &op.change {
            GroupChange::Settings { after, .. } => after.organization_role == Some(Role::Admin),
            GroupChange::Parents { before, after } => !after.is_subset(before),
        },
        _ => false,
    }
}
