//! Compares groups: creation, changes, deletion, members and workspace roles.

use super::differ::Differ;
use super::held::Holdings;
use super::locks::LockedRoles;
use super::matching::Matching;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{
    DesiredGroup, Email, GroupSettings, ListedGrant, LiveGroup, LiveWorkspace, Role, Unmanaged,
    WorkspaceAccess, WorkspaceRoles,
};
use crate::plan::findings::{Held, Locked, LockedAspect, LockedKind, UnmanagedKind};
use crate::plan::operation::{
    Assignment, GroupChange, GroupCreate, GroupDelete, GroupMembersAdd, GroupMembersRemove, GroupUpdate,
    GroupWorkspacesRemove, GroupWorkspacesSet, Operation, Reference,
};
use crate::plan::state::GroupGraph;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A declared group, with the live one if it exists.
struct Pair<'p> {
    name: &'p str,
    desired: &'p DesiredGroup,
    live: Option<&'p LiveGroup>,
}

impl Pair<'_> {
    fn reference(&self) -> Reference {
        Reference { name: self.name.to_owned(), id: self.live.map(|live| live.id) }
    }
}

/// The operations for one group, and the positions that cause them.
#[derive(Default)]
struct Changes(Vec<(Operation, Vec<Span>)>);

impl Changes {
    fn push(&mut self, operation: impl Into<Operation>, sources: Vec<Span>) {
        self.0.push((operation.into(), sources));
    }

    fn update(&mut self, group: Reference, change: GroupChange, sources: Vec<Span>) {
        self.push(GroupUpdate { group, change }, sources);
    }
}

impl<'a> Differ<'a> {
    /// All groups, declared and not.
    pub(super) fn groups(
        &mut self,
        groups: &Matching<'a, LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) {
        if self.live.groups.is_none() {
            return self.no_groups();
        }
        for (name, desired) in &self.desired.groups {
            let Some(live) = groups.declared.get(name.as_str()) else { continue };
            self.group(&Pair { name, desired, live: *live }, groups, workspaces);
        }
        for group in &groups.undeclared {
            self.undeclared_group(group, groups);
        }
        self.cycles(groups);
    }

    /// Refuses cycles of declared nesting and live nesting that the files leave as it is.
    fn cycles(&mut self, groups: &Matching<'a, LiveGroup>) {
        let operations = || self.out.operations.iter().map(|(operation, _)| operation);
        let nests = |operation: &Operation| matches!(operation, Operation::GroupUpdate(op) if op.change.nests_deeper());
        if !operations().any(nests) {
            return;
        }
        let after = GroupGraph::of(self.live).after(operations());
        let declared = self.desired.groups.iter();
        let cycle: Vec<_> =
            declared.filter(|(name, _)| after.is_nested_in_itself(&groups.declared(name).key())).collect();
        if cycle.is_empty() {
            return;
        }
        let names: Vec<String> =
            cycle.iter().map(|(name, _)| format!("`{}`", escape::excerpt(name))).collect();
        let message = format!(
            "groups would form a cycle, together with live nesting that no file declares: {}",
            names.join(", ")
        );
        let help = "declare the `parents` of each of them, `[]` for none";
        let parents = cycle.iter().flat_map(|(_, group)| group.parents.iter().flatten());
        let places: Vec<Span> = parents.map(|(_, at)| *at).collect();
        let silent = cycle.iter().find(|(_, group)| group.parents.is_none());
        let mut fault = Diagnostic::new(Code::GroupCycle, message, help).places(&places, "nested in this");
        if let Some((_, group)) = silent {
            fault = fault.label(group.at, "declares no `parents`");
        }
        self.out.faults.push(fault);
    }

    /// Refuses declared groups if the organization has no groups at all.
    fn no_groups(&mut self) {
        let places: Vec<Span> = self.desired.groups.values().map(|group| group.at).collect();
        if places.is_empty() {
            return;
        }
        let message = "this organization has no groups: the Admin API refuses to list them (403 or 404)";
        let help =
            "remove `groups` from the files, or ask the vendor to enable groups; teams work without them";
        let fault = Diagnostic::new(Code::GroupsUnavailable, message, help);
        self.out.faults.push(fault.places(&places, "declared here"));
    }

