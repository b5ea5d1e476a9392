//! Invitations: sent, revoked, expired and accepted.

use super::audit::{About, Actor, Event};
use super::behavior::InvitedSeats;
use super::member::Member;
use super::product::{Product, Seats};
use super::register::{Entry, fold};
use super::role::{Spelling, some_roles};
use super::{Organization, Refusal};
use crate::instant;
use crate::text::is_address;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use uuid::Uuid;

/// How long an invitation can be accepted.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An invitation, in the shape of the vendor's `OrganizationInviteOUT`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "an invitation")]
pub(crate) struct Invitation {
    pub(crate) uuid: Uuid,
    #[serde(deserialize_with = "some_roles")]
    pub(crate) raw_roles: Vec<Spelling>,
    email: String,
    /// Set where a seed calls the invitation expired, whatever its age.
    #[serde(default, rename = "expired", skip_serializing)]
    expired_in_seed: bool,
    #[serde(with = "instant")]
    created_at: Timestamp,
    #[serde(default)]
    workspace_uuids: Vec<Uuid>,
    /// The seats that the person takes when joining. Answers don't show them.
    #[serde(skip)]
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

/// An invitation on a page of users.
#[derive(Debug, Serialize)]
pub(crate) struct ShownInvitation<'a> {
    #[serde(flatten)]
    invitation: &'a Invitation,
    raw_role: Option<&'a Spelling>,
    expired: bool,
}

impl Invitation {
    /// Whether it is too old to be accepted.
    fn is_expired(&self, now: Timestamp) -> bool {
        self.expired_in_seed || now.duration_since(self.created_at) >= LIFETIME
    }

    pub(crate) fn shown(&self, now: Timestamp) -> ShownInvitation<'_> {
        ShownInvitation { invitation: self, raw_role: self.raw_roles.first(), expired: self.is_expired(now) }
    }

    /// An entry of the unpaged list: the vendor's `OrganizationUserInviteOUT`.
    pub(crate) fn listed(&self) -> Value {
        json!({
            "invite_uuid": self.uuid,
            "email": self.email,
            "roles": self.raw_roles,
            "role": self.raw_roles.first(),
        })
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
    pub(crate) invalid_emails: Vec<String>,
    already_members: Vec<String>,
    invited_members_count: usize,
}

/// The answer of `POST /sandbox/accept`: each address is in one of the lists.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Accepted {
    accepted: Vec<String>,
    without_seat: Vec<WithoutSeat>,
    expired: Vec<String>,
    unknown: Vec<String>,
}

/// A seat of an invitation that the person did not get.
#[derive(Debug, Serialize)]
pub(crate) struct WithoutSeat {
    email: String,
    product: Product,
}

impl Organization {
    /// Invites. Addresses for which that fails are listed in the outcome.
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
            if self.members.has_address(&email) {
                outcome.already_members.push(email);
            } else if self.invitations.has_address(&email) || !is_address(&email) {
                outcome.invalid_emails.push(email);
            } else {
                outcome.invited_members_count += 1;
                self.count_invitation(&email);
                let uuid = Uuid::new_v4();
                let about = About::invitation(uuid, email.clone());
                self.audit.record(now, self.requester, Event::InviteSend, about);
                self.invitations.push(Invitation {
                    uuid,
                    email,
                    raw_roles: roles.clone(),
                    created_at: now,
                    expired_in_seed: false,
                    workspace_uuids: new.workspace_uuids.clone(),
                    seats: new.seats,
                });
            }
        }
        Ok(outcome)
    }

    pub(crate) fn revoke(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        let invitation = self.invitations.remove(id).ok_or(Refusal::Unknown("invitation", id))?;
        let about = About::invitation(id, invitation.email);
        self.audit.record(now, self.requester, Event::InviteRevoke, about);
        Ok(())
    }

    /// Accepts the invitations of these addresses, or, without addresses, every open invitation.
    pub(crate) fn accept(&mut self, emails: &[String], now: Timestamp) -> Accepted {
        let mut outcome = Accepted::default();
        if emails.is_empty() {
            let pending = self.invitations.iter().filter(|invitation| !invitation.is_expired(now));
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
            if self.members.has_address(email) || !self.invitations.has_address(email) {
                outcome.unknown.push(email.clone());
                continue;
            }
            let open = self.invitations.at(email).find(|invitation| !invitation.is_expired(now));
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
        let granted = self.behavior.invited_seats == InvitedSeats::Granted;
        for product in invitation.seats {
            if granted && self.seats_free(Seats::only(product)).is_ok() {
                seats |= product;
            } else {
                outcome.without_seat.push(WithoutSeat { email: invitation.email.clone(), product });
            }
        }
        let mut member = Member::new(invitation.email.clone(), invitation.raw_roles, now);
        member.hold(seats);
        let id = member.uuid;
        self.admit(member);
        let actor = Actor::Human(id);
        self.audit.record(now, actor, Event::InviteAccept, self.about(id).with_invitation(invitation.uuid));
        self.audit.record(now, actor, Event::MemberJoin, self.about(id));
        self.log_seats(id, seats, Event::SeatGrant, actor, now);
        for workspace in invitation.workspace_uuids {
            // Every member is in the default workspace already, and nobody can be in an archived one.
            if self.workspace(workspace).is_ok_and(|workspace| !workspace.is_default) {
                self.memberships.set(workspace, id, self.roles.granted(&[]));
                let about = self.about(id).workspace(workspace);
                self.audit.record(now, actor, Event::WorkspaceMemberAdd, about);
            }
        }
        outcome.accepted.push(invitation.email);
    }
}
