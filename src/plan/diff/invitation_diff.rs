//! Compares invitations: whom to invite, which invitations to renew, and which to revoke.

use super::differ::Differ;
use crate::model::{
    Departed, DesiredMember, Email, ExpiredInvitations, INVITATION_DAYS, LiveInvitation, Onboarding,
    RemovalCause, RenewalLimit, Seats, Unmanaged, WorkspaceRole,
};
use crate::plan::findings::{UnmanagedKind, WaitingCause};
use crate::plan::operation::{
    InvitationRenew, InvitationRevoke, InvitationSend, InvitationState, MemberCreate, Reference,
};
use crate::source::Span;
use jiff::tz::TimeZone;

/// An invitation that no declared person needs.
pub(super) struct Unwanted<'l> {
    pub(super) live: &'l LiveInvitation,
    /// The seats that it counts as.
    pub(super) pending: Seats,
    /// The person is a member already, or has another invitation.
    pub(super) is_surplus: bool,
}

fn state(live: &LiveInvitation) -> InvitationState {
    InvitationState { roles: live.roles, expired: live.expired }
}

impl<'a> Differ<'a> {
    /// Sorts invitations by address.
    pub(super) fn index_invitations(&mut self) {
        let mut invitations: Vec<_> = self.live.invitations.iter().collect();
        // If an address has several invitations, the one that can still be accepted counts.
        invitations.sort_by_key(|invitation| (invitation.expired, invitation.id));
        for invitation in invitations {
            let Some(email) = &invitation.email else {
                // The person can still join.
                if !invitation.expired {
                    self.out.counts.undeclared_invitations += 1;
                    self.expect_seats(&invitation.label, self.managed);
                }
                let note = Some("has no address that orgsync supports");
                let held = self.holdings.of_invitation(invitation);
                self.leave_alone(UnmanagedKind::Invitation, &invitation.label, held, note);
                continue;
            };
            self.invitations.entry(email).or_default().push(invitation);
        }
    }

    /// The invitations to an address of a declared person who is a member already.
    pub(super) fn not_needed(&mut self, email: &Email) {
        for live in self.invitations.remove(email).into_iter().flatten() {
            // A member can't join again, so it takes no seats.
            self.expect_seats(email.as_str(), Seats::empty());
            self.revoke_or_leave_alone(email, &Unwanted { live, pending: Seats::empty(), is_surplus: true });
        }
    }

    pub(super) fn invited(
        &mut self,
        email: &'a Email,
        member: &DesiredMember,
        invitation: &LiveInvitation,
        surplus: &[&LiveInvitation],
    ) {
        let policy = &self.desired.policy;
        let sends = policy.onboarding != Onboarding::Sso;
        let renews = sends
            && match policy.expired_invitations {
                ExpiredInvitations::Renew => true,
                ExpiredInvitations::Report => false,
                ExpiredInvitations::Limited(limit) => self.may_renew(email, invitation, limit),
            };
        let locked = !invitation.locked_roles.is_empty();
        let asked = self.scope.renews(email) && (!locked || invitation.expired);
        // To send it again would lose a role that orgsync can't write.
        let without = self.ungranted(email, invitation);
        let fits = locked || (invitation.roles == member.access.roles && without.is_empty());
        if locked && !invitation.expired {
            self.lock_invitation(email, member, invitation);
        }
        // Without invitations, people join at their first sign-in, whatever the state of an old invitation.
        if !invitation.expired || !sends {
            self.expect_seats(email.as_str(), member.access.seats);
            // It may have been sent to a former address.
            if let Some(address) = invitation.email.as_ref().filter(|address| *address != email) {
                self.expect_seats(address.as_str(), Seats::empty());
            }
        }
        // A second one could be accepted with other roles, and the API would refuse a new one next to it.
        let in_the_way = asked || if invitation.expired { renews } else { sends };
        for &live in surplus {
            self.expect_seats(live.email.as_ref().map_or("", Email::as_str), Seats::empty());
            let unwanted = Unwanted { live, pending: Seats::empty(), is_surplus: true };
            if in_the_way {
                self.revoke(email, &unwanted, RemovalCause::Surplus, Some(member.at));
            } else {
                self.revoke_or_leave_alone(email, &unwanted);
            }
        }
        if invitation.expired && !renews && !asked {
            self.wait(WaitingCause::ExpiredInvitation, email);
        } else if !invitation.expired && (fits || !sends) && !asked {
            self.wait(WaitingCause::Acceptance, email);
        } else {
            if invitation.expired {
                self.renewed.insert(email);
                let is_limited = matches!(policy.expired_invitations, ExpiredInvitations::Limited(_));
                if is_limited && !asked && self.history.mails(&self.departures, email).is_none() {
                    self.out.uncounted.push(email.clone());
                }
            }
            let operation = InvitationRenew {
                email: email.clone(),
                invitation_id: invitation.id,
                before: state(invitation),
                after: member.access,
                workspaces: self.invited_into.get(email).cloned().unwrap_or_default(),
                without,
                language: policy.invitation_language,
            };
            self.change(operation, vec![member.at]);
        }
    }