    fn undeclared_group(&mut self, live: &LiveGroup, groups: &Matching<'a, LiveGroup>) {
        let (word, at) = self.desired.policy.unmanaged.groups;
        let group = groups.live(live.id);
        match word {
            Unmanaged::Remove if !live.externally_managed => {
                let leaving_count = live.members.iter().filter(|id| self.leaving.contains(id)).count();
                let (before, member_count) = (live.settings.clone(), live.members.len());
                let operation = GroupDelete { group, before, member_count, leaving_count };
                self.change(operation, at.into_iter().collect());
            }
            Unmanaged::Remove | Unmanaged::Report => {
                let note = live.externally_managed.then_some("belongs to the identity provider");
                self.leave_alone(UnmanagedKind::Group, &group.name, Holdings::of_group(live), note);
            }
        }
    }

    fn group(
        &mut self,
        pair: &Pair<'a>,
        groups: &Matching<'a, LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) {
        let mut changes = Changes::default();
        self.group_settings(pair, &mut changes);
        nesting(pair, groups, &mut changes);
        self.group_members(pair, &mut changes);
        self.assignments(pair, workspaces, &mut changes);
        if pair.live.is_some_and(|live| live.externally_managed) {
            self.lock_group(pair, changes);
        } else {
            self.out.operations.append(&mut changes.0);
        }
    }

    /// Leaves a group of the identity provider as it is; a declared difference is a fault.
    fn lock_group(&mut self, pair: &Pair<'_>, changes: Changes) {
        self.out.locked.push(Locked {
            kind: LockedKind::Group,
            within: None,
            target: pair.name.to_owned(),
            aspect: LockedAspect::All,
            values: Vec::new(),
            reason: "managed by the identity provider".to_owned(),
        });
        let mut places: Vec<Span> = changes.0.into_iter().flat_map(|(_, sources)| sources).collect();
        if places.is_empty() {
            return;
        }
        places.sort_unstable();
        places.dedup();
        // The group's own place is shown in any case.
        places.retain(|place| *place != pair.desired.at);
        let message = format!(
            "the group `{}` can't be changed: it is managed by the identity provider",
            escape::excerpt(pair.name)
        );
        let help = "change it in the identity provider, and declare its live values or `{}`";
        let fault = Diagnostic::new(Code::ExternallyManaged, message, help);
        let fault = fault.label(pair.desired.at, "the group").places(&places, "changes the group");
        self.out.faults.push(fault);
    }

    fn group_settings(&mut self, pair: &Pair<'_>, changes: &mut Changes) {
        let Pair { desired, .. } = pair;
        let Some(live) = pair.live else { return create_group(pair, changes) };
        let Some(role) = self.group_role(pair, live) else { return };
        let before = GroupSettings { organization_role: role, ..live.settings.clone() };
        let mut after = desired.settings(pair.name, Some(&before));
        if live.locked_role.is_some() {
            after.organization_role = before.organization_role;
        }
        if before != after {
            let sources = match desired.organization_role {
                Some((_, at)) if before.organization_role != after.organization_role => vec![desired.at, at],
                _ => vec![desired.at],
            };
            changes.update(pair.reference(), GroupChange::Settings { before, after }, sources);
        }
    }

