//! The organization as the files want it.

use super::{Access, Budget, Email, Policy, Product, Role, Seats, WorkspaceRoles};
use crate::source::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The organization as the files want it, checked for everything that can be checked without the network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    /// The name to show.
    pub organization: String,
    /// The only organization on which to work, and where the files say so.
    pub organization_id: Option<(Uuid, Span)>,
    /// What has been bought of each managed product, and where the files say so.
    pub budgets: BTreeMap<Product, (Budget, Span)>,
    /// How changes are made and what is never done.
    pub policy: Policy,
    /// What members have who don't say otherwise, and where the files say so; the role `member` needs no place.
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
    /// Where roles were written for this person, or that a team gives some: somebody asks for just these. Nothing where
    /// they are the default's.
    pub roles_at: Option<Span>,
    /// The same person's former address.
    pub previously: Option<Email>,
    /// The person's entry.
    pub at: Span,
    /// What was written for this person or comes from a team. What comes from defaults is not listed.
    pub grants: Vec<Grant>,
    /// What comes from defaults.
    pub from_defaults: Access,
}

/// A workspace that the files manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredWorkspace {
    /// Its entry.
    pub at: Span,
    /// Left alone where absent; empty is none.
    pub description: Option<String>,
    /// Left alone where absent; empty is none.
    pub icon: Option<String>,
    /// The same workspace's former name.
    pub previously: Option<String>,
    /// It is to be archived, and where the files say so.
    pub archived: Option<Span>,
    /// The entry lists its members: who is not listed is not to be in it.
    pub lists_members: bool,
    /// What each person is to have in it, from its own entry and from teams; never empty for a person.
    pub members: BTreeMap<Email, Vec<WorkspaceGrant>>,
}

/// A place that gives somebody roles in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceGrant {
    /// The roles, at least one.
    pub roles: WorkspaceRoles,
    /// Where they are written, in the workspace's entry or in a team.
    pub at: Span,
    /// The team through which they come.
    pub through: Option<Arc<TeamMembership>>,
}

impl DesiredWorkspace {
    /// All roles that somebody is to have in the workspace by themselves, not through groups.
    #[must_use]
    pub fn roles_of(&self, email: &Email) -> WorkspaceRoles {
        let grants = self.members.get(email).into_iter().flatten();
        grants.fold(WorkspaceRoles::empty(), |roles, grant| roles | grant.roles)
    }
}

/// A group that the files manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGroup {
    /// Its entry.
    pub at: Span,
    /// Left alone where absent; empty is none.
    pub description: Option<String>,
    /// The same group's former name.
    pub previously: Option<String>,
    /// Who is to be in it, and where that is written; left alone where absent.
    pub members: Option<BTreeMap<Email, Span>>,
    /// The groups in which it is to be nested, and where that is written; left alone where absent.
    pub parents: Option<BTreeMap<String, Span>>,
    /// The organization role that its members are to have through it.
    pub organization_role: Option<(Role, Span)>,
    /// What its members are to have in workspaces through it, and where that is written; left alone where absent.
    pub workspaces: Option<BTreeMap<String, (WorkspaceRoles, Span)>>,
}

/// A place that gives somebody something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What is given.
    pub what: Granted,
    /// Where it is written, in the person's own entry or in a team.
    pub at: Span,
    /// The team through which it comes.
    pub through: Option<Arc<TeamMembership>>,
}

/// Somebody's place in a team. Teams exist in the files alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMembership {
    /// The team's name.
    pub team: Box<str>,
    /// Where the person is listed.
    pub at: Span,
}

/// What a place can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// An organization role.
    Role(Role),
    /// A seat.
    Seat(Product),
}

impl DesiredMember {
    /// The place that asks for a seat: where it is written for this person, or else where a team lists them.
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
    /// Why.
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
    /// A further invitation of somebody who is to have one: it could be accepted in its place.
    Surplus,
}
