//! Reduces the operations and findings to the scope of a plan.
//!
//! A plan for some people only revokes. It must be safe even if the whole plan is refused or over budget. So it
//! never grants.

use super::differ::{Differ, Difference};
use super::due::{DueParts, add_places};
use super::workspace_diff::Inherited;
use crate::diag::Code;
use crate::model::{Access, Email, RemovalCause, Role, WorkspaceRole};
use crate::plan::findings::{RevokedSince, UnmanagedKind};
use crate::plan::operation::{
    GroupDelete, GroupMembersRemove, InvitationRenew, InvitationRevoke, Key, MemberUpdate, Membership,
    Operation, Reference, WorkspaceMembersRemove, WorkspaceMembersSet,
};
use crate::plan::scope::NamedPeople;
use crate::plan::state::GroupGraph;
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The way to remove a person whom no file names.
const NAME_FIRST: &str = "to remove the person, list the address under `removed` first";

/// The operations that remain. Those that end memberships of one workspace are one operation.
#[derive(Default)]
struct Reduced {
    operations: Vec<(Operation, Vec<Span>)>,
    ended: BTreeMap<Key, (WorkspaceMembersRemove, Vec<Span>)>,
    /// What new members wait for, and somebody has revoked since.
    revoked: Vec<RevokedSince>,
}

impl Reduced {
    fn push(&mut self, operation: impl Into<Operation>, sources: Vec<Span>) {
        self.operations.push((operation.into(), sources));
    }

    fn end(&mut self, workspace: Reference, members: Vec<Membership>, sources: Vec<Span>) {
        if members.is_empty() {
            return;
        }
        let empty =
            || (WorkspaceMembersRemove { workspace: workspace.clone(), members: Vec::new() }, Vec::new());
        let (operation, all) = self.ended.entry(workspace.key()).or_insert_with(empty);
        operation.members.extend(members);
        operation.members.sort_by(|a, b| a.member.cmp(&b.member));
        all.extend(sources);
    }

    fn into_operations(self) -> Vec<(Operation, Vec<Span>)> {
        let ended = self.ended.into_values().map(|(operation, sources)| (operation.into(), sources));
        self.operations.into_iter().chain(ended).collect()
    }
}