    /// The live organization role of a group, unless the file declares an impossible change.
    fn group_role(&mut self, pair: &Pair<'_>, live: &LiveGroup) -> Option<Option<Role>> {
        let (shown, desired) = (escape::excerpt(pair.name), pair.desired);
        let fault = match (live.settings.organization_role, &live.locked_role, desired.organization_role) {
            (None, None, _) => return Some(None),
            (None, Some(role), asked) => {
                self.lock_roles(&LockedRoles {
                    kind: LockedKind::Group,
                    within: None,
                    target: pair.name,
                    roles: vec![role],
                    asked_at: asked.map(|(_, at)| at).as_slice(),
                    help: "leave `organization_role` out to keep it as it is",
                });
                return Some(None);
            }
            (Some(role), _, Some(_)) => return Some(Some(role)),
            (Some(role), _, None) if live.externally_managed => return Some(Some(role)),
            (Some(role), _, None) => {
                let word = role.name();
                let message = format!(
                    "the group `{shown}` has the organization role `{word}`, which the Admin API can't clear"
                );
                let help = match role {
                    Role::Member => {
                        "write `organization_role: member`: the group then grants what every person has anyway".to_owned()
                    }
                    _ => format!(
                        "write `organization_role: {word}` to keep it, or `organization_role: member`, a role that every \
                         person has anyway"
                    ),
                };
                Diagnostic::at(Code::GroupRole, desired.at, message, help)
            }
        };
        self.out.faults.push(fault);
        None
    }

    fn group_members(&mut self, pair: &Pair<'a>, changes: &mut Changes) {
        let Some(members) = &pair.desired.members else { return };
        let (group, none) = (pair.reference(), BTreeSet::new());
        let inside = pair.live.map_or(&none, |live| &live.members);
        let listed = self.present_members(members, &group.name);
        let added = listed.iter().filter(|(member, _)| member.id.is_none_or(|id| !inside.contains(&id)));
        let (members, sources): (Vec<Reference>, Vec<Span>) = added.cloned().unzip();
        if !members.is_empty() {
            changes.push(GroupMembersAdd { group: group.clone(), members }, sources);
        }
        // Members who leave the organization leave its groups with it.
        let listed: BTreeSet<Uuid> = listed.iter().filter_map(|(member, _)| member.id).collect();
        let unlisted = inside.iter().filter(|id| !listed.contains(*id) && !self.leaving.contains(*id));
        let mut members: Vec<Reference> = unlisted.map(|id| self.member(*id)).collect();
        members.sort();
        let (word, at) = self.desired.policy.unmanaged.group_members;
        if word == Unmanaged::Report {
            // What an ended entry granted ends in any case.
            let ended = self.ended_members(pair.name);
            let has_ended = |member: &Reference| member.id.is_some_and(|id| ended.contains_key(&id));
            let (members, left): (Vec<_>, Vec<_>) = members.into_iter().partition(has_ended);
            if !members.is_empty() {
                let at = members.iter().filter_map(|member| ended.get(&member.id?).copied()).collect();
                changes.push(GroupMembersRemove { group: group.clone(), members }, at);
            }
            for member in left {
                self.leave_in(UnmanagedKind::GroupMember, &member, &group.name, Held::default(), None);
            }
        } else if !members.is_empty() {
            let sources = std::iter::once(pair.desired.at).chain(at).collect();
            changes.push(GroupMembersRemove { group, members }, sources);
        }
    }

    /// The live people whose membership of a group has ended, and where.
    fn ended_members(&self, group: &str) -> HashMap<Uuid, Span> {
        let of = |email: &&Email| {
            let mut at = self.desired.ended.get(*email)?.places(|grant| is_in(grant, group));
            Some((self.present.get(*email)?.id?, at.next()?))
        };
        self.ended_in_groups.get(group).into_iter().flatten().filter_map(of).collect()
    }

    /// The people in a list who can be in a group now. The others have to wait.
    fn present_members(&mut self, list: &'a BTreeMap<Email, Span>, group: &str) -> Vec<(Reference, Span)> {
        let mut present = Vec::new();
        for (email, at) in list {
            match self.present.get(email) {
                Some(member) => present.push((member.clone(), *at)),
                None => self.awaited(email).groups.push(group.to_owned()),
            }
        }
        present
    }

