//! What people and their identity provider do without the Admin API: join, sign in, leave, and change an address.

use super::audit::{About, Actor, Event};
use super::member::Member;
use super::register::fold;
use super::{Organization, Refusal};
use crate::text::is_address;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// The answer of `POST /sandbox/sign_in` and `/sandbox/join`: each address is in one of the lists.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Joined {
    joined: Vec<String>,
    already_members: Vec<String>,
    invalid_emails: Vec<String>,
}

/// The answer of `POST /sandbox/leave`: each address is in one of the lists.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Left {
    left: Vec<String>,
    unknown: Vec<String>,
}

impl Organization {
    /// Lets people sign in through the identity provider. People who are not members become ones.
    pub(crate) fn sign_in(&mut self, emails: Vec<String>, now: Timestamp) -> Joined {
        let mut outcome = Joined::default();
        for email in emails {
            if let Some(id) = self.join_without_invitation(email, &[], &mut outcome, now) {
                self.audit.record(now, Actor::Human(id), Event::UserLogIn, self.about(id));
            }
        }
        outcome
    }

    /// Lets people join because of the domain of their address.
    pub(crate) fn join_by_domain(&mut self, emails: Vec<String>, now: Timestamp) -> Joined {
        let mut outcome = Joined::default();
        for email in emails {
            self.join_without_invitation(email, &[Event::DomainJoin], &mut outcome, now);
        }
        outcome
    }

    /// Makes a person a member with the default role and no seat, unless they are one; invitations of theirs end.
    /// Records events, then that the person joined. Returns the member.
    fn join_without_invitation(
        &mut self,
        email: String,
        events: &[Event],
        outcome: &mut Joined,
        now: Timestamp,
    ) -> Option<Uuid> {
        if let Ok(id) = self.member_at(&email) {
            outcome.already_members.push(email);
            return Some(id);
        }
        if !is_address(&email) {
            outcome.invalid_emails.push(email);
            return None;
        }
        let spent: Vec<Uuid> = self.invitations.at(&email).map(|invitation| invitation.uuid).collect();
        for id in spent {
            self.invitations.remove(id);
        }
        let member = Member::new(email.clone(), self.roles_or_default(None), now);
        let id = member.uuid;
        self.admit(member);
        for event in events.iter().chain(&[Event::MemberJoin]) {
            self.audit.record(now, Actor::Human(id), *event, self.about(id));
        }
        outcome.joined.push(email);
        Some(id)
    }

    /// Lets people leave by themselves. Refused if nobody would be left as an admin: those before them have left.
    pub(crate) fn leave(&mut self, emails: &[String], now: Timestamp) -> Result<Left, Refusal> {
        let mut outcome = Left::default();
        for email in emails {
            let Ok(id) = self.member_at(email) else {
                outcome.unknown.push(email.clone());
                continue;
            };
            let about = self.about(id);
            self.end(id)?;
            self.audit.record(now, Actor::Human(id), Event::MemberLeave, about);
            outcome.left.push(email.clone());
        }
        Ok(outcome)
    }

    /// Changes the address of a member, as the identity provider does. Returns the member's id, which stays.
    pub(crate) fn rename(&mut self, from: &str, to: &str, now: Timestamp) -> Result<Uuid, Refusal> {
        let id = self.member_at(from)?;
        if fold(from) != fold(to) && self.members.has_address(to) {
            return Err(Refusal::AddressTaken);
        }
        self.members.readdress(id, |member| member.email = Some(to.to_owned()));
        self.audit.record(now, Actor::Other, Event::UserInfoUpdate, About::member(id, Some(to)));
        Ok(id)
    }

    /// The member with an address.
    pub(crate) fn member_at(&self, email: &str) -> Result<Uuid, Refusal> {
        self.members.at(email).next().map(|member| member.uuid).ok_or(Refusal::UnknownAddress)
    }
}
