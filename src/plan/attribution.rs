//! Who made the changes by hand that a plan undoes, according to the audit log.
//!
//! An event fits a difference if its type does, and if it is about the resource (see
//! [`AuditEvent::is_about`]). The latest fitting event counts. Without one, nothing is claimed: the vendor does not
//! document what an event tells.

use super::action::{Action, ActionOrigin, Cause};
use super::changed_by::ChangedBy;
use super::findings::{UndeclaredPower, UnmanagedKind};
use super::operation::{Assignment, Membership, Operation, Reference};
use crate::escape;
use crate::model::{
    ActorType, AuditEvent, AuditEventType as Type, AuditEventTypes, AuditResource, Email, Live,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What an event has to be about, and its types that fit.
struct Trace<'p> {
    types: AuditEventTypes,
    resource: Traced<'p>,
}

/// A resource, as a plan names it.
enum Traced<'p> {
    Member(Uuid),
    /// An invitation that is gone, by its address.
    Invited(&'p Email),
    Invitation(Uuid, Option<Email>),
    Workspace(Uuid),
    Group(Uuid),
    WorkspaceMember(Uuid, Uuid),
    GroupMember(Uuid, Uuid),
    Assignment(Uuid, Uuid),
}

/// The types of events that may tell who made a change that these actions undo, or who gave this power.
pub(super) fn types(actions: &[Action], power: &[UndeclaredPower], live: &Live) -> AuditEventTypes {
    let of_actions =
        actions.iter().filter(|action| is_by_hand(action)).flat_map(|one| traces(&one.operation));
    let of_power = power.iter().flat_map(|one| traces_of_power(one, live));
    of_actions.chain(of_power).fold(AuditEventTypes::empty(), |all, trace| all | trace.types)
}

/// Names who made a change, where the events tell it.
pub(super) fn attribute(
    actions: &mut [Action],
    power: &mut [UndeclaredPower],
    events: &[AuditEvent],
    live: &Live,
) {
    if events.is_empty() {
        return;
    }
    let log = Log::new(events, live);
    for action in actions.iter_mut().filter(|action| is_by_hand(action)) {
        action.changed_by = log.latest(&traces(&action.operation));
    }
    for one in power {
        one.changed_by = log.latest(&traces_of_power(one, live));
    }
}

/// The last events about a person, the newest first.
#[must_use]
pub fn events_about(email: &Email, id: Option<Uuid>, events: &[AuditEvent], live: &Live) -> Vec<ChangedBy> {
    /// The most that are worth reading.
    const MOST: usize = 10;
    let log = Log::new(events, live);
    let about = AuditResource::Person { email, uuids: &id.into_iter().collect() };
    events
        .iter()
        .filter(|event| event.is_about(about))
        .take(MOST)
        .map(|event| log.changed_by(event))
        .collect()
}

/// Whether somebody may have made by hand what an action undoes: not time, and not a change of the files.
fn is_by_hand(action: &Action) -> bool {
    action.causes.contains(Cause::Declared) && action.origin != Some(ActionOrigin::Change)
}

/// The events, by the identifiers and addresses that they tell.
struct Log<'l> {
    by_id: HashMap<Uuid, Vec<&'l AuditEvent>>,
    by_address: HashMap<Email, Vec<&'l AuditEvent>>,
    addresses: HashMap<Uuid, &'l Email>,
}

impl<'l> Log<'l> {
    fn new(events: &'l [AuditEvent], live: &'l Live) -> Self {
        let (mut by_id, mut by_address) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for event in events {
            let ids: BTreeSet<Uuid> = event.identifiers().collect();
            ids.into_iter().for_each(|id| by_id.entry(id).or_default().push(event));
            event.addresses().for_each(|email| by_address.entry(email).or_default().push(event));
        }
        let members = live.members.iter().filter_map(|member| Some((member.id, member.email.as_ref()?)));
        Self { by_id, by_address, addresses: members.collect() }
    }

