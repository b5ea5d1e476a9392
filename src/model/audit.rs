//! Entries of the audit log, and what they are about.
//!
//! The vendor does not document how an entry names the affected person or object
//! (<https://docs.mistral.ai/admin/monitor-comply/audit-logs/reference>). So an entry is about a resource only if one of
//! its values is the resource's identifier. Nothing is guessed from the names of keys.

use super::Email;
use enumset::{EnumSet, EnumSetType};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Declares the types of events that orgsync reads, each with the vendor's name.
macro_rules! event_types {
    ($($name:ident $api_name:literal)*) => {
        /// A type of event that orgsync reads.
        #[derive(Debug, EnumSetType)]
        pub enum AuditEventType {
            $(
                #[doc = concat!("`", $api_name, "`")]
                $name,
            )*
        }

        impl AuditEventType {
            /// The vendor's name.
            pub fn api_name(self) -> &'static str {
                match self {
                    $(Self::$name => $api_name,)*
                }
            }
        }
    };
}

event_types! {
    UserCreated "user.create"
    UserChanged "user.info.update"
    MemberJoined "user.organization.join"
    MemberLeft "user.organization.leave"
    MemberRemoved "user.organization.delete"
    MemberRolesChanged "user.organization.role.update"
    JoinedByDomain "organization.join_by_email_domain"
    InvitationSent "organization.invite.send"
    InvitationSentAgain "organization.invite.resend"
    InvitationAccepted "organization.invite.accepted"
    InvitationRevoked "organization.invite.revoked"
    SeatGranted "billing.seat.grant"
    SeatRevoked "billing.seat.revoke"
    WorkspaceCreated "workspace.create"
    WorkspaceChanged "workspace.update"
    WorkspaceArchived "workspace.delete"
    WorkspaceMemberAdded "workspace.member.add"
    WorkspaceMemberRemoved "workspace.member.remove"
    WorkspaceMemberRolesChanged "workspace.member.role.update"
    GroupCreated "user_group.create"
    GroupChanged "user_group.update"
    GroupDeleted "user_group.delete"
    GroupMemberAdded "user_group.member.add"
    GroupMemberRemoved "user_group.member.remove"
    GroupAssigned "user_group.workspace.provision"
    GroupUnassigned "user_group.workspace.deprovision"
    GroupAssignmentChanged "user_group.workspace.update"
    ApiKeyCreated "api_key.create"
    ApiKeyRotated "api_key.rotate"
    ApiKeyDeleted "api_key.delete"
}

/// A set of types of events.
pub type AuditEventTypes = EnumSet<AuditEventType>;

impl AuditEventType {
    /// The type with a name of the vendor's.
    pub fn named(api_name: &str) -> Option<Self> {
        AuditEventTypes::all().iter().find(|event| event.api_name() == api_name)
    }

    /// Whether people do this themselves, so that the actor is the person whom it is about.
    fn is_own_act(self) -> bool {
        matches!(
            self,
            Self::MemberLeft | Self::MemberJoined | Self::InvitationAccepted | Self::JoinedByDomain
        )
    }
}

/// The kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorType {
    /// A person.
    Human,
    /// An Admin API key. The log does not say which.
    ApiKey,
    /// The vendor, an identity provider, or a word that this version does not know.
    Other,
}

impl ActorType {
    /// The kind with a name of the vendor's.
    pub fn named(api_name: &str) -> Self {
        match api_name {
            "HUMAN" => Self::Human,
            "API_KEY" => Self::ApiKey,
            _ => Self::Other,
        }
    }

    /// The vendor's name.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::Human => "HUMAN",
            Self::ApiKey => "API_KEY",
            Self::Other => "OTHER",
        }
    }
}

/// Metadata of an entry, as texts. Nested values have keys such as `user.uuid`. Hostile text: escape before showing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditMetadata(BTreeMap<String, String>);

impl AuditMetadata {
    /// The text under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// All texts.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

impl From<&Value> for AuditMetadata {
    fn from(value: &Value) -> Self {
        let mut texts = BTreeMap::new();
        flatten(String::new(), value, &mut texts);
        Self(texts)
    }
}

fn flatten(key: String, value: &Value, texts: &mut BTreeMap<String, String>) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => drop(texts.insert(key, value.to_string())),
        Value::String(text) => drop(texts.insert(key, text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(below(&index.to_string()), item, texts);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                flatten(below(name), field, texts);
            }
        }
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// The vendor's number of the entry.
    pub log_id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: AuditEventType,
    /// Which kind of actor did it.
    pub actor_type: ActorType,
    /// The person who did it, if the entry tells.
    pub actor: Option<Uuid>,
    /// The organization, if the entry tells.
    pub organization_uuid: Option<Uuid>,
    /// The workspace, if it happened in one and the entry tells.
    pub workspace_uuid: Option<Uuid>,
    /// Details of the actor.
    pub actor_metadata: AuditMetadata,
    /// Details of what happened.
    pub event_metadata: AuditMetadata,
    /// Details of what was changed.
    pub target_metadata: AuditMetadata,
}

