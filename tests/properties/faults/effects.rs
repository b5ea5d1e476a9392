//! Whether an operation took effect, from a reading of the organization alone.

use crate::resources::seen::Seen;
use crate::resources::world::bits;
use orgsync::model::{GroupSettings, Live, LiveGroup, LiveMember, Roles, WorkspaceRoles, WorkspaceSettings};
use orgsync::plan::{Assignment, GroupChange, Membership, Operation, Reference};
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
    let invited = |id: Uuid| live.invitations.iter().any(|one| one.id == id);
    match operation {
        Operation::MemberCreate(op) => {
            Effect::of([member(live, op.email.as_str()).is_some_and(|one| one.access == op.after)])
        }
        Operation::MemberUpdate(op) => {
            let (before, after) = (op.before, op.after);
            let Some(one) = with_id(live, op.member_id) else { return Effect::None };
            let (taken, given_up) = (after.seats - before.seats, before.seats - after.seats);
            Effect::of([
                before.roles == after.roles || one.access.roles == after.roles,
                one.access.seats.is_superset(taken) && one.access.seats.is_disjoint(given_up),
            ])
        }
        Operation::MemberRemove(op) => Effect::of([with_id(live, op.member_id).is_none()]),
        Operation::InvitationSend(op) => Effect::of([sent(live, op.email.as_str(), op.after.roles, None)]),
        Operation::InvitationRenew(op) => {
            let (old, roles) = (op.invitation_id, op.after.roles);
            Effect::of([sent(live, op.email.as_str(), roles, Some(old)) && !invited(old)])
        }
        Operation::InvitationRevoke(op) => Effect::of([!invited(op.invitation_id)]),
        Operation::ApiKeyDelete(op) => {
            Effect::of([live.api_keys.iter().flatten().all(|one| one.id != op.key_id)])
        }
        Operation::WorkspaceCreate(op) => Effect::of([has_settings(live, None, &op.after)]),
        Operation::WorkspaceUpdate(op) => Effect::of([has_settings(live, op.workspace.id, &op.after)]),
        Operation::WorkspaceArchive(op) => {
            Effect::of([live.workspaces.iter().all(|one| Some(one.id) != op.workspace.id)])
        }
        Operation::WorkspaceMembersSet(op) => members_set(&op.workspace, &op.members, live),
        Operation::WorkspaceMembersRemove(op) => members_removed(&op.workspace, &op.members, live),
        // The role comes with an action of its own.
        Operation::GroupCreate(op) => {
            Effect::of([live.groups.iter().flatten().any(|one| has_texts(one, &op.after))])
        }
        Operation::GroupUpdate(op) => group_update(&op.group, &op.change, live),
        Operation::GroupDelete(op) => {
            Effect::of([live.groups.iter().flatten().all(|one| Some(one.id) != op.group.id)])
        }
        Operation::GroupMembersAdd(op) => {
            Effect::of(op.members.iter().map(|one| is_in_group(live, &op.group, one)))
        }
        Operation::GroupMembersRemove(op) => {
            Effect::of(op.members.iter().map(|one| !is_in_group(live, &op.group, one)))
        }
        Operation::GroupWorkspacesSet(op) => {
            Effect::of(op.assignments.iter().map(|one| gives(live, &op.group, one) == Some(one.after)))
        }
        Operation::GroupWorkspacesRemove(op) => {
            Effect::of(op.assignments.iter().map(|one| gives(live, &op.group, one).is_none()))
        }
    }
}

fn member<'l>(live: &'l Live, email: &str) -> Option<&'l LiveMember> {
    live.members.iter().find(|one| one.email.as_ref().is_some_and(|other| other.as_str() == email))
}

fn with_id(live: &Live, id: Uuid) -> Option<&LiveMember> {
    live.members.iter().find(|one| one.id == id)
}

/// Whether there is an invitation that can be accepted, other than an old one.
fn sent(live: &Live, email: &str, roles: Roles, old: Option<Uuid>) -> bool {
    live.invitations.iter().any(|one| {
        let is = one.email.as_ref().is_some_and(|other| other.as_str() == email);
        is && !one.expired && Some(one.id) != old && one.roles == roles && one.locked_roles.is_empty()
    })
}

fn workspace(reference: &Reference, live: &Live) -> Option<Uuid> {
    let named = || live.workspaces.iter().find(|one| one.settings.name == reference.name).map(|one| one.id);
    reference.id.or_else(named)
}

fn member_id(reference: &Reference, live: &Live) -> Option<Uuid> {
    reference.id.or_else(|| member(live, &reference.name).map(|one| one.id))
}

fn has_settings(live: &Live, id: Option<Uuid>, settings: &WorkspaceSettings) -> bool {
    live.workspaces.iter().any(|one| id.is_none_or(|id| id == one.id) && one.settings == *settings)
}

fn members_set(reference: &Reference, members: &[Membership], live: &Live) -> Effect {
    let seen = Seen::of(live);
    let has = |one: &Membership| {
        let there = member_id(&one.member, live).zip(workspace(reference, live));
        let roles = bits(one.after);
        there.is_some_and(|(person, workspace)| seen.has(person, workspace) & roles == roles)
    };
    Effect::of(members.iter().map(has))
}

fn members_removed(reference: &Reference, members: &[Membership], live: &Live) -> Effect {
    let seen = Seen::of(live);
    let out = |one: &Membership| {
        let there = member_id(&one.member, live).zip(workspace(reference, live));
        there.is_none_or(|(person, workspace)| seen.own(person, workspace) == 0)
    };
    Effect::of(members.iter().map(out))
}

fn group<'l>(live: &'l Live, reference: &Reference) -> Option<&'l LiveGroup> {
    let is = |one: &&LiveGroup| match reference.id {
        Some(id) => id == one.id,
        None => one.settings.name == reference.name,
    };
    live.groups.iter().flatten().find(is)
}

fn has_texts(one: &LiveGroup, settings: &GroupSettings) -> bool {
    (&one.settings.name, &one.settings.description) == (&settings.name, &settings.description)
}

fn group_update(reference: &Reference, change: &GroupChange, live: &Live) -> Effect {
    let Some(one) = group(live, reference) else { return Effect::None };
    match change {
        GroupChange::Settings { before, after } => {
            let mut parts = Vec::new();
            if (&before.name, &before.description) != (&after.name, &after.description) {
                parts.push(has_texts(one, after));
            }
            if before.organization_role != after.organization_role {
                let role = after.organization_role;
                parts.push(role.is_none_or(|role| one.settings.organization_role == Some(role)));
            }
            Effect::of(parts)
        }
        // Another action may have nested it since, or taken it out.
        GroupChange::Parents { before, after } => {
            let nested = |parent: &Reference| {
                group(live, parent).is_some_and(|parent| one.parents.contains(&parent.id))
            };
            let gained = after.difference(before).map(nested);
            Effect::of(gained.chain(before.difference(after).map(|parent| !nested(parent))))
        }
    }
}

fn is_in_group(live: &Live, reference: &Reference, member: &Reference) -> bool {
    let there = group(live, reference).zip(member_id(member, live));
    there.is_some_and(|(group, person)| group.members.contains(&person))
}

fn gives(live: &Live, reference: &Reference, assignment: &Assignment) -> Option<WorkspaceRoles> {
    let there = group(live, reference).zip(workspace(&assignment.workspace, live));
    there.and_then(|(group, workspace)| group.workspaces.get(&workspace)).map(|given| given.roles)
}