impl Differ<'_> {
    /// Reduces the operations so far to the scope. The comparison of workspaces needs those of groups reduced.
    pub(super) fn reduce_operations(&mut self) {
        if self.scope.is_whole() {
            return;
        }
        let all = std::mem::take(&mut self.out.operations);
        let inherited = Inherited::new(GroupGraph::of(self.live), all.iter().map(|(operation, _)| operation));
        let mut reduced = Reduced::default();
        match self.scope.people() {
            None => self.keep_due(&inherited, &all, &mut reduced),
            Some(people) => self.keep_named(people, &inherited, &all, &mut reduced),
        }
        self.out.revoked_since.append(&mut reduced.revoked);
        let kept = reduced.into_operations();
        let by_id: HashMap<String, &Operation> =
            kept.iter().map(|(operation, _)| (operation.id(), operation)).collect();
        let is_kept = |(operation, _): &&(Operation, _)| {
            by_id.get(&operation.id()).is_some_and(|kept| kept.does_as(operation))
        };
        self.out.reduction.left_out += all.iter().filter(|one| !is_kept(one)).count();
        let removed = kept.iter().filter_map(|(operation, _)| match operation {
            Operation::MemberRemove(op) => Some(op.member_id),
            _ => None,
        });
        self.leaving = removed.collect();
        self.out.operations = kept;
    }

    /// Keeps what is about the named people.
    fn keep_named(
        &self,
        people: &BTreeSet<Email>,
        inherited: &Inherited,
        all: &[(Operation, Vec<Span>)],
        reduced: &mut Reduced,
    ) {
        let named = NamedPeople::new(people, self.desired, self.live);
        for (operation, sources) in all.iter().cloned() {
            if self.scope.revokes_from().is_some() {
                self.keep_revocations(&named, inherited, operation, sources, reduced);
            } else if renews(&operation, people) {
                reduced.push(operation, sources);
            }
        }
    }

    /// Keeps what is due, without what is held back.
    fn keep_due(&self, inherited: &Inherited, all: &[(Operation, Vec<Span>)], reduced: &mut Reduced) {
        let held_back = self.scope.held_back();
        let is_held_back = |operation: &Operation| held_back.is_some_and(|ids| ids.contains(&operation.id()));
        let parts = DueParts::new(self, inherited);
        let mut updates = BTreeMap::<&Email, (Access, Vec<MemberUpdate>, Vec<Span>)>::new();
        for (operation, sources) in all {
            if let Operation::MemberUpdate(whole) = operation {
                // The first of a person's two starts from the live state.
                updates.entry(&whole.email).or_insert((whole.before, Vec::new(), Vec::new()));
            }
            let part = parts.of(operation);
            reduced.revoked.extend(part.revoked);
            let mut sources = sources.clone();
            add_places(&mut sources, part.places);
            for due in part.operations {
                match (due, operation) {
                    (Operation::MemberUpdate(due), Operation::MemberUpdate(whole)) => {
                        if let Some((_, all, places)) = updates.get_mut(&whole.email) {
                            all.push(due);
                            add_places(places, sources.clone());
                        }
                    }
                    (Operation::WorkspaceMembersRemove(due), _) => {
                        reduced.end(due.workspace, due.members, sources.clone());
                    }
                    (due, _) => reduced.push(due, sources.clone()),
                }
            }
        }
        for (before, parts, sources) in updates.into_values() {
            for update in split_again(before, &parts) {
                reduced.push(update, sources.clone());
            }
        }
        // Whoever stays keeps their keys.
        let removes = |operation: &Operation| match operation {
            Operation::MemberRemove(op) => Some(op.email.clone()),
            _ => None,
        };
        let staying: HashSet<Email> = reduced
            .operations
            .iter()
            .filter_map(|(operation, _)| removes(operation).filter(|_| is_held_back(operation)))
            .collect();
        reduced.operations.retain(
            |(operation, _)| !matches!(operation, Operation::ApiKeyDelete(op) if staying.contains(&op.email)),
        );
        reduced.operations.retain(|(operation, _)| !is_held_back(operation));
        reduced.ended.retain(|_, (operation, _)| !is_held_back(&operation.clone().into()));
    }

    /// Keeps what an operation revokes from the named people.
    fn keep_revocations(
        &self,
        named: &NamedPeople,
        inherited: &Inherited,
        operation: Operation,
        sources: Vec<Span>,
        reduced: &mut Reduced,
    ) {
        let is_named = |member: &Reference| member.id.is_some_and(|id| named.members.contains(&id));
        match operation {
            Operation::MemberUpdate(op) if named.members.contains(&op.member_id) => {
                if let Some(op) = lowered(op) {
                    reduced.push(op, sources);
                }
            }
            Operation::MemberRemove(op) if named.members.contains(&op.member_id) => reduced.push(op, sources),
            Operation::ApiKeyDelete(op) if named.has(&op.email) => reduced.push(op, sources),
            Operation::InvitationRevoke(op) if named.invitations.contains(&op.invitation_id) => {
                reduced.push(op, sources);
            }
            Operation::InvitationRenew(op) if named.invitations.contains(&op.invitation_id) => {
                if let Some(op) = self.revoked(op) {
                    reduced.push(op, sources);
                }
            }
            Operation::WorkspaceMembersSet(mut op) => {
                op.members.retain(|one| is_named(&one.member));
                let (kept, ended) = self.lowered_memberships(op, inherited);
                reduced.end(kept.workspace.clone(), ended, sources.clone());
                if !kept.members.is_empty() {
                    reduced.push(kept, sources);
                }
            }
            Operation::WorkspaceMembersRemove(mut op) if op.workspace.id.is_some() => {
                op.members.retain(|one| is_named(&one.member));
                reduced.end(op.workspace, op.members, sources);
            }
            Operation::GroupMembersRemove(mut op) => {
                op.members.retain(is_named);
                if !op.members.is_empty() {
                    reduced.push(op, sources);
                }
            }
            Operation::GroupDelete(op) => {
                if let Some(op) = self.left_group(named, op) {
                    reduced.push(op, sources);
                }
            }
            _ => {}
        }
    }

    /// The revocation of a pending invitation that grants more than the files. The next whole plan sends the right one.
    fn revoked(&self, op: InvitationRenew) -> Option<InvitationRevoke> {
        let grants_more = !(op.before.roles - op.after.roles).is_empty() || !op.without.is_empty();
        (grants_more && !op.before.expired).then(|| InvitationRevoke {
            email: op.email,
            invitation_id: op.invitation_id,
            before: op.before,
            pending: op.after.seats & self.managed,
            is_surplus: false,
            cause: RemovalCause::Excessive,
        })
    }

    /// The named people's part of the deletion of a group.
    fn left_group(&self, named: &NamedPeople, op: GroupDelete) -> Option<GroupMembersRemove> {
        let live = self.live.groups.iter().flatten().find(|live| Some(live.id) == op.group.id)?;
        let inside =
            live.members.iter().filter(|id| named.members.contains(id) && !self.leaving.contains(*id));
        let mut members: Vec<Reference> = inside.map(|id| self.member(*id)).collect();
        members.sort();
        (!members.is_empty()).then_some(GroupMembersRemove { group: op.group, members })
    }

    /// The memberships that lose direct roles, and those that end because they have none of the declared roles yet. If a
    /// person stops inheriting a role, a hidden direct one goes too: all that is declared and that they have is set.
    fn lowered_memberships(
        &self,
        op: WorkspaceMembersSet,
        inherited: &Inherited,
    ) -> (WorkspaceMembersSet, Vec<Membership>) {
        let live = self.live.workspaces.iter().find(|live| Some(live.id) == op.workspace.id);
        let lowered = op.members.into_iter().filter_map(|one| {
            let (live, id) = (live?, one.member.id?);
            let access = self.direct(id, live, inherited);
            let direct = access.direct & one.after;
            let kept = if direct.is_empty() { access.effective & one.after } else { direct };
            let after =
                if kept.is_empty() && live.is_default { WorkspaceRole::ON_ACCEPTANCE.into() } else { kept };
            let uncovers =
                !(access.effective & inherited.lost(id, live.id).roles).is_empty() && !after.is_empty();
            (direct != access.direct || uncovers).then_some(Membership { after, ..one })
        });
        let (ended, members) = lowered.partition(|one: &Membership| one.after.is_empty());
        (WorkspaceMembersSet { workspace: op.workspace, members }, ended)
    }

    /// Reduces the findings to the scope. Of the faults, another organization and a shared address of these people
    /// remain.
    pub(super) fn reduce_findings(&mut self) {
        let Difference { operations, uncounted, .. } = &mut self.out;
        let renewed: HashSet<&Email> = operations.iter().filter_map(|(one, _)| renewed(one)).collect();
        uncounted.retain(|email| renewed.contains(email));
        if self.scope.is_due() {
            // A fault leaves its own resource out. Only another organization forbids everything.
            self.out.faults.retain(|fault| fault.code == Code::OtherOrganization);
            self.out.warnings.clear();
            let with_ends = self.desired.ended.iter();
            let by_id: HashMap<_, _> =
                with_ends.filter_map(|(email, ended)| Some((self.present.get(email)?.id, ended))).collect();
            self.out.hidden_roles.retain(|one| {
                let ended = by_id.get(&one.member.id);
                ended.is_some_and(|ended| !(ended.roles_in(&one.workspace.name) & one.roles).is_empty())
            });
            return;
        }
        let Some(people) = self.scope.people() else { return };
        let named = NamedPeople::new(people, self.desired, self.live);
        if self.scope.revokes_from().is_some() {
            let shared = self.ambiguous.keys().any(|email| named.has(email));
            self.out.faults.retain(|fault| match fault.code {
                Code::OtherOrganization => true,
                Code::DuplicateLiveMember => shared,
                _ => false,
            });
        }
        let is_named = |target: &str| Email::parse(target).is_ok_and(|email| named.has(&email));
        self.out.unmanaged.retain(|one| is_named(&one.target));
        for one in &mut self.out.unmanaged {
            if matches!(one.kind, UnmanagedKind::Member | UnmanagedKind::Invitation) {
                one.note.get_or_insert(Cow::Borrowed(NAME_FIRST));
            }
        }
        self.out.waiting.retain(|one| people.contains(&one.email));
        self.out.locked.retain(|one| is_named(&one.target));
        let is_declared = |email: &&Email| {
            self.desired.members.contains_key(*email) || self.desired.removals.contains_key(*email)
        };
        let untouched = people.iter().filter(is_declared).filter(|email| !self.touches(email));
        self.out.reduction.untouched = untouched.cloned().collect();
    }

    /// Whether an operation is about a person.
    fn touches(&self, email: &Email) -> bool {
        let named = NamedPeople::one(email, self.desired, self.live);
        let is_one = |member: &Reference| member.id.is_some_and(|id| named.members.contains(&id));
        self.out.operations.iter().any(|(operation, _)| match operation {
            Operation::WorkspaceMembersSet(op) => op.members.iter().any(|one| is_one(&one.member)),
            Operation::WorkspaceMembersRemove(op) => op.members.iter().any(|one| is_one(&one.member)),
            Operation::GroupMembersRemove(op) => op.members.iter().any(is_one),
            other => other.email().is_some_and(|address| address == email || named.has(address)),
        })
    }
}