/// What an event may be about. Whether the type of the event fits is for the caller to decide.
#[derive(Debug, Clone, Copy)]
pub enum AuditResource<'a> {
    /// A member.
    Member(Uuid),
    /// An invitation.
    Invitation {
        /// Its identifier.
        uuid: Uuid,
        /// The address that it was sent to.
        email: &'a Email,
    },
    /// A person who may be neither a member nor invited now.
    Person {
        /// The address.
        email: &'a Email,
        /// The identifiers that the address is known to have had.
        uuids: &'a BTreeSet<Uuid>,
    },
    /// A workspace.
    Workspace(Uuid),
    /// A group.
    Group(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// A member in a workspace.
    WorkspaceMember {
        /// The workspace.
        workspace: Uuid,
        /// The member.
        member: Uuid,
    },
    /// A member in a group.
    GroupMember {
        /// The group.
        group: Uuid,
        /// The member.
        member: Uuid,
    },
    /// A group that is assigned to a workspace.
    GroupAssignment {
        /// The group.
        group: Uuid,
        /// The workspace.
        workspace: Uuid,
    },
}

impl AuditEvent {
    /// Whether the event is about a resource: its values tell each identifier of it.
    pub fn is_about(&self, resource: AuditResource<'_>) -> bool {
        match resource {
            AuditResource::Member(id) | AuditResource::Group(id) | AuditResource::ApiKey(id) => {
                self.tells(id)
            }
            AuditResource::Invitation { uuid, email } => self.tells(uuid) || self.tells_address(email),
            AuditResource::Person { email, uuids } => {
                self.tells_address(email) || uuids.iter().any(|id| self.tells(*id))
            }
            AuditResource::Workspace(id) => self.tells_workspace(id),
            AuditResource::WorkspaceMember { workspace, member } => {
                self.tells_workspace(workspace) && self.tells(member)
            }
            AuditResource::GroupMember { group, member } => self.tells(group) && self.tells(member),
            AuditResource::GroupAssignment { group, workspace } => {
                self.tells_workspace(workspace) && self.tells(group)
            }
        }
    }

    /// Whether a value may be that of the affected person: an address, or an identifier that is not one of the
    /// organization or of the entry's workspace, and that `is_other` does not know as one of a workspace, group or
    /// role. If not, the event may be about anyone.
    pub fn may_tell_person(&self, is_other: impl Fn(Uuid) -> bool) -> bool {
        let own = [self.organization_uuid, self.workspace_uuid];
        self.values().any(|value| match Uuid::parse_str(value) {
            Ok(id) => !own.contains(&Some(id)) && !is_other(id),
            Err(_) => Email::parse(value).is_ok(),
        })
    }

    /// The identifiers among its values, and that of its workspace.
    pub fn identifiers(&self) -> impl Iterator<Item = Uuid> {
        self.values().filter_map(|value| Uuid::parse_str(value).ok()).chain(self.workspace_uuid)
    }

    /// The addresses among its values.
    pub fn addresses(&self) -> impl Iterator<Item = Email> {
        self.values().filter_map(|value| Email::parse(value).ok())
    }

    /// The identifiers among its values that may be those of people: not that of the organization, of its workspace, or
    /// one that `is_other` knows.
    pub fn people(&self, is_other: impl Fn(Uuid) -> bool) -> impl Iterator<Item = Uuid> {
        let own = [self.organization_uuid, self.workspace_uuid];
        let ids = self.values().filter_map(|value| Uuid::parse_str(value).ok());
        ids.filter(move |id| !own.contains(&Some(*id)) && !is_other(*id))
    }

    /// The values that tell what the event is about. The actor counts only for what people do themselves.
    fn values(&self) -> impl Iterator<Item = &str> {
        let actor = self.event.is_own_act().then(|| self.actor_metadata.values());
        self.event_metadata.values().chain(self.target_metadata.values()).chain(actor.into_iter().flatten())
    }

    fn tells(&self, id: Uuid) -> bool {
        self.values().any(|value| Uuid::parse_str(value) == Ok(id))
    }

    fn tells_workspace(&self, id: Uuid) -> bool {
        self.workspace_uuid == Some(id) || self.tells(id)
    }

