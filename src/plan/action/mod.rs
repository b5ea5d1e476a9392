//! The operations that a plan can hold.
//!
//! One variant for each kind of change, in one enum for each kind of thing: people, workspaces, groups. Order, checks,
//! documents, rendering and execution all match on them exhaustively: a new kind makes the compiler name every place
//! that must know it.

mod group;
mod person;
mod workspace;

pub use group::{Assignment, GroupOperation};
pub use person::{Leaves, PersonOperation};
pub use workspace::{Membership, WorkspaceOperation};

use super::tally::Delta;
use crate::model::Email;
use crate::source::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    /// Where it comes from, if the plan was compared with another.
    pub origin: Option<ActionOrigin>,
}

/// Whether an action comes from a change of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionOrigin {
    /// The files ask for it since they were changed.
    Change,
    /// They asked for it before: the organization is not as it was declared.
    Drift,
}

/// The phases of an apply. Each is a barrier: it begins when the one before has ended.
///
/// The order keeps two promises at every moment: never more seats used than bought, because seats are given up before
/// any is taken; never too few admins, because admins are made before any is unmade. And nobody is put into something
/// that is not there yet, loses access before others have got theirs, or gets for a moment what is not meant for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Roles gained, seats given up.
    Gains = 1,
    /// Roles lost, removals, revoked invitations.
    Losses = 2,
    /// Seats taken, invitations, new accounts.
    Takes = 3,
    /// Workspaces and groups made and changed.
    Made = 4,
    /// People put into them.
    Filled = 5,
    /// Groups given workspaces and parents.
    Assigned = 6,
    /// What comes to an end: memberships, assignments, groups, workspaces.
    Ended = 7,
    /// What groups give that would have reached people who had to be taken out first.
    Late = 8,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 8] = [
        Self::Gains,
        Self::Losses,
        Self::Takes,
        Self::Made,
        Self::Filled,
        Self::Assigned,
        Self::Ended,
        Self::Late,
    ];
}

/// A change of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Of a person.
    Person(PersonOperation),
    /// Of a workspace.
    Workspace(WorkspaceOperation),
    /// Of a group.
    Group(GroupOperation),
}

/// Kinds of operations, in the order in which a phase lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Kind {
    /// See [`PersonOperation::MemberUpdate`].
    MemberUpdate,
    /// See [`PersonOperation::MemberRemove`].
    MemberRemove,
    /// See [`PersonOperation::InvitationRevoke`].
    InvitationRevoke,
    /// See [`PersonOperation::InvitationRenew`].
    InvitationRenew,
    /// See [`PersonOperation::InvitationSend`].
    InvitationSend,
    /// See [`PersonOperation::MemberCreate`].
    MemberCreate,
    /// See [`WorkspaceOperation::Create`].
    WorkspaceCreate,
    /// See [`WorkspaceOperation::Update`].
    WorkspaceUpdate,
    /// See [`WorkspaceOperation::MembersSet`].
    WorkspaceMembersSet,
    /// See [`WorkspaceOperation::MembersRemove`].
    WorkspaceMembersRemove,
    /// See [`GroupOperation::Create`].
    GroupCreate,
    /// See [`GroupOperation::Update`] and [`GroupOperation::Nest`].
    GroupUpdate,
    /// See [`GroupOperation::MembersAdd`].
    GroupMembersAdd,
    /// See [`GroupOperation::MembersRemove`].
    GroupMembersRemove,
    /// See [`GroupOperation::WorkspacesSet`].
    GroupWorkspacesSet,
    /// See [`GroupOperation::WorkspacesRemove`].
    GroupWorkspacesRemove,
    /// See [`GroupOperation::Delete`].
    GroupDelete,
    /// See [`WorkspaceOperation::Archive`].
    WorkspaceArchive,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::MemberUpdate,
        Self::MemberRemove,
        Self::InvitationRevoke,
        Self::InvitationRenew,
        Self::InvitationSend,
        Self::MemberCreate,
        Self::WorkspaceCreate,
        Self::WorkspaceUpdate,
        Self::WorkspaceMembersSet,
        Self::WorkspaceMembersRemove,
        Self::GroupCreate,
        Self::GroupUpdate,
        Self::GroupMembersAdd,
        Self::GroupMembersRemove,
        Self::GroupWorkspacesSet,
        Self::GroupWorkspacesRemove,
        Self::GroupDelete,
        Self::WorkspaceArchive,
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
            Self::WorkspaceCreate => "workspace.create",
            Self::WorkspaceUpdate => "workspace.update",
            Self::WorkspaceMembersSet => "workspace.members.set",
            Self::WorkspaceMembersRemove => "workspace.members.remove",
            Self::GroupCreate => "group.create",
            Self::GroupUpdate => "group.update",
            Self::GroupMembersAdd => "group.members.add",
            Self::GroupMembersRemove => "group.members.remove",
            Self::GroupWorkspacesSet => "group.workspaces.set",
            Self::GroupWorkspacesRemove => "group.workspaces.remove",
            Self::GroupDelete => "group.delete",
            Self::WorkspaceArchive => "workspace.archive",
        }
    }
}

