//! What is left undone of a request that is answered with 200.

use super::Dice;
use std::collections::BTreeSet;

/// How much of a request is left undone; by default, nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partial {
    share: f64,
    dice: Dice,
}

impl Partial {
    /// Leaves a share undone, of at least one thing where there is any.
    pub(super) fn new(share: f64, dice: Dice) -> Self {
        Self { share, dice }
    }

    /// Parts what is to be done from what is not. What has the same key stays together.
    pub(crate) fn split<T, K: Ord>(mut self, items: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Vec<T>) {
        let keys: BTreeSet<K> = items.iter().map(&key).collect();
        let mut left = f64::from(u32::try_from(keys.len()).unwrap_or(u32::MAX));
        let mut open = (left * self.share).ceil();
        let mut undone = BTreeSet::new();
        for key in keys {
            if self.dice.happens(open / left) {
                undone.insert(key);
                open -= 1.0;
            }
            left -= 1.0;
        }
        items.into_iter().partition(|item| !undone.contains(&key(item)))
    }
}