    /// Whether an expired invitation may be sent again now. If the log does not tell how many mails there were, only the
    /// time since the last one counts.
    fn may_renew(&self, email: &Email, invitation: &LiveInvitation, limit: RenewalLimit) -> bool {
        let mails = self.history.mails(&self.departures, email);
        let day = |time| TimeZone::UTC.to_datetime(time).date();
        let days = invitation
            .created_at
            .zip(self.history.today)
            .map(|(sent, today)| today.duration_since(day(sent)).as_hours() / 24);
        // What has expired is old enough for the shortest time, whatever clocks say.
        let is_time =
            limit.every <= INVITATION_DAYS || days.is_none_or(|days| days >= i64::from(limit.every));
        is_time && mails.is_none_or(|mails| mails.saturating_sub(1) < limit.renew as usize)
    }

    /// The declared workspaces that an invitation carries although no file grants the person what acceptance grants. A
    /// workspace without a list of members is left alone.
    fn ungranted(&self, email: &Email, invitation: &LiveInvitation) -> Vec<Reference> {
        let ungranted = invitation.workspaces.iter().filter_map(|id| {
            let (name, workspace) = self.declared_workspaces.get(id)?;
            let is_managed = workspace.lists_members || workspace.members.contains_key(email);
            let grants = workspace.roles_of(email).contains(WorkspaceRole::ON_ACCEPTANCE);
            (is_managed && !grants).then(|| Reference::live(*name, *id))
        });
        let mut ungranted: Vec<Reference> = ungranted.collect();
        ungranted.sort();
        ungranted
    }

    pub(super) fn onboard(&mut self, email: &'a Email, member: &DesiredMember) {
        let policy = &self.desired.policy;
        // Somebody has to decide whether the person comes back. They take no seat until then.
        let departure =
            (policy.departed == Departed::Report).then(|| self.departures.of(email, member.rejoin));
        if let Some(departure) = departure.flatten() {
            self.note_departure(email, &departure);
            return;
        }
        let (address, after, at) = (email.clone(), member.access, vec![member.at]);
        match policy.onboarding {
            Onboarding::Invite => {
                let workspaces = self.invited_into.get(email).cloned().unwrap_or_default();
                let language = policy.invitation_language;
                self.change(InvitationSend { email: address, after, workspaces, language }, at);
            }
            Onboarding::Create => {
                let (first, last) = member.first_and_last_name().unwrap_or_default();
                let (first_name, last_name) = (first.to_owned(), last.to_owned());
                self.present.insert(email, Reference::new(email.as_str()));
                self.change(MemberCreate { email: address, first_name, last_name, after }, at);
            }
            Onboarding::Sso => {
                self.expect_seats(email.as_str(), after.seats);
                self.wait(WaitingCause::SignIn, email);
            }
        }
    }

    /// Handles the invitations to an undeclared address. Each one that can be accepted counts as a seat of every
    /// managed product, even if the address has several or belongs to a member, because it exists until it is revoked.
    pub(super) fn undeclared_invitations(&mut self, email: &Email) -> Vec<Unwanted<'a>> {
        let joined = self.joined.contains(email);
        let mut unwanted = Vec::new();
        for (number, live) in self.invitations.remove(email).into_iter().flatten().enumerate() {
            let pending = if live.expired { Seats::empty() } else { self.managed };
            self.out.counts.undeclared_invitations += i64::from(!live.expired);
            self.expect_seats(email.as_str(), pending);
            unwanted.push(Unwanted { live, pending, is_surplus: joined || number > 0 });
        }
        unwanted
    }

    pub(super) fn revoke_or_leave_alone(&mut self, email: &Email, invitation: &Unwanted<'_>) {
        let (word, at) = self.desired.policy.unmanaged.invitations;
        match word {
            Unmanaged::Remove => self.revoke(email, invitation, RemovalCause::Undeclared, at),
            Unmanaged::Report => {
                let note = invitation.live.expired.then_some("expired");
                let held = self.holdings.of_invitation(invitation.live);
                self.leave_alone(UnmanagedKind::Invitation, email.as_str(), held, note);
            }
        }
    }

    pub(super) fn revoke(
        &mut self,
        email: &Email,
        invitation: &Unwanted<'_>,
        cause: RemovalCause,
        at: Option<Span>,
    ) {
        let Unwanted { live, pending, is_surplus } = *invitation;
        let (email, invitation_id, before) = (email.clone(), live.id, state(live));
        let operation = InvitationRevoke { email, invitation_id, before, pending, is_surplus, cause };
        self.change(operation, at.into_iter().collect());
    }
}