    fn latest(&self, traces: &[Trace<'_>]) -> Option<ChangedBy> {
        let fitting = traces.iter().flat_map(|trace| {
            let known = match &trace.resource {
                Traced::Invited(email) => self.by_address.get(*email),
                Traced::Member(id) | Traced::Workspace(id) | Traced::Group(id) => self.by_id.get(id),
                Traced::WorkspaceMember(_, id) | Traced::GroupMember(_, id) | Traced::Assignment(id, _) => {
                    self.by_id.get(id)
                }
                Traced::Invitation(id, email) => {
                    self.by_id.get(id).or_else(|| self.by_address.get(email.as_ref()?))
                }
            };
            let fits = |event: &&&AuditEvent| {
                trace.types.contains(event.event) && event.is_about(trace.resource.of_event())
            };
            known.into_iter().flatten().filter(fits).copied()
        });
        fitting.max_by_key(|event| (event.at, event.log_id)).map(|event| self.changed_by(event))
    }

    fn changed_by(&self, event: &AuditEvent) -> ChangedBy {
        let actor = event.actor.filter(|_| event.actor_type == ActorType::Human);
        let address = |id: Uuid| self.addresses.get(&id).map_or_else(|| id.to_string(), ToString::to_string);
        ChangedBy {
            at: event.at,
            actor_type: event.actor_type.api_name().to_owned(),
            actor: actor.map(address),
            event: event.event.api_name().to_owned(),
            log_id: event.log_id,
        }
    }
}

/// The identifiers of people whom an address had, of which none is known here.
static NO_IDS: BTreeSet<Uuid> = BTreeSet::new();

impl Traced<'_> {
    fn of_event(&self) -> AuditResource<'_> {
        match self {
            Self::Member(id) => AuditResource::Member(*id),
            Self::Invited(email) => AuditResource::Person { email, uuids: &NO_IDS },
            Self::Invitation(uuid, Some(email)) => AuditResource::Invitation { uuid: *uuid, email },
            // Like any identifier, it must occur.
            Self::Invitation(uuid, None) => AuditResource::Group(*uuid),
            Self::Workspace(id) => AuditResource::Workspace(*id),
            Self::Group(id) => AuditResource::Group(*id),
            Self::WorkspaceMember(workspace, member) => {
                AuditResource::WorkspaceMember { workspace: *workspace, member: *member }
            }
            Self::GroupMember(group, member) => AuditResource::GroupMember { group: *group, member: *member },
            Self::Assignment(group, workspace) => {
                AuditResource::GroupAssignment { group: *group, workspace: *workspace }
            }
        }
    }
}

/// The events that may have made the difference that an operation ends.
fn traces(operation: &Operation) -> Vec<Trace<'_>> {
    let one = |types: AuditEventTypes, resource| vec![Trace { types, resource }];
    match operation {
        Operation::MemberUpdate(op) => {
            let (before, after) = (op.before, op.after);
            let causes = [
                (before.roles != after.roles, Type::MemberRolesChanged),
                (!(before.seats - after.seats).is_empty(), Type::SeatGranted),
                (!(after.seats - before.seats).is_empty(), Type::SeatRevoked),
            ];
            let types = causes.into_iter().filter(|(differs, _)| *differs).map(|(_, event)| event).collect();
            one(types, Traced::Member(op.member_id))
        }
        Operation::MemberRemove(op) => one(
            Type::MemberJoined | Type::JoinedByDomain | Type::InvitationAccepted | Type::UserCreated,
            Traced::Member(op.member_id),
        ),
        Operation::InvitationSend(op) => one(Type::InvitationRevoked.into(), Traced::Invited(&op.email)),
        Operation::InvitationRevoke(op) => one(
            Type::InvitationSent | Type::InvitationSentAgain,
            Traced::Invitation(op.invitation_id, Some(op.email.clone())),
        ),
        Operation::InvitationRenew(op) if !op.before.expired => one(
            Type::InvitationSent | Type::InvitationSentAgain,
            Traced::Invitation(op.invitation_id, Some(op.email.clone())),
        ),
        Operation::WorkspaceUpdate(op) => op
            .workspace
            .id
            .map_or_else(Vec::new, |id| one(Type::WorkspaceChanged.into(), Traced::Workspace(id))),
        Operation::WorkspaceMembersSet(op) => memberships(&op.workspace, &op.members),
        Operation::WorkspaceMembersRemove(op) => memberships(&op.workspace, &op.members),
        Operation::GroupUpdate(op) => {
            op.group.id.map_or_else(Vec::new, |id| one(Type::GroupChanged.into(), Traced::Group(id)))
        }
        Operation::GroupDelete(op) => {
            op.group.id.map_or_else(Vec::new, |id| one(Type::GroupCreated.into(), Traced::Group(id)))
        }
        Operation::GroupMembersAdd(op) => members(&op.group, &op.members, Type::GroupMemberRemoved),
        Operation::GroupMembersRemove(op) => members(&op.group, &op.members, Type::GroupMemberAdded),
        Operation::GroupWorkspacesSet(op) => assignments(&op.group, &op.assignments),
        Operation::GroupWorkspacesRemove(op) => assignments(&op.group, &op.assignments),
        Operation::MemberCreate(_)
        | Operation::InvitationRenew(_)
        | Operation::ApiKeyDelete(_)
        | Operation::WorkspaceCreate(_)
        | Operation::WorkspaceArchive(_)
        | Operation::GroupCreate(_) => Vec::new(),
    }
}

