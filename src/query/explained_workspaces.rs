//! The workspace roles of one person, and the operations that affect them.

use super::explained_groups::Reached;
use super::explanation::{Entry, Person, Source};
use crate::escape;
use crate::model::{DesiredWorkspace, LiveWorkspace, WorkspaceAccess, WorkspaceRole, WorkspaceRoles};
use crate::plan::{GroupChange, GroupGraph, Key, Membership, Operation, Reference};
use std::collections::BTreeSet;
use uuid::Uuid;

impl<'p> Person<'p> {
    /// Each role in each workspace that the person has or is to have.
    pub(super) fn workspaces(&self) -> Vec<Entry> {
        let none = WorkspaceAccess::default();
        let live_in = |workspace: &LiveWorkspace| {
            self.joined.and_then(|joined| joined.workspaces.get(&workspace.id)).unwrap_or(&none)
        };
        let reached = if self.leaves { Vec::new() } else { self.reached() };
        let mut entries = Vec::new();
        let mut matched = BTreeSet::new();
        for (name, workspace) in &self.desired.workspaces {
            let named = |wanted: &str| self.live.workspaces.iter().find(|live| live.settings.name == wanted);
            let live = named(name).or_else(|| named(workspace.previously.as_deref()?));
            matched.extend(live.map(|live| live.id));
            let access = live.map_or(&none, live_in);
            entries.extend(self.in_workspace(name, workspace, (live.map(|live| live.id), access), &reached));
        }
        for live in self.live.workspaces.iter().filter(|live| !matched.contains(&live.id)) {
            entries.extend(self.in_undeclared_workspace(live, live_in(live)));
        }
        entries.sort_by(|a, b| a.within.cmp(&b.within));
        entries
    }

    fn in_undeclared_workspace(&self, live: &LiveWorkspace, access: &WorkspaceAccess) -> Vec<Entry> {
        let roles = access.roles.into_iter().map(|role| (role.name().to_owned(), self.loses(live.id, role)));
        let locked = access.locked_roles.iter().map(|role| (escape::excerpt(role), false));
        let within = escape::excerpt(&live.settings.name);
        let entry = |(role, loses)| {
            let desired = (self.leaves || loses).then_some(false);
            Entry::new("workspace_role", Some(within.clone()), role, true, desired)
        };
        roles.chain(locked).map(entry).collect()
    }

    fn in_workspace(
        &self,
        name: &str,
        workspace: &DesiredWorkspace,
        (id, live): (Option<Uuid>, &WorkspaceAccess),
        reached: &[Reached<'p>],
    ) -> Vec<Entry> {
        let direct = workspace.members.get(self.email).filter(|_| !self.leaves);
        let through = |reached: &Reached<'p>| {
            let (roles, at) = *reached.group.workspaces.as_ref()?.get(name)?;
            Some((roles, self.through_group(reached, at)))
        };
        let mut granted: Vec<(WorkspaceRoles, Source)> = direct
            .into_iter()
            .flatten()
            .map(|grant| (grant.roles, self.source("workspace", grant.at, grant.through.as_deref())))
            .collect();
        granted.extend(reached.iter().filter_map(through));
        let within = escape::line(name).into_owned();
        let mut entries = Vec::new();
        for role in WorkspaceRoles::all() {
            let given_by: Vec<Source> =
                granted.iter().filter(|(roles, _)| roles.contains(role)).map(|(_, by)| by.clone()).collect();
            let is_live = live.roles.contains(role);
            let loses = || id.is_some_and(|id| self.loses(id, role));
            let desired = match (given_by.is_empty(), self.leaves || loses()) {
                (false, _) => Some(true),
                (true, true) => Some(false),
                (true, false) => None,
            };
            if is_live || desired == Some(true) {
                let name = role.name().to_owned();
                let entry = Entry::new("workspace_role", Some(within.clone()), name, is_live, desired);
                entries.push(Entry { given_by, ..entry });
            }
        }
        let ends = self.leaves || id.is_some_and(|id| self.is_archived(id));
        let locked = live.locked_roles.iter().map(|role| escape::excerpt(role));
        entries.extend(locked.map(|role| {
            Entry::new("workspace_role", Some(within.clone()), role, true, ends.then_some(false))
        }));
        entries
    }

    /// Whether the plan revokes a workspace role of the person, direct or inherited.
    fn loses(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        let inherits =
            |groups: &GroupGraph| groups.inherited_in(&self.key, &Key::Live(workspace)).roles.contains(role);
        if inherits(&self.groups_after) {
            return self.is_archived(workspace);
        }
        inherits(&self.groups_before) || self.is_archived(workspace) || self.loses_direct(workspace, role)
    }

    fn loses_direct(&self, workspace: Uuid, role: WorkspaceRole) -> bool {
        let loses =
            |membership: &Membership| membership.member.key() == self.key && !membership.after.contains(role);
        self.plan.actions.iter().any(|action| {
            let (of, members) = match &action.operation {
                Operation::WorkspaceMembersSet(op) => (&op.workspace, &op.members),
                Operation::WorkspaceMembersRemove(op) => (&op.workspace, &op.members),
                _ => return false,
            };
            of.id == Some(workspace) && members.iter().any(loses)
        })
    }

    fn is_archived(&self, workspace: Uuid) -> bool {
        self.plan.actions.iter().any(|action| match &action.operation {
            Operation::WorkspaceArchive(op) => op.workspace.id == Some(workspace),
            _ => false,
        })
    }

    /// Whether an operation on a workspace or group changes the access of the person, direct or inherited.
    pub(super) fn concerns(&self, operation: &Operation, reaching: &BTreeSet<Key>) -> bool {
        let is = |member: &Reference| member.key() == self.key;
        match operation {
            Operation::MemberUpdate(_)
            | Operation::MemberRemove(_)
            | Operation::MemberCreate(_)
            | Operation::InvitationSend(_)
            | Operation::InvitationRenew(_)
            | Operation::InvitationRevoke(_)
            | Operation::WorkspaceUpdate(_) => false,
            Operation::WorkspaceMembersSet(op) => op.members.iter().any(|one| is(&one.member)),
            Operation::WorkspaceMembersRemove(op) => op.members.iter().any(|one| is(&one.member)),
            Operation::WorkspaceCreate(op) => is(&op.admin),
            Operation::WorkspaceArchive(op) => op
                .workspace
                .id
                .is_some_and(|id| self.joined.is_some_and(|joined| joined.workspaces.contains_key(&id))),
            Operation::GroupMembersAdd(op) => op.members.iter().any(is),
            Operation::GroupMembersRemove(op) => op.members.iter().any(is),
            Operation::GroupCreate(op) => {
                op.after.organization_role.is_some() && reaching.contains(&op.group.key())
            }
            Operation::GroupUpdate(op) => {
                let grants = match &op.change {
                    GroupChange::Settings { before, after } => {
                        before.organization_role != after.organization_role
                    }
                    GroupChange::Parents { .. } => true,
                };
                grants && reaching.contains(&op.group.key())
            }
            Operation::GroupDelete(op) => reaching.contains(&op.group.key()),
            Operation::GroupWorkspacesSet(op) => reaching.contains(&op.group.key()),
            Operation::GroupWorkspacesRemove(op) => reaching.contains(&op.group.key()),
        }
    }
}
