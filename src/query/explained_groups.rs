//! The groups of one person, and the access that they inherit.

use super::explanation::{Entry, Nesting, Person, Source};
use crate::escape;
use crate::model::nesting::ancestors;
use crate::model::{DesiredGroup, LiveGroup, Role, Unmanaged};
use crate::plan::Operation;
use crate::source::Span;
use std::collections::BTreeMap;

/// A declared group from which the person inherits: one that lists them, or one in which that group is nested.
pub(super) struct Reached<'p> {
    pub(super) group: &'p DesiredGroup,
    /// The group that lists the person, and where.
    through: (&'p str, Span),
    /// The chain of nesting from there to this group.
    nested: Vec<(&'p str, Span)>,
}

impl<'p> Person<'p> {
    /// All declared groups from which the person inherits.
    pub(super) fn reached(&self) -> Vec<Reached<'p>> {
        let groups = &self.desired.groups;
        let parents = |name: &&'p str| {
            let parents = groups.get(*name).and_then(|group| group.parents.as_ref()).into_iter().flatten();
            parents.map(|(name, _)| name.as_str()).filter(|name| groups.contains_key(*name))
        };
        let mut reached = Vec::new();
        for (name, group) in groups {
            let Some(at) = group.members.as_ref().and_then(|members| members.get(self.email)) else {
                continue;
            };
            let all = ancestors(name.as_str(), parents);
            for name_of_reached in all.keys() {
                let Some(group) = groups.get(*name_of_reached) else { continue };
                let nested = self.steps(name_of_reached, &all);
                reached.push(Reached { group, through: (name, *at), nested });
            }
        }
        reached
    }

    /// The chain of nesting from the group that lists the person to another group.
    fn steps(&self, to: &'p str, reached: &BTreeMap<&'p str, Option<&'p str>>) -> Vec<(&'p str, Span)> {
        let mut steps = Vec::new();
        let mut group = to;
        while let Some(Some(child)) = reached.get(group) {
            let parents = self.desired.groups.get(*child).and_then(|child| child.parents.as_ref());
            steps.extend(parents.and_then(|parents| parents.get(group)).map(|at| (group, *at)));
            group = child;
        }
        steps.reverse();
        steps
    }

    pub(super) fn through_group(&self, reached: &Reached<'p>, at: Span) -> Source {
        let step = |(group, at): &(&str, Span)| Nesting {
            group: (*group).to_owned(),
            at: self.sources.position(*at),
        };
        Source {
            through: "group",
            name: Some(reached.through.0.to_owned()),
            membership: Some(self.sources.position(reached.through.1)),
            nested: reached.nested.iter().map(step).collect(),
            at: Some(self.sources.position(at)),
        }
    }

    /// The groups that grant the person an organization role.
    pub(super) fn groups_granting(&self, role: Role) -> Vec<Source> {
        let grants = |reached: &Reached<'p>| {
            let (granted, at) = reached.group.organization_role?;
            (granted == role).then(|| self.through_group(reached, at))
        };
        self.reached().iter().filter_map(grants).collect()
    }

    /// Each group that the person is in or is to be in.
    pub(super) fn groups(&self) -> Vec<Entry> {
        let declared = self.desired.groups.iter().filter(|_| self.member.is_some() || self.joined.is_some());
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for group in self.live.groups.iter().flatten() {
            if self.joined.is_some_and(|joined| group.members.contains(&joined.id)) {
                let name =
                    self.declared_group(group).unwrap_or_else(|| escape::excerpt(&group.settings.name));
                let desired = (self.leaves || self.is_deleted(group)).then_some(false);
                entries.insert(name.clone(), Entry::new("group", None, name, true, desired));
            }
        }
        let removes = self.desired.policy.unmanaged.group_members.0 == Unmanaged::Remove;
        for (name, group) in declared {
            let Some(members) = &group.members else { continue };
            let listed = members.get(self.email).filter(|_| !self.leaves);
            if let Some(at) = listed {
                let new = || Entry::new("group", None, escape::line(name).into_owned(), false, None);
                let entry = entries.entry(name.clone()).or_insert_with(new);
                entry.desired = Some(true);
                entry.given_by.push(self.source("group", *at, None));
            } else if let Some(entry) = entries.get_mut(name).filter(|_| removes) {
                entry.desired = Some(false);
            }
        }
        entries.into_values().collect()
    }

    fn declared_group(&self, live: &LiveGroup) -> Option<String> {
        let live = &live.settings.name;
        let is = |(name, group): &(&String, &DesiredGroup)| {
            *name == live || group.previously.as_ref() == Some(live)
        };
        self.desired.groups.iter().find(is).map(|(name, _)| name.clone())
    }

    fn is_deleted(&self, group: &LiveGroup) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::GroupDelete(op) => op.group.id == Some(group.id),
            _ => false,
        })
    }
}
