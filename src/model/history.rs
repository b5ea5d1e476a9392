//! What is known about the past of an organization, beside its present state.

use super::{ActorType, AuditEvent, AuditEventType, AuditResource, Email, Live};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// What earlier runs have left, and what people did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// People whose invitation an interrupted run has deleted to send it again, and may not have sent.
    pub renewing: BTreeSet<Email>,
    pub log: KnownEvents,
    /// What the journals of earlier runs tell about people.
    pub notes: Notes,
    /// The events that may tell who made the changes that a plan undoes.
    pub changes: Vec<AuditEvent>,
    /// The day on which the plan is made; `None` if nothing depends on it.
    pub today: Option<Date>,
}

/// What the journals of earlier runs tell about people, for where the audit log does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notes {
    /// The invitations of people who have not joined.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mails: BTreeMap<Email, Mails>,
    /// Members who got what had to wait until they joined.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub completed: BTreeSet<Email>,
}

/// How often a person was invited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mails {
    /// When somebody last asked for another invitation (`apply --renew`): the count starts there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// The invitations that the audit log told of then. Times would not do: the clock there may be another.
    #[serde(default)]
    pub before: usize,
    /// The invitations since then, or else since the first journal.
    pub sent: usize,
}

impl Notes {
    /// Adds the notes of another journal. Of two counts the later or larger one holds, because a journal takes over what
    /// the one before it says.
    pub fn add(&mut self, other: &Self) {
        for (email, mails) in &other.mails {
            let known = self.mails.entry(email.clone()).or_default();
            *known = *mails.max(known);
        }
        self.completed.extend(other.completed.iter().cloned());
    }

    /// Forgets the invitations of members, and who is a member no more or has been one since before this time: nothing
    /// waits for joining for so long.
    pub fn forget_others(&mut self, live: &Live, joined_after: Timestamp) {
        let members: HashMap<&Email, Option<Timestamp>> = live
            .members
            .iter()
            .filter_map(|member| Some((member.email.as_ref()?, member.created_at)))
            .collect();
        self.mails.retain(|email, _| !members.contains_key(email));
        self.completed.retain(|email| {
            members.get(email).is_some_and(|joined| joined.is_some_and(|joined| joined > joined_after))
        });
    }
}

/// What the audit log tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KnownEvents {
    /// Nothing was asked, or the log is not to be read.
    #[default]
    NotRead,
    /// It can't be read.
    Withheld,
    /// The newest first.
    Read(Vec<AuditEvent>),
}

/// How a person left the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    pub at: Timestamp,
    /// The person who removed them; `None` if they left by themselves or the log does not tell.
    pub by: Option<Uuid>,
    /// They left by themselves.
    pub is_own: bool,
}

/// A grant that an event may have revoked from a member.
#[derive(Debug, Clone, Copy)]
pub enum Revocable {
    Role,
    Seat,
    /// A role in this workspace.
    WorkspaceRole(Uuid),
    /// Membership of this group.
    GroupMember(Uuid),
}

impl Revocable {
    /// The types of events that revoke it.
    fn events(self) -> &'static [AuditEventType] {
        match self {
            Self::Role => &[AuditEventType::MemberRolesChanged],
            Self::Seat => &[AuditEventType::SeatRevoked],
            Self::WorkspaceRole(_) => {
                &[AuditEventType::WorkspaceMemberRemoved, AuditEventType::WorkspaceMemberRolesChanged]
            }
            Self::GroupMember(_) => &[AuditEventType::GroupMemberRemoved],
        }
    }
}

/// The departures that the audit log tells of, by address.
pub struct Departures<'h> {
    by_address: HashMap<Email, Vec<&'h AuditEvent>>,
    by_id: HashMap<Uuid, Vec<&'h AuditEvent>>,
}

impl History {
    /// How many invitations an address got since it was last a member, or since somebody asked for another one; `None` if
    /// neither the log nor a journal tells.
    #[must_use]
    pub fn mails(&self, departures: &Departures<'_>, email: &Email) -> Option<usize> {
        let noted = self.notes.mails.get(email);
        let before = noted.map_or(0, |mails| mails.before);
        // If it tells of fewer, the person has been a member since.
        let told = departures.mails(email).map(|mails| mails.checked_sub(before).unwrap_or(mails));
        told.or_else(|| noted.map(|mails| mails.sent))
    }

