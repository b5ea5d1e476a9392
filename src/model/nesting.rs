//! The walk over nested groups.
//!
//! Takes a start and a function that returns the parents of a group. Returns every ancestor, and the group from which
//! it was reached first. Terminates on cycles too.

use std::collections::BTreeMap;

/// `start` and all groups in which it is nested, at any depth, each with the group from which it was reached first:
/// `None` for `start`. The nearest group counts, as seen from `start`.
pub fn ancestors<K, P>(start: K, mut parents: impl FnMut(&K) -> P) -> BTreeMap<K, Option<K>>
where
    K: Ord + Clone,
    P: IntoIterator<Item = K>,
{
    let mut reached = BTreeMap::from([(start.clone(), None)]);
    let mut layer = vec![start];
    while !layer.is_empty() {
        let mut next = Vec::new();
        for group in layer {
            for parent in parents(&group) {
                if !reached.contains_key(&parent) {
                    reached.insert(parent.clone(), Some(group.clone()));
                    next.push(parent);
                }
            }
        }
        layer = next;
    }
    reached
}

/// Whether a group is nested in itself.
pub fn is_nested_in_itself<K, P>(group: &K, mut parents: impl FnMut(&K) -> P) -> bool
where
    K: Ord + Clone,
    P: IntoIterator<Item = K>,
{
    let direct: Vec<K> = parents(group).into_iter().collect();
    direct.into_iter().any(|parent| ancestors(parent, &mut parents).contains_key(group))
}
