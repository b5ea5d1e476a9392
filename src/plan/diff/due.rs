//! The part of each operation that is due: what time alone asks for, and nobody has to decide.
//!
//! The state that a due plan aims at is the live one, changed by what has ended and by what had to wait. So the part of an
//! operation never goes beyond the operation, and leaves alone what people did by hand.

use super::differ::Differ;
use super::workspace_diff::Inherited;
use crate::escape;
use crate::model::{
    Access, Email, EndedGrants, KnownEvents, ListedGrant, LiveWorkspace, Onboarding, RemovalCause, Revocable,
    Role, Roles, Seats, WorkspaceRole, WorkspaceRoles, role_names, seat_names, workspace_role_names,
};
use crate::plan::action::{Cause, Causes};
use crate::plan::findings::RevokedSince;
use crate::plan::operation::{
    Assignment, GroupMembersAdd, GroupMembersRemove, GroupWorkspacesRemove, GroupWorkspacesSet,
    InvitationRenew, MemberUpdate, Membership, Operation, Reference, WorkspaceMembersRemove,
    WorkspaceMembersSet,
};
use crate::source::Span;
use std::collections::HashMap;
use uuid::Uuid;

/// The part of an operation that is due. No operations: nothing of it is.
#[derive(Default)]
pub(super) struct DuePart {
    /// Several if the part has another kind than the whole.
    pub(super) operations: Vec<Operation>,
    pub(super) causes: Causes,
    /// Where the files say what has ended.
    pub(super) places: Vec<Span>,
    /// What has waited, and somebody has revoked since.
    pub(super) revoked: Vec<RevokedSince>,
}

impl DuePart {
    fn whole(operation: &Operation, cause: Cause) -> Self {
        Self { operations: vec![operation.clone()], causes: cause.into(), ..Self::default() }
    }

    fn one(operation: impl Into<Operation>, causes: Causes, places: Vec<Span>) -> Self {
        Self { operations: vec![operation.into()], causes, places, revoked: Vec::new() }
    }

    /// Whether nothing of the operation remains beside the part.
    pub(super) fn is_whole(&self, operation: &Operation) -> bool {
        matches!(self.operations.as_slice(), [part] if part.does_as(operation))
    }
}

/// What is needed to find the due parts of operations.
pub(super) struct DueParts<'d, 'a> {
    differ: &'d Differ<'a>,
    inherited: &'d Inherited,
    /// The declared people who are live.
    declared: HashMap<Uuid, &'a Email>,
}

impl<'d, 'a> DueParts<'d, 'a> {
    pub(super) fn new(differ: &'d Differ<'a>, inherited: &'d Inherited) -> Self {
        let declared = differ.present.iter().filter_map(|(email, member)| Some((member.id?, *email)));
        Self { differ, inherited, declared: declared.collect() }
    }

    pub(super) fn of(&self, operation: &Operation) -> DuePart {
        match operation {
            Operation::MemberUpdate(op) => self.update(op),
            Operation::MemberRemove(op) if op.cause == RemovalCause::Expired => {
                DuePart::whole(operation, Cause::Expired)
            }
            Operation::ApiKeyDelete(op) if op.cause == RemovalCause::Expired => {
                DuePart::whole(operation, Cause::Expired)
            }
            Operation::InvitationRevoke(op) if op.cause == RemovalCause::Expired => {
                DuePart::whole(operation, Cause::Expired)
            }
            // It would be in the way of the renewal.
            Operation::InvitationRevoke(op)
                if op.cause == RemovalCause::Surplus && self.differ.renewed.contains(&op.email) =>
            {
                DuePart::whole(operation, Cause::Renewal)
            }
            Operation::InvitationRenew(op) => self.renewal(op),
            // An interrupted run has deleted the old one.
            Operation::InvitationSend(op) if self.differ.history.renewing.contains(&op.email) => {
                DuePart::whole(operation, Cause::Renewal)
            }
            Operation::WorkspaceMembersSet(op) => self.memberships(&op.workspace, &op.members, false),
            Operation::WorkspaceMembersRemove(op) => self.memberships(&op.workspace, &op.members, true),
            Operation::GroupMembersAdd(op) => self.new_group_members(op),
            Operation::GroupMembersRemove(op) => self.group_members(op),
            Operation::GroupWorkspacesSet(op) => self.assignments(&op.group, &op.assignments),
            Operation::GroupWorkspacesRemove(op) => self.assignments(&op.group, &op.assignments),
            _ => DuePart::default(),
        }
    }

