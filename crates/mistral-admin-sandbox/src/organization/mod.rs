//! The state of the organization, as a plain machine: no HTTP, no files, no clock of its own.
//!
//! Takes requests that are already known to be well formed, and the time; gives what changed or a [`Refusal`], after
//! which nothing has changed. Holds more than the Admin API tells: the seats that an invitation remembers, what has
//! been bought, how far the clock was advanced.

mod access;
mod api_key;
mod assignment;
mod audit;
mod group;
mod group_members;
mod groups;
mod invitation;
mod member;
mod membership;
mod refusal;
mod register;
mod role;
mod search;
mod tally;
mod workspace;

pub(crate) use access::Access;
pub(crate) use api_key::ApiKey;
pub(crate) use assignment::Assignment;
pub(crate) use audit::{Actor, Logged};
pub(crate) use group::{Group, GroupChange, NewGroup, TargetType};
pub(crate) use groups::Groups;
pub(crate) use invitation::{Invitation, NewInvitations};
pub(crate) use member::{Member, MemberChange, NewMember, has_access, product_of};
pub(crate) use membership::{Grant, Memberships, RolesByWorkspace};
pub(crate) use refusal::Refusal;
pub(crate) use role::{
    ORGANIZATION_ROLES, Role, RoleList, Spelling, WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR, WORKSPACE_ROLES,
};
pub(crate) use tally::Figures;
pub(crate) use workspace::{NewWorkspace, Workspace, WorkspaceChange};

use crate::product::Product;
use audit::{About, AuditLog, Event};
use jiff::{SignedDuration, Timestamp};
use register::Register;
use std::collections::BTreeMap;
use tally::Tally;
use uuid::{Uuid, uuid};

/// The farthest that the clock can be advanced in all, in days.
pub(crate) const FARTHEST_DAYS: u32 = 365_000;

/// The id of an organization whose seed tells none.
const ORGANIZATION: Uuid = uuid!("00000000-0000-4000-8000-0000000000e0");

/// What an organization starts from.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) members: Vec<Member>,
    pub(crate) invitations: Vec<Invitation>,
    /// With every built-in one.
    pub(crate) roles: RoleList,
    /// Active ones.
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) archived: Vec<Workspace>,
    pub(crate) memberships: Memberships,
    /// Nothing in an organization that can't have groups.
    pub(crate) groups: Option<Groups>,
    pub(crate) uuid: Option<Uuid>,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) purchased: BTreeMap<Product, u32>,
    pub(crate) advanced_days: u32,
}

/// The organization that a sandbox serves.
#[derive(Debug, Clone)]
pub(crate) struct Organization {
    members: Register<Member>,
    invitations: Register<Invitation>,
    roles: RoleList,
    uuid: Uuid,
    workspaces: Register<Workspace>,
    archived: Vec<Workspace>,
    default_workspace: Uuid,
    memberships: Memberships,
    groups: Option<Groups>,
    api_keys: Vec<ApiKey>,
    audit: AuditLog,
    purchased: BTreeMap<Product, u32>,
    advanced_days: u32,
    tally: Tally,
}

impl Organization {
    /// An organization in a given state, from `real` on.
    pub(crate) fn new(mut parts: Parts, real: Timestamp) -> Self {
        let default = parts.workspaces.iter().find(|workspace| workspace.is_default).map(|found| found.uuid);
        let default_workspace = default.unwrap_or_else(|| {
            let made = workspace::default_beside(&parts.workspaces);
            let id = made.uuid;
            parts.workspaces.insert(0, made);
            id
        });
        let mut organization = Self {
            members: Register::default(),
            invitations: Register::default(),
            roles: parts.roles,
            uuid: parts.uuid.unwrap_or(ORGANIZATION),
            workspaces: Register::default(),
            archived: parts.archived,
            default_workspace,
            memberships: parts.memberships,
            groups: parts.groups,
            api_keys: parts.api_keys,
            audit: AuditLog::default(),
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
        for workspace in parts.workspaces {
            organization.workspaces.push(workspace);
        }
        let now = organization.now(real);
        organization.audit.record(now, Actor::Key, Event::OrganizationCreate, About::default());
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

    /// The id of the organization.
    pub(crate) fn uuid(&self) -> Uuid {
        self.uuid
    }

    /// Direct memberships in workspaces.
    pub(crate) fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// The audit log, the oldest entry first.
    pub(crate) fn log(&self) -> impl DoubleEndedIterator<Item = &Logged> {
        self.audit.iter()
    }

    /// What has been bought; a product that is not named has no limit.
    pub(crate) fn purchased(&self) -> &BTreeMap<Product, u32> {
        &self.purchased
    }

    /// The days by which the clock was advanced.
    pub(crate) fn advanced_days(&self) -> u32 {
        self.advanced_days
    }

    fn admit(&mut self, member: Member) {
        self.count_in(&member.roles, member.seats());
        self.members.push(member);
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
