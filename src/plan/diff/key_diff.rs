//! The API keys of people who leave with the plan or have left before: which are deleted, and which are left.

use super::differ::Differ;
use crate::model::{Email, RemovalCause};
use crate::plan::api_keys::{KeyPolicy, KeysByOwner, Leaver};
use crate::plan::findings::WaitingCause;
use crate::plan::operation::Operation;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

impl Differ<'_> {
    /// Deletes the keys of leavers, where the policy says so.
    pub(super) fn delete_api_keys(&mut self) {
        let Some(keys) = KeysByOwner::of(self.live) else { return };
        let deletions: Vec<_> = self.key_policy().deletions(&keys, &self.leavers(true)).collect();
        for (deletion, sources) in deletions {
            self.change(deletion, sources);
        }
    }

    /// Lists the keys that are left, and counts those of each leaver. Needs the operations of the plan's scope: for some
    /// people, or for what is due, it is not about people who have left before.
    pub(super) fn note_left_keys(&mut self) {
        let Some(keys) = KeysByOwner::of(self.live) else { return };
        let deleted: HashSet<Uuid> =
            self.out.operations.iter().filter_map(|(one, _)| deleted_key(one)).collect();
        let leavers = self.leavers(self.scope.is_whole());
        let left = self.key_policy().left(self.live, &keys, &leavers, &deleted);
        let mut counts = HashMap::<&Email, usize>::new();
        for leaver in leavers.iter().filter(|leaver| leaver.is_live) {
            let kept = keys.of_leaver(leaver).filter(|key| !deleted.contains(&key.id));
            counts.insert(leaver.email, kept.count());
        }
        let counts: HashMap<Email, usize> =
            counts.into_iter().map(|(email, count)| (email.clone(), count)).collect();
        for (operation, _) in &mut self.out.operations {
            if let Operation::MemberRemove(op) = operation {
                op.leaves.api_keys = counts.get(&op.email).copied();
            }
        }
        self.out.api_keys_left = left;
    }

    fn key_policy(&self) -> KeyPolicy {
        KeyPolicy { keys: self.desired.policy.offboarding.api_keys, today: self.history.today }
    }

    /// The people who leave with the operations so far, and, if asked, those who have left before.
    fn leavers(&self, gone: bool) -> Vec<Leaver<'_>> {
        let leaving = self.out.operations.iter().filter_map(|(operation, sources)| match operation {
            Operation::MemberRemove(op) => Some(Leaver {
                email: &op.email,
                addresses: vec![&op.email],
                ids: BTreeSet::from([op.member_id]),
                cause: op.cause,
                is_live: true,
                sources: sources.clone(),
            }),
            _ => None,
        });
        let mut leavers: Vec<_> = leaving.collect();
        if gone {
            leavers.extend(self.removed_before());
            leavers.extend(self.departed());
        }
        leavers
    }

    /// Removed and expired people who are not live, also under a former address.
    fn removed_before(&self) -> impl Iterator<Item = Leaver<'_>> {
        self.desired.removals.iter().filter_map(|(email, removal)| {
            let all = std::iter::once(email).chain(&removal.previously);
            let addresses: Vec<_> = all.filter(|email| !self.joined.contains(email)).collect();
            let ids = self.ids_before(&addresses);
            (!addresses.is_empty()).then(|| Leaver {
                email,
                addresses,
                ids,
                cause: removal.cause,
                is_live: false,
                sources: vec![removal.at],
            })
        })
    }

    /// Declared people who left by themselves, or whom somebody removed by hand.
    fn departed(&self) -> impl Iterator<Item = Leaver<'_>> {
        let departed = self.out.waiting.iter().filter(|waiting| waiting.cause == WaitingCause::Departed);
        departed.filter_map(|waiting| {
            let (email, member) = self.desired.members.get_key_value(&waiting.email)?;
            let addresses: Vec<_> = std::iter::once(email).chain(&member.previously).collect();
            let ids = self.ids_before(&addresses);
            let (cause, sources) = (RemovalCause::Departed, vec![member.at]);
            Some(Leaver { email, addresses, ids, cause, is_live: false, sources })
        })
    }

    /// The identifiers that people had who are not live, as far as the audit log tells.
    fn ids_before(&self, addresses: &[&Email]) -> BTreeSet<Uuid> {
        let ids = addresses.iter().flat_map(|email| self.departures.ids(email));
        ids.filter(|id| !self.by_id.contains_key(id)).collect()
    }
}

fn deleted_key(operation: &Operation) -> Option<Uuid> {
    if let Operation::ApiKeyDelete(op) = operation { Some(op.key_id) } else { None }
}
