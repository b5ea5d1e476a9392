//! Classifies actions as part of a change of the files or as drift.

use super::Plan;
use super::action::{Action, ActionOrigin, Base};
use std::collections::{HashMap, HashSet};

impl Plan {
    /// Classifies each action. It is drift if the plan of the previous files, for the same live organization, has
    /// exactly the same action. An action that the change makes larger or smaller counts as the change's, so that
    /// reviewers see it. Also keeps the previous actions that are no longer planned.
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