fn renewed(operation: &Operation) -> Option<&Email> {
    if let Operation::InvitationRenew(op) = operation { Some(&op.email) } else { None }
}

/// Whether an operation sends the invitation of one of these people again, or removes what is in its way.
fn renews(operation: &Operation, people: &BTreeSet<Email>) -> bool {
    match operation {
        Operation::InvitationRenew(op) => people.contains(&op.email),
        // An interrupted run may have deleted the old invitation.
        Operation::InvitationSend(op) => people.contains(&op.email),
        Operation::InvitationRevoke(op) => op.is_surplus && people.contains(&op.email),
        _ => false,
    }
}

/// A person's due updates, in the two operations that the order of an apply needs.
fn split_again(before: Access, parts: &[MemberUpdate]) -> Vec<MemberUpdate> {
    let Some(first) = parts.first() else { return Vec::new() };
    let mut after = before;
    for part in parts {
        after.roles =
            (after.roles - (part.before.roles - part.after.roles)) | (part.after.roles - part.before.roles);
        after.seats =
            (after.seats - (part.before.seats - part.after.seats)) | (part.after.seats - part.before.seats);
    }
    let unknown_seats = parts.iter().flat_map(|part| &part.unknown_seats).cloned().collect();
    MemberUpdate { before, after, unknown_seats, is_second: false, ..first.clone() }.split()
}

/// The part of an update that revokes; `None` if it only grants.
fn lowered(op: MemberUpdate) -> Option<MemberUpdate> {
    let kept = op.before.roles & op.after.roles;
    // Every member has a role. `member` gives nothing beyond being one.
    let roles = if kept.is_empty() { Role::DEFAULT.into() } else { kept };
    let after = Access { roles, seats: op.before.seats & op.after.seats };
    let unknown_seats = if after.seats == op.before.seats { Vec::new() } else { op.unknown_seats };
    (after != op.before).then_some(MemberUpdate { after, unknown_seats, is_second: false, ..op })
}
