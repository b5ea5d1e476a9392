//! Finds people by a part of their name or address: members, invited people, and declared people who are neither.

use super::explanation::Presence;
use super::folding::folded;
use super::found_access::{FoundGroup, FoundRole, FoundWorkspace, Resources};
use crate::escape;
use crate::model::{
    Departures, Desired, DesiredMember, Email, History, Live, LiveInvitation, LiveMember, Product,
    RemovalCause, Role, Roles, Seats,
};
use crate::source::{Position, Sources};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use strum::IntoStaticStr;
use uuid::Uuid;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// How long an invitation can be accepted: 7 days, says the vendor.
pub(super) const ACCEPTABLE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What people must have to be found. By default, everybody is.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// A part of the name or address.
    pub text: String,
    /// An organization role, direct or inherited, or one that an invitation grants.
    pub role: Option<Role>,
    /// A seat that a member holds.
    pub seat: Option<Product>,
    /// No file declares them or says that they leave.
    pub undeclared: bool,
    /// They have an invitation that they can accept.
    pub pending: bool,
}

/// The people that were found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MembersReport {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
    /// In the order of their addresses.
    pub people: Vec<FoundPerson>,
}

/// A member, an invitation, or a declared person who is neither a member nor invited.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundPerson {
    /// The live address, or the declared one. If there is none, the name or identifier. Harmless text.
    pub target: String,
    /// The live name, or the declared one. Harmless text.
    pub name: Option<String>,
    /// The identifier of the member or invitation.
    pub uuid: Option<Uuid>,
    /// Whether the person has joined.
    pub live: Presence,
    /// What the files say; null if no files were read.
    pub declaration: Option<Declaration>,
    /// Where they say so.
    pub declared: Option<Position>,
    /// The address in the files, if it differs.
    pub declared_address: Option<String>,
    /// The name in the files, if it differs. Harmless text.
    pub declared_name: Option<String>,
    /// The address is outside `organization.domains`.
    pub outside_domains: bool,
    /// The organization roles; of an invitation, those that it grants.
    pub roles: Vec<FoundRole>,
    /// The seats. Null for an invitation, because the API does not show its seats.
    pub seats: Option<Vec<String>>,
    /// The roles in workspaces; of an invitation, those that it grants.
    pub workspaces: Vec<FoundWorkspace>,
    /// The groups.
    pub groups: Vec<FoundGroup>,
    /// The dates of an invitation.
    pub invitation: Option<InvitationDates>,
}

/// What the files say about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Declaration {
    /// Declared under `members`.
    Declared,
    /// Listed under `removed`.
    Removed,
    /// Declared, and the last day of access is over.
    Expired,
    /// Nothing.
    Undeclared,
}

/// When an invitation was sent, and until when it can be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InvitationDates {
    /// When it was sent.
    pub created_at: String,
    /// Its age in whole days.
    pub age_days: i64,
    /// When it ends or has ended, 7 days after it was sent.
    pub ends_at: String,
    /// How many invitations the person got since they were last a member; null without `--pending`, and if the audit log
    /// does not tell.
    pub mails: Option<usize>,
}

/// Finds people. `files` are the desired organization and the sources of its positions, if files were read.
#[must_use]
pub fn members(
    files: Option<(&Desired, &Sources)>,
    live: &Live,
    history: &History,
    filter: &MemberFilter,
    now: Timestamp,
) -> MembersReport {
    let search = Search::new(files, live, history, filter, now);
    let members = live.members.iter().map(Candidate::Member);
    let invitations = live.invitations.iter().map(Candidate::Invitation);
    let candidates = members.chain(invitations).chain(search.absent());
    let mut people: Vec<FoundPerson> = candidates.filter_map(|candidate| search.find(candidate)).collect();
    people.sort_by(|a, b| (&a.target, a.uuid).cmp(&(&b.target, b.uuid)));
    MembersReport {
        format_version: FORMAT_VERSION.to_owned(),
        organization: files.map(|(desired, _)| desired.organization.clone()).unwrap_or_default(),
        people,
    }
}

