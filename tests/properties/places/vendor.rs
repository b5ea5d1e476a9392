//! What the Admin API does to organization roles and groups with an operation: a small model of its own.

use super::seen::Seen;
use crate::world::{ADMIN, Bits, role_bits};
use orgsync::plan::{Action, GroupOperation, Key, Operation, PersonOperation, Reference};
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
            Operation::Person(operation) => self.person(operation),
            Operation::Workspace(_) => {}
            Operation::Group(operation) => self.group(operation),
        }
    }

    fn person(&mut self, operation: &PersonOperation) {
        match operation {
            PersonOperation::MemberCreate { email, access, .. } => {
                self.own.insert(Key::New(email.to_string()), role_bits(access.roles));
            }
            PersonOperation::MemberUpdate { id, before, after, .. } if before.roles != after.roles => {
                self.own.insert(Key::Live(*id), role_bits(after.roles));
            }
            PersonOperation::MemberRemove { id, .. } => {
                self.own.remove(&Key::Live(*id));
                self.groups.values_mut().for_each(|group| {
                    group.members.remove(&Key::Live(*id));
                });
            }
            _ => {}
        }
    }

    fn group(&mut self, operation: &GroupOperation) {
        match operation {
            GroupOperation::Create { settings } => {
                let role = settings.organization_role.map_or(0, |role| role_bits(role.into()));
                self.groups.insert(Key::New(settings.name.clone()), Group { role, ..Group::default() });
            }
            GroupOperation::Update { group, after, .. } => {
                let role = after.organization_role.map(|role| role_bits(role.into()));
                role.into_iter().for_each(|role| self.at(group).role = role);
            }
            GroupOperation::Nest { group, after, .. } => {
                self.at(group).parents = after.iter().map(Reference::key).collect();
            }
            GroupOperation::Delete { group, .. } => {
                self.groups.remove(&group.key());
                self.groups.values_mut().for_each(|other| {
                    other.parents.remove(&group.key());
                });
            }
            GroupOperation::MembersAdd { group, members } => {
                let group = self.at(group);
                group.members.extend(members.iter().map(orgsync::plan::Participant::key));
            }
            GroupOperation::MembersRemove { group, members } => {
                let group = self.at(group);
                members.iter().for_each(|one| {
                    group.members.remove(&one.key());
                });
            }
            GroupOperation::WorkspacesSet { .. } | GroupOperation::WorkspacesRemove { .. } => {}
        }
    }

    fn at(&mut self, group: &Reference) -> &mut Group {
        self.groups.entry(group.key()).or_default()
    }

    /// The moments from before a plan to after it. Within a phase, what costs an admin comes first.
    pub(crate) fn moments(self, actions: &[Action]) -> Vec<Self> {
        let mut moments = vec![self];
        for phase in 1..=8 {
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
        Operation::Person(PersonOperation::MemberUpdate { before, after, .. }) => {
            !(after.roles - before.roles).is_empty()
        }
        Operation::Person(operation) => matches!(operation, PersonOperation::MemberCreate { .. }),
        Operation::Workspace(_) => false,
        Operation::Group(operation) => match operation {
            GroupOperation::Update { after, .. } => {
                after.organization_role == Some(orgsync::model::Role::Admin)
            }
            GroupOperation::Nest { .. } => operation.nests_deeper(),
            GroupOperation::Create { .. } | GroupOperation::MembersAdd { .. } => true,
            _ => false,
        },
    }
}
