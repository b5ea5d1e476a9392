//! The organization and all its changes, without HTTP, files or a clock.
//!
//! Takes well-formed requests and the time. Returns the result, or a [`Refusal`], in which case nothing has changed.
//! Each object has one type, in the shape of the vendor's response schema, for seeds, changes, answers and the state
//! file. Additional fields of answers (counts, effective access) are in a separate view type.

mod api_key;
mod audit;
mod behavior;
mod group;
mod group_changes;
mod invitation;
mod member;
mod membership;
mod product;
mod register;
mod role;
mod seats_and_admins;
mod self_service;
mod workspace;

pub(crate) use api_key::ApiKey;
pub(crate) use audit::{Actor, AuditEvent, AuditMetadata};
pub(crate) use behavior::{Behavior, BehaviorChange, InvitedSeats};
pub(crate) use group::{Assignment, Group, GroupChange, Groups, TargetType, WholeGroup, sorted};
pub(crate) use invitation::{Invitation, NewInvitations, ShownInvitation};
pub(crate) use member::{GroupMember, ListedMember, Member, MemberChange, NewMember, ShownMember};
pub(crate) use membership::{Grant, Memberships, RolesByWorkspace};
pub use product::Product;
pub(crate) use product::{HeldSeats, Seats};
pub(crate) use role::{
    ORGANIZATION_ROLES, Role, RoleList, Spelling, WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR, WORKSPACE_ROLES,
};
pub(crate) use seats_and_admins::Figures;
pub(crate) use workspace::{NewWorkspace, ShownWorkspace, Workspace, WorkspaceChange};

use audit::{About, AuditLog, Event};
use jiff::{SignedDuration, Timestamp};
use register::Register;
use seats_and_admins::Counters;

use std::collections::BTreeMap;
use uuid::{Uuid, uuid};

/// The most days by which the clock can be advanced in all.
pub(crate) const FARTHEST_DAYS: u32 = 365_000;

/// The id of an organization whose seed has none.
const ORGANIZATION: Uuid = uuid!("00000000-0000-4000-8000-0000000000e0");

/// The organization that a sandbox serves.
#[derive(Debug, Clone)]
pub(crate) struct Organization {
    pub(crate) uuid: Uuid,
    pub(crate) members: Register<Member>,
    pub(crate) invitations: Register<Invitation>,
    pub(crate) roles: RoleList,
    pub(crate) workspaces: Register<Workspace>,
    pub(crate) archived: Vec<Workspace>,
    default_workspace: Uuid,
    pub(crate) memberships: Memberships,
    /// `None` in an organization that can't have groups.
    pub(crate) groups: Option<Groups>,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) audit: AuditLog,
    /// Who makes the change that is being made: the holder of the key, or a person in the panel.
    pub(crate) requester: Actor,
    /// A product that is not in it has no limit.
    pub(crate) purchased: BTreeMap<Product, u32>,
    pub(crate) advanced_days: u32,
    pub(crate) behavior: Behavior,
    counters: Counters,
}

impl Organization {
    /// An organization without members and workspaces.
    pub(crate) fn empty(uuid: Option<Uuid>, roles: RoleList) -> Self {
        let uuid = uuid.unwrap_or(ORGANIZATION);
        Self {
            uuid,
            members: Register::default(),
            invitations: Register::default(),
            roles,
            workspaces: Register::default(),
            archived: Vec::new(),
            default_workspace: Uuid::nil(),
            memberships: Memberships::default(),
            groups: Some(Groups::default()),
            api_keys: Vec::new(),
            audit: AuditLog::new(uuid),
            requester: Actor::Key,
            purchased: BTreeMap::new(),
            advanced_days: 0,
            behavior: Behavior::default(),
            counters: Counters::default(),
        }
    }

    /// An organization with one admin without seats.
    pub(crate) fn with_one_admin(now: Timestamp) -> Self {
        let mut organization = Self::empty(None, RoleList::default());
        let roles = vec![Spelling::Letter(Role::Admin)];
        let mut admin = Member::new("admin@sandbox.example".to_owned(), roles, now);
        admin.set_name("Sandbox".to_owned(), "Admin".to_owned());
        organization.admit(admin);
        organization.add_workspaces(Vec::new());
        organization
    }

    /// Records the first event of a run that starts at the real time `real`.
    pub(crate) fn begin(&mut self, real: Timestamp) {
        self.audit.record(self.now(real), Actor::Key, Event::OrganizationCreate, About::default());
    }

    /// The time in the organization at the real time `real`.
    pub(crate) fn now(&self, real: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_hours(i64::from(self.advanced_days) * 24);
        real.checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Advances the clock by days. Returns the total.
    pub(crate) fn advance(&mut self, days: u32) -> Result<u32, Refusal> {
        let total = self.advanced_days.checked_add(days).filter(|total| *total <= FARTHEST_DAYS);
        self.advanced_days = total.ok_or(Refusal::TooFar)?;
        Ok(self.advanced_days)
    }
}

/// Why a well-formed request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The kind of object, and its id.
    #[error("there is no {0} {1}")]
    Unknown(&'static str, Uuid),
    #[error("user group {group} is not assigned to workspace {workspace}")]
    UnknownAssignment { group: Uuid, workspace: Uuid },
    #[error("the last organization admin can't be removed or demoted")]
    LastAdmin,
    #[error("no seat of {} is available: {purchased} purchased, {used} in use", product.api_name())]
    NoSeat { product: Product, purchased: u32, used: u32 },
    #[error("a {0} with this name already exists")]
    NameTaken(&'static str),
    #[error("the limit of {0} active workspaces is reached")]
    TooManyWorkspaces(usize),
    #[error("the default workspace can't be archived")]
    DefaultWorkspace,
    #[error("user group {0} is managed externally and can't be edited")]
    ExternallyManaged(Uuid),
    #[error("user group {0} would be nested in itself")]
    Cycle(Uuid),
    #[error("user group {group} is already assigned to workspace {workspace}")]
    AlreadyAssigned { group: Uuid, workspace: Uuid },
    #[error("the organization has no user groups")]
    NoGroups,
    #[error("members or invitations have words that the vendor's document does not list")]
    UnknownWords,
    #[error("API key {0} can't be deleted")]
    KeptApiKey(Uuid),
    #[error("no member has this address")]
    UnknownAddress,
    #[error("this address is that of another member")]
    AddressTaken,
    #[error("the clock can't be advanced by more than {FARTHEST_DAYS} days in total")]
    TooFar,
}