    fn ended(&self, email: &Email) -> Option<&'a EndedGrants> {
        self.differ.desired.ended.get(email)
    }

    fn update(&self, op: &MemberUpdate) -> DuePart {
        let ended = self.ended(&op.email);
        let roles = (op.before.roles - op.after.roles) & ended.map(EndedGrants::roles).unwrap_or_default();
        let seats = (op.before.seats - op.after.seats) & ended.map(EndedGrants::seats).unwrap_or_default();
        let mut revoked = Vec::new();
        let by_sign_in = self.differ.desired.policy.onboarding == Onboarding::Sso;
        let mut new_roles = op.after.roles - op.before.roles;
        if new_roles.is_empty()
            || !by_sign_in
            || !self.has_waited(op.member_id, Revocable::Role, || role_names(new_roles), &mut revoked)
        {
            new_roles = Roles::empty();
        }
        let mut new_seats = op.after.seats - op.before.seats;
        let seat = || format!("seat {}", seat_names(new_seats));
        if new_seats.is_empty() || !self.has_waited(op.member_id, Revocable::Seat, seat, &mut revoked) {
            new_seats = Seats::empty();
        }
        let mut after = Access {
            roles: (op.before.roles - roles) | new_roles,
            seats: (op.before.seats - seats) | new_seats,
        };
        if after.roles.is_empty() {
            // Every member has a role.
            after.roles = Role::DEFAULT.into();
        }
        if after == op.before {
            return DuePart { revoked, ..DuePart::default() };
        }
        let mut causes = Causes::empty();
        if !(roles.is_empty() && seats.is_empty()) {
            causes.insert(Cause::Expired);
        }
        if !(new_roles.is_empty() && new_seats.is_empty()) {
            causes.insert(Cause::Joined);
        }
        let unknown_seats =
            if after.seats == op.before.seats { Vec::new() } else { op.unknown_seats.clone() };
        let places = ended.into_iter().flat_map(|ended| {
            ended.places(move |grant| match grant {
                ListedGrant::Role(role) => roles.contains(*role),
                ListedGrant::Seat(product) => seats.contains(*product),
                _ => false,
            })
        });
        // What takes a seat stays the second of two.
        let part = MemberUpdate { after, unknown_seats, ..op.clone() };
        DuePart { revoked, ..DuePart::one(part, causes, places.collect()) }
    }

    /// Whether a grant to a member had to wait until they joined, and nothing has revoked it since, which is noted. People
    /// who joined long ago are for a review.
    fn has_waited(
        &self,
        member: Uuid,
        what: Revocable,
        grant: impl Fn() -> String,
        revoked: &mut Vec<RevokedSince>,
    ) -> bool {
        let Differ { history, desired, by_id, live, .. } = self.differ;
        let joined = by_id.get(&member).and_then(|member| member.created_at);
        let (Some(joined), Some(today)) = (joined, history.today) else { return false };
        if !desired.policy.is_new(joined, today) {
            return false;
        }
        match history.log {
            KnownEvents::Read(_) => {
                let at = history.revoked(member, joined, what, live);
                revoked.extend(at.map(|at| RevokedSince {
                    target: self.differ.member(member).name,
                    grant: grant(),
                    at: at.to_string(),
                }));
                at.is_none()
            }
            // Nobody can tell, so it is given only once.
            KnownEvents::NotRead | KnownEvents::Withheld => {
                self.declared.get(&member).is_some_and(|email| !history.notes.completed.contains(*email))
            }
        }
    }

    /// An expired invitation is sent again as it was, as far as the files still ask for it. A pending one is renewed
    /// without what has ended.
    fn renewal(&self, op: &InvitationRenew) -> DuePart {
        let ended = self.ended(&op.email);
        let ended_roles = ended.map(EndedGrants::roles).unwrap_or_default();
        let lost = (op.before.roles - op.after.roles) & ended_roles;
        let ended_in = |workspace: &Reference| {
            ended.is_some_and(|ended| ended.roles_in(&workspace.name).contains(WorkspaceRole::ON_ACCEPTANCE))
        };
        let has_ended = !lost.is_empty() || op.without.iter().any(ended_in);
        let mut causes = Causes::empty();
        let mut roles = op.before.roles - lost;
        if op.before.expired {
            causes.insert(Cause::Renewal);
            roles &= op.after.roles;
        } else if has_ended {
            causes.insert(Cause::Expired);
        } else {
            return DuePart::default();
        }
        if roles.is_empty() {
            roles = Role::DEFAULT.into();
        }
        let carried = self.differ.live.invitations.iter().find(|live| live.id == op.invitation_id);
        let mut workspaces = op.workspaces.clone();
        if !op.before.expired {
            workspaces.retain(|one| {
                carried.zip(one.id).is_some_and(|(carried, id)| carried.workspaces.contains(&id))
            });
        }
        let places = ended.into_iter().flat_map(|ended| {
            ended.places(move |grant| matches!(grant, ListedGrant::Role(role) if lost.contains(*role)))
        });
        let after = Access { roles, seats: op.after.seats };
        let part = InvitationRenew { after, workspaces, ..op.clone() };
        DuePart::one(part, causes, places.collect())
    }

    fn memberships(&self, workspace: &Reference, members: &[Membership], removes: bool) -> DuePart {
        let live = self.differ.live.workspaces.iter().find(|live| Some(live.id) == workspace.id);
        let mut part = DuePart::default();
        let Some(live) = live else { return part };
        let (mut set, mut removed) = (Vec::new(), Vec::new());
        for one in members {
            let Some(after) = self.due_roles(live, workspace, one, removes, &mut part) else {
                continue;
            };
            let one = Membership { after, ..one.clone() };
            if after.is_empty() { &mut removed } else { &mut set }.push(one);
        }
        if !set.is_empty() {
            let operation = WorkspaceMembersSet { workspace: workspace.clone(), members: set };
            part.operations.push(operation.into());
        }
        if !removed.is_empty() {
            let operation = WorkspaceMembersRemove { workspace: workspace.clone(), members: removed };
            part.operations.push(operation.into());
        }
        part
    }

    /// The roles of a member of a workspace after what is due; `None` if nothing is.
    fn due_roles(
        &self,
        live: &LiveWorkspace,
        workspace: &Reference,
        one: &Membership,
        removes: bool,
        part: &mut DuePart,
    ) -> Option<WorkspaceRoles> {
        let id = one.member.id?;
        let grants = self.ended(self.declared.get(&id)?);
        let ended = grants.map(|grants| grants.roles_in(&workspace.name)).unwrap_or_default();
        let access = self.differ.direct(id, live, self.inherited);
        let wanted = if removes { WorkspaceRoles::empty() } else { one.after };
        let lost = (access.direct - wanted) & ended;
        let uncovered = access.effective & self.inherited.lost(id, live.id).roles & ended;
        let gained = wanted - access.effective;
        let grant = || {
            format!("{} in the workspace {}", workspace_role_names(gained), escape::excerpt(&workspace.name))
        };
        let waits = !gained.is_empty()
            && self.has_waited(id, Revocable::WorkspaceRole(live.id), grant, &mut part.revoked);
        let gained = if waits { gained } else { WorkspaceRoles::empty() };
        if !gained.is_empty() {
            part.causes.insert(Cause::Joined);
        }
        if !(lost.is_empty() && uncovered.is_empty()) {
            part.causes.insert(Cause::Expired);
        } else if gained.is_empty() {
            return None;
        }
        let mut after = (access.direct - lost) | (wanted & access.effective) | gained;
        if after.is_empty() && live.is_default {
            after = WorkspaceRole::ON_ACCEPTANCE.into();
        }
        let is_here = |grant: &ListedGrant| matches!(grant, ListedGrant::WorkspaceRole(name, _) if *name == workspace.name);
        part.places.extend(grants.into_iter().flat_map(|grants| grants.places(is_here)));
        Some(after)
    }

    fn group_members(&self, op: &GroupMembersRemove) -> DuePart {
        let (mut members, mut places) = (Vec::new(), Vec::new());
        for member in &op.members {
            let email = member.id.and_then(|id| self.declared.get(&id));
            let Some(grants) = email.and_then(|email| self.ended(email)) else { continue };
            let is_in =
                |grant: &ListedGrant| matches!(grant, ListedGrant::Group(name) if *name == op.group.name);
            let mut at = grants.places(is_in).peekable();
            if at.peek().is_some() {
                places.extend(at);
                members.push(member.clone());
            }
        }
        if members.is_empty() {
            return DuePart::default();
        }
        let part = GroupMembersRemove { group: op.group.clone(), members };
        DuePart::one(part, Cause::Expired.into(), places)
    }

    fn new_group_members(&self, op: &GroupMembersAdd) -> DuePart {
        let Some(group) = op.group.id else { return DuePart::default() };
        let mut revoked = Vec::new();
        let grant = || format!("in the group {}", escape::excerpt(&op.group.name));
        let mut waits = |member: &&Reference| {
            let what = Revocable::GroupMember(group);
            member.id.is_some_and(|id| self.has_waited(id, what, grant, &mut revoked))
        };
        let members: Vec<Reference> = op.members.iter().filter(|one| waits(one)).cloned().collect();
        if members.is_empty() {
            return DuePart { revoked, ..DuePart::default() };
        }
        let part = GroupMembersAdd { group: op.group.clone(), members };
        DuePart { revoked, ..DuePart::one(part, Cause::Joined.into(), Vec::new()) }
    }

    fn assignments(&self, group: &Reference, assignments: &[Assignment]) -> DuePart {
        let mut part = DuePart::default();
        let Some(desired) = self.differ.desired.groups.get(&group.name) else { return part };
        let (mut set, mut removed) = (Vec::new(), Vec::new());
        for one in assignments {
            let ended = desired.ended_workspaces.get(&one.workspace.name).into_iter().flatten();
            let before = one.before.unwrap_or_default();
            let lost: Vec<_> = ended.filter(|(role, _)| (before - one.after).contains(*role)).collect();
            if lost.is_empty() {
                continue;
            }
            part.places.extend(lost.iter().map(|(_, at)| *at));
            let after = lost.iter().fold(before, |left, (role, _)| left - *role);
            let one = Assignment { after, ..one.clone() };
            if after.is_empty() { &mut removed } else { &mut set }.push(one);
        }
        if !set.is_empty() {
            part.operations.push(GroupWorkspacesSet { group: group.clone(), assignments: set }.into());
        }
        if !removed.is_empty() {
            part.operations.push(GroupWorkspacesRemove { group: group.clone(), assignments: removed }.into());
        }
        if !part.operations.is_empty() {
            part.causes.insert(Cause::Expired);
        }
        part
    }
}

impl Differ<'_> {
    /// Notes which operations are due, and adds the places of what has ended to their sources.
    pub(super) fn note_causes(&mut self, inherited: &Inherited) {
        let parts = DueParts::new(self, inherited);
        let found = self.out.operations.iter().enumerate().filter_map(|(number, (operation, _))| {
            let part = parts.of(operation);
            let rest = if part.is_whole(operation) { Causes::empty() } else { Cause::Declared.into() };
            (!part.operations.is_empty()).then(|| (number, operation.id(), part.causes | rest, part.places))
        });
        let found: Vec<_> = found.collect();
        for (number, id, causes, places) in found {
            self.out.causes.insert(id, causes);
            if let Some((_, sources)) = self.out.operations.get_mut(number) {
                add_places(sources, places);
            }
        }
    }
}

/// Adds positions that are not there yet.
pub(super) fn add_places(sources: &mut Vec<Span>, places: Vec<Span>) {
    for place in places {
        if !sources.contains(&place) {
            sources.push(place);
        }
    }
}
