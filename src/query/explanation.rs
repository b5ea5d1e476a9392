//! Explains one person: their live and desired access, and the positions in the files that grant it.

use crate::escape;
use crate::model::{
    AuditEvent, AuditEventType, AuditEventTypes, Desired, DesiredMember, Email, Granted, ListedGrant, Live,
    LiveMember, Product, RemovalCause, Role, Roles, Seats, TeamMembership, in_or_out,
};
use crate::plan::{Action, ChangedBy, DepartedPerson, GroupGraph, Key, Operation, Plan, events_about};
use crate::source::{Position, Sources, Span};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoStaticStr;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The explanation of one person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Explanation {
    /// The version of this format.
    pub format_version: String,
    /// The address in the files, or the requested one.
    pub email: String,
    /// Where the person is declared; null if they are not.
    pub declared: Option<Position>,
    /// Why the person is to be removed, and the position that causes it.
    pub leaves: Option<Leaves>,
    /// Whether the person has joined.
    pub live: Presence,
    /// How a declared person left who is not invited again; absent if that does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub departed: Option<DepartedPerson>,
    /// Each role and seat, each role in a workspace and each group that the person has or will have.
    pub access: Vec<Entry>,
    /// The actions of the current plan that affect the person.
    pub actions: Vec<String>,
    /// The last events about the person, the newest first, as far as the audit log tells.
    pub history: Vec<ChangedBy>,
}

/// Why a person is to be removed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Leaves {
    /// `removed` or `expired`.
    pub cause: &'static str,
    /// The position that causes it.
    pub at: Position,
}

/// Whether a person has joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Presence {
    /// A member.
    Member,
    /// Invited, and can accept.
    Invited,
    /// Invited, and the invitation has expired.
    InvitationExpired,
    /// Neither.
    Absent,
}

/// One role, seat or membership.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Entry {
    /// `role`, `seat`, `workspace_role` or `group`.
    pub kind: &'static str,
    /// The workspace, for a role in one. Escaped text.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its name. Escaped text.
    pub name: String,
    /// Whether the person has it now; null if unknown (the seats of an invitation).
    pub live: Option<bool>,
    /// Whether the person should have it; null if orgsync leaves it as it is (undeclared, unmanaged or locked).
    pub desired: Option<bool>,
    /// The positions that grant it.
    pub given_by: Vec<Source>,
    /// The positions of grants that have ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<Source>,
}

impl Entry {
    /// One that nothing grants yet.
    pub(super) fn new(
        kind: &'static str,
        within: Option<String>,
        name: String,
        live: bool,
        desired: Option<bool>,
    ) -> Self {
        Self { kind, within, name, live: Some(live), desired, given_by: Vec::new(), ended: Vec::new() }
    }
}

/// A position that grants access.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Source {
    /// `member`, `defaults`, `team`, `workspace` and `group` for their entries, or `built_in` for the role of people
    /// without a declared one.
    pub through: &'static str,
    /// The team's or group's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the team or group lists the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<Position>,
    /// The chain of groups in which that group is nested, up to the one that grants it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nested: Vec<Nesting>,
    /// Where the role, seat or membership is written.
    pub at: Option<Position>,
    /// The last day of the grant, if it has an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// That day is over, so that it grants nothing any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
    /// What it is for. Escaped text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A step from a group to one in which it is nested.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Nesting {
    /// The group in which it is nested.
    pub group: String,
    /// Where that is written.
    pub at: Position,
}

/// The types of events that are about people.
#[must_use]
pub fn person_events() -> AuditEventTypes {
    use AuditEventType as Type;
    let of_groups = Type::GroupMemberAdded | Type::GroupMemberRemoved;
    let of_workspaces =
        Type::WorkspaceMemberAdded | Type::WorkspaceMemberRemoved | Type::WorkspaceMemberRolesChanged;
    let of_seats = Type::MemberRolesChanged | Type::SeatGranted | Type::SeatRevoked | Type::InvitationRevoked;
    let comings =
        AuditEventTypes::all().iter().filter(|event| in_or_out(*event)).collect::<AuditEventTypes>();
    comings | of_groups | of_workspaces | of_seats
}

