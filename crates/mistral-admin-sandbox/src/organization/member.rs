//! Members: created, changed and removed.

use super::audit::{About, Actor, Event};
use super::membership::MemberWorkspace;
use super::product::{HeldSeats, Product, Seats};
use super::register::{Entry, fold};
use super::role::{Role, Roles, Spelling, letters, some_roles};
use super::{Organization, Refusal};
use crate::instant;
use crate::text::is_address;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// A member, in the shape of the vendor's `AdminUserOUT`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "a member")]
pub(crate) struct Member {
    pub(crate) uuid: Uuid,
    oid_id: Option<Uuid>,
    name: Option<String>,
    #[serde(skip_serializing)]
    first_name: Option<String>,
    #[serde(skip_serializing)]
    last_name: Option<String>,
    pub(crate) email: Option<String>,
    is_sso_outsider: Option<bool>,
    /// The list of a seed, which is empty once memberships are read from it. Where it is `None`, answers have no list
    /// either while the member has access to the default workspace alone (decision 19).
    #[serde(skip_serializing)]
    pub(crate) workspaces: Option<Vec<MemberWorkspace>>,
    /// Always consistent with `subscription_types`. Entries of other kinds are kept as they are.
    #[serde(default)]
    subscriptions: Vec<Value>,
    #[serde(deserialize_with = "some_roles")]
    pub(crate) raw_roles: Vec<Spelling>,
    /// `None` where a seed has `null`, until seats are written.
    subscription_types: Option<HeldSeats>,
    #[serde(with = "instant")]
    created_at: Timestamp,
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
    pub(crate) fn new(email: String, raw_roles: Vec<Spelling>, now: Timestamp) -> Self {
        Self {
            uuid: Uuid::new_v4(),
            oid_id: None,
            name: None,
            first_name: None,
            last_name: None,
            email: Some(email),
            is_sso_outsider: Some(false),
            workspaces: Some(Vec::new()),
            subscriptions: Vec::new(),
            raw_roles,
            subscription_types: Some(HeldSeats::default()),
            created_at: now,
        }
    }

    pub(crate) fn seats(&self) -> Seats {
        self.subscription_types.as_ref().map(|held| held.seats).unwrap_or_default()
    }

    /// A product that the vendor's document does not list, if the member has a seat of one.
    pub(crate) fn unknown_product(&self) -> Option<&str> {
        self.subscription_types.as_ref()?.unknown.first().map(String::as_str)
    }

    /// Sets the seats of a write, with the products that the vendor's document does not list.
    fn hold_all(&mut self, held: HeldSeats) {
        let before = self.subscription_types.replace(held.clone()).unwrap_or_default();
        self.subscriptions.retain(|entry| {
            let name = entry.get("type").and_then(Value::as_str).unwrap_or_default();
            !before.unknown.contains(name) || held.unknown.contains(name)
        });
        self.hold(held.seats);
    }

    /// Sets the seats, and makes the subscriptions agree.
    pub(crate) fn hold(&mut self, seats: Seats) {
        self.subscription_types.get_or_insert_default().seats = seats;
        self.subscriptions.retain(|entry| match Product::of(entry) {
            Some(product) => seats.contains(product) && has_access(entry),
            None => true,
        });
        for product in seats {
            if !self.subscriptions.iter().any(|entry| Product::of(entry) == Some(product)) {
                self.subscriptions.push(product.subscription());
            }
        }
    }

    /// Makes the seats and subscriptions of a seed agree: `subscription_types` counts where it is a list.
    pub(crate) fn reconcile_seats(&mut self) {
        let usable = self.subscriptions.iter().filter(|entry| has_access(entry));
        let usable: Seats = usable.filter_map(Product::of).collect();
        let usable = Some(usable).filter(|seats| !seats.is_empty());
        if let Some(seats) = self.subscription_types.as_ref().map(|held| held.seats).or(usable) {
            self.hold(seats);
        }
    }

    pub(crate) fn set_name(&mut self, first: String, last: String) {
        self.name = Some(format!("{first} {last}").trim().to_owned());
        self.first_name = Some(first);
        self.last_name = Some(last);
    }

    /// A member of a group: the vendor's `AdminUserGroupMemberOut`.
    pub(crate) fn in_group(&self) -> GroupMember<'_> {
        GroupMember { user_uuid: self.uuid, name: self.name.as_deref(), email: self.email.as_deref() }
    }
}

/// Whether an entry of `subscriptions` says that its seat can be used.
fn has_access(entry: &Value) -> bool {
    entry.get("member_has_access").and_then(Value::as_bool) == Some(true)
}

/// A member as lists show it: the vendor's `AdminOrganizationMemberOUT`.
#[derive(Debug, Serialize)]
pub(crate) struct ListedMember<'a> {
    #[serde(flatten)]
    member: &'a Member,
    workspaces: Option<Vec<MemberWorkspace>>,
    raw_role: Option<&'a Spelling>,
}

/// A member as shown alone: the vendor's `AdminUserOUT`.
#[derive(Debug, Serialize)]
pub(crate) struct ShownMember<'a> {
    #[serde(flatten)]
    listed: ListedMember<'a>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct GroupMember<'a> {
    user_uuid: Uuid,
    name: Option<&'a str>,
    email: Option<&'a str>,
}

/// What `PATCH /users/{id}` asks for; each part is the full set.
#[derive(Debug, Default)]
pub(crate) struct MemberChange {
    pub(crate) roles: Option<Vec<Spelling>>,
    pub(crate) seats: Option<HeldSeats>,
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
    pub(crate) invalid_emails: Vec<String>,
    email_to_user_id: BTreeMap<String, Uuid>,
}

