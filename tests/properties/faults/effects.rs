//! Whether an operation took effect, from a reading of the organization alone.

use crate::places::seen::Seen;
use crate::places::world::bits;
use orgsync::model::GroupSettings;
use orgsync::model::WorkspaceSettings;
use orgsync::model::{Live, LiveGroup, LiveMember};
use orgsync::plan::{
    Assignment, GroupOperation, Membership, Operation, Participant, PersonOperation, Reference,
    WorkspaceOperation,
};
use uuid::Uuid;

/// How much of what an operation wants is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    All,
    Some,
    None,
}

impl Effect {
    fn of(parts: impl IntoIterator<Item = bool>) -> Self {
        let (mut all, mut any) = (true, false);
        for part in parts {
            all &= part;
            any |= part;
        }
        match (all, any) {
            (true, _) => Self::All,
            (false, true) => Self::Some,
            (false, false) => Self::None,
        }
    }
}

/// What is there of what an operation wants.
pub(super) fn effect(operation: &Operation, live: &Live) -> Effect {
    match operation {
        Operation::Person(operation) => person(operation, live),
        Operation::Workspace(operation) => workspace(operation, live),
        Operation::Group(operation) => group(operation, live),
    }
}

fn member<'l>(live: &'l Live, email: &str) -> Option<&'l LiveMember> {
    live.members.iter().find(|one| one.email.as_ref().is_some_and(|other| other.as_str() == email))
}

fn with_id(live: &Live, id: Uuid) -> Option<&LiveMember> {
    live.members.iter().find(|one| one.id == id)
}

fn person(operation: &PersonOperation, live: &Live) -> Effect {
    let invited = |id: Uuid| live.invitations.iter().any(|one| one.id == id);
    let sent = |email: &str, roles, but: Option<Uuid>| {
        live.invitations.iter().any(|one| {
            let is = one.email.as_ref().is_some_and(|other| other.as_str() == email);
            is && !one.expired && Some(one.id) != but && one.roles == roles && one.locked_roles.is_empty()
        })
    };
    match operation {
        PersonOperation::MemberCreate { email, access, .. } => {
            Effect::of([member(live, email.as_str()).is_some_and(|one| one.access == *access)])
        }
        PersonOperation::MemberUpdate { id, before, after, .. } => {
            let Some(one) = with_id(live, *id) else { return Effect::None };
            let (taken, given_up) = (after.seats - before.seats, before.seats - after.seats);
            Effect::of([
                before.roles == after.roles || one.access.roles == after.roles,
                one.access.seats.is_superset(taken) && one.access.seats.is_disjoint(given_up),
            ])
        }
        PersonOperation::MemberRemove { id, .. } => Effect::of([with_id(live, *id).is_none()]),
        PersonOperation::InvitationSend { email, access, .. } => {
            Effect::of([sent(email.as_str(), access.roles, None)])
        }
        PersonOperation::InvitationRenew { email, id, access, .. } => {
            Effect::of([sent(email.as_str(), access.roles, Some(*id)) && !invited(*id)])
        }
        PersonOperation::InvitationRevoke { id, .. } => Effect::of([!invited(*id)]),
    }
}

fn place(reference: &Reference, live: &Live) -> Option<Uuid> {
    let named = || live.workspaces.iter().find(|one| one.settings.name == reference.name).map(|one| one.id);
    reference.id.or_else(named)
}

fn who(participant: &Participant, live: &Live) -> Option<Uuid> {
    participant.id.or_else(|| member(live, &participant.name).map(|one| one.id))
}

fn workspace(operation: &WorkspaceOperation, live: &Live) -> Effect {
    let traits = |id: Option<Uuid>, traits: &WorkspaceSettings| {
        live.workspaces.iter().any(|one| id.is_none_or(|id| id == one.id) && one.settings == *traits)
    };
    let seen = Seen::of(live);
    match operation {
        WorkspaceOperation::Create { settings: wanted, .. } => Effect::of([traits(None, wanted)]),
        WorkspaceOperation::Update { workspace, after, .. } => Effect::of([traits(workspace.id, after)]),
        WorkspaceOperation::Archive { id, .. } => {
            Effect::of([live.workspaces.iter().all(|one| one.id != *id)])
        }
        WorkspaceOperation::MembersSet { workspace, members } => {
            let has = |one: &Membership| {
                let there = who(&one.who, live).zip(place(workspace, live));
                let roles = bits(one.after);
                there.is_some_and(|(person, place)| seen.has(person, place) & roles == roles)
            };
            Effect::of(members.iter().map(has))
        }
        WorkspaceOperation::MembersRemove { workspace, members } => {
            let out = |one: &Membership| {
                let there = who(&one.who, live).zip(place(workspace, live));
                there.is_none_or(|(person, place)| seen.own(person, place) == 0)
            };
            Effect::of(members.iter().map(out))
        }
    }
}

fn group(operation: &GroupOperation, live: &Live) -> Effect {
    let groups = || live.groups.iter().flatten();
    let found = |reference: &Reference| -> Option<&LiveGroup> {
        groups()
            .find(|one| reference.id.map_or_else(|| one.settings.name == reference.name, |id| id == one.id))
    };
    let texts = |one: &LiveGroup, traits: &GroupSettings| {
        (&one.settings.name, &one.settings.description) == (&traits.name, &traits.description)
    };
    let role = |one: &LiveGroup, traits: &GroupSettings| {
        traits.organization_role.is_none_or(|role| one.settings.organization_role == Some(role))
    };
    let inside = |group: &Reference, one: &Participant| {
        found(group).zip(who(one, live)).is_some_and(|(group, person)| group.members.contains(&person))
    };
    let gives = |group: &Reference, one: &Assignment| {
        let there = found(group).zip(place(&one.workspace, live));
        there.and_then(|(group, place)| group.workspaces.get(&place)).map(|given| given.roles)
    };
    match operation {
        // The role comes with an action of its own.
        GroupOperation::Create { settings } => Effect::of([groups().any(|one| texts(one, settings))]),
        GroupOperation::Update { group, before, after } => {
            let Some(one) = found(group) else { return Effect::None };
            let mut parts = Vec::new();
            if (&before.name, &before.description) != (&after.name, &after.description) {
                parts.push(texts(one, after));
            }
            if before.organization_role != after.organization_role {
                parts.push(role(one, after));
            }
            Effect::of(parts)
        }
        // Another action may have nested it since, or taken it out.
        GroupOperation::Nest { group, before, after } => {
            let nested = |parent: &Reference| {
                found(group).zip(found(parent)).is_some_and(|(one, parent)| one.parents.contains(&parent.id))
            };
            let gained = after.difference(before).map(&nested);
            Effect::of(gained.chain(before.difference(after).map(|parent| !nested(parent))))
        }
        GroupOperation::Delete { id, .. } => Effect::of([groups().all(|one| one.id != *id)]),
        GroupOperation::MembersAdd { group, members } => {
            Effect::of(members.iter().map(|one| inside(group, one)))
        }
        GroupOperation::MembersRemove { group, members } => {
            Effect::of(members.iter().map(|one| !inside(group, one)))
        }
        GroupOperation::WorkspacesSet { group, assignments } => {
            Effect::of(assignments.iter().map(|one| gives(group, one) == Some(one.after)))
        }
        GroupOperation::WorkspacesRemove { group, assignments } => {
            Effect::of(assignments.iter().map(|one| gives(group, one).is_none()))
        }
    }
}
