//! Compares the desired with the live organization, person by person.

use super::action::Operation;
use super::tally::Tally;
use super::{Locked, Unmanaged, UnmanagedKind, Waiting, WaitingCause};
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::Unmanaged as UnmanagedWord;
use crate::model::{
    Access, Desired, DesiredMember, Email, ExpiredInvitations, Live, LiveInvitation, LiveMember, Onboarding,
    RemovalCause, Seats,
};
use crate::source::Span;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What the comparison gives.
pub(super) struct Difference {
    pub(super) operations: Vec<(Operation, Vec<Span>)>,
    pub(super) unmanaged: Vec<Unmanaged>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) locked: Vec<Locked>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) before: Tally,
}

pub(super) fn diff(desired: &Desired, live: &Live) -> Difference {
    let mut differ = Differ {
        desired,
        managed: desired.managed(),
        members: HashMap::with_capacity(live.members.len()),
        invitations: HashMap::with_capacity(live.invitations.len()),
        ambiguous: BTreeMap::new(),
        out: Difference {
            operations: Vec::new(),
            unmanaged: Vec::new(),
            waiting: Vec::new(),
            locked: Vec::new(),
            faults: Vec::new(),
            before: Tally::default(),
        },
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
    difference
}

struct Differ<'a> {
    desired: &'a Desired,
    managed: Seats,
    /// Live people by address; taken out when they have been dealt with.
    members: HashMap<&'a Email, &'a LiveMember>,
    invitations: HashMap<&'a Email, &'a LiveInvitation>,
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
        // Of several to one person, the one that can still be accepted is the person's.
        invitations.sort_by_key(|invitation| (invitation.expired, invitation.id));
        self.out.before.invitations = invitations.len();
        for invitation in invitations {
            let Some(email) = &invitation.email else {
                self.leave(
                    UnmanagedKind::Invitation,
                    &invitation.label,
                    Some("has no address that orgsync can write"),
                );
                continue;
            };
            match self.invitations.entry(email) {
                Entry::Vacant(free)
                    if !self.members.contains_key(email) && !self.ambiguous.contains_key(email) =>
                {
                    free.insert(invitation);
                }
                // A second one, or one of somebody who is in already: nobody can take a seat with it.
                _ => self.undeclared_invitation(email, invitation, Seats::empty()),
            }
        }
    }

    fn declared(&mut self, email: &'a Email, member: &'a DesiredMember) {
        let previously = member.previously.as_ref();
        if self.ambiguous.contains_key(email) {
            return;
        }
        let live = self.members.remove(email);
        let live = live.or_else(|| self.members.remove(previously?));
        if let Some(live) = live {
            return self.update(email, member, live);
        }
        let invitation = self.invitations.remove(email);
        let invitation = invitation.or_else(|| self.invitations.remove(previously?));
        match invitation {
            Some(invitation) => self.invited(email, member, invitation),
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

    fn invited(&mut self, email: &Email, member: &DesiredMember, invitation: &LiveInvitation) {
        let policy = &self.desired.policy;
        let sends = policy.onboarding != Onboarding::Sso;
        let renews = sends && policy.expired_invitations == ExpiredInvitations::Renew;
        let locked = !invitation.locked_roles.is_empty();
        let fits = if locked { member.roles_at.is_none() } else { invitation.roles == member.access.roles };
        if !invitation.expired {
            self.out.before.promise(member.access.seats);
        }
        if invitation.expired && !renews {
            self.wait(WaitingCause::ExpiredInvitation, email);
        } else if !invitation.expired && (fits || !sends) {
            self.wait(WaitingCause::Acceptance, email);
        } else {
            let operation = Operation::InvitationRenew {
                email: email.clone(),
                id: invitation.id,
                before: invitation.roles,
                expired: invitation.expired,
                access: member.access,
                language: policy.invitation_language,
            };
            self.out.operations.push((operation, vec![member.at]));
        }
    }

    fn onboard(&mut self, email: &Email, member: &DesiredMember) {
        let policy = &self.desired.policy;
        let (email, access) = (email.clone(), member.access);
        let operation = match policy.onboarding {
            Onboarding::Invite => {
                Operation::InvitationSend { email, access, language: policy.invitation_language }
            }
            Onboarding::Create => {
                let (first, last) = member.first_and_last_name().unwrap_or_default();
                let (first_name, last_name) = (first.to_owned(), last.to_owned());
                Operation::MemberCreate { email, first_name, last_name, access }
            }
            Onboarding::Sso => {
                self.out.before.promise(access.seats);
                return self.wait(WaitingCause::SignIn, &email);
            }
        };
        self.out.operations.push((operation, vec![member.at]));
    }

    /// People who are listed under `removed` or whose access has ended.
    fn leaving(&mut self) {
        for (email, removal) in &self.desired.removals {
            if let Some(live) = self.members.remove(email) {
                self.remove(email, live, removal.cause, removal.at);
            }
            if let Some(invitation) = self.invitations.remove(email) {
                let pending = if invitation.expired { Seats::empty() } else { self.managed };
                self.out.before.undeclared_invitations += i64::from(!invitation.expired);
                self.out.before.promise(pending);
                self.revoke(email, invitation, pending, removal.cause, Some(removal.at));
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
        for (email, invitation) in std::mem::take(&mut self.invitations) {
            let pending = if invitation.expired { Seats::empty() } else { self.managed };
            self.out.before.undeclared_invitations += i64::from(!invitation.expired);
            self.undeclared_invitation(email, invitation, pending);
        }
    }

    fn undeclared_invitation(&mut self, email: &Email, invitation: &LiveInvitation, pending: Seats) {
        self.out.before.promise(pending);
        let (word, at) = self.desired.policy.unmanaged.invitations;
        match word {
            UnmanagedWord::Remove => {
                self.revoke(email, invitation, pending, RemovalCause::Undeclared, at);
            }
            UnmanagedWord::Report => {
                let note = invitation.expired.then_some("expired");
                self.leave(UnmanagedKind::Invitation, email.as_str(), note);
            }
        }
    }

    fn remove(&mut self, email: &Email, live: &LiveMember, cause: RemovalCause, at: Span) {
        let (email, id, before, managed) = (email.clone(), live.id, live.access, self.managed);
        self.out.operations.push((Operation::MemberRemove { email, id, before, managed, cause }, vec![at]));
    }

    fn revoke(
        &mut self,
        email: &Email,
        invitation: &LiveInvitation,
        pending: Seats,
        cause: RemovalCause,
        at: Option<Span>,
    ) {
        let LiveInvitation { id, roles: before, expired, .. } = *invitation;
        let operation =
            Operation::InvitationRevoke { email: email.clone(), id, before, expired, pending, cause };
        self.out.operations.push((operation, at.into_iter().collect()));
    }

    fn leave(&mut self, kind: UnmanagedKind, target: &str, note: Option<&'static str>) {
        self.out.unmanaged.push(Unmanaged { kind, target: escape::excerpt(target), note });
    }

    fn wait(&mut self, cause: WaitingCause, email: &Email) {
        self.out.waiting.push(Waiting { cause, email: email.clone() });
    }
}