fn memberships<'p>(workspace: &Reference, all: &[Membership]) -> Vec<Trace<'p>> {
    let trace = |one: &Membership| {
        let types = match one.before.is_empty() {
            true => Type::WorkspaceMemberRemoved | Type::WorkspaceMemberRolesChanged,
            false => Type::WorkspaceMemberAdded | Type::WorkspaceMemberRolesChanged,
        };
        Some(Trace { types, resource: Traced::WorkspaceMember(workspace.id?, one.member.id?) })
    };
    all.iter().filter_map(trace).collect()
}

fn members<'p>(group: &Reference, all: &[Reference], event: Type) -> Vec<Trace<'p>> {
    let trace = |one: &Reference| {
        Some(Trace { types: event.into(), resource: Traced::GroupMember(group.id?, one.id?) })
    };
    all.iter().filter_map(trace).collect()
}

fn assignments<'p>(group: &Reference, all: &[Assignment]) -> Vec<Trace<'p>> {
    let trace = |one: &Assignment| {
        let types = match one.before {
            None => Type::GroupUnassigned | Type::GroupAssignmentChanged,
            Some(_) => Type::GroupAssigned | Type::GroupAssignmentChanged,
        };
        Some(Trace { types, resource: Traced::Assignment(group.id?, one.workspace.id?) })
    };
    all.iter().filter_map(trace).collect()
}

/// The events that may have given power that no file grants.
fn traces_of_power<'p>(power: &UndeclaredPower, live: &Live) -> Vec<Trace<'p>> {
    if power.kind == UnmanagedKind::Invitation {
        let email = Email::parse(&power.target).ok();
        let types = Type::InvitationSent | Type::InvitationSentAgain;
        return vec![Trace { types, resource: Traced::Invitation(power.uuid, email) }];
    }
    let direct = match power.scope.split_once(':') {
        None => vec![Trace {
            types: Type::MemberRolesChanged
                | Type::MemberJoined
                | Type::JoinedByDomain
                | Type::InvitationAccepted,
            resource: Traced::Member(power.uuid),
        }],
        Some((_, name)) => {
            let named = live.workspaces.iter().filter(|workspace| workspace.settings.name == name);
            let types = Type::WorkspaceMemberAdded | Type::WorkspaceMemberRolesChanged;
            named.map(|one| Trace { types, resource: Traced::WorkspaceMember(one.id, power.uuid) }).collect()
        }
    };
    let through = live.groups.iter().flatten().filter(|group| {
        group.members.contains(&power.uuid)
            && power.held.through.iter().any(|grant| grant.group == escape::excerpt(&group.settings.name))
    });
    let through = through.map(|group| Trace {
        types: Type::GroupMemberAdded.into(),
        resource: Traced::GroupMember(group.id, power.uuid),
    });
    direct.into_iter().chain(through).collect()
}
