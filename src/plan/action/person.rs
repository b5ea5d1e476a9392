//! Changes of people: members and invitations.

use super::super::tally::Delta;
use super::{Kind, Reference};
use crate::model::{Access, Email, Language, RemovalCause, Roles, Seats};
use uuid::Uuid;

/// A change of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonOperation {
    /// Make an account at once.
    MemberCreate {
        /// Who.
        email: Email,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// What the person is to have.
        access: Access,
    },
    /// Set the roles, the seats or both.
    MemberUpdate {
        /// Who, by the address in the files.
        email: Email,
        /// Who, by the vendor's identifier.
        id: Uuid,
        /// What the person has before this operation.
        before: Access,
        /// What the person has after it. Seats of unmanaged products are carried along.
        after: Access,
        /// The second of a person's two operations: it takes the seats.
        takes_seats_of_split: bool,
        /// The seats of managed products, the only ones that count.
        managed: Seats,
    },
    /// Remove somebody from the organization.
    MemberRemove {
        /// Who.
        email: Email,
        /// Who, by the vendor's identifier.
        id: Uuid,
        /// What the person loses.
        before: Access,
        /// The seats of managed products, the only ones that count.
        managed: Seats,
        /// Why.
        cause: RemovalCause,
        /// What stays behind.
        leaves: Leaves,
    },
    /// Invite somebody.
    InvitationSend {
        /// Who.
        email: Email,
        /// What the person is to have.
        access: Access,
        /// The live workspaces that the person is to be in, and joins on accepting.
        workspaces: Vec<Reference>,
        /// The language of the invitation.
        language: Option<Language>,
    },
    /// Delete an invitation and send it anew.
    InvitationRenew {
        /// Who, by the address in the files.
        email: Email,
        /// The old invitation.
        id: Uuid,
        /// The roles of the old invitation.
        before: Roles,
        /// The old invitation has expired.
        expired: bool,
        /// What the person is to have.
        access: Access,
        /// The live workspaces that the person is to be in, and joins on accepting.
        workspaces: Vec<Reference>,
        /// The language of the invitation.
        language: Option<Language>,
    },
    /// Delete an invitation.
    InvitationRevoke {
        /// Who.
        email: Email,
        /// The invitation.
        id: Uuid,
        /// Its roles.
        before: Roles,
        /// It has expired.
        expired: bool,
        /// The seats that it was counted with.
        pending: Seats,
        /// Not the one that the person can get in with: the person is in already, or has another.
        spare: bool,
        /// Why.
        cause: RemovalCause,
    },
}

/// What somebody leaves behind in the organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaves {
    /// The names of workspaces where nobody else who stays is an admin, with everything harmful made visible.
    pub workspaces: Vec<String>,
    /// How many API keys the person has created; nothing where the list can't be read.
    pub api_keys: Option<usize>,
}

impl PersonOperation {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::MemberCreate { .. } => Kind::MemberCreate,
            Self::MemberUpdate { .. } => Kind::MemberUpdate,
            Self::MemberRemove { .. } => Kind::MemberRemove,
            Self::InvitationSend { .. } => Kind::InvitationSend,
            Self::InvitationRenew { .. } => Kind::InvitationRenew,
            Self::InvitationRevoke { .. } => Kind::InvitationRevoke,
        }
    }

    /// The person who is changed.
    #[must_use]
    pub fn email(&self) -> &Email {
        match self {
            Self::MemberCreate { email, .. }
            | Self::MemberUpdate { email, .. }
            | Self::MemberRemove { email, .. }
            | Self::InvitationSend { email, .. }
            | Self::InvitationRenew { email, .. }
            | Self::InvitationRevoke { email, .. } => email,
        }
    }

    /// What tells operations of one kind on one person apart.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            Self::MemberUpdate { takes_seats_of_split: true, .. } => "#seats".to_owned(),
            Self::InvitationRevoke { spare: true, id, .. } => format!("#{id}"),
            _ => String::new(),
        }
    }

    /// The second of a person's two operations, which needs the first to have succeeded.
    #[must_use]
    pub fn takes_seats_of_split(&self) -> bool {
        matches!(self, Self::MemberUpdate { takes_seats_of_split: true, .. })
    }

    /// What the operation does to seats.
    #[must_use]
    pub fn delta(&self) -> Delta {
        match self {
            Self::MemberCreate { access, .. } => Delta::default().used(access.seats, 1),
            Self::MemberUpdate { before, after, managed, .. } => {
                Delta::default().used(before.seats & *managed, -1).used(after.seats & *managed, 1)
            }
            Self::MemberRemove { before, managed, .. } => Delta::default().used(before.seats & *managed, -1),
            Self::InvitationSend { access, .. } => Delta::default().pending(access.seats, 1),
            Self::InvitationRenew { access, expired, .. } => {
                // An invitation that has not expired is counted with these seats already.
                Delta::default().pending(access.seats, i64::from(*expired))
            }
            Self::InvitationRevoke { pending, .. } => Delta::default().pending(*pending, -1),
        }
    }

    /// The roles before and after: none where there is no person before, or after.
    #[must_use]
    pub fn roles(&self) -> (Roles, Roles) {
        match self {
            Self::MemberCreate { access, .. } | Self::InvitationSend { access, .. } => {
                (Roles::empty(), access.roles)
            }
            Self::MemberUpdate { before, after, .. } => (before.roles, after.roles),
            Self::MemberRemove { before, .. } => (before.roles, Roles::empty()),
            Self::InvitationRenew { before, access, .. } => (*before, access.roles),
            Self::InvitationRevoke { before, .. } => (*before, Roles::empty()),
        }
    }

    /// The seats before and after, as far as they are known: the vendor doesn't tell those of an invitation.
    #[must_use]
    pub fn seats(&self) -> (Seats, Seats) {
        match self {
            Self::MemberCreate { access, .. }
            | Self::InvitationSend { access, .. }
            | Self::InvitationRenew { access, .. } => (Seats::empty(), access.seats),
            Self::MemberUpdate { before, after, .. } => (before.seats, after.seats),
            Self::MemberRemove { before, .. } => (before.seats, Seats::empty()),
            Self::InvitationRevoke { .. } => (Seats::empty(), Seats::empty()),
        }
    }
}
