//! The audit log: what happened lately, and who did it.

use crate::instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use uuid::{Uuid, uuid};

/// The most entries that are kept: the latest.
const MOST: usize = 10_000;

/// The account of the key of the Admin API, in the metadata of what is done with the key.
const ACCOUNT: Uuid = uuid!("00000000-0000-4000-8000-0000000000ac");

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The holder of the key of the Admin API.
    Key,
    /// A member.
    Human(Uuid),
    /// The identity provider.
    Other,
}

impl Actor {
    fn api_name(self) -> &'static str {
        match self {
            Self::Key => "API_KEY",
            Self::Human(_) => "HUMAN",
            Self::Other => "OTHER",
        }
    }

    /// The vendor's documented keys.
    fn metadata(self) -> Metadata {
        match self {
            Self::Key => [("enterprise_account_uuid", ACCOUNT.to_string())].into(),
            Self::Human(user) => [("user_uuid", user.to_string())].into(),
            Self::Other => Metadata::new(),
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
    UserLogIn "user.log_in"
    UserInfoUpdate "user.info.update"
    DomainJoin "organization.join_by_email_domain"
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
    KeyDelete "api_key.delete"
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
            Some("api_key") => "API_KEY",
            Some("billing") => "SUBSCRIPTION",
            _ => "ORGANIZATION",
        }
    }
}

/// How much the metadata of entries tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuditMetadata {
    /// Everything that the sandbox knows.
    #[default]
    All,
    /// The keys that the vendor documents, which tell who did it and where, not to whom.
    Documented,
    /// Nothing: the objects are empty.
    None,
}

/// The vendor's `object<string, string>`.
type Metadata = BTreeMap<&'static str, String>;

/// What it happened to.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    user: Option<Uuid>,
    email: Option<String>,
    invitation: Option<Uuid>,
    key: Option<Uuid>,
    group: Option<Uuid>,
    workspace: Option<Uuid>,
    /// The seat, in the spelling of `subscription_types`.
    seat: Option<&'static str>,
}

impl About {
    pub(crate) fn member(id: Uuid, email: Option<&str>) -> Self {
        Self { user: Some(id), email: email.map(str::to_owned), ..Self::default() }
    }

    pub(crate) fn invitation(id: Uuid, email: String) -> Self {
        Self { invitation: Some(id), email: Some(email), ..Self::default() }
    }

    pub(crate) fn with_invitation(self, id: Uuid) -> Self {
        Self { invitation: Some(id), ..self }
    }

    pub(crate) fn key(id: Uuid, workspace: Option<Uuid>) -> Self {
        Self { key: Some(id), workspace, ..Self::default() }
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

    pub(crate) fn seat(self, product: &'static str) -> Self {
        Self { seat: Some(product), ..self }
    }

    /// The keys that the vendor documents (decision 26).
    fn documented_metadata(&self, organization: Uuid) -> Metadata {
        let workspace = self.workspace.map(|id| ("workspace_uuid", id.to_string()));
        [("organization_uuid", organization.to_string())].into_iter().chain(workspace).collect()
    }

    fn target_metadata(&self, organization: Uuid) -> Metadata {
        let ids = [
            ("user_uuid", self.user),
            ("invite_uuid", self.invitation),
            ("key_id", self.key),
            ("user_group_uuid", self.group),
        ];
        let ids = ids.into_iter().filter_map(|(key, id)| Some((key, id?.to_string())));
        let email = self.email.clone().map(|email| ("email", email));
        self.documented_metadata(organization).into_iter().chain(ids).chain(email).collect()
    }

    fn event_metadata(&self) -> Metadata {
        self.seat.map(|seat| ("subscription_type", seat.to_owned())).into_iter().collect()
    }
}

/// An entry of the log.
#[derive(Debug, Clone)]
pub(crate) struct AuditEvent {
    pub(crate) created_at: Timestamp,
    actor: Actor,
    event: Event,
    about: About,
    log_id: u64,
}

impl AuditEvent {
    pub(crate) fn actor_type(&self) -> &'static str {
        self.actor.api_name()
    }

    pub(crate) fn event_type(&self) -> &'static str {
        self.event.api_name()
    }

    pub(crate) fn target_type(&self) -> &'static str {
        self.event.target_type()
    }

    /// The member who did it.
    pub(crate) fn user(&self) -> Option<Uuid> {
        match self.actor {
            Actor::Human(user) => Some(user),
            Actor::Key | Actor::Other => None,
        }
    }

    fn shown(&self, organization: Uuid, detail: AuditMetadata) -> ShownEvent {
        let (actor, event, target) = match detail {
            AuditMetadata::All => {
                (self.actor.metadata(), self.about.event_metadata(), self.about.target_metadata(organization))
            }
            AuditMetadata::Documented => {
                (self.actor.metadata(), Metadata::new(), self.about.documented_metadata(organization))
            }
            AuditMetadata::None => Default::default(),
        };
        ShownEvent {
            created_at: self.created_at,
            actor_type: self.actor_type(),
            actor_metadata: actor,
            event_type: self.event_type(),
            event_metadata: event,
            target_type: self.target_type(),
            target_metadata: target,
            log_id: self.log_id,
            organization_uuid: organization,
            workspace_uuid: self.about.workspace,
        }
    }
}

/// An entry as it is listed: the vendor's `AuditLogOut`.
#[derive(Debug, Serialize)]
pub(crate) struct ShownEvent {
    #[serde(with = "instant")]
    created_at: Timestamp,
    actor_type: &'static str,
    actor_metadata: Metadata,
    event_type: &'static str,
    event_metadata: Metadata,
    target_type: &'static str,
    target_metadata: Metadata,
    log_id: u64,
    organization_uuid: Uuid,
    workspace_uuid: Option<Uuid>,
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
        self.entries.push_back(AuditEvent { created_at, actor, event, about, log_id: self.last });
    }

    /// The entries, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &AuditEvent> {
        self.entries.iter()
    }

    pub(crate) fn shown(&self, event: &AuditEvent, detail: AuditMetadata) -> ShownEvent {
        event.shown(self.organization, detail)
    }
}
