//! Preconditions of operations on workspaces.

use super::comparison::{Precondition, compare, described, gone};
use crate::escape;
use crate::model::{Live, LiveWorkspace, WorkspaceRoles, workspace_role_names};
use crate::plan::{
    Action, GroupChange, GroupGraph, InheritedByMember, Key, Membership, Operation, Reference,
    WorkspaceArchive, WorkspaceCreate, WorkspaceOperation, WorkspaceUpdate, direct_access,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The live workspaces and their members.
pub(super) struct WorkspacePreconditions<'l> {
    by_id: HashMap<Uuid, &'l LiveWorkspace>,
    by_name: HashMap<&'l str, &'l LiveWorkspace>,
    effective: HashMap<(Uuid, Uuid), WorkspaceRoles>,
    inherited: InheritedByMember,
    /// The same after the plan.
    inherited_after: InheritedByMember,
    /// Members with direct roles in a workspace that the API can't write.
    locked: HashSet<(Uuid, Uuid)>,
    revoked: RevokedThroughGroups,
}

/// The workspace roles that a plan revokes through groups, which it may already have done.
#[derive(Default)]
struct RevokedThroughGroups {
    members: HashSet<Uuid>,
    workspaces: HashSet<Uuid>,
    /// The plan deletes or moves a group, which may affect every member.
    anywhere: bool,
}

impl RevokedThroughGroups {
    fn by(actions: &[Action]) -> Self {
        let mut revoked = Self::default();
        for action in actions {
            let assignments = match &action.operation {
                Operation::GroupMembersRemove(op) => {
                    revoked.members.extend(op.members.iter().filter_map(|member| member.id));
                    continue;
                }
                Operation::GroupWorkspacesSet(op) => &op.assignments,
                Operation::GroupWorkspacesRemove(op) => &op.assignments,
                Operation::GroupDelete(_) => {
                    revoked.anywhere = true;
                    continue;
                }
                Operation::GroupUpdate(op) => {
                    revoked.anywhere |= matches!(op.change, GroupChange::Parents { .. });
                    continue;
                }
                _ => continue,
            };
            revoked.workspaces.extend(assignments.iter().filter_map(|one| one.workspace.id));
        }
        revoked
    }

    fn may_concern(&self, member: Uuid, workspace: Uuid) -> bool {
        self.anywhere || self.members.contains(&member) || self.workspaces.contains(&workspace)
    }
}

impl<'l> WorkspacePreconditions<'l> {
    pub(super) fn new(live: &'l Live, actions: &[Action]) -> Self {
        let effective = live.members.iter().flat_map(|member| {
            member.workspaces.iter().map(|(workspace, access)| ((member.id, *workspace), access.roles))
        });
        let groups = GroupGraph::of(live);
        let inherited = groups.inherited_by_member();
        let after = groups.after(actions.iter().map(|action| &action.operation));
        let all = &live.workspaces;
        let locked = direct_access(live).into_iter().flat_map(|(workspace, members)| {
            let locked = members.into_iter().filter(|(_, access)| !access.locked.is_empty());
            locked.map(move |(member, _)| (member, workspace))
        });
        Self {
            by_id: all.iter().map(|one| (one.id, one)).collect(),
            by_name: all.iter().map(|one| (one.settings.name.as_str(), one)).collect(),
            effective: effective.collect(),
            inherited,
            inherited_after: after.inherited_by_member(),
            locked: locked.collect(),
            revoked: RevokedThroughGroups::by(actions),
        }
    }

    pub(super) fn of(&self, operation: WorkspaceOperation<'_>) -> Precondition {
        match operation {
            WorkspaceOperation::WorkspaceCreate(op) => self.create(op),
            WorkspaceOperation::WorkspaceUpdate(op) => self.update(op),
            WorkspaceOperation::WorkspaceArchive(op) => self.archive(op),
            WorkspaceOperation::WorkspaceMembersSet(op) => self.members(&op.workspace, &op.members),
            WorkspaceOperation::WorkspaceMembersRemove(op) => self.members(&op.workspace, &op.members),
        }
    }

    fn create(&self, op: &WorkspaceCreate) -> Precondition {
        let now = self.by_name.get(op.after.name.as_str()).map(|live| live.settings.clone());
        compare(&now, &None, &Some(op.after.clone()), |settings| {
            settings.as_ref().map_or_else(|| "no workspace of that name".to_owned(), described)
        })
    }

    fn update(&self, op: &WorkspaceUpdate) -> Precondition {
        match op.workspace.id.and_then(|id| self.by_id.get(&id)) {
            None => gone(described(&op.before)),
            Some(live) => compare(&live.settings, &op.before, &op.after, described),
        }
    }

    fn archive(&self, op: &WorkspaceArchive) -> Precondition {
        let now = op.workspace.id.and_then(|id| self.by_id.get(&id)).map(|live| live.settings.clone());
        compare(&now, &Some(op.before.clone()), &None, |settings| {
            settings.as_ref().map_or_else(String::new, described)
        })
    }

    /// Checks that all have the roles as before, or all as planned.
    fn members(&self, workspace: &Reference, members: &[Membership]) -> Precondition {
        let Some(id) = workspace.id else { return Precondition::Holds };
        if !self.by_id.contains_key(&id) {
            return gone("the workspace");
        }
        let mut done = true;
        for membership in members {
            match self.membership(id, membership) {
                Precondition::AlreadyApplied => {}
                Precondition::Holds => done = false,
                conflict @ Precondition::Conflict { .. } => return conflict,
            }
        }
        if done { Precondition::AlreadyApplied } else { Precondition::Holds }
    }

    fn membership(&self, workspace: Uuid, membership: &Membership) -> Precondition {
        let Membership { member, before, after } = membership;
        let Some(id) = member.id else { return Precondition::Holds };
        let now = self.effective.get(&(id, workspace)).copied().unwrap_or_default();
        let inherited_in = |inherited: &InheritedByMember| {
            let roles = inherited.get(&id).and_then(|all| all.get(&Key::Live(workspace)));
            roles.map_or(WorkspaceRoles::empty(), |roles| roles.roles)
        };
        let inherited = inherited_in(&self.inherited);
        if now == *after | inherited {
            // A direct role can't be checked if a removed group grants it too.
            let is_hidden = !(inherited - inherited_in(&self.inherited_after)).is_empty();
            // A member to be removed may have only such a role.
            let is_locked = self.locked.contains(&(id, workspace));
            return if is_hidden || is_locked { Precondition::Holds } else { Precondition::AlreadyApplied };
        }
        let is_lost_to_groups = (*before - now).is_empty() || self.revoked.may_concern(id, workspace);
        let is_inherited = (now - *before - inherited).is_empty();
        if is_lost_to_groups && is_inherited {
            return Precondition::Holds;
        }
        let show = |roles| {
            let names = workspace_role_names(roles);
            let names = if names.is_empty() { "no role".to_owned() } else { names };
            format!("{} with {names}", escape::line(&member.name))
        };
        Precondition::Conflict { expected: show(*before), found: show(now) }
    }
}