/// A person who may be found.
#[derive(Clone, Copy)]
enum Candidate<'a> {
    Member(&'a LiveMember),
    Invitation(&'a LiveInvitation),
    Absent(&'a Email),
}

impl<'a> Candidate<'a> {
    fn email(self) -> Option<&'a Email> {
        match self {
            Self::Member(member) => member.email.as_ref(),
            Self::Invitation(invitation) => invitation.email.as_ref(),
            Self::Absent(email) => Some(email),
        }
    }

    /// The address, or what is shown in its place. Hostile text.
    fn target(self) -> &'a str {
        match self {
            Self::Member(member) => member.email.as_ref().map_or(&member.label, Email::as_str),
            Self::Invitation(one) => one.email.as_ref().map_or(&one.label, Email::as_str),
            Self::Absent(email) => email.as_str(),
        }
    }

    fn live(self) -> Presence {
        match self {
            Self::Member(_) => Presence::Member,
            Self::Invitation(invitation) if invitation.expired => Presence::InvitationExpired,
            Self::Invitation(_) => Presence::Invited,
            Self::Absent(_) => Presence::Absent,
        }
    }

    /// The known seats that the person holds.
    fn seats(self) -> Seats {
        if let Self::Member(member) = self { member.access.seats } else { Seats::empty() }
    }
}

/// An entry of the files about a person.
struct Entry<'a> {
    declaration: Declaration,
    at: Option<Position>,
    email: Option<&'a Email>,
    name: Option<&'a str>,
}

struct Search<'a> {
    files: Option<(&'a Desired, &'a Sources)>,
    filter: &'a MemberFilter,
    /// The folded text.
    text: String,
    now: Timestamp,
    resources: Resources<'a>,
    /// The events that tell how often people were invited.
    departures: Departures<'a>,
    /// The addresses of members, and of invitations.
    joined: HashSet<&'a Email>,
    invited: HashSet<&'a Email>,
    /// Declared people by their former address.
    former: HashMap<&'a Email, (&'a Email, &'a DesiredMember)>,
    /// The current addresses of people to remove, by their former ones.
    formerly_removed: HashMap<&'a Email, &'a Email>,
}

impl<'a> Search<'a> {
    fn new(
        files: Option<(&'a Desired, &'a Sources)>,
        live: &'a Live,
        history: &'a History,
        filter: &'a MemberFilter,
        now: Timestamp,
    ) -> Self {
        let desired = files.map(|(desired, _)| desired);
        let declared = desired.iter().flat_map(|desired| &desired.members);
        let removed = desired.iter().flat_map(|desired| &desired.removals);
        Self {
            files,
            filter,
            text: folded(&filter.text),
            now,
            resources: Resources::of(live),
            departures: history.departures(live),
            joined: live.members.iter().filter_map(|member| member.email.as_ref()).collect(),
            invited: live.invitations.iter().filter_map(|invitation| invitation.email.as_ref()).collect(),
            former: declared
                .filter_map(|(email, member)| Some((member.previously.as_ref()?, (email, member))))
                .collect(),
            formerly_removed: removed
                .filter_map(|(email, removal)| Some((removal.previously.as_ref()?, email)))
                .collect(),
        }
    }

