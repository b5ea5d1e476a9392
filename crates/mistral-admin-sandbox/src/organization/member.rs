//! Members: made, changed and removed.

use super::audit::{About, Actor, Event};
use super::register::{Entry, fold};
use super::role::letters;
use super::role::{Role, Roles};
use super::{Organization, Refusal, Spelling};
use crate::address::is_address;
use crate::product::{Product, Seats};
use enumset::EnumSet;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Somebody who is in the organization.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) uuid: Uuid,
    pub(crate) oid_id: Option<Uuid>,
    pub(crate) name: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) is_sso_outsider: Option<bool>,
    /// The seed told `null` for workspaces: while there is no access but to the default one, there is no list.
    pub(crate) unlisted: bool,
    /// In agreement with `held` at any time; entries of other kinds are carried along as they are.
    pub(crate) subscriptions: Vec<Value>,
    /// Never empty.
    pub(crate) roles: Vec<Spelling>,
    /// Nothing where the seed told `null`, until seats are written.
    pub(crate) held: Option<Seats>,
    pub(crate) created_at: Timestamp,
}

impl Entry for Member {
    fn uuid(&self) -> Uuid {
        self.uuid
    }

    fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }
}

impl Member {
    /// A new member without name and seats.
    pub(crate) fn new(email: String, roles: Vec<Spelling>, now: Timestamp) -> Self {
        Self {
            uuid: Uuid::new_v4(),
            oid_id: None,
            name: None,
            first_name: None,
            last_name: None,
            email: Some(email),
            is_sso_outsider: Some(false),
            unlisted: false,
            subscriptions: Vec::new(),
            roles,
            held: Some(Seats::new()),
            created_at: now,
        }
    }

    /// The seats that this member holds.
    pub(crate) fn seats(&self) -> Seats {
        self.held.unwrap_or_default()
    }

    /// Makes the seats these, and the subscriptions agree with them.
    pub(crate) fn hold(&mut self, seats: Seats) {
        self.held = Some(seats);
        self.subscriptions.retain(|entry| match product_of(entry) {
            Some(product) => seats.contains(product) && has_access(entry),
            None => true,
        });
        for product in seats {
            if !self.subscriptions.iter().any(|entry| product_of(entry) == Some(product)) {
                self.subscriptions.push(subscription(product));
            }
        }
    }

    /// The name of a person, from its two parts.
    pub(crate) fn call(&mut self, first: String, last: String) {
        self.name = Some(format!("{first} {last}").trim().to_owned());
        self.first_name = Some(first);
        self.last_name = Some(last);
    }
}

/// The product that a `subscriptions` entry is about.
pub(crate) fn product_of(entry: &Value) -> Option<Product> {
    let kind = entry.get("type")?.as_str()?;
    EnumSet::<Product>::all().iter().find(|product| product.api_name() == kind)
}

/// Whether a `subscriptions` entry says that its seat can be used.
pub(crate) fn has_access(entry: &Value) -> bool {
    entry.get("member_has_access").and_then(Value::as_bool) == Some(true)
}

fn subscription(product: Product) -> Value {
    let plan = match product {
        Product::LeChat => "TEAM",
        Product::MistralCode => "ENTERPRISE",
    };
    json!({"type": product.api_name(), "plan": plan, "status": "A", "member_has_access": true})
}

/// What `PATCH /users/{id}` asks for; each part is the full set.
#[derive(Debug, Default)]
pub(crate) struct MemberChange {
    pub(crate) roles: Option<Vec<Spelling>>,
    pub(crate) seats: Option<Seats>,
}

/// One user of `POST /users`.
#[derive(Debug)]
pub(crate) struct NewMember {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) roles: Option<Vec<Spelling>>,
    pub(crate) seats: Seats,
}

/// The answer of `POST /users`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct CreateOutcome {
    invalid_emails: Vec<String>,
    email_to_user_id: BTreeMap<String, Uuid>,
}

impl CreateOutcome {
    /// Adds people who were not even tried.
    pub(crate) fn leave_out(&mut self, people: Vec<NewMember>) {
        self.invalid_emails.extend(people.into_iter().map(|person| person.email));
    }
}

