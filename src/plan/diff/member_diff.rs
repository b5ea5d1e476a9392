//! Compares people: who joins, changes and leaves.

use super::differ::Differ;
use crate::diag::{Code, Diagnostic};
use crate::model::{Access, DesiredMember, Email, LiveMember, RemovalCause, Unmanaged};
use crate::plan::findings::UnmanagedKind;
use crate::plan::operation::{LeftBehind, MemberRemove, MemberUpdate, Reference};
use crate::plan::state::{GroupGraph, RoleGrants};
use crate::source::Span;
use std::collections::hash_map::Entry;
use uuid::Uuid;

impl<'a> Differ<'a> {
    /// All people, declared and not.
    pub(super) fn people(&mut self) {
        let grants = GroupGraph::of(self.live).role_grants();
        self.index_members(&grants);
        self.index_invitations();
        for (email, member) in &self.desired.members {
            self.declared(email, member);
        }
        self.removals();
        self.undeclared(&grants);
    }

    /// Indexes live members by address. Members without an address, or with a shared one, are reported and left alone.
    fn index_members(&mut self, grants: &RoleGrants) {
        for member in &self.live.members {
            self.out.before.add_used(member.access.seats & self.managed);
            let Some(email) = &member.email else {
                let note = Some("has no address that orgsync supports");
                let held = self.holdings.of_member(member, member.access.roles, grants);
                self.leave_alone(UnmanagedKind::Member, &member.label, held, note);
                continue;
            };
            self.joined.insert(email);
            match self.members.entry(email) {
                Entry::Vacant(free) => {
                    free.insert(member);
                }
                Entry::Occupied(first) => {
                    let ids = self.ambiguous.entry(email).or_insert_with(|| vec![first.get().id]);
                    ids.push(member.id);
                }
            }
        }
        for (email, ids) in &mut self.ambiguous {
            self.members.remove(*email);
            ids.sort_unstable();
            let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
            let message = format!("{} live members have the address {email}: {}", ids.len(), ids.join(", "));
            let help = "remove all but one in the members panel: orgsync can't know which one to manage";
            self.out.faults.push(Diagnostic::new(Code::DuplicateLiveMember, message, help));
        }
    }

    fn declared(&mut self, email: &'a Email, member: &'a DesiredMember) {
        let former = member.previously.as_ref();
        if self.ambiguous.contains_key(email) {
            return;
        }
        if let Some(live) = self.members.remove(email) {
            self.not_needed(email);
            self.present.insert(email, Reference::live(email.as_str(), live.id));
            return self.update(email, member, live);
        }
        if let Some(live) = former.and_then(|former| self.members.remove(former)) {
            self.not_needed(email);
            former.into_iter().for_each(|former| self.not_needed(former));
            self.present.insert(email, Reference::live(email.as_str(), live.id));
            return self.update(email, member, live);
        }
        let addresses = std::iter::once(email).chain(former);
        let mut invitations: Vec<_> =
            addresses.filter_map(|address| self.invitations.remove(address)).flatten().collect();
        invitations.sort_by_key(|invitation| invitation.expired);
        match invitations.split_first() {
            Some((first, surplus)) => self.invited(email, member, first, surplus),
            None => self.onboard(email, member),
        }
    }

    fn update(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        let before = live.access;
        self.lock_member(email, member, live);
        let roles = if live.locked_roles.is_empty() { member.access.roles } else { before.roles };
        let kept = (before.seats - self.managed) | live.locked_seats.kept;
        let after = Access { roles, seats: member.access.seats | kept };
        let (email, member_id) = (email.clone(), live.id);
        let unknown_seats = live.locked_seats.products.clone();
        let update = MemberUpdate { email, member_id, before, after, unknown_seats, is_second: false };
        for operation in update.split() {
            self.change(operation, vec![member.at]);
        }
    }

    /// People who are listed under `removed` or whose access has ended.
    fn removals(&mut self) {
        for (email, removal) in &self.desired.removals {
            for address in std::iter::once(email).chain(&removal.previously) {
                if let Some(live) = self.members.remove(address) {
                    self.remove(address, live, removal.cause, removal.at);
                }
                for invitation in self.undeclared_invitations(address) {
                    self.revoke(address, &invitation, removal.cause, Some(removal.at));
                }
            }
        }
    }

    /// Handles the remaining members, which no file declares.
    fn undeclared(&mut self, grants: &RoleGrants) {
        let (word, at) = self.desired.policy.unmanaged.members;
        for (email, live) in std::mem::take(&mut self.members) {
            match (word, at) {
                (Unmanaged::Remove, Some(at)) => self.remove(email, live, RemovalCause::Undeclared, at),
                _ => {
                    let held = self.holdings.of_member(live, live.access.roles, grants);
                    self.leave_alone(UnmanagedKind::Member, email.as_str(), held, None);
                }
            }
        }
        let mut left: Vec<_> = self.invitations.keys().copied().collect();
        left.sort_unstable();
        for email in left {
            for invitation in self.undeclared_invitations(email) {
                self.revoke_or_leave_alone(email, &invitation);
            }
        }
    }

    fn remove(&mut self, email: &Email, live: &LiveMember, cause: RemovalCause, at: Span) {
        let (email, member_id, before) = (email.clone(), live.id, live.access);
        self.leaving.insert(member_id);
        let leaves = LeftBehind::default();
        self.change(MemberRemove { email, member_id, before, cause, leaves }, vec![at]);
    }
}
