//! Figures that every write asks for, kept so that none has to walk over all members.

use super::audit::{About, Actor, Event};
use super::group::Group;
use super::member::Member;
use super::register::fold;
use super::role::letters;
use super::role::{Role, Roles};
use super::{Organization, Refusal, Spelling};
use crate::product::{Product, Seats};
use enumset::EnumSet;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is kept.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    /// People who are admins directly.
    pub(super) admins: usize,
    used: BTreeMap<Product, u32>,
    /// How many invitations were made, by address in small letters.
    invited: BTreeMap<String, u64>,
}

/// The figures of one moment.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Figures {
    /// Seats of each product.
    used: BTreeMap<Product, u32>,
    /// People who are admins, directly or through groups.
    admins: usize,
}

impl Organization {
    /// The figures as they are now.
    pub(crate) fn figures(&self) -> Figures {
        let used = EnumSet::<Product>::all().iter().map(|product| (product, self.used(product)));
        Figures { used: used.collect(), admins: self.tally.admins + self.indirect_admins() }
    }

    /// How many invitations were made since the start, by address in small letters.
    pub(crate) fn invited(&self) -> &BTreeMap<String, u64> {
        &self.tally.invited
    }

    /// Counts an invitation that is made.
    pub(super) fn count_invitation(&mut self, email: &str) {
        *self.tally.invited.entry(fold(email)).or_default() += 1;
    }

    /// Somebody whom nobody has declared joins, with a seat, if one is free.
    pub(crate) fn take_seat(&mut self, product: Product, now: Timestamp) -> Result<(), Refusal> {
        let seats = Seats::only(product);
        self.seats_free(seats)?;
        let mut member = Member::new(String::new(), letters(Roles::only(Role::Member)), now);
        member.email = Some(format!("stranger-{}@elsewhere.example", member.uuid));
        member.hold(seats);
        let id = member.uuid;
        self.admit(member);
        self.audit.record(now, Actor::Human(id), Event::MemberJoin, About::user(id));
        self.log_seats(id, seats, Event::SeatGrant, now);
        Ok(())
    }

    pub(super) fn is_admin(&self, roles: &[Spelling]) -> bool {
        roles.iter().any(|role| self.roles.meaning(*role) == Some(Role::Admin))
    }

    /// Whether nobody would be an admin any more if the only one of these roles no longer had them.
    pub(super) fn is_last_admin(&self, roles: &[Spelling]) -> bool {
        self.tally.admins <= 1 && self.is_admin(roles) && !self.admin_through_group(None)
    }

    /// Whether every one of these seats can be taken now.
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
        self.tally.admins += usize::from(self.is_admin(roles));
        for product in seats {
            *self.tally.used.entry(product).or_default() += 1;
        }
    }

    pub(super) fn count_out(&mut self, roles: &[Spelling], seats: Seats) {
        self.tally.admins = self.tally.admins.saturating_sub(usize::from(self.is_admin(roles)));
        for product in seats {
            let used = self.tally.used.entry(product).or_default();
            *used = used.saturating_sub(1);
        }
    }

    /// Whether anybody else is an admin through a group.
    pub(super) fn admin_through_group(&self, but: Option<Uuid>) -> bool {
        let Some(groups) = &self.groups else { return false };
        groups.iter().any(|group| {
            let others = group.members.iter().any(|member| Some(*member) != but);
            others && groups.lineage([&group.uuid]).into_iter().any(|above| self.makes_admins(above))
        })
    }

    /// How many are admins through groups alone.
    fn indirect_admins(&self) -> usize {
        let Some(groups) = &self.groups else { return 0 };
        if !groups.iter().any(|group| self.makes_admins(group)) {
            return 0;
        }
        let gives =
            |group: &&Group| groups.lineage([&group.uuid]).into_iter().any(|above| self.makes_admins(above));
        let people: BTreeSet<Uuid> =
            groups.iter().filter(gives).flat_map(|group| &group.members).copied().collect();
        let members = people.into_iter().filter_map(|id| self.members.get(id));
        members.filter(|member| !self.is_admin(&member.roles)).count()
    }

    fn makes_admins(&self, group: &Group) -> bool {
        let role = group.organization_role.as_deref();
        role.and_then(|role| self.roles.meaning_of(role)) == Some(Role::Admin)
    }

    fn used(&self, product: Product) -> u32 {
        self.tally.used.get(&product).copied().unwrap_or(0)
    }
}
