//! The state of the organization, as a plain machine: no HTTP, no files, no clock of its own.
//!
//! Takes requests that are already known to be well formed, and the time; gives what changed or a [`Refusal`], after
//! which nothing has changed. Holds more than the Admin API tells: the seats that an invitation remembers, what has
//! been bought, how far the clock was advanced.

mod invitation;
mod member;
mod register;
mod role;

pub(crate) use invitation::{Invitation, NewInvitations};
pub(crate) use member::{Member, MemberChange, NewMember, has_access, product_of};
pub(crate) use role::{ORGANIZATION_ROLES, RoleList, Spelling};

use crate::model::{Product, Role, Seats};
use jiff::{SignedDuration, Timestamp};
use register::Register;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The farthest that the clock can be advanced in all, in days.
pub(crate) const FARTHEST_DAYS: u32 = 365_000;

/// Why a well-formed request is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is no member {0} in the organization")]
    UnknownMember(Uuid),
    #[error("there is no invitation {0}")]
    UnknownInvitation(Uuid),
    #[error("there is no workspace {0}")]
    UnknownWorkspace(Uuid),
    #[error("the last organization admin can't be removed or demoted")]
    LastAdmin,
    #[error("no seat of {} is available: {purchased} purchased, {used} in use", product.api_name())]
    NoSeat { product: Product, purchased: u32, used: u32 },
    #[error("the clock can't be advanced by more than {FARTHEST_DAYS} days in all")]
    TooFar,
}

/// What an organization starts from.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) members: Vec<Member>,
    pub(crate) invitations: Vec<Invitation>,
    pub(crate) roles: RoleList,
    pub(crate) workspaces: Vec<Value>,
    pub(crate) groups: Vec<Value>,
    pub(crate) purchased: BTreeMap<Product, u32>,
    pub(crate) advanced_days: u32,
}

/// The organization that a sandbox serves.
#[derive(Debug)]
pub(crate) struct Organization {
    members: Register<Member>,
    invitations: Register<Invitation>,
    roles: RoleList,
    workspaces: Vec<Value>,
    groups: Vec<Value>,
    purchased: BTreeMap<Product, u32>,
    advanced_days: u32,
    tally: Tally,
}

/// Figures that every write asks for, kept so that none has to walk over all members.
#[derive(Debug, Default)]
struct Tally {
    admins: usize,
    used: BTreeMap<Product, u32>,
}

impl Organization {
    /// An organization in a given state.
    pub(crate) fn new(parts: Parts) -> Self {
        let mut organization = Self {
            members: Register::default(),
            invitations: Register::default(),
            roles: parts.roles.completed(),
            workspaces: parts.workspaces,
            groups: parts.groups,
            purchased: parts.purchased,
            advanced_days: parts.advanced_days,
            tally: Tally::default(),
        };
        for member in parts.members {
            organization.admit(member);
        }
        for invitation in parts.invitations {
            organization.invitations.push(invitation);
        }
        organization
    }

    /// The time in the organization when it is `real` outside.
    pub(crate) fn now(&self, real: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_hours(i64::from(self.advanced_days) * 24);
        real.checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Lets days pass; gives the days in all.
    pub(crate) fn advance(&mut self, days: u32) -> Result<u32, Refusal> {
        let total = self.advanced_days.checked_add(days).filter(|total| *total <= FARTHEST_DAYS);
        self.advanced_days = total.ok_or(Refusal::TooFar)?;
        Ok(self.advanced_days)
    }

    /// The members with an address, or all, in order of joining.
    pub(crate) fn members<'a>(
        &'a self,
        email: Option<&str>,
    ) -> (usize, Box<dyn Iterator<Item = &'a Member> + 'a>) {
        select(&self.members, email)
    }

    /// The listed invitations with an address, or all, in order of sending.
    pub(crate) fn invitations<'a>(
        &'a self,
        email: Option<&str>,
    ) -> (usize, Box<dyn Iterator<Item = &'a Invitation> + 'a>) {
        select(&self.invitations, email)
    }

    /// The roles that exist.
    pub(crate) fn roles(&self) -> &RoleList {
        &self.roles
    }

    /// The workspaces and groups, as the seed had them.
    pub(crate) fn untouched(&self) -> (&[Value], &[Value]) {
        (&self.workspaces, &self.groups)
    }

    /// What has been bought; a product that is not named has no limit.
    pub(crate) fn purchased(&self) -> &BTreeMap<Product, u32> {
        &self.purchased
    }

    /// The days by which the clock was advanced.
    pub(crate) fn advanced_days(&self) -> u32 {
        self.advanced_days
    }

    fn is_admin(&self, roles: &[Spelling]) -> bool {
        roles.iter().any(|role| self.roles.meaning(*role) == Some(Role::Admin))
    }

    /// Whether the only admin has these roles.
    fn is_last_admin(&self, roles: &[Spelling]) -> bool {
        self.tally.admins <= 1 && self.is_admin(roles)
    }

    /// Whether every one of these seats can be taken now.
    fn seats_free(&self, seats: Seats) -> Result<(), Refusal> {
        for product in seats {
            let used = self.tally.used.get(&product).copied().unwrap_or(0);
            if let Some(&purchased) = self.purchased.get(&product)
                && used >= purchased
            {
                return Err(Refusal::NoSeat { product, purchased, used });
            }
        }
        Ok(())
    }

    fn admit(&mut self, member: Member) {
        self.count_in(&member.roles, member.seats());
        self.members.push(member);
    }

    fn count_in(&mut self, roles: &[Spelling], seats: Seats) {
        self.tally.admins += usize::from(self.is_admin(roles));
        for product in seats {
            *self.tally.used.entry(product).or_default() += 1;
        }
    }

    fn count_out(&mut self, roles: &[Spelling], seats: Seats) {
        self.tally.admins = self.tally.admins.saturating_sub(usize::from(self.is_admin(roles)));
        for product in seats {
            let used = self.tally.used.entry(product).or_default();
            *used = used.saturating_sub(1);
        }
    }
}

/// The rows with an address, or all, and how many they are.
fn select<'a, T: register::Entry>(
    register: &'a Register<T>,
    email: Option<&str>,
) -> (usize, Box<dyn Iterator<Item = &'a T> + 'a>) {
    match email {
        None => (register.len(), Box::new(register.iter())),
        Some(email) => {
            let rows: Vec<&T> = register.at(email).collect();
            (rows.len(), Box::new(rows.into_iter()))
        }
    }
}
