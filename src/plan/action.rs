//! The operations that a plan can hold.
//!
//! One variant for each kind of change. Order, checks, documents, rendering and execution all match on [`Operation`]
//! exhaustively: a new kind makes the compiler name every place that must know it.

use super::tally::Delta;
use crate::model::{Access, Email, Language, RemovalCause, Role, Roles, Seats};
use crate::source::Span;
use uuid::Uuid;

/// An operation at its place in the order of an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// When it is carried out.
    pub phase: Phase,
    /// What is done.
    pub operation: Operation,
    /// The places in the files that ask for it.
    pub sources: Vec<Span>,
}

/// The phases of an apply. Each is a barrier: it begins when the one before has ended.
///
/// The order keeps two promises at every moment: never more seats used than bought, because seats are given up before
/// any is taken; never too few admins, because admins are made before any is unmade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Roles gained, seats given up.
    Gains = 1,
    /// Roles lost, removals, revoked invitations.
    Losses = 2,
    /// Seats taken, invitations, new accounts.
    Takes = 3,
}

/// A change of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
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
    },
    /// Invite somebody.
    InvitationSend {
        /// Who.
        email: Email,
        /// What the person is to have.
        access: Access,
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

/// Kinds of operations, in the order in which a phase lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// See [`Operation::MemberUpdate`].
    MemberUpdate,
    /// See [`Operation::MemberRemove`].
    MemberRemove,
    /// See [`Operation::InvitationRevoke`].
    InvitationRevoke,
    /// See [`Operation::InvitationRenew`].
    InvitationRenew,
    /// See [`Operation::InvitationSend`].
    InvitationSend,
    /// See [`Operation::MemberCreate`].
    MemberCreate,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::MemberUpdate,
        Self::MemberRemove,
        Self::InvitationRevoke,
        Self::InvitationRenew,
        Self::InvitationSend,
        Self::MemberCreate,
    ];

    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MemberUpdate => "member.update",
            Self::MemberRemove => "member.remove",
            Self::InvitationRevoke => "invitation.revoke",
            Self::InvitationRenew => "invitation.renew",
            Self::InvitationSend => "invitation.send",
            Self::MemberCreate => "member.create",
        }
    }
}

impl Action {
    /// What identifies the action in its plan: `member.update:ada@acme.example`.
    #[must_use]
    pub fn id(&self) -> String {
        self.operation.id()
    }
}

impl Operation {
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

    /// See [`Action::id`].
    #[must_use]
    pub fn id(&self) -> String {
        let part = match self {
            Self::MemberUpdate { takes_seats_of_split: true, .. } => "#seats".to_owned(),
            // Of these one person can have several.
            Self::InvitationRevoke { spare: true, id, .. } => format!("#{id}"),
            _ => String::new(),
        };
        format!("{}:{}{part}", self.kind().name(), self.email())
    }

    /// The second of a person's two operations, which needs the first to have succeeded.
    #[must_use]
    pub fn takes_seats_of_split(&self) -> bool {
        matches!(self, Self::MemberUpdate { takes_seats_of_split: true, .. })
    }

    /// What the operation does to seats and admins.
    #[must_use]
    pub fn delta(&self) -> Delta {
        let admin = |roles: &Roles| i64::from(roles.contains(Role::Admin));
        match self {
            Self::MemberCreate { access, .. } => {
                Delta::default().used(access.seats, 1).admins(admin(&access.roles))
            }
            Self::MemberUpdate { before, after, managed, .. } => Delta::default()
                .used(before.seats & *managed, -1)
                .used(after.seats & *managed, 1)
                .admins(admin(&after.roles) - admin(&before.roles)),
            Self::MemberRemove { before, managed, .. } => {
                Delta::default().used(before.seats & *managed, -1).admins(-admin(&before.roles))
            }
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
