//! Classifies what a plan does by whether a change of the files causes it.

use super::Plan;
use super::action::{Action, ActionOrigin, Base};
use std::collections::{HashMap, HashSet};

impl Plan {
    /// Classifies each action: it is drift if the plan of the files before the change, for the same live organization,
    /// does exactly the same to the same resource. An action that the change makes larger or smaller is the change's:
    /// whoever reviews it must see it. Keeps what was planned before and is not any more.
    #[must_use]
    pub fn classify_origins(mut self, base: Base, before: Vec<Action>) -> Self {
        let planned: HashMap<_, _> = before.iter().map(|action| (action.id(), &action.operation)).collect();
        for action in &mut self.actions {
            let is_drift = planned.get(&action.id()).is_some_and(|before| before.does_as(&action.operation));
            action.origin = Some(if is_drift { ActionOrigin::Drift } else { ActionOrigin::Change });
        }
        let kept: HashSet<_> = self.actions.iter().map(Action::id).collect();
        self.no_longer_planned = before.into_iter().filter(|action| !kept.contains(&action.id())).collect();
        self.base = Some(base);
        self
    }

    /// The actions of an origin.
    pub fn of(&self, origin: ActionOrigin) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |action| action.origin == Some(origin))
    }
}
