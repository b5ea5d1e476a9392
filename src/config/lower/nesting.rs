//! How groups are nested in groups: none in itself, and what a group passes on.

use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::DesiredGroup;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, btree_map};

type Groups = BTreeMap<String, DesiredGroup>;

/// A group on the way from nested groups to those in which they are nested.
struct Step<'g> {
    group: &'g str,
    /// Its parents that have not been looked at.
    rest: btree_map::Iter<'g, String, Span>,
}

/// Notes each way back that nesting has: without them, nothing is nested in itself.
///
/// Depth-first with a stack of its own, each link once: nesting may be as deep as there are groups.
pub(super) fn check(groups: &Groups, faults: &mut Faults) {
    let none = BTreeMap::new();
    // Where a group stands on the way; nothing when all above it has been seen.
    let mut seen = BTreeMap::<&str, Option<usize>>::new();
    for first in groups.keys() {
        // Links lead from each step to the next.
        let (mut way, mut links) = (Vec::<Step<'_>>::new(), Vec::<Span>::new());
        let mut next = Some(first.as_str()).filter(|first| !seen.contains_key(first));
        loop {
            if let Some(group) = next.take() {
                seen.insert(group, Some(way.len()));
                let parents = groups.get(group).and_then(|group| group.parents.as_ref());
                way.push(Step { group, rest: parents.unwrap_or(&none).iter() });
            }
            let Some(step) = way.last_mut() else { break };
            let Some((parent, at)) = step.rest.next() else {
                seen.insert(step.group, None);
                way.pop();
                links.pop();
                continue;
            };
            match seen.get(parent.as_str()) {
                Some(None) => {}
                Some(Some(start)) => {
                    links.push(*at);
                    let circle = (way.get(*start..), links.get(*start..));
                    faults.push(cycle(circle.0.unwrap_or_default(), circle.1.unwrap_or_default()));
                    links.pop();
                }
                None => {
                    links.push(*at);
                    next = Some(parent);
                }
            }
        }
    }
}

fn cycle(groups: &[Step<'_>], links: &[Span]) -> Diagnostic {
    /// So many groups are named.
    const NAMED: usize = 5;
    let names: Vec<_> = groups.iter().take(NAMED).map(|step| Quoted(step.group).to_string()).collect();
    let names = names.join(" in ");
    let message = match groups.len() {
        1 => format!("the group {names} is nested in itself"),
        number if number > NAMED => {
            format!("groups are nested in themselves: {names}, and so on through {number} groups")
        }
        _ => {
            let first = groups.first().map_or("", |step| step.group);
            format!("groups are nested in themselves: {names} in {}", Quoted(first))
        }
    };
    let help = "take one of these names off its list of `parents`";
    Diagnostic::new(Code::GroupCycle, message, help).places(links, "nested in this")
}

/// Some groups, and all that are nested in them.
pub(super) fn with_nested<'g>(groups: &'g Groups, some: impl Iterator<Item = &'g str>) -> BTreeSet<&'g str> {
    let mut nested = BTreeMap::<&str, Vec<&str>>::new();
    for (name, group) in groups {
        for parent in group.parents.iter().flatten() {
            nested.entry(parent.0).or_default().push(name);
        }
    }
    let (mut found, mut next) = (BTreeSet::new(), some.collect::<Vec<_>>());
    while let Some(group) = next.pop() {
        if found.insert(group) {
            next.extend(nested.get(group).into_iter().flatten());
        }
    }
    found
}