    fn events(&self) -> &[AuditEvent] {
        if let KnownEvents::Read(events) = &self.log { events } else { &[] }
    }

    /// The latest event since a member joined that revoked something from them, or that does not tell whom it is about.
    #[must_use]
    pub fn revoked(
        &self,
        member: Uuid,
        joined: Timestamp,
        what: Revocable,
        live: &Live,
    ) -> Option<Timestamp> {
        let is_other = |id: Uuid| is_other(live, id);
        let concerns = |event: &&AuditEvent| {
            let is_elsewhere = match what {
                Revocable::WorkspaceRole(workspace) => {
                    event.workspace_uuid.is_some_and(|told| told != workspace)
                }
                Revocable::GroupMember(group) => live
                    .groups
                    .iter()
                    .flatten()
                    .any(|other| other.id != group && event.is_about(AuditResource::Group(other.id))),
                Revocable::Role | Revocable::Seat => false,
            };
            let is_person = event.is_about(AuditResource::Member(member)) || !event.may_tell_person(is_other);
            what.events().contains(&event.event) && event.at > joined && !is_elsewhere && is_person
        };
        self.events().iter().find(concerns).map(|event| event.at)
    }

    /// Indexes the events that tell of departures and of what undoes them.
    #[must_use]
    pub fn departures(&self, live: &Live) -> Departures<'_> {
        let (mut by_address, mut by_id) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for event in self.events().iter().filter(|event| in_or_out(event.event)) {
            for email in event.addresses() {
                by_address.entry(email).or_default().push(event);
            }
            for id in event.people(|id| is_other(live, id)) {
                by_id.entry(id).or_default().push(event);
            }
        }
        Departures { by_address, by_id }
    }
}

impl Departures<'_> {
    /// How many invitations the log tells of since a person was last a member; `None` if it tells of none.
    #[must_use]
    pub fn mails(&self, email: &Email) -> Option<usize> {
        let sent = |event: AuditEventType| {
            matches!(event, AuditEventType::InvitationSent | AuditEventType::InvitationSentAgain)
        };
        // The newest come first.
        let since = self.by_address.get(email)?.iter().take_while(|event| sent(event.event));
        Some(since.count()).filter(|mails| *mails > 0)
    }

    /// The identifiers that an address had, according to events that tell both.
    #[must_use]
    pub fn ids(&self, email: &Email) -> HashSet<Uuid> {
        let named = self.by_address.get(email).into_iter().flatten();
        named.flat_map(|event| event.people(|_| false)).collect()
    }

    /// How a person left after the last invitation or creation, if the log tells. Events up to `rejoin` don't count, and
    /// neither do removals with an Admin API key.
    #[must_use]
    pub fn of(&self, email: &Email, rejoin: Option<Date>) -> Option<Departure> {
        let named = self.by_address.get(email).into_iter().flatten().copied();
        let ids = self.ids(email);
        let by_id = ids.iter().filter_map(|id| self.by_id.get(id)).flatten().copied();
        let latest = named.chain(by_id).max_by_key(|event| (event.at, event.log_id))?;
        let is_own = latest.event == AuditEventType::MemberLeft;
        let counts =
            is_own || latest.event == AuditEventType::MemberRemoved && latest.actor_type != ActorType::ApiKey;
        let day = TimeZone::UTC.to_datetime(latest.at).date();
        (counts && rejoin.is_none_or(|rejoin| day > rejoin)).then(|| Departure {
            at: latest.at,
            by: latest.actor.filter(|_| !is_own),
            is_own,
        })
    }
}

/// The types of events that tell whether a person is in the organization, or asked to be.
#[must_use]
pub fn in_or_out(event: AuditEventType) -> bool {
    matches!(
        event,
        AuditEventType::MemberLeft
            | AuditEventType::MemberRemoved
            | AuditEventType::InvitationSent
            | AuditEventType::InvitationSentAgain
            | AuditEventType::InvitationAccepted
            | AuditEventType::MemberJoined
            | AuditEventType::JoinedByDomain
            | AuditEventType::UserCreated
    )
}

/// Whether an identifier is that of a workspace or group, not of a person.
fn is_other(live: &Live, id: Uuid) -> bool {
    live.workspaces.iter().any(|workspace| workspace.id == id)
        || live.groups.iter().flatten().any(|group| group.id == id)
}
