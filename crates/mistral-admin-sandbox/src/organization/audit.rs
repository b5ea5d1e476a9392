//! The audit log: what happened lately, and who did it.

use jiff::Timestamp;
use std::collections::VecDeque;
use uuid::Uuid;

/// The most entries that are kept; of more, the latest.
const MOST: usize = 10_000;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// Whoever holds the key of the Admin API.
    Key,
    /// A member.
    Human(Uuid),
}

impl Actor {
    /// The vendor's word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Key => "API_KEY",
            Self::Human(_) => "HUMAN",
        }
    }

    /// The id of the member who did it.
    pub(crate) fn user(self) -> Option<Uuid> {
        match self {
            Self::Key => None,
            Self::Human(user) => Some(user),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    OrganizationCreate,
    MemberJoin,
    MemberRole,
    MemberDelete,
    InviteSend,
    InviteAccept,
    InviteRevoke,
    SeatGrant,
    SeatRevoke,
    WorkspaceCreate,
    WorkspaceUpdate,
    WorkspaceDelete,
    WorkspaceMemberAdd,
    WorkspaceMemberRemove,
    WorkspaceMemberRole,
    GroupCreate,
    GroupUpdate,
    GroupDelete,
    GroupMemberAdd,
    GroupMemberRemove,
    GroupAssign,
    GroupUnassign,
    GroupAssignmentUpdate,
}

impl Event {
    /// The vendor's word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OrganizationCreate => "organization.create",
            Self::MemberJoin => "user.organization.join",
            Self::MemberRole => "user.organization.role.update",
            Self::MemberDelete => "user.organization.delete",
            Self::InviteSend => "organization.invite.send",
            Self::InviteAccept => "organization.invite.accepted",
            Self::InviteRevoke => "organization.invite.revoked",
            Self::SeatGrant => "billing.seat.grant",
            Self::SeatRevoke => "billing.seat.revoke",
            Self::WorkspaceCreate => "workspace.create",
            Self::WorkspaceUpdate => "workspace.update",
            Self::WorkspaceDelete => "workspace.delete",
            Self::WorkspaceMemberAdd => "workspace.member.add",
            Self::WorkspaceMemberRemove => "workspace.member.remove",
            Self::WorkspaceMemberRole => "workspace.member.role.update",
            Self::GroupCreate => "user_group.create",
            Self::GroupUpdate => "user_group.update",
            Self::GroupDelete => "user_group.delete",
            Self::GroupMemberAdd => "user_group.member.add",
            Self::GroupMemberRemove => "user_group.member.remove",
            Self::GroupAssign => "user_group.workspace.provision",
            Self::GroupUnassign => "user_group.workspace.deprovision",
            Self::GroupAssignmentUpdate => "user_group.workspace.update",
        }
    }

    /// The vendor's word for the kind of thing that it happened to.
    pub(crate) fn target(self) -> &'static str {
        match self.name().split('.').next() {
            Some("user") => "USER",
            Some("user_group") => "USER_GROUP",
            Some("workspace") => "WORKSPACE",
            Some("billing") => "SUBSCRIPTION",
            _ => "ORGANIZATION",
        }
    }
}

/// What it happened to.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) user: Option<Uuid>,
    pub(crate) email: Option<String>,
    pub(crate) group: Option<Uuid>,
    pub(crate) workspace: Option<Uuid>,
}

impl About {
    /// A member.
    pub(crate) fn user(id: Uuid) -> Self {
        Self { user: Some(id), ..Self::default() }
    }

    /// Somebody who is invited.
    pub(crate) fn email(email: String) -> Self {
        Self { email: Some(email), ..Self::default() }
    }

    /// A group.
    pub(crate) fn group(id: Uuid) -> Self {
        Self { group: Some(id), ..Self::default() }
    }

    /// A member, in a group.
    pub(crate) fn in_group(self, id: Uuid) -> Self {
        Self { group: Some(id), ..self }
    }

    /// In a workspace.
    pub(crate) fn workspace(self, id: Uuid) -> Self {
        Self { workspace: Some(id), ..self }
    }
}

/// An entry of the log.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) id: u64,
    pub(crate) created_at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) event: Event,
    pub(crate) about: About,
}

/// The latest entries, in order.
#[derive(Debug, Default, Clone)]
pub(crate) struct AuditLog {
    entries: VecDeque<Logged>,
    last: u64,
}

impl AuditLog {
    /// Adds an entry.
    pub(crate) fn record(&mut self, created_at: Timestamp, actor: Actor, event: Event, about: About) {
        if self.entries.len() >= MOST {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back(Logged { id: self.last, created_at, actor, event, about });
    }

    /// The entries, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Logged> {
        self.entries.iter()
    }
}