impl Organization {
    /// The member with an id.
    pub(crate) fn member(&self, id: Uuid) -> Result<&Member, Refusal> {
        self.members.get(id).ok_or(Refusal::UnknownMember(id))
    }

    /// Changes roles, seats or both, or neither when one is refused.
    pub(crate) fn update(&mut self, id: Uuid, change: &MemberChange, now: Timestamp) -> Result<(), Refusal> {
        let member = self.member(id)?;
        let roles = match &change.roles {
            Some(written) => self.as_letters(written),
            None => member.roles.clone(),
        };
        let seats = change.seats.unwrap_or(member.seats());
        if self.is_last_admin(&member.roles) && !self.is_admin(&roles) {
            return Err(Refusal::LastAdmin);
        }
        self.seats_free(seats - member.seats())?;
        let (old_roles, old_seats) = (member.roles.clone(), member.seats());
        self.count_out(&old_roles, old_seats);
        self.count_in(&roles, seats);
        if roles != old_roles {
            self.audit.record(now, Actor::Key, Event::MemberRole, About::user(id));
        }
        self.log_seats(id, seats - old_seats, Event::SeatGrant, now);
        self.log_seats(id, old_seats - seats, Event::SeatRevoke, now);
        let member = self.members.get_mut(id).ok_or(Refusal::UnknownMember(id))?;
        member.roles = roles;
        if change.seats.is_some() {
            member.hold(seats);
        }
        Ok(())
    }

    /// Takes a member out, of workspaces and groups too; the seats are free at once.
    pub(crate) fn remove(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        let directly = usize::from(self.is_admin(&self.member(id)?.roles));
        let has_admin = self.tally.admins > 0 || self.admin_through_group(None);
        if has_admin && self.tally.admins <= directly && !self.admin_through_group(Some(id)) {
            return Err(Refusal::LastAdmin);
        }
        let member = self.members.remove(id).ok_or(Refusal::UnknownMember(id))?;
        self.count_out(&member.roles, member.seats());
        self.memberships.forget(id);
        if let Some(groups) = &mut self.groups {
            groups.forget(id);
        }
        self.audit.record(now, Actor::Key, Event::MemberDelete, About::user(id));
        Ok(())
    }

    /// Makes accounts; who can't be made is named, and the others are made all the same.
    pub(crate) fn create(&mut self, people: Vec<NewMember>, now: Timestamp) -> CreateOutcome {
        let mut outcome = CreateOutcome::default();
        let mut seen = HashSet::new();
        for person in people {
            let known = self.members.holds(&person.email) || self.invitations.holds(&person.email);
            let repeated = !seen.insert(fold(&person.email));
            let malformed = !is_address(&person.email);
            if repeated || known || malformed || self.seats_free(person.seats).is_err() {
                outcome.invalid_emails.push(person.email);
                continue;
            }
            let roles = self.roles_or_default(person.roles.as_deref());
            let mut member = Member::new(person.email.clone(), roles, now);
            member.call(person.first_name, person.last_name);
            member.hold(person.seats);
            outcome.email_to_user_id.insert(person.email, member.uuid);
            self.audit.record(now, Actor::Key, Event::MemberJoin, About::user(member.uuid));
            self.log_seats(member.uuid, person.seats, Event::SeatGrant, now);
            self.admit(member);
        }
        outcome
    }

    /// Notes each of some seats in the audit log.
    pub(super) fn log_seats(&mut self, member: Uuid, seats: Seats, event: Event, now: Timestamp) {
        for _ in seats {
            self.audit.record(now, Actor::Key, event, About::user(member));
        }
    }

    /// The roles that were written, in the spelling of answers.
    pub(crate) fn as_letters(&self, written: &[Spelling]) -> Vec<Spelling> {
        let meaning = |role: &Spelling| self.roles.meaning(*role).or_else(|| role.built_in());
        letters(written.iter().filter_map(meaning).collect())
    }

    /// [`Self::as_letters`], or a plain member where no roles were written.
    pub(crate) fn roles_or_default(&self, written: Option<&[Spelling]>) -> Vec<Spelling> {
        written.map_or_else(|| letters(Roles::only(Role::Member)), |written| self.as_letters(written))
    }
}