    fn assignments(
        &mut self,
        pair: &Pair<'_>,
        workspaces: &Matching<'a, LiveWorkspace>,
        changes: &mut Changes,
    ) {
        let Some(desired) = &pair.desired.workspaces else { return };
        let live = pair.live.into_iter().flat_map(|live| &live.workspaces);
        let mut left: BTreeMap<Uuid, &WorkspaceAccess> = live.map(|(id, access)| (*id, access)).collect();
        let (mut assignments, mut sources) = (Vec::new(), Vec::new());
        for (name, (roles, at)) in desired {
            let workspace = workspaces.declared(name);
            let before = workspace.id.and_then(|id| left.remove(&id));
            if let Some(locked) = before.filter(|before| !before.locked_roles.is_empty()) {
                let at = (locked.roles != *roles).then_some(*at);
                self.lock_assignment(pair.name, name, &locked.locked_roles, at);
                continue;
            }
            let before = before.map(|before| before.roles);
            if before != Some(*roles) {
                assignments.push(Assignment { workspace, before, after: *roles });
                sources.push(*at);
            }
        }
        if !assignments.is_empty() {
            changes.push(GroupWorkspacesSet { group: pair.reference(), assignments }, sources);
        }
        let assignments = self.ended_assignments(left, workspaces);
        if !assignments.is_empty() {
            changes
                .push(GroupWorkspacesRemove { group: pair.reference(), assignments }, vec![pair.desired.at]);
        }
    }

    fn ended_assignments(
        &self,
        left: BTreeMap<Uuid, &WorkspaceAccess>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) -> Vec<Assignment> {
        // Archiving a workspace ends all its assignments, and writing both concurrently would conflict.
        let archived = self.desired.workspaces.iter().filter(|(_, workspace)| workspace.archived.is_some());
        let archived: BTreeSet<Uuid> =
            archived.filter_map(|(name, _)| workspaces.declared(name).id).collect();
        let left = left.into_iter().filter(|(id, _)| !archived.contains(id));
        let ended = left.map(|(id, access)| Assignment {
            workspace: workspaces.live(id),
            before: Some(access.roles),
            after: WorkspaceRoles::empty(),
        });
        let mut ended: Vec<Assignment> = ended.collect();
        ended.sort_by(|a, b| a.workspace.cmp(&b.workspace));
        ended
    }

    /// Leaves a group's roles in a workspace as they are.
    fn lock_assignment(&mut self, group: &str, workspace: &str, roles: &[String], asked_at: Option<Span>) {
        self.lock_roles(&LockedRoles {
            kind: LockedKind::Group,
            within: Some(workspace),
            target: group,
            roles: roles.iter().map(String::as_str).collect(),
            asked_at: asked_at.as_slice(),
            help: "leave `workspaces` of this group out to keep them as they are",
        });
    }
}

fn is_in(grant: &ListedGrant, group: &str) -> bool {
    matches!(grant, ListedGrant::Group(name) if name == group)
}

/// The API accepts no role on creation, so a separate operation sets it; a later plan finds it if it is missing.
fn create_group(pair: &Pair<'_>, changes: &mut Changes) {
    let wanted = pair.desired.settings(pair.name, None);
    let after = GroupSettings { organization_role: None, ..wanted.clone() };
    changes.push(GroupCreate { group: pair.reference(), after: after.clone() }, vec![pair.desired.at]);
    if let Some((_, at)) = pair.desired.organization_role {
        let change = GroupChange::Settings { before: after, after: wanted };
        changes.update(pair.reference(), change, vec![at]);
    }
}

fn nesting(pair: &Pair<'_>, groups: &Matching<'_, LiveGroup>, changes: &mut Changes) {
    let Some(parents) = &pair.desired.parents else { return };
    let live = pair.live.into_iter().flat_map(|live| &live.parents);
    let before: BTreeSet<Reference> = live.map(|id| groups.live(*id)).collect();
    let after: BTreeSet<Reference> = parents.keys().map(|name| groups.declared(name)).collect();
    let middle: BTreeSet<Reference> = &before & &after;
    for (before, after, sources) in
        [(&before, &middle, vec![pair.desired.at]), (&middle, &after, parents.values().copied().collect())]
    {
        if before != after {
            let change = GroupChange::Parents { before: before.clone(), after: after.clone() };
            changes.update(pair.reference(), change, sources);
        }
    }
}
