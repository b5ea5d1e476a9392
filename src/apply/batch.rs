//! Which people go into one request.

use super::settle::SENDINGS;
use crate::model::{Access, Language};
use crate::plan::{Operation, Reference};
use std::collections::HashSet;

/// The most people in one request. The vendor documents no limit; this many addresses make a body of a few kilobytes,
/// and a call that fails costs little to take apart.
pub(super) const MAX_BATCH: usize = 100;

/// Actions that one request carries out, by their numbers in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) content: Content,
    actions: Vec<usize>,
    /// How often it was sent before, and its answer lost.
    lost: u32,
}

/// What the actions of a batch have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// People who are invited alike.
    Invite(Invitation),
    /// People whose accounts are made.
    Create,
}

/// What the invitations of a batch are like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invitation {
    pub(super) access: Access,
    pub(super) workspaces: Vec<Reference>,
    pub(super) language: Option<Language>,
    /// Old invitations are deleted first.
    renews: bool,
}

impl Content {
    /// What a batch for an operation is like; nothing for one that does not bring anybody in.
    fn of(operation: &Operation) -> Option<Self> {
        let (access, workspaces, language, renews) = match operation {
            Operation::InvitationSend(op) => (op.after, &op.workspaces, op.language, false),
            Operation::InvitationRenew(op) => (op.after, &op.workspaces, op.language, true),
            Operation::MemberCreate(_) => return Some(Self::Create),
            _ => return None,
        };
        Some(Self::Invite(Invitation { access, workspaces: workspaces.clone(), language, renews }))
    }
}

impl Batch {
    /// The actions in it.
    pub(super) fn actions(&self) -> &[usize] {
        &self.actions
    }

    /// Whether it sends invitations anew.
    pub(super) fn is_renewal(&self) -> bool {
        matches!(self.content, Content::Invite(Invitation { renews: true, .. }))
    }

    /// Two halves, where there are enough people for that.
    pub(super) fn halves(&self) -> Option<[Self; 2]> {
        let (first, second) =
            self.actions.split_at_checked(self.actions.len() / 2).filter(|_| self.actions.len() > 1)?;
        Some([first, second].map(|half| Self { actions: half.to_vec(), ..self.clone() }))
    }

    /// The same once more, unless its answer was lost too often.
    pub(super) fn again(&self) -> Option<Self> {
        let lost = self.lost + 1;
        (lost < SENDINGS).then(|| Self { lost, ..self.clone() })
    }

    /// What is left of it without some actions.
    pub(super) fn without(mut self, numbers: &HashSet<usize>) -> Option<Self> {
        self.actions.retain(|number| !numbers.contains(number));
        if self.actions.is_empty() { None } else { Some(self) }
    }
}

/// Puts actions that bring people in into batches, in the order of the plan. Other actions are passed over.
pub(super) fn batches<'a>(people: impl Iterator<Item = (usize, &'a Operation)>) -> Vec<Batch> {
    let mut full = Vec::new();
    // One open batch for each combination: few, because people of one kind have much in common.
    let mut open: Vec<Batch> = Vec::new();
    for (number, operation) in people {
        let Some(content) = Content::of(operation) else { continue };
        match open.iter().position(|batch| batch.content == content) {
            None => open.push(Batch { content, actions: vec![number], lost: 0 }),
            Some(place) => {
                let Some(batch) = open.get_mut(place) else { continue };
                batch.actions.push(number);
                if batch.actions.len() >= MAX_BATCH {
                    full.push(open.remove(place));
                }
            }
        }
    }
    full.append(&mut open);
    full
}