    /// Declared people who are neither members nor invited.
    fn absent(&self) -> impl Iterator<Item = Candidate<'a>> {
        let declared = self.files.into_iter().flat_map(|(desired, _)| &desired.members);
        let is_live = |email: &Email| self.joined.contains(email) || self.invited.contains(email);
        let is_absent = move |(email, member): &(&Email, &DesiredMember)| {
            !is_live(email) && !member.previously.as_ref().is_some_and(is_live)
        };
        declared.filter(is_absent).map(|(email, _)| Candidate::Absent(email))
    }

    /// The person, if the filter finds them.
    fn find(&self, candidate: Candidate<'a>) -> Option<FoundPerson> {
        let entry = self.entry(candidate.email(), candidate.live());
        let live_name = if let Candidate::Member(member) = candidate { member.name.as_deref() } else { None };
        let declared_name = entry.as_ref().and_then(|entry| entry.name);
        let declared_address = entry.as_ref().and_then(|entry| entry.email).map(Email::as_str);
        let texts = [Some(candidate.target()), live_name, declared_address, declared_name];
        let filter = self.filter;
        let is_undeclared =
            || entry.as_ref().is_some_and(|entry| entry.declaration == Declaration::Undeclared);
        let is_found = (!filter.pending || candidate.live() == Presence::Invited)
            && (!filter.undeclared || is_undeclared())
            && filter.seat.is_none_or(|seat| candidate.seats().contains(seat))
            && filter.role.is_none_or(|role| self.roles(candidate).contains(role))
            && texts.into_iter().flatten().any(|text| folded(text).contains(&self.text));
        if !is_found {
            return None;
        }
        let is_outside =
            |email: &Email| self.files.is_some_and(|(desired, _)| desired.is_outside_domains(email));
        let person = FoundPerson {
            target: escape::excerpt(candidate.target()),
            name: live_name.or(declared_name).map(escape::excerpt),
            uuid: None,
            live: candidate.live(),
            declaration: entry.as_ref().map(|entry| entry.declaration),
            declared_address: declared_address
                .filter(|email| *email != candidate.target())
                .map(str::to_owned),
            declared_name: declared_name
                .filter(|name| live_name.is_some_and(|live| live != *name))
                .map(escape::excerpt),
            declared: entry.and_then(|entry| entry.at),
            outside_domains: candidate.email().is_some_and(is_outside),
            roles: Vec::new(),
            seats: Some(Vec::new()),
            workspaces: Vec::new(),
            groups: Vec::new(),
            invitation: None,
        };
        Some(self.with_access(person, candidate))
    }

    /// The organization roles that the API can write.
    fn roles(&self, candidate: Candidate<'_>) -> Roles {
        match candidate {
            Candidate::Member(member) => self.resources.effective_roles(member),
            Candidate::Invitation(invitation) => invitation.roles,
            Candidate::Absent(_) => Roles::empty(),
        }
    }

    /// Adds what the person has.
    fn with_access(&self, person: FoundPerson, candidate: Candidate<'_>) -> FoundPerson {
        match candidate {
            Candidate::Member(member) => FoundPerson {
                uuid: Some(member.id),
                roles: self.resources.roles(member),
                seats: Some(seats(member)),
                workspaces: self.resources.workspaces(member),
                groups: self.resources.groups(member.id),
                ..person
            },
            Candidate::Invitation(invitation) => FoundPerson {
                uuid: Some(invitation.id),
                roles: invited_roles(invitation),
                seats: invitation.expired.then(Vec::new),
                workspaces: self.resources.invited_into(&invitation.workspaces),
                invitation: invitation.created_at.map(|created_at| self.dates(invitation, created_at)),
                ..person
            },
            Candidate::Absent(_) => person,
        }
    }

    fn dates(&self, invitation: &LiveInvitation, created_at: Timestamp) -> InvitationDates {
        let age = self.now.duration_since(created_at).as_hours().max(0) / 24;
        let ends_at = created_at.saturating_add(ACCEPTABLE).unwrap_or(Timestamp::MAX);
        InvitationDates {
            created_at: created_at.to_string(),
            age_days: age,
            ends_at: ends_at.to_string(),
            mails: invitation.email.as_ref().and_then(|email| self.departures.mails(email)),
        }
    }

    /// What the files say about an address; `None` if no files were read.
    fn entry(&self, email: Option<&'a Email>, live: Presence) -> Option<Entry<'a>> {
        let (desired, sources) = self.files?;
        let declared = |(email, member): (&'a Email, &'a DesiredMember)| Entry {
            declaration: Declaration::Declared,
            at: Some(sources.position(member.at)),
            email: Some(email),
            name: member.name.as_deref(),
        };
        let undeclared = Entry { declaration: Declaration::Undeclared, at: None, email: None, name: None };
        let Some(email) = email else { return Some(undeclared) };
        // A member with the current address is the person, and one with the former address is somebody else.
        let is_other = |current: &Email| live == Presence::Member && self.joined.contains(current);
        let former = || self.former.get(email).copied().filter(|(current, _)| !is_other(current));
        if let Some(found) = desired.members.get_key_value(email).or_else(former) {
            return Some(declared(found));
        }
        let removal = desired.removals.get(self.formerly_removed.get(email).copied().unwrap_or(email));
        Some(removal.map_or(undeclared, |removal| Entry {
            declaration: match removal.cause {
                RemovalCause::Expired => Declaration::Expired,
                _ => Declaration::Removed,
            },
            at: Some(sources.position(removal.at)),
            email: None,
            name: None,
        }))
    }
}

/// The seats of a member, also of products that this version doesn't know.
fn seats(member: &LiveMember) -> Vec<String> {
    let known = member.access.seats.into_iter().map(|product| product.name().to_owned());
    known.chain(member.locked_seats.products.iter().map(|product| escape::excerpt(product))).collect()
}

fn invited_roles(invitation: &LiveInvitation) -> Vec<FoundRole> {
    let known = invitation.roles.into_iter().map(|role| role.name().to_owned());
    let locked = invitation.locked_roles.iter().map(|role| escape::excerpt(role));
    let role = |role| FoundRole { role, direct: Some(true), through: Vec::new() };
    known.chain(locked).map(role).collect()
}
