//! Seats and admins, counted as members change, so that no write walks all members, and refusals based on them.

use super::audit::{Actor, Event};
use super::group::Group;
use super::member::Member;
use super::product::{Product, Seats};
use super::register::fold;
use super::role::{Role, Roles, Spelling, letters};
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Counters that changes of members and invitations keep current.
#[derive(Debug, Default, Clone)]
pub(super) struct Counters {
    /// People who are admins directly.
    pub(super) admins: usize,
    used: BTreeMap<Product, u32>,
    /// Invitations sent, by address in lower case.
    invited: BTreeMap<String, u64>,
}

/// An element of the answer of `GET /sandbox/moments`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Figures {
    used: BTreeMap<Product, u32>,
    /// People who are admins, directly or through groups.
    admins: usize,
}

impl Organization {
    pub(crate) fn figures(&self) -> Figures {
        let used = Seats::all().iter().map(|product| (product, self.used(product)));
        Figures { used: used.collect(), admins: self.counters.admins + self.admins_through_groups_alone() }
    }

    /// How many invitations were sent since the start, by address in lower case.
    pub(crate) fn invited(&self) -> &BTreeMap<String, u64> {
        &self.counters.invited
    }

    pub(super) fn count_invitation(&mut self, email: &str) {
        *self.counters.invited.entry(fold(email)).or_default() += 1;
    }

    /// Adds a new member with a seat, if one is free (decision 34).
    pub(crate) fn take_seat(&mut self, product: Product, now: Timestamp) -> Result<(), Refusal> {
        let seats = Seats::only(product);
        self.seats_free(seats)?;
        let mut member = Member::new(String::new(), letters(Roles::only(Role::Member)), now);
        member.email = Some(format!("stranger-{}@elsewhere.example", member.uuid));
        member.hold(seats);
        let id = member.uuid;
        self.admit(member);
        let actor = Actor::Human(id);
        self.audit.record(now, actor, Event::MemberJoin, self.about(id));
        self.log_seats(id, seats, Event::SeatGrant, actor, now);
        Ok(())
    }

    pub(super) fn is_admin(&self, roles: &[Spelling]) -> bool {
        roles.iter().any(|role| self.roles.meaning(role) == Some(Role::Admin))
    }

    /// Whether a member with these roles is the only admin.
    pub(super) fn is_last_admin(&self, roles: &[Spelling]) -> bool {
        self.counters.admins <= 1 && self.is_admin(roles) && !self.admin_through_group(None)
    }

    /// Refuses if one of these seats can't be taken now.
    pub(super) fn seats_free(&self, seats: Seats) -> Result<(), Refusal> {
        for product in seats {
            let used = self.used(product);
            if let Some(&purchased) = self.purchased.get(&product)
                && used >= purchased
            {
                return Err(Refusal::NoSeat { product, purchased, used });
            }
        }
        Ok(())
    }

    pub(super) fn count_in(&mut self, roles: &[Spelling], seats: Seats) {
        self.counters.admins += usize::from(self.is_admin(roles));
        for product in seats {
            *self.counters.used.entry(product).or_default() += 1;
        }
    }

    pub(super) fn count_out(&mut self, roles: &[Spelling], seats: Seats) {
        self.counters.admins = self.counters.admins.saturating_sub(usize::from(self.is_admin(roles)));
        for product in seats {
            let used = self.counters.used.entry(product).or_default();
            *used = used.saturating_sub(1);
        }
    }

    /// Whether a member other than `except` is an admin through a group.
    pub(super) fn admin_through_group(&self, except: Option<Uuid>) -> bool {
        let Some(groups) = &self.groups else { return false };
        groups.iter().any(|group| {
            let others = group.members.iter().any(|member| Some(*member) != except);
            others && groups.with_parents([&group.uuid]).into_iter().any(|above| self.makes_admins(above))
        })
    }

    fn admins_through_groups_alone(&self) -> usize {
        let Some(groups) = &self.groups else { return 0 };
        if !groups.iter().any(|group| self.makes_admins(group)) {
            return 0;
        }
        let gives = |group: &&Group| {
            groups.with_parents([&group.uuid]).into_iter().any(|above| self.makes_admins(above))
        };
        let people: BTreeSet<Uuid> =
            groups.iter().filter(gives).flat_map(|group| &group.members).copied().collect();
        let members = people.into_iter().filter_map(|id| self.members.get(id));
        members.filter(|member| !self.is_admin(&member.raw_roles)).count()
    }

    fn makes_admins(&self, group: &Group) -> bool {
        let role = group.organization_role.as_deref();
        role.and_then(|role| self.roles.meaning_of(role)) == Some(Role::Admin)
    }

    fn used(&self, product: Product) -> u32 {
        self.counters.used.get(&product).copied().unwrap_or(0)
    }
}
