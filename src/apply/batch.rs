//! Which people go into one request.

use crate::model::{Access, Language};
use crate::plan::{Action, Operation};

/// The most people in one request. The vendor documents no limit; this many addresses make a body of a few kilobytes,
/// and a call that fails costs little to take apart.
const MAX_BATCH: usize = 100;

/// Actions that one request carries out, by their numbers in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Batch {
    /// People who are invited with the same roles, seats and language.
    Invite { access: Access, language: Option<Language>, actions: Vec<usize> },
    /// People whose accounts are made.
    Create { actions: Vec<usize> },
}

impl Batch {
    /// The actions in it.
    pub(super) fn actions(&self) -> &[usize] {
        match self {
            Self::Invite { actions, .. } | Self::Create { actions } => actions,
        }
    }

    /// Two halves, where there are enough people for that.
    pub(super) fn halves(&self) -> Option<[Self; 2]> {
        let actions = self.actions();
        let (first, second) = actions.split_at_checked(actions.len() / 2).filter(|_| actions.len() > 1)?;
        Some([first, second].map(|half| {
            let mut batch = self.clone();
            match &mut batch {
                Self::Invite { actions, .. } | Self::Create { actions } => *actions = half.to_vec(),
            }
            batch
        }))
    }

    /// Whether one request can carry out both, and has room for one more.
    fn takes(&self, operation: &Operation) -> bool {
        let fits = match (self, operation) {
            (
                Self::Invite { access, language, .. },
                Operation::InvitationSend { access: wanted, language: wanted_language, .. }
                | Operation::InvitationRenew { access: wanted, language: wanted_language, .. },
            ) => access == wanted && language == wanted_language,
            (Self::Create { .. }, Operation::MemberCreate { .. }) => true,
            _ => false,
        };
        fits && self.actions().len() < MAX_BATCH
    }

    fn add(&mut self, action: usize) {
        match self {
            Self::Invite { actions, .. } | Self::Create { actions } => actions.push(action),
        }
    }
}

/// Puts actions that bring people in into batches, in the order of the plan. Other actions are passed over.
pub(super) fn batches<'a>(actions: impl Iterator<Item = (usize, &'a Action)>) -> Vec<Batch> {
    let mut full = Vec::new();
    // One open batch for each combination: few, because roles, seats and languages are few.
    let mut open: Vec<Batch> = Vec::new();
    for (number, action) in actions {
        let operation = &action.operation;
        if let Some(batch) = open.iter_mut().find(|batch| batch.takes(operation)) {
            batch.add(number);
            continue;
        }
        let batch = match operation {
            Operation::InvitationSend { access, language, .. }
            | Operation::InvitationRenew { access, language, .. } => {
                Batch::Invite { access: *access, language: *language, actions: vec![number] }
            }
            Operation::MemberCreate { .. } => Batch::Create { actions: vec![number] },
            Operation::MemberUpdate { .. }
            | Operation::MemberRemove { .. }
            | Operation::InvitationRevoke { .. } => {
                continue;
            }
        };
        let (done, still_open) = open.into_iter().partition(|batch| batch.actions().len() >= MAX_BATCH);
        open = still_open;
        full.extend::<Vec<_>>(done);
        open.push(batch);
    }
    full.append(&mut open);
    full
}
