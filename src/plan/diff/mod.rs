//! Compares the desired with the live organization, person by person.

mod invitations;

use super::action::Operation;
use super::tally::Tally;
use super::{Locked, Promise, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::Unmanaged as UnmanagedWord;
use crate::model::{
    Access, Desired, DesiredMember, Email, Live, LiveInvitation, LiveMember, RemovalCause, Seats,
};
use crate::source::Span;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// What the comparison gives.
#[derive(Default)]
pub(super) struct Difference {
    pub(super) operations: Vec<(Operation, Vec<Span>)>,
    pub(super) unmanaged: Vec<Unmanaged>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) locked: Vec<Locked>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) before: Tally,
    pub(super) promised: Vec<Promise>,
}

pub(super) fn diff(desired: &Desired, live: &Live) -> Difference {
    let mut differ = Differ {
        desired,
        managed: desired.managed(),
        members: HashMap::with_capacity(live.members.len()),
        invitations: HashMap::with_capacity(live.invitations.len()),
        joined: HashSet::with_capacity(live.members.len()),
        ambiguous: BTreeMap::new(),
        out: Difference::default(),
    };
    differ.index(live);
    for (email, member) in &desired.members {
        differ.declared(email, member);
    }
    differ.leaving();
    differ.undeclared();
    let mut difference = differ.out;
    difference.unmanaged.sort();
    difference.waiting.sort();
    difference.promised.sort_by(|a, b| a.who.cmp(&b.who));
    difference
}

struct Differ<'a> {
    desired: &'a Desired,
    managed: Seats,
    /// Live people by address; taken out when they have been dealt with.
    members: HashMap<&'a Email, &'a LiveMember>,
    /// Those to one address: the one that can still be accepted first.
    invitations: HashMap<&'a Email, Vec<&'a LiveInvitation>>,
    /// The addresses of all live members: nobody gets in with an invitation to one.
    joined: HashSet<&'a Email>,
    /// Addresses that several live members share: nobody can tell which of them is meant.
    ambiguous: BTreeMap<&'a Email, Vec<Uuid>>,
    out: Difference,
}