    fn tells_address(&self, email: &Email) -> bool {
        self.values().any(|value| Email::parse(value).as_ref() == Ok(email))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ADA: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);
    const LAB: Uuid = Uuid::from_u128(3);
    const OPS: Uuid = Uuid::from_u128(4);
    const ACME: Uuid = Uuid::from_u128(5);

    fn event(event: AuditEventType, actor: &Value, target: &Value) -> AuditEvent {
        AuditEvent {
            log_id: 1,
            at: Timestamp::UNIX_EPOCH,
            event,
            actor_type: ActorType::Human,
            actor: None,
            organization_uuid: Some(ACME),
            workspace_uuid: None,
            actor_metadata: actor.into(),
            event_metadata: AuditMetadata::default(),
            target_metadata: target.into(),
        }
    }

    #[test]
    fn metadata_of_any_shape_become_texts() {
        let nested = json!({"user": {"uuid": ADA, "roles": ["A", {"x": 7}]}, "ok": true, "none": null});
        let metadata = AuditMetadata::from(&nested);
        assert_eq!(metadata.get("user.uuid"), Some(ADA.to_string().as_str()));
        assert_eq!(metadata.values().collect::<Vec<_>>(), ["true", "A", "7", &ADA.to_string()]);
        assert_eq!(AuditMetadata::from(&json!("text")).values().collect::<Vec<_>>(), ["text"]);
    }

    #[test]
    fn an_actor_is_the_person_only_for_what_people_do_themselves() {
        use AuditEventType as Type;
        let ada = json!({"user_uuid": ADA});
        let none = json!({});
        for own in [Type::MemberLeft, Type::MemberJoined, Type::InvitationAccepted, Type::JoinedByDomain] {
            assert!(event(own, &ada, &none).is_about(AuditResource::Member(ADA)), "{own:?}");
        }
        for other in [Type::MemberRemoved, Type::MemberRolesChanged, Type::SeatGranted, Type::UserChanged] {
            assert!(!event(other, &ada, &none).is_about(AuditResource::Member(ADA)), "{other:?}");
            assert!(event(other, &none, &ada).is_about(AuditResource::Member(ADA)), "{other:?}");
        }
    }

    #[test]
    fn an_event_in_a_workspace_or_group_must_tell_both() {
        let target = json!({"user_uuid": ADA.simple().to_string().to_uppercase(), "group": OPS});
        let mut added = event(AuditEventType::GroupMemberAdded, &json!({}), &target);
        let group = |member, group| AuditResource::GroupMember { group, member };
        let workspace = AuditResource::WorkspaceMember { workspace: LAB, member: ADA };
        assert!(added.is_about(group(ADA, OPS)));
        assert!(!added.is_about(group(BOB, OPS)) && !added.is_about(group(ADA, LAB)));
        assert!(!added.is_about(workspace) && !added.is_about(AuditResource::Workspace(LAB)));
        added.workspace_uuid = Some(LAB);
        assert!(added.is_about(workspace) && added.is_about(AuditResource::Workspace(LAB)));
        assert!(added.is_about(AuditResource::GroupAssignment { group: OPS, workspace: LAB }));
        assert!(!added.is_about(AuditResource::WorkspaceMember { workspace: LAB, member: BOB }));
    }

    #[test]
    fn an_address_or_a_former_identifier_tells_the_person() {
        let email = Email::parse("ada@acme.example").unwrap();
        let (nobody, former) = (BTreeSet::new(), BTreeSet::from([ADA]));
        let person = |uuids| AuditResource::Person { email: &email, uuids };
        let by_address =
            event(AuditEventType::MemberRemoved, &json!({}), &json!({"email": "Ada@ACME.example"}));
        let by_id = event(AuditEventType::MemberRemoved, &json!({}), &json!({"user_uuid": ADA}));
        assert!(by_address.is_about(person(&nobody)) && by_id.is_about(person(&former)));
        assert!(!by_id.is_about(person(&nobody)));
        assert!(by_address.is_about(AuditResource::Invitation { uuid: BOB, email: &email }));
        assert!(!by_id.is_about(AuditResource::Invitation { uuid: BOB, email: &email }));
    }

    #[test]
    fn an_event_that_tells_no_person_may_be_about_anyone() {
        let may_tell = |target: &Value| {
            let removed = AuditEventType::WorkspaceMemberRemoved;
            event(removed, &json!({"user_uuid": BOB}), target).may_tell_person(|id| id == OPS)
        };
        assert!(!may_tell(&json!({})));
        assert!(!may_tell(&json!({"organization_uuid": ACME, "group": OPS, "note": "x"})));
        assert!(may_tell(&json!({"id": ADA})));
        assert!(may_tell(&json!({"who": "ada@acme.example"})));
    }
}
