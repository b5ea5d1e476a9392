//! People who are not in: whom to invite, whose invitation to send anew, and what becomes of the others.

use super::Differ;
use crate::model::{
    DesiredMember, Email, ExpiredInvitations, LiveInvitation, Onboarding, RemovalCause, Seats, Unmanaged,
};
use crate::plan::action::PersonOperation;
use crate::plan::{UnmanagedKind, WaitingCause};
use crate::source::Span;

impl<'a> Differ<'a> {
    /// The invitations to an address of a declared person who is in already.
    pub(super) fn not_needed(&mut self, email: &Email) {
        for invitation in self.invitations.remove(email).into_iter().flatten() {
            // It brings nobody in, and that is known of it.
            self.promise(email.as_str(), Seats::empty());
            self.undeclared_invitation(email, invitation, Seats::empty(), true);
        }
    }

    pub(super) fn invited(
        &mut self,
        email: &Email,
        member: &DesiredMember,
        invitation: &LiveInvitation,
        spare: &[&LiveInvitation],
    ) {
        let policy = &self.desired.policy;
        let sends = policy.onboarding != Onboarding::Sso;
        let renews = sends && policy.expired_invitations == ExpiredInvitations::Renew;
        let locked = !invitation.locked_roles.is_empty();
        let fits = if locked { member.roles_at.is_none() } else { invitation.roles == member.access.roles };
        // Without invitations people are awaited at their first sign-in, whatever became of an old one.
        if !invitation.expired || !sends {
            self.promise(email.as_str(), member.access.seats);
            // It may have gone to a former address, and is known there as well.
            if let Some(address) = invitation.email.as_ref().filter(|address| *address != email) {
                self.promise(address.as_str(), Seats::empty());
            }
        }
        // Another one could be accepted with other roles, and the vendor would not send a new one beside it.
        let in_the_way = if invitation.expired { renews } else { sends };
        for spare in spare {
            self.promise(spare.email.as_ref().map_or("", Email::as_str), Seats::empty());
            if in_the_way {
                self.revoke(email, spare, Seats::empty(), true, RemovalCause::Surplus, Some(member.at));
            } else {
                self.undeclared_invitation(email, spare, Seats::empty(), true);
            }
        }
        if invitation.expired && !renews {
            self.wait(WaitingCause::ExpiredInvitation, email);
        } else if !invitation.expired && (fits || !sends) {
            self.wait(WaitingCause::Acceptance, email);
        } else {
            let operation = PersonOperation::InvitationRenew {
                email: email.clone(),
                id: invitation.id,
                before: invitation.roles,
                expired: invitation.expired,
                access: member.access,
                workspaces: self.invited_into.get(email).cloned().unwrap_or_default(),
                language: policy.invitation_language,
            };
            self.person_changes(operation, vec![member.at]);
        }
    }

    pub(super) fn onboard(&mut self, email: &'a Email, member: &DesiredMember) {
        let policy = &self.desired.policy;
        let workspaces = self.invited_into.get(email).cloned().unwrap_or_default();
        if policy.onboarding == Onboarding::Create {
            self.is_present(email, None);
        }
        let (email, access) = (email.clone(), member.access);
        let operation = match policy.onboarding {
            Onboarding::Invite => PersonOperation::InvitationSend {
                email,
                access,
                workspaces,
                language: policy.invitation_language,
            },
            Onboarding::Create => {
                let (first, last) = member.first_and_last_name().unwrap_or_default();
                let (first_name, last_name) = (first.to_owned(), last.to_owned());
                PersonOperation::MemberCreate { email, first_name, last_name, access }
            }
            Onboarding::Sso => {
                self.promise(email.as_str(), access.seats);
                return self.wait(WaitingCause::SignIn, &email);
            }
        };
        self.person_changes(operation, vec![member.at]);
    }

    /// Takes out the invitations to an address that no file declares, and counts each that can be accepted as taking
    /// a seat of every managed product: also one beside another or beside a member, for it is there until all have gone.
    pub(super) fn counted(&mut self, email: &Email) -> Vec<(&'a LiveInvitation, Seats, bool)> {
        let joined = self.joined.contains(email);
        let mut counted = Vec::new();
        for (number, invitation) in self.invitations.remove(email).into_iter().flatten().enumerate() {
            let spare = joined || number > 0;
            let counts = !invitation.expired;
            let pending = if counts { self.managed } else { Seats::empty() };
            self.out.before.undeclared_invitations += i64::from(counts);
            self.promise(email.as_str(), pending);
            counted.push((invitation, pending, spare));
        }
        counted
    }

    pub(super) fn undeclared_invitation(
        &mut self,
        email: &Email,
        invitation: &LiveInvitation,
        pending: Seats,
        spare: bool,
    ) {
        let (word, at) = self.desired.policy.unmanaged.invitations;
        match word {
            Unmanaged::Remove => self.revoke(email, invitation, pending, spare, RemovalCause::Undeclared, at),
            Unmanaged::Report => {
                let note = invitation.expired.then_some("expired");
                self.leave(UnmanagedKind::Invitation, email.as_str(), note);
            }
        }
    }

    pub(super) fn revoke(
        &mut self,
        email: &Email,
        invitation: &LiveInvitation,
        pending: Seats,
        spare: bool,
        cause: RemovalCause,
        at: Option<Span>,
    ) {
        let LiveInvitation { id, roles: before, expired, .. } = *invitation;
        let email = email.clone();
        let operation =
            PersonOperation::InvitationRevoke { email, id, before, expired, pending, spare, cause };
        self.person_changes(operation, at.into_iter().collect());
    }
}
