//! Invitations: sent, revoked, expired and accepted.

use super::audit::{About, Actor, Event};
use super::member::Member;
use super::register::{Entry, fold};
use super::{Organization, Refusal, Spelling};
use crate::address::is_address;
use crate::product::{Product, Seats};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::HashSet;
use uuid::Uuid;

/// How long an invitation can be accepted.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody who was invited and has not joined yet.
#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) uuid: Uuid,
    pub(crate) email: String,
    /// Never empty.
    pub(crate) roles: Vec<Spelling>,
    pub(crate) created_at: Timestamp,
    /// The seed says that it has expired, whatever its age.
    pub(crate) lapsed: bool,
    pub(crate) workspace_uuids: Vec<Uuid>,
    /// What the person takes when joining; the API tells it to nobody.
    pub(crate) seats: Seats,
}

impl Entry for Invitation {
    fn uuid(&self) -> Uuid {
        self.uuid
    }

    fn email(&self) -> Option<&str> {
        Some(&self.email)
    }
}

impl Invitation {
    /// Whether it is too old to be accepted.
    pub(crate) fn expired(&self, now: Timestamp) -> bool {
        self.lapsed || now.duration_since(self.created_at) >= LIFETIME
    }
}

/// What `POST /users-invite` asks for.
#[derive(Debug)]
pub(crate) struct NewInvitations {
    pub(crate) emails: Vec<String>,
    pub(crate) roles: Option<Vec<Spelling>>,
    pub(crate) seats: Seats,
    pub(crate) workspace_uuids: Vec<Uuid>,
}

/// The answer of `POST /users-invite`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct InviteOutcome {
    invalid_emails: Vec<String>,
    already_members: Vec<String>,
    invited_members_count: usize,
}

impl InviteOutcome {
    /// Adds people who were not even tried.
    pub(crate) fn leave_out(&mut self, emails: Vec<String>) {
        self.invalid_emails.extend(emails);
    }
}

/// The answer of `POST /sandbox/accept`: each address stands in one of the lists.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Accepted {
    accepted: Vec<String>,
    without_seat: Vec<WithoutSeat>,
    expired: Vec<String>,
    unknown: Vec<String>,
}

/// A seat that was remembered, and gone when the invitation was accepted.
#[derive(Debug, Serialize)]
pub(crate) struct WithoutSeat {
    email: String,
    product: Product,
}

impl Organization {
    /// Invites; who can't be invited is named, and the others are invited all the same.
    pub(crate) fn invite(&mut self, new: NewInvitations, now: Timestamp) -> Result<InviteOutcome, Refusal> {
        for workspace in &new.workspace_uuids {
            self.workspace(*workspace)?;
        }
        let roles = self.roles_or_default(new.roles.as_deref());
        let mut outcome = InviteOutcome::default();
        let mut seen = HashSet::new();
        for email in new.emails {
            if !seen.insert(fold(&email)) {
                continue;
            }
            if self.members.holds(&email) {
                outcome.already_members.push(email);
            } else if self.invitations.holds(&email) || !is_address(&email) {
                outcome.invalid_emails.push(email);
            } else {
                outcome.invited_members_count += 1;
                self.count_invitation(&email);
                let about = About::email(email.clone());
                self.audit.record(now, Actor::Key, Event::InviteSend, about);
                self.invitations.push(Invitation {
                    uuid: Uuid::new_v4(),
                    email,
                    roles: roles.clone(),
                    created_at: now,
                    lapsed: false,
                    workspace_uuids: new.workspace_uuids.clone(),
                    seats: new.seats,
                });
            }
        }
        Ok(outcome)
    }

    /// Takes an invitation back.
    pub(crate) fn revoke(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        let invitation = self.invitations.remove(id).ok_or(Refusal::UnknownInvitation(id))?;
        self.audit.record(now, Actor::Key, Event::InviteRevoke, About::email(invitation.email));
        Ok(())
    }

    /// The people with these addresses accept; without addresses, everybody who can.
    pub(crate) fn accept(&mut self, emails: &[String], now: Timestamp) -> Accepted {
        let mut outcome = Accepted::default();
        if emails.is_empty() {
            let pending = self.invitations.iter().filter(|invitation| !invitation.expired(now));
            let pending: Vec<String> = pending.map(|invitation| invitation.email.clone()).collect();
            self.join_each(&pending, now, &mut outcome);
        } else {
            self.join_each(emails, now, &mut outcome);
        }
        outcome
    }

    fn join_each(&mut self, emails: &[String], now: Timestamp, outcome: &mut Accepted) {
        let mut seen = HashSet::new();
        for email in emails.iter().filter(|email| seen.insert(fold(email))) {
            if self.members.holds(email) || !self.invitations.holds(email) {
                outcome.unknown.push(email.clone());
                continue;
            }
            let open = self.invitations.at(email).find(|invitation| !invitation.expired(now));
            match open.cloned() {
                Some(invitation) => self.join(invitation, now, outcome),
                None => outcome.expired.push(email.clone()),
            }
        }
    }

    fn join(&mut self, invitation: Invitation, now: Timestamp, outcome: &mut Accepted) {
        let spent: Vec<Uuid> = self.invitations.at(&invitation.email).map(|other| other.uuid).collect();
        for id in spent {
            self.invitations.remove(id);
        }
        let mut seats = Seats::new();
        for product in invitation.seats {
            if self.seats_free(Seats::only(product)).is_ok() {
                seats |= product;
            } else {
                outcome.without_seat.push(WithoutSeat { email: invitation.email.clone(), product });
            }
        }
        let mut member = Member::new(invitation.email.clone(), invitation.roles, now);
        member.hold(seats);
        let id = member.uuid;
        self.admit(member);
        for event in [Event::InviteAccept, Event::MemberJoin] {
            self.audit.record(now, Actor::Human(id), event, About::user(id));
        }
        self.log_seats(id, seats, Event::SeatGrant, now);
        for workspace in invitation.workspace_uuids {
            // The default one has everybody in it, and one that was archived meanwhile has nobody.
            if self.workspace(workspace).is_ok_and(|workspace| !workspace.is_default) {
                self.memberships.set(workspace, id, self.roles.granted(&[]));
                let about = About::user(id).workspace(workspace);
                self.audit.record(now, Actor::Human(id), Event::WorkspaceMemberAdd, about);
            }
        }
        outcome.accepted.push(invitation.email);
    }
}