/// Explains one person; `None` if they are neither declared nor live. `events` are the last ones, of any types.
#[must_use]
pub fn explain(
    email: &Email,
    desired: &Desired,
    live: &Live,
    plan: &Plan,
    sources: &Sources,
    events: &[AuditEvent],
) -> Option<Explanation> {
    // A former address refers to the same person.
    let renamed = || desired.members.iter().find(|(_, member)| member.previously.as_ref() == Some(email));
    let (email, member) = match desired.members.get_key_value(email).or_else(renamed) {
        Some((email, member)) => (email, Some(member)),
        None => (email, None),
    };
    let former = member.and_then(|member| member.previously.as_ref());
    let addresses = || std::iter::once(email).chain(former);
    let joined =
        addresses().find_map(|a| live.members.iter().find(|member| member.email.as_ref() == Some(a)));
    let mut invitations: Vec<_> =
        live.invitations.iter().filter(|i| addresses().any(|a| i.email.as_ref() == Some(a))).collect();
    invitations.sort_by_key(|invitation| (invitation.expired, invitation.id));
    let invitation = invitations.first();
    let removal = desired.removals.get(email);
    if member.is_none() && removal.is_none() && joined.is_none() && invitation.is_none() {
        return None;
    }
    let presence = match (joined, invitation) {
        (Some(_), _) => Presence::Member,
        (None, Some(invitation)) if invitation.expired => Presence::InvitationExpired,
        (None, Some(_)) => Presence::Invited,
        (None, None) => Presence::Absent,
    };
    let live_roles =
        joined.map_or_else(|| invitation.map_or(Roles::empty(), |i| i.roles), |live| live.access.roles);
    // The vendor does not show the seats of an invitation.
    let live_seats = match (joined, presence) {
        (Some(live), _) => Some(live.access.seats),
        (None, Presence::Invited) => None,
        (None, _) => Some(Seats::empty()),
    };
    let own = |operation: &Operation| addresses().any(|address| operation.email() == Some(address));
    let leaves = removal.is_some()
        || plan
            .actions
            .iter()
            .any(|action| matches!(action.operation, Operation::MemberRemove(_)) && own(&action.operation));
    let locked = joined.is_some_and(|live| !live.locked_roles.is_empty());
    let key = joined.map_or_else(|| Key::New(email.to_string()), |live| Key::Live(live.id));
    let groups_before = GroupGraph::of(live);
    let groups_after = groups_before.clone().after(plan.actions.iter().map(|action| &action.operation));
    let person = Person {
        email,
        member,
        joined,
        key,
        leaves,
        desired,
        live,
        groups_before,
        groups_after,
        plan,
        sources,
    };
    let mut access: Vec<Entry> =
        Roles::all().into_iter().filter_map(|role| person.role(role, live_roles, locked)).collect();
    let unwritable = joined.iter().flat_map(|live| &live.locked_roles);
    let unwritable = unwritable.map(|role| escape::excerpt(role));
    access.extend(unwritable.map(|role| Entry::new("role", None, role, true, leaves.then_some(false))));
    access.extend(Seats::all().into_iter().filter_map(|product| person.seat(product, live_seats)));
    let unknown =
        joined.iter().flat_map(|live| &live.locked_seats.products).map(|seat| escape::excerpt(seat));
    access.extend(unknown.map(|seat| Entry::new("seat", None, seat, true, leaves.then_some(false))));
    access.extend(person.groups());
    access.extend(person.workspaces());
    let reaching = &person.groups_before.reaching(&person.key) | &person.groups_after.reaching(&person.key);
    let concerned = |operation: &Operation| own(operation) || person.concerns(operation, &reaching);
    Some(Explanation {
        format_version: FORMAT_VERSION.to_owned(),
        email: email.to_string(),
        declared: member.map(|member| sources.position(member.at)),
        leaves: removal
            .map(|removal| Leaves { cause: cause(removal.cause), at: sources.position(removal.at) }),
        live: presence,
        departed: plan.waiting.iter().find(|one| one.email == *email).and_then(|one| one.departed.clone()),
        access,
        actions: plan.actions.iter().filter(|action| concerned(&action.operation)).map(Action::id).collect(),
        history: events_about(email, joined.map(|member| member.id), events, live),
    })
}

fn cause(cause: RemovalCause) -> &'static str {
    match cause {
        RemovalCause::Removed => "removed",
        RemovalCause::Expired => "expired",
        RemovalCause::Undeclared => "undeclared",
        RemovalCause::Surplus => "surplus",
        RemovalCause::Excessive => "excessive",
        RemovalCause::Departed => "departed",
    }
}

pub(super) struct Person<'p> {
    pub(super) email: &'p Email,
    pub(super) member: Option<&'p DesiredMember>,
    pub(super) joined: Option<&'p LiveMember>,
    pub(super) key: Key,
    pub(super) leaves: bool,
    pub(super) desired: &'p Desired,
    pub(super) live: &'p Live,
    pub(super) groups_before: GroupGraph,
    pub(super) groups_after: GroupGraph,
    pub(super) plan: &'p Plan,
    pub(super) sources: &'p Sources,
}

