//! The organization as the files want it.

use super::{
    Access, Budget, Email, GroupSettings, Policy, Product, Role, Seats, WorkspaceRoles, WorkspaceSettings,
};
use crate::source::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The organization as the files want it, checked for everything that can be checked without the network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    /// The name in output.
    pub organization: String,
    /// The only organization on which to work, and the place that says so.
    pub organization_id: Option<(Uuid, Span)>,
    /// What is purchased of each managed product, and the place that says so.
    pub budgets: BTreeMap<Product, (Budget, Span)>,
    pub policy: Policy,
    /// What members have whose entries say nothing else. The role `member` needs no place.
    pub defaults: Vec<Grant>,
    /// The people who are to be in the organization.
    pub members: BTreeMap<Email, DesiredMember>,
    /// The people who are to leave it.
    pub removals: BTreeMap<Email, Removal>,
    /// The workspaces that the files manage, by name.
    pub workspaces: BTreeMap<String, DesiredWorkspace>,
    /// The groups that the files manage, by name.
    pub groups: BTreeMap<String, DesiredGroup>,
}

impl Desired {
    /// The products whose seats the files manage.
    #[must_use]
    pub fn managed(&self) -> Seats {
        self.budgets.keys().copied().collect()
    }
}

/// A person who is to be in the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredMember {
    /// For display, and for creating an account.
    pub name: Option<String>,
    /// The roles and managed seats that the person is to have.
    pub access: Access,
    /// The place that asks for just these roles, in the person's entry or in a team; `None` if they are defaults.
    pub roles_at: Option<Span>,
    /// The same person's former address.
    pub previously: Option<Email>,
    pub at: Span,
    /// Grants from the person's entry and from teams; those from defaults are not listed.
    pub grants: Vec<Grant>,
    /// What comes from defaults.
    pub from_defaults: Access,
}

/// A workspace that the files manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredWorkspace {
    pub at: Span,
    /// `None` leaves it alone; empty clears it.
    pub description: Option<String>,
    /// `None` leaves it alone; empty clears it.
    pub icon: Option<String>,
    /// The same workspace's former name.
    pub previously: Option<String>,
    /// The place that asks to archive it.
    pub archived: Option<Span>,
    /// Whether the entry lists its members, so that nobody else is to be in it.
    pub lists_members: bool,
    /// The grants to each person, from its own entry and from teams; at least one each.
    pub members: BTreeMap<Email, Vec<WorkspaceGrant>>,
}

/// A place that grants a person roles in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceGrant {
    /// At least one.
    pub roles: WorkspaceRoles,
    /// In the workspace's entry or in a team.
    pub at: Span,
    /// The team that grants them, if one does.
    pub through: Option<Arc<TeamMembership>>,
}

impl DesiredWorkspace {
    /// What is to be set on the workspace; what the entry leaves out stays as it is live.
    #[must_use]
    pub fn settings(&self, name: &str, live: Option<&WorkspaceSettings>) -> WorkspaceSettings {
        let live = |field: fn(&WorkspaceSettings) -> &String| live.map(field).cloned();
        WorkspaceSettings {
            name: name.to_owned(),
            description: self
                .description
                .clone()
                .or_else(|| live(|live| &live.description))
                .unwrap_or_default(),
            icon: self.icon.clone().or_else(|| live(|live| &live.icon)).unwrap_or_default(),
        }
    }

    /// All direct roles that a person is to have in the workspace.
    #[must_use]
    pub fn roles_of(&self, email: &Email) -> WorkspaceRoles {
        let grants = self.members.get(email).into_iter().flatten();
        grants.fold(WorkspaceRoles::empty(), |roles, grant| roles | grant.roles)
    }
}

/// A group that the files manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGroup {
    pub at: Span,
    /// `None` leaves it alone; empty clears it.
    pub description: Option<String>,
    /// The same group's former name.
    pub previously: Option<String>,
    /// `None` leaves them alone.
    pub members: Option<BTreeMap<Email, Span>>,
    /// The groups in which it is to be nested; `None` leaves its nesting alone.
    pub parents: Option<BTreeMap<String, Span>>,
    /// The organization role that its members are to inherit.
    pub organization_role: Option<(Role, Span)>,
    /// The roles that its members are to inherit in workspaces; `None` leaves them alone.
    pub workspaces: Option<BTreeMap<String, (WorkspaceRoles, Span)>>,
}

impl DesiredGroup {
    /// What is to be set on the group; what the entry leaves out stays as it is live.
    #[must_use]
    pub fn settings(&self, name: &str, live: Option<&GroupSettings>) -> GroupSettings {
        let description = || live.map(|live| live.description.clone());
        GroupSettings {
            name: name.to_owned(),
            description: self.description.clone().or_else(description).unwrap_or_default(),
            organization_role: self
                .organization_role
                .map(|(role, _)| role)
                .or(live.and_then(|live| live.organization_role)),
        }
    }
}

/// A place that grants a person a role or a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub what: Granted,
    /// In the person's entry or in a team.
    pub at: Span,
    /// The team that grants it, if one does.
    pub through: Option<Arc<TeamMembership>>,
}

/// A person's membership of a team. Teams exist in the files alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMembership {
    pub team: Box<str>,
    /// The place that lists the person.
    pub at: Span,
}

/// What a place can grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    Role(Role),
    Seat(Product),
}

impl DesiredMember {
    /// The place that asks for a seat: in the person's entry, or else where a team lists them.
    #[must_use]
    pub fn seat_at(&self, product: Product) -> Span {
        let grant = self.grants.iter().find(|grant| grant.what == Granted::Seat(product));
        grant.map_or(self.at, |grant| grant.through.as_ref().map_or(grant.at, |membership| membership.at))
    }

    /// First and last name, split at the last space, as creating an account needs them: neither empty nor longer than
    /// the vendor's 255 characters.
    #[must_use]
    pub fn first_and_last_name(&self) -> Option<(&str, &str)> {
        let fits = |part: &str| (1..=255).contains(&part.chars().count());
        let (first, last) = self.name.as_deref()?.trim().rsplit_once(' ')?;
        Some((first.trim_end(), last)).filter(|(first, last)| fits(first) && fits(last))
    }
}

/// A person who is to leave the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub cause: RemovalCause,
    /// The same person's former address, under which they may be live.
    pub previously: Option<Email>,
    /// The place that asks for it.
    pub at: Span,
}

/// Why a person is to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovalCause {
    /// Listed under `removed`.
    Removed,
    /// The last day of access (`expires`) is over.
    Expired,
    /// Declared nowhere, and the policy is to remove such people.
    Undeclared,
    /// A further invitation of a person who is to have one: it could be accepted in its place.
    Surplus,
}
