//! What a change of the files does, told from what was to be done without it.

use super::Plan;
use super::action::{Action, ActionOrigin};
use std::collections::{HashMap, HashSet};

/// The files before they were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// They were planned as well.
    Planned,
    /// There were none: everything comes from the change.
    Absent,
    /// They had faults, and nobody can tell what they would have done: everything counts as the change's.
    Faulty,
}

impl Plan {
    /// Tells each action's origin: it is drift where the plan of the files before the change, for the same live
    /// organization, does just the same to the same thing. An action that the change has made larger or smaller is the
    /// change's: who reviews it must see it. What was to be done and is not any more is kept as well.
    #[must_use]
    pub fn since(mut self, base: Base, before: Vec<Action>) -> Self {
        let asked: HashMap<_, _> =
            before.iter().map(|action| (action.id(), action.operation.states())).collect();
        for action in &mut self.actions {
            let is_drift = asked.get(&action.id()).is_some_and(|states| *states == action.operation.states());
            action.origin = Some(if is_drift { ActionOrigin::Drift } else { ActionOrigin::Change });
        }
        let kept: HashSet<_> = self.actions.iter().map(Action::id).collect();
        self.withdrawn = before.into_iter().filter(|action| !kept.contains(&action.id())).collect();
        self.base = Some(base);
        self
    }

    /// The actions of an origin.
    pub fn of(&self, origin: ActionOrigin) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |action| action.origin == Some(origin))
    }
}
