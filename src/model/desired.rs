//! The desired organization.

use super::nesting::ancestors;
use super::{
    Access, Budget, Email, EndedGrants, GroupSettings, ListedGrant, Policy, Product, Role, Seats, TimedGrant,
    WorkspaceRole, WorkspaceRoles, WorkspaceSettings,
};
use crate::source::Span;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// The desired organization, after all offline checks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    /// The name in output.
    pub organization: String,
    /// The only organization that may be changed, and its position in the files.
    pub organization_id: Option<(Uuid, Span)>,
    /// The organization's own domains in lower case; `None` if any domain is allowed.
    pub domains: Option<BTreeSet<String>>,
    /// The budget of each managed product, and its position in the files.
    pub budgets: BTreeMap<Product, (Budget, Span)>,
    pub policy: Policy,
    /// The default grants of members. The role `member` needs no position.
    pub defaults: Vec<Grant>,
    /// The declared people.
    pub members: BTreeMap<Email, DesiredMember>,
    /// The people to remove.
    pub removals: BTreeMap<Email, Removal>,
    /// The workspaces that the files manage, by name.
    pub workspaces: BTreeMap<String, DesiredWorkspace>,
    /// The groups that the files manage, by name.
    pub groups: BTreeMap<String, DesiredGroup>,
    /// Grants with an end or a reason, by the position of the item that grants them. Several if an alias repeats it.
    pub timed: BTreeMap<Span, Vec<TimedGrant>>,
    /// The declared people's grants that have ended.
    pub ended: BTreeMap<Email, EndedGrants>,
}

impl Desired {
    /// The products whose seats the files manage.
    #[must_use]
    pub fn managed(&self) -> Seats {
        self.budgets.keys().copied().collect()
    }

    /// Whether an address is outside the organization's own domains.
    #[must_use]
    pub fn is_outside_domains(&self, email: &Email) -> bool {
        self.domains.as_ref().is_some_and(|domains| !domains.contains(email.domain()))
    }

    /// The last day of the grant at a position; `None` if it has no end.
    #[must_use]
    pub fn until(&self, at: Span) -> Option<Date> {
        self.timed.get(&at)?.first()?.until
    }

    /// The reason of the grant at a position. Hostile text.
    #[must_use]
    pub fn why(&self, at: Span) -> Option<&str> {
        self.timed.get(&at)?.first()?.why.as_deref()
    }

    /// Whether a grant to a person has no end, and neither has the membership of the team that it comes from.
    #[must_use]
    pub fn is_lasting(&self, grant: &Grant) -> bool {
        let membership = grant.through.as_ref().and_then(|membership| self.until(membership.at));
        self.until(grant.at).is_none() && membership.is_none()
    }

    /// The people who inherit the role admin from a declared group, directly or through nesting, and where their group
    /// lists them.
    #[must_use]
    pub fn admins_through_groups(&self) -> HashMap<&Email, Vec<Span>> {
        let makes_admins = |name: &&str| {
            let role = self.groups.get(*name).and_then(|group| group.organization_role);
            role.is_some_and(|(role, _)| role == Role::Admin)
        };
        let mut nested = BTreeMap::<&str, Vec<&str>>::new();
        for (name, group) in &self.groups {
            for parent in group.parents.iter().flat_map(BTreeMap::keys) {
                nested.entry(parent).or_default().push(name);
            }
        }
        // Walk down: from the root to the groups with the role admin, and to the groups nested in them.
        let down = |group: &Option<&str>| -> Vec<Option<&str>> {
            match group {
                None => self.groups.keys().map(String::as_str).filter(makes_admins).map(Some).collect(),
                Some(group) => nested.get(group).into_iter().flatten().copied().map(Some).collect(),
            }
        };
        let groups = ancestors(None, down).into_keys().flatten();
        let groups = groups.filter_map(|name| self.groups.get(name));
        let mut admins = HashMap::<&Email, Vec<Span>>::new();
        for (email, at) in groups.flat_map(|group| group.members.iter().flatten()) {
            admins.entry(email).or_default().push(*at);
        }
        admins
    }
}

/// A declared person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredMember {
    /// For display, and for creating an account.
    pub name: Option<String>,
    /// The roles and managed seats that the person is to have.
    pub access: Access,
    /// The position that declares these roles, in the person's entry or in a team; `None` if they are defaults.
    pub roles_at: Option<Span>,
    /// The same person's former address.
    pub previously: Option<Email>,
    /// Departures up to this day don't count.
    pub rejoin: Option<Date>,
    /// The last day of access, if there is one.
    pub last_day: Option<Date>,
    /// Its position.
    pub expires: Option<Span>,
    pub at: Span,
    /// Grants from the person's entry and from teams; those from defaults are not listed.
    pub grants: Vec<Grant>,
    /// The access that comes from defaults.
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
    /// The position of `archived: true`.
    pub archived: Option<Span>,
    /// Whether the entry lists its members, so that others are unlisted.
    pub lists_members: bool,
    /// The grants to each person, from its own entry and from teams; at least one each.
    pub members: BTreeMap<Email, Vec<WorkspaceGrant>>,
}

/// A grant of workspace roles to a person, with its position.
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
    /// The desired settings of the workspace; missing keys keep their live values.
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
    /// The roles in workspaces that have ended, and their positions.
    pub ended_workspaces: BTreeMap<String, Vec<(WorkspaceRole, Span)>>,
}

impl DesiredGroup {
    /// The desired settings of the group; missing keys keep their live values.
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

/// A grant of a role or seat to a person, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub what: Granted,
    /// In the person's entry or in a team.
    pub at: Span,
    /// The team that grants it, if one does.
    pub through: Option<Arc<TeamMembership>>,
}

/// A person's membership of a team. Teams exist only in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMembership {
    pub team: Box<str>,
    /// The position that lists the person.
    pub at: Span,
}

/// A role or a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    Role(Role),
    Seat(Product),
}

impl From<Granted> for ListedGrant {
    fn from(granted: Granted) -> Self {
        match granted {
            Granted::Role(role) => Self::Role(role),
            Granted::Seat(product) => Self::Seat(product),
        }
    }
}

impl DesiredMember {
    /// The position that declares a seat: in the person's entry, or else in a team's list.
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

/// A person to remove from the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub cause: RemovalCause,
    /// The same person's former address, under which they may be live.
    pub previously: Option<Email>,
    /// The position that causes it.
    pub at: Span,
}

/// Why a person is removed or an invitation revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovalCause {
    /// Listed under `removed`.
    Removed,
    /// The last day of access (`expires`) is over.
    Expired,
    /// Undeclared, and the policy is to remove such people.
    Undeclared,
    /// A surplus invitation of a declared person, which they could accept instead of the right one.
    Surplus,
    /// The invitation of a declared person grants more than the files.
    Excessive,
    /// They left by themselves, or somebody removed them by hand.
    Departed,
}