impl From<Kind> for &'static str {
    fn from(kind: Kind) -> Self {
        kind.name()
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| format!("`{}` is no kind of action", crate::escape::excerpt(&name)))
    }
}

/// A workspace or a group, as operations name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The name in the files; where no file has it, the live one, with everything harmful made visible.
    pub name: String,
    /// The vendor's identifier; nothing where it comes to be in the same plan.
    pub id: Option<Uuid>,
}

/// Somebody who gets into a workspace or group, or out of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participant {
    /// The address; without one, what else there is to call them by, with everything harmful made visible.
    pub name: String,
    /// The vendor's identifier; nothing where the account is made in the same plan.
    pub id: Option<Uuid>,
}

/// What tells things of one kind apart: the vendor's identifier, or the name of what comes to be in the same plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Live.
    Live(Uuid),
    /// Not there before the plan.
    New(String),
}

impl Key {
    fn of(id: Option<Uuid>, name: &str) -> Self {
        id.map_or_else(|| Self::New(name.to_owned()), Self::Live)
    }
}

impl Reference {
    /// What tells it from others.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::of(self.id, &self.name)
    }
}

impl Participant {
    /// What tells the person from others.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::of(self.id, &self.name)
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
            Self::Person(operation) => operation.kind(),
            Self::Workspace(operation) => operation.kind(),
            Self::Group(operation) => operation.kind(),
        }
    }

    /// What is changed: an address, or the name of a workspace or group.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Person(operation) => operation.email().as_str(),
            Self::Workspace(operation) => operation.target(),
            Self::Group(operation) => operation.target(),
        }
    }

    /// What tells operations of one kind on one target apart; mostly nothing.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            Self::Person(operation) => operation.part(),
            Self::Workspace(_) => String::new(),
            Self::Group(operation) => operation.part().to_owned(),
        }
    }

    /// See [`Action::id`].
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}{}", self.kind().name(), self.target(), self.part())
    }

    /// The change, if it is one of a person.
    #[must_use]
    pub fn person(&self) -> Option<&PersonOperation> {
        match self {
            Self::Person(operation) => Some(operation),
            Self::Workspace(_) | Self::Group(_) => None,
        }
    }

    /// The person who is changed, if it is one.
    #[must_use]
    pub fn email(&self) -> Option<&Email> {
        self.person().map(PersonOperation::email)
    }

    /// What the operation does to seats.
    #[must_use]
    pub fn delta(&self) -> Delta {
        self.person().map_or_else(Delta::default, PersonOperation::delta)
    }

    /// Whether nothing brings back what it takes away.
    #[must_use]
    pub fn is_irreversible(&self) -> bool {
        matches!(self, Self::Workspace(WorkspaceOperation::Archive { .. }))
    }
}

impl From<PersonOperation> for Operation {
    fn from(operation: PersonOperation) -> Self {
        Self::Person(operation)
    }
}

impl From<WorkspaceOperation> for Operation {
    fn from(operation: WorkspaceOperation) -> Self {
        Self::Workspace(operation)
    }
}

impl From<GroupOperation> for Operation {
    fn from(operation: GroupOperation) -> Self {
        Self::Group(operation)
    }
}