impl Organization {
    pub(crate) fn member(&self, id: Uuid) -> Result<&Member, Refusal> {
        self.members.get(id).ok_or(Refusal::Unknown("member", id))
    }

    pub(crate) fn listed<'a>(&self, member: &'a Member) -> ListedMember<'a> {
        let access = self.access(member.uuid, member.workspaces.is_some());
        ListedMember { member, workspaces: access, raw_role: member.raw_roles.first() }
    }

    pub(crate) fn shown<'a>(&self, member: &'a Member) -> ShownMember<'a> {
        let (first_name, last_name) = (member.first_name.as_deref(), member.last_name.as_deref());
        ShownMember { listed: self.listed(member), first_name, last_name }
    }

    /// Adds a member as they are.
    pub(crate) fn admit(&mut self, member: Member) {
        self.count_in(&member.raw_roles, member.seats());
        self.members.push(member);
    }

    /// Changes roles, seats or both, or neither when one is refused.
    pub(crate) fn update(&mut self, id: Uuid, change: &MemberChange, now: Timestamp) -> Result<(), Refusal> {
        let member = self.member(id)?;
        let roles = match &change.roles {
            Some(written) => self.as_letters(written),
            None => member.raw_roles.clone(),
        };
        let seats = change.seats.as_ref().map_or(member.seats(), |held| held.seats);
        if self.is_last_admin(&member.raw_roles) && !self.is_admin(&roles) {
            return Err(Refusal::LastAdmin);
        }
        self.seats_free(seats - member.seats())?;
        let (old_roles, old_seats) = (member.raw_roles.clone(), member.seats());
        self.count_out(&old_roles, old_seats);
        self.count_in(&roles, seats);
        if roles != old_roles {
            self.audit.record(now, self.requester, Event::MemberRole, self.about(id));
        }
        self.log_seats(id, seats - old_seats, Event::SeatGrant, self.requester, now);
        self.log_seats(id, old_seats - seats, Event::SeatRevoke, self.requester, now);
        let member = self.members.get_mut(id).ok_or(Refusal::Unknown("member", id))?;
        member.raw_roles = roles;
        if let Some(held) = &change.seats {
            member.hold_all(held.clone());
        }
        Ok(())
    }

    /// Removes a member, also from workspaces and groups. The seats are free at once.
    pub(crate) fn remove(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        let about = self.about(id);
        self.end(id)?;
        self.audit.record(now, self.requester, Event::MemberDelete, about);
        Ok(())
    }

    /// Ends a membership, with all that the member has. Refused if it is that of the last admin.
    pub(super) fn end(&mut self, id: Uuid) -> Result<(), Refusal> {
        let directly = usize::from(self.is_admin(&self.member(id)?.raw_roles));
        let has_admin = self.counters.admins > 0 || self.admin_through_group(None);
        if has_admin && self.counters.admins <= directly && !self.admin_through_group(Some(id)) {
            return Err(Refusal::LastAdmin);
        }
        let member = self.members.remove(id).ok_or(Refusal::Unknown("member", id))?;
        self.count_out(&member.raw_roles, member.seats());
        self.memberships.remove_member(id);
        if let Some(groups) = &mut self.groups {
            groups.remove_member(id);
        }
        Ok(())
    }

    /// Creates accounts. Addresses for which that fails are listed in the outcome.
    pub(crate) fn create(&mut self, people: Vec<NewMember>, now: Timestamp) -> CreateOutcome {
        let mut outcome = CreateOutcome::default();
        let mut seen = HashSet::new();
        for person in people {
            let known =
                self.members.has_address(&person.email) || self.invitations.has_address(&person.email);
            let repeated = !seen.insert(fold(&person.email));
            let malformed = !is_address(&person.email);
            if repeated || known || malformed || self.seats_free(person.seats).is_err() {
                outcome.invalid_emails.push(person.email);
                continue;
            }
            let roles = self.roles_or_default(person.roles.as_deref());
            let mut member = Member::new(person.email.clone(), roles, now);
            member.set_name(person.first_name, person.last_name);
            member.hold(person.seats);
            let id = member.uuid;
            outcome.email_to_user_id.insert(person.email, id);
            self.admit(member);
            self.audit.record(now, self.requester, Event::MemberJoin, self.about(id));
            self.log_seats(id, person.seats, Event::SeatGrant, self.requester, now);
        }
        outcome
    }

    /// Records one event for each seat.
    pub(super) fn log_seats(
        &mut self,
        member: Uuid,
        seats: Seats,
        event: Event,
        actor: Actor,
        now: Timestamp,
    ) {
        for product in seats {
            let about = self.about(member).seat(product.api_name());
            self.audit.record(now, actor, event, about);
        }
    }

    /// What events say of a member, who may be about to go.
    pub(super) fn about(&self, id: Uuid) -> About {
        About::member(id, self.members.get(id).and_then(|member| member.email.as_deref()))
    }

    /// The roles that were written, in the spelling of answers (decision 10). Unknown ones come last.
    fn as_letters(&self, written: &[Spelling]) -> Vec<Spelling> {
        let meaning = |role: &Spelling| self.roles.meaning(role).or_else(|| role.built_in());
        let mut roles = letters(written.iter().filter_map(meaning).collect());
        for unknown in written.iter().filter(|role| meaning(role).is_none()) {
            if !roles.contains(unknown) {
                roles.push(unknown.clone());
            }
        }
        roles
    }

    /// [`Self::as_letters`], or `member` where no roles were written.
    pub(super) fn roles_or_default(&self, written: Option<&[Spelling]>) -> Vec<Spelling> {
        written.map_or_else(|| letters(Roles::only(Role::Member)), |written| self.as_letters(written))
    }
}