impl Person<'_> {
    fn role(&self, role: Role, live: Roles, locked: bool) -> Option<Entry> {
        let through_groups = self.groups_granting(role);
        let given = |member: &DesiredMember| {
            let given = member.access.roles.contains(role) || !through_groups.is_empty();
            // What a group grants that is left alone is left as it is.
            (given || !self.groups_after.inherits_role(&self.key, role)).then_some(given)
        };
        let declared = self.member.filter(|_| !locked).and_then(given);
        let wanted = if self.leaves { Some(false) } else { declared };
        let live = live.contains(role) || self.groups_before.inherits_role(&self.key, role);
        let by_default = self.member.is_some_and(|member| member.from_defaults.roles.contains(role));
        (live || wanted == Some(true)).then(|| Entry {
            kind: "role",
            within: None,
            name: role.name().to_owned(),
            live: Some(live),
            desired: wanted,
            given_by: self
                .granted_by(wanted, Granted::Role(role), by_default)
                .into_iter()
                .chain(through_groups.into_iter().filter(|_| wanted == Some(true)))
                .collect(),
            ended: self.ended(|grant| *grant == ListedGrant::Role(role)),
        })
    }

    fn seat(&self, product: Product, live: Option<Seats>) -> Option<Entry> {
        let managed = self.desired.managed().contains(product);
        let declared = self.member.filter(|_| managed).map(|member| member.access.seats.contains(product));
        let wanted = if self.leaves { Some(false) } else { declared };
        let live = live.map(|seats| seats.contains(product));
        let by_default = self.member.is_some_and(|member| member.from_defaults.seats.contains(product));
        (live == Some(true) || wanted == Some(true)).then(|| Entry {
            kind: "seat",
            within: None,
            name: product.name().to_owned(),
            live,
            desired: wanted,
            given_by: self.granted_by(wanted, Granted::Seat(product), by_default),
            ended: self.ended(|grant| *grant == ListedGrant::Seat(product)),
        })
    }

    fn granted_by(&self, wanted: Option<bool>, what: Granted, by_default: bool) -> Vec<Source> {
        if wanted != Some(true) {
            return Vec::new();
        }
        let grants = self.member.iter().flat_map(|member| &member.grants).filter(|grant| grant.what == what);
        let mut given: Vec<Source> =
            grants.map(|grant| self.source("member", grant.at, grant.through.as_deref())).collect();
        if by_default {
            let written = self.desired.defaults.iter().find(|grant| grant.what == what);
            let through = if written.is_some() { "defaults" } else { "built_in" };
            let at = written.map(|grant| self.sources.position(grant.at));
            let source = Source { through, at, ..Source::default() };
            given.push(match written {
                Some(grant) => self.with_terms(source, [grant.at]),
                None => source,
            });
        }
        given
    }

    /// The source of a grant that is written in an entry, or comes through a team.
    pub(super) fn source(&self, kind: &'static str, at: Span, team: Option<&TeamMembership>) -> Source {
        let source = Source {
            through: if team.is_some() { "team" } else { kind },
            name: team.map(|membership| membership.team.to_string()),
            membership: team.map(|membership| self.sources.position(membership.at)),
            at: Some(self.sources.position(at)),
            ..Source::default()
        };
        self.with_terms(source, std::iter::once(at).chain(team.map(|membership| membership.at)))
    }

    /// Adds the first end of several positions that grant something together, and their reasons.
    pub(super) fn with_terms(&self, source: Source, at: impl IntoIterator<Item = Span>) -> Source {
        let at: Vec<Span> = at.into_iter().collect();
        let why: Vec<String> =
            at.iter().filter_map(|at| self.desired.why(*at)).map(escape::excerpt).collect();
        Source {
            until: at.iter().filter_map(|at| self.desired.until(*at)).min(),
            why: (!why.is_empty()).then(|| why.join(", ")),
            ..source
        }
    }

    /// The grants of the person that have ended and fulfil a condition.
    pub(super) fn ended(&self, is: impl Fn(&ListedGrant) -> bool) -> Vec<Source> {
        let ended = self.desired.ended.get(self.email).map(|ended| ended.places(is));
        let source = |at| Source { ended: true, ..self.source("member", at, None) };
        ended.into_iter().flatten().map(source).collect()
    }
}
