//! Grants with an end or a reason, as the files write them.

use super::{Email, Product, Role, Roles, Seats, WorkspaceRole, WorkspaceRoles};
use crate::source::Span;
use jiff::civil::Date;

/// What an item of a list grants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedGrant {
    /// An organization role.
    Role(Role),
    Seat(Product),
    /// A role in a workspace, by its name.
    WorkspaceRole(String, WorkspaceRole),
    /// Membership of a group, by its name.
    Group(String),
    /// Membership of a team, by its name.
    Team(String),
}

/// Who has what an item of a list grants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Person(Email),
    /// The members of a team, by its name.
    Team(String),
    /// The members of a group, by its name.
    Group(String),
    /// Members without a list of their own.
    Defaults,
}

/// The terms of a grant, and what it grants to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedGrant {
    pub grant: ListedGrant,
    pub holder: Holder,
    /// The last day; `None` if there is no end.
    pub until: Option<Date>,
    /// What it is for. Hostile text.
    pub why: Option<String>,
}

/// The grants of one person that have ended and still stand in the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndedGrants(Vec<(ListedGrant, Span)>);

impl EndedGrants {
    pub fn push(&mut self, grant: ListedGrant, at: Span) {
        self.0.push((grant, at));
    }

    pub fn grants(&self) -> impl Iterator<Item = &ListedGrant> {
        self.0.iter().map(|(grant, _)| grant)
    }

    /// The ended organization roles.
    #[must_use]
    pub fn roles(&self) -> Roles {
        self.0
            .iter()
            .filter_map(|(grant, _)| if let ListedGrant::Role(role) = grant { Some(*role) } else { None })
            .collect()
    }

    /// The ended seats.
    #[must_use]
    pub fn seats(&self) -> Seats {
        self.0
            .iter()
            .filter_map(
                |(grant, _)| if let ListedGrant::Seat(product) = grant { Some(*product) } else { None },
            )
            .collect()
    }

    /// The ended roles in a workspace.
    #[must_use]
    pub fn roles_in(&self, workspace: &str) -> WorkspaceRoles {
        let role = |(grant, _): &(ListedGrant, Span)| match grant {
            ListedGrant::WorkspaceRole(name, role) if name == workspace => Some(*role),
            _ => None,
        };
        self.0.iter().filter_map(role).collect()
    }

    /// The positions of the grants for which a condition holds.
    pub fn places(&self, is: impl Fn(&ListedGrant) -> bool) -> impl Iterator<Item = Span> {
        self.0.iter().filter(move |(grant, _)| is(grant)).map(|(_, at)| *at)
    }
}
