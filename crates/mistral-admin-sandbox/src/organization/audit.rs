//! The audit log: what happened lately, and who did it.

use crate::instant;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;
use uuid::Uuid;

/// The most entries that are kept: the latest.
const MOST: usize = 10_000;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The holder of the key of the Admin API.
    Key,
    /// A member.
    Human(Uuid),
}

impl Actor {
    fn api_name(self) -> &'static str {
        match self {
            Self::Key => "API_KEY",
            Self::Human(_) => "HUMAN",
        }
    }

    fn user(self) -> Option<Uuid> {
        match self {
            Self::Key => None,
            Self::Human(user) => Some(user),
        }
    }
}

/// Declares the events that the sandbox records, each with the vendor's name.
macro_rules! events {
    ($($event:ident $name:literal)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Event {
            $($event,)*
        }

        impl Event {
            fn api_name(self) -> &'static str {
                match self {
                    $(Self::$event => $name,)*
                }
            }
        }
    };
}

events! {
    OrganizationCreate "organization.create"
    MemberJoin "user.organization.join"
    MemberLeave "user.organization.leave"
    MemberRole "user.organization.role.update"
    MemberDelete "user.organization.delete"
    InviteSend "organization.invite.send"
    InviteAccept "organization.invite.accepted"
    InviteRevoke "organization.invite.revoked"
    SeatGrant "billing.seat.grant"
    SeatRevoke "billing.seat.revoke"
    WorkspaceCreate "workspace.create"
    WorkspaceUpdate "workspace.update"
    WorkspaceDelete "workspace.delete"
    WorkspaceMemberAdd "workspace.member.add"
    WorkspaceMemberRemove "workspace.member.remove"
    WorkspaceMemberRole "workspace.member.role.update"
    GroupCreate "user_group.create"
    GroupUpdate "user_group.update"
    GroupDelete "user_group.delete"
    GroupMemberAdd "user_group.member.add"
    GroupMemberRemove "user_group.member.remove"
    GroupAssign "user_group.workspace.provision"
    GroupUnassign "user_group.workspace.deprovision"
    GroupAssignmentUpdate "user_group.workspace.update"
}

impl Event {
    fn target_type(self) -> &'static str {
        match self.api_name().split('.').next() {
            Some("user") => "USER",
            Some("user_group") => "USER_GROUP",
            Some("workspace") => "WORKSPACE",
            Some("billing") => "SUBSCRIPTION",
            _ => "ORGANIZATION",
        }
    }
}

/// What it happened to, in the shape of `target_metadata`.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct About {
    #[serde(rename = "user_uuid", skip_serializing_if = "Option::is_none")]
    user: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(rename = "user_group_uuid", skip_serializing_if = "Option::is_none")]
    group: Option<Uuid>,
    #[serde(rename = "workspace_uuid", skip_serializing_if = "Option::is_none")]
    workspace: Option<Uuid>,
}

impl About {
    pub(crate) fn user(id: Uuid) -> Self {
        Self { user: Some(id), ..Self::default() }
    }

    pub(crate) fn email(email: String) -> Self {
        Self { email: Some(email), ..Self::default() }
    }

    pub(crate) fn group(id: Uuid) -> Self {
        Self { group: Some(id), ..Self::default() }
    }

    pub(crate) fn in_group(self, id: Uuid) -> Self {
        Self { group: Some(id), ..self }
    }

    pub(crate) fn workspace(self, id: Uuid) -> Self {
        Self { workspace: Some(id), ..self }
    }
}

#[derive(Debug, Clone, Serialize)]
struct ActorMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_uuid: Option<Uuid>,
}

/// An entry of the log, in the shape of the vendor's `AuditLogOut`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AuditEvent {
    #[serde(with = "instant")]
    pub(crate) created_at: Timestamp,
    pub(crate) actor_type: &'static str,
    actor_metadata: ActorMetadata,
    pub(crate) event_type: &'static str,
    event_metadata: serde_json::Map<String, serde_json::Value>,
    pub(crate) target_type: &'static str,
    target_metadata: About,
    log_id: u64,
    organization_uuid: Uuid,
    workspace_uuid: Option<Uuid>,
}

impl AuditEvent {
    /// The member who did it.
    pub(crate) fn user(&self) -> Option<Uuid> {
        self.actor_metadata.user_uuid
    }
}

/// The latest entries, in order.
#[derive(Debug, Clone)]
pub(crate) struct AuditLog {
    organization: Uuid,
    entries: VecDeque<AuditEvent>,
    last: u64,
}

impl AuditLog {
    pub(crate) fn new(organization: Uuid) -> Self {
        Self { organization, entries: VecDeque::new(), last: 0 }
    }

    pub(crate) fn record(&mut self, created_at: Timestamp, actor: Actor, event: Event, about: About) {
        if self.entries.len() >= MOST {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back(AuditEvent {
            created_at,
            actor_type: actor.api_name(),
            actor_metadata: ActorMetadata { user_uuid: actor.user() },
            event_type: event.api_name(),
            event_metadata: serde_json::Map::new(),
            target_type: event.target_type(),
            workspace_uuid: about.workspace,
            target_metadata: about,
            log_id: self.last,
            organization_uuid: self.organization,
        });
    }

    /// The entries, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &AuditEvent> {
        self.entries.iter()
    }
}