impl<'a> Differ<'a> {
    /// Sorts live people by address; who has none, or shares one, is noted and left alone.
    fn index(&mut self, live: &'a Live) {
        for member in &live.members {
            self.out.before.member(member.access, self.managed);
            let Some(email) = &member.email else {
                self.leave(
                    UnmanagedKind::Member,
                    &member.label,
                    Some("has no address that orgsync can write"),
                );
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
            let help = "remove all but one of them in the members panel: orgsync can't tell which is meant";
            self.out.faults.push(Diagnostic::new(Code::DuplicateLiveMember, message, help));
        }
        let mut invitations: Vec<_> = live.invitations.iter().collect();
        // Of several to one address, the one that can still be accepted is the person's.
        invitations.sort_by_key(|invitation| (invitation.expired, invitation.id));
        self.out.before.invitations = invitations.len();
        for invitation in invitations {
            let Some(email) = &invitation.email else {
                // Somebody who can come in all the same.
                if !invitation.expired {
                    self.out.before.undeclared_invitations += 1;
                    self.promise(&invitation.label, self.managed);
                }
                self.leave(
                    UnmanagedKind::Invitation,
                    &invitation.label,
                    Some("has no address that orgsync can write"),
                );
                continue;
            };
            self.invitations.entry(email).or_default().push(invitation);
        }
    }

    fn declared(&mut self, email: &'a Email, member: &'a DesiredMember) {
        let previously = member.previously.as_ref();
        if self.ambiguous.contains_key(email) {
            return;
        }
        if let Some(live) = self.members.remove(email) {
            self.not_needed(email);
            return self.update(email, member, live);
        }
        let former = previously.and_then(|former| self.members.remove(former));
        if let Some(live) = former {
            self.not_needed(email);
            previously.into_iter().for_each(|former| self.not_needed(former));
            return self.update(email, member, live);
        }
        let addresses = std::iter::once(email).chain(previously);
        let mut invitations: Vec<_> =
            addresses.filter_map(|address| self.invitations.remove(address)).flatten().collect();
        invitations.sort_by_key(|invitation| invitation.expired);
        match invitations.split_first() {
            Some((own, spare)) => self.invited(email, member, own, spare),
            None => self.onboard(email, member),
        }
    }

    fn update(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        let before = live.access;
        let locked = !live.locked_roles.is_empty();
        if locked {
            self.lock(email, member, live);
        }
        let roles = if locked { before.roles } else { member.access.roles };
        let after = Access { roles, seats: member.access.seats | (before.seats - self.managed) };
        let (gained, taken) = (after.roles - before.roles, after.seats - before.seats);
        let given_up = before.seats - after.seats;
        let does_more = !gained.is_empty() || !given_up.is_empty();
        let split = !taken.is_empty() && does_more;
        let middle = if split { Access { roles, seats: after.seats - taken } } else { before };
        for (before, after, takes_seats_of_split) in [(before, middle, false), (middle, after, split)] {
            if before != after {
                let (email, id, managed) = (email.clone(), live.id, self.managed);
                let operation =
                    Operation::MemberUpdate { email, id, before, after, takes_seats_of_split, managed };
                self.out.operations.push((operation, vec![member.at]));
            }
        }
    }

    /// Somebody's roles stay as they are; to ask for others is a fault.
    fn lock(&mut self, email: &Email, member: &DesiredMember, live: &LiveMember) {
        let unwritable = || live.locked_roles.iter().map(|role| escape::excerpt(role));
        if let Some(at) = member.roles_at {
            let names: Vec<_> = unwritable().collect();
            let message = format!(
                "the roles of {email} can't be changed: the Admin API can't write {}",
                names.join(", ")
            );
            let help = "leave `roles` out to keep the roles as they are, or change them in the members panel";
            self.out.faults.push(Diagnostic::at(Code::LockedRoles, at, message, help));
        }
        let writable = live.access.roles.into_iter().map(|role| role.name().to_owned());
        self.out.locked.push(Locked { email: email.clone(), roles: writable.chain(unwritable()).collect() });
    }

    /// People who are listed under `removed` or whose access has ended.
    fn leaving(&mut self) {
        for (email, removal) in &self.desired.removals {
            for address in std::iter::once(email).chain(&removal.previously) {
                if let Some(live) = self.members.remove(address) {
                    self.remove(address, live, removal.cause, removal.at);
                }
                for (invitation, pending, spare) in self.counted(address) {
                    self.revoke(address, invitation, pending, spare, removal.cause, Some(removal.at));
                }
            }
        }
    }

    /// Who is left over is declared nowhere.
    fn undeclared(&mut self) {
        let (word, at) = self.desired.policy.unmanaged.members;
        for (email, live) in std::mem::take(&mut self.members) {
            match (word, at) {
                (UnmanagedWord::Remove, Some(at)) => self.remove(email, live, RemovalCause::Undeclared, at),
                _ => self.leave(UnmanagedKind::Member, email.as_str(), None),
            }
        }
        let mut left: Vec<_> = self.invitations.keys().copied().collect();
        left.sort_unstable();
        for email in left {
            for (invitation, pending, spare) in self.counted(email) {
                self.undeclared_invitation(email, invitation, pending, spare);
            }
        }
    }

    fn remove(&mut self, email: &Email, live: &LiveMember, cause: RemovalCause, at: Span) {
        let (email, id, before, managed) = (email.clone(), live.id, live.access, self.managed);
        self.out.operations.push((Operation::MemberRemove { email, id, before, managed, cause }, vec![at]));
    }

    /// Counts seats that somebody will take on coming in.
    fn promise(&mut self, who: &str, seats: Seats) {
        self.out.before.promise(seats);
        if !seats.is_empty() {
            self.out.promised.push(Promise { who: escape::excerpt(who), seats });
        }
    }

    fn leave(&mut self, kind: UnmanagedKind, target: &str, note: Option<&'static str>) {
        self.out.unmanaged.push(Unmanaged { kind, target: escape::excerpt(target), note });
    }

    fn wait(&mut self, cause: WaitingCause, email: &Email) {
        self.out.waiting.push(Waiting { cause, email: email.clone() });
    }
}
