//! Preconditions of operations on groups.

use super::comparison::{Precondition, compare, described, gone};
use crate::escape;
use crate::model::{GroupSettings, Live, LiveGroup, Role, WorkspaceRoles, workspace_role_names};
use crate::plan::{
    Action, Assignment, GroupChange, GroupCreate, GroupDelete, GroupMembersAdd, GroupMembersRemove,
    GroupOperation, GroupUpdate, Operation, Reference,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The live groups, and their state after the plan.
pub(super) struct GroupPreconditions<'l> {
    by_id: HashMap<Uuid, &'l LiveGroup>,
    by_name: HashMap<&'l str, &'l LiveGroup>,
    /// The parents of each group after the actions so far.
    parents: HashMap<Uuid, BTreeSet<Uuid>>,
    /// The parents of each group after the plan; `None` if the plan creates one of them.
    last: HashMap<Uuid, Option<BTreeSet<Uuid>>>,
    /// The organization roles after the plan, by the names of the groups.
    roles: HashMap<String, Role>,
}

impl<'l> GroupPreconditions<'l> {
    pub(super) fn new(live: &'l Live, actions: &[Action]) -> Self {
        let all = || live.groups.iter().flatten();
        let (mut last, mut roles) = (HashMap::new(), HashMap::new());
        for action in actions {
            let Operation::GroupUpdate(op) = &action.operation else { continue };
            match (&op.change, op.group.id) {
                (GroupChange::Parents { after, .. }, Some(id)) => drop(last.insert(id, ids(after))),
                (GroupChange::Parents { .. }, None) => {}
                (GroupChange::Settings { after, .. }, _) => {
                    roles.extend(after.organization_role.map(|role| (op.group.name.clone(), role)));
                }
            }
        }
        Self {
            by_id: all().map(|group| (group.id, group)).collect(),
            by_name: all().map(|group| (group.settings.name.as_str(), group)).collect(),
            parents: all().map(|group| (group.id, group.parents.clone())).collect(),
            last,
            roles,
        }
    }

    pub(super) fn of(&mut self, operation: GroupOperation<'_>) -> Precondition {
        match operation {
            GroupOperation::GroupCreate(op) => self.create(op),
            GroupOperation::GroupUpdate(op) => self.update(op),
            GroupOperation::GroupDelete(op) => self.delete(op),
            GroupOperation::GroupMembersAdd(op) => self.members_add(op),
            GroupOperation::GroupMembersRemove(op) => self.members_remove(op),
            GroupOperation::GroupWorkspacesSet(op) => self.assignments(&op.group, &op.assignments),
            GroupOperation::GroupWorkspacesRemove(op) => self.assignments(&op.group, &op.assignments),
        }
    }

    fn create(&self, op: &GroupCreate) -> Precondition {
        let mut now = self.by_name.get(op.after.name.as_str()).map(|live| live.settings.clone());
        // Another action sets the role, and may be done too.
        if let Some(now) = &mut now
            && now.organization_role == self.roles.get(&op.after.name).copied()
        {
            now.organization_role = None;
        }
        compare(&now, &None, &Some(op.after.clone()), |settings| {
            settings.as_ref().map_or_else(|| "no group of that name".to_owned(), described)
        })
    }

    fn delete(&self, op: &GroupDelete) -> Precondition {
        // Members whom the plan removes from the organization may already have left.
        let expected = op.member_count.saturating_sub(op.leaving_count)..=op.member_count;
        match op.group.id.and_then(|id| self.by_id.get(&id)).map(|live| live.members.len()) {
            None => Precondition::AlreadyApplied,
            Some(now) if expected.contains(&now) => Precondition::Holds,
            Some(now) => Precondition::Conflict {
                expected: format!("{} members", op.member_count),
                found: format!("{now} members"),
            },
        }
    }

    fn update(&mut self, op: &GroupUpdate) -> Precondition {
        let live = match self.live(&op.group) {
            Ok(live) => live,
            Err(precondition) => return precondition,
        };
        match &op.change {
            GroupChange::Settings { before, after } => settings(&live.settings, before, after),
            GroupChange::Parents { before, after } => self.nesting(live.id, before, after),
        }
    }

    /// Like the change of a person, a change of nesting may have two halves.
    fn nesting(
        &mut self,
        id: Uuid,
        before: &BTreeSet<Reference>,
        after: &BTreeSet<Reference>,
    ) -> Precondition {
        let now = self.parents.get(&id).cloned().unwrap_or_default();
        if self.last.get(&id).and_then(Option::as_ref) == Some(&now) {
            return Precondition::AlreadyApplied;
        }
        let show = |parents: &Option<BTreeSet<Uuid>>| {
            format!("nested in {} groups", parents.iter().flatten().count())
        };
        let after = ids(after);
        let precondition = compare(&Some(now), &ids(before), &after, show);
        if precondition == Precondition::Holds
            && let Some(after) = after
        {
            self.parents.insert(id, after);
        }
        precondition
    }

    fn members_add(&self, op: &GroupMembersAdd) -> Precondition {
        match self.live(&op.group) {
            Ok(live) if op.members.iter().all(|one| is_in(live, one)) => Precondition::AlreadyApplied,
            Ok(_) => Precondition::Holds,
            Err(precondition) => precondition,
        }
    }

    fn members_remove(&self, op: &GroupMembersRemove) -> Precondition {
        match self.live(&op.group) {
            Ok(live) if op.members.iter().any(|one| is_in(live, one)) => Precondition::Holds,
            Ok(_) => Precondition::AlreadyApplied,
            Err(precondition) => precondition,
        }
    }

    /// Checks that all assignments are as before, or all as planned.
    fn assignments(&self, group: &Reference, assignments: &[Assignment]) -> Precondition {
        let live = match self.live(group) {
            Ok(live) => live,
            Err(precondition) => return precondition,
        };
        let mut done = true;
        for Assignment { workspace, before, after } in assignments {
            let now = workspace.id.and_then(|id| live.workspaces.get(&id)).map(|access| access.roles);
            let after = Some(*after).filter(|roles| !roles.is_empty());
            if now == after {
                continue;
            }
            done = false;
            if now != *before {
                let name = escape::line(&workspace.name);
                let show = |roles: Option<WorkspaceRoles>| match roles {
                    None => format!("nothing in {name}"),
                    Some(roles) => format!("{} in {name}", workspace_role_names(roles)),
                };
                return Precondition::Conflict { expected: show(*before), found: show(now) };
            }
        }
        if done { Precondition::AlreadyApplied } else { Precondition::Holds }
    }

    /// The live group. The precondition always holds for a group that the plan creates.
    fn live(&self, group: &Reference) -> Result<&'l LiveGroup, Precondition> {
        let id = group.id.ok_or(Precondition::Holds)?;
        self.by_id.get(&id).copied().ok_or_else(|| gone("the group"))
    }
}

fn settings(now: &GroupSettings, before: &GroupSettings, after: &GroupSettings) -> Precondition {
    // The role is set by a separate request, the last one.
    let half = GroupSettings { organization_role: before.organization_role, ..after.clone() };
    if *now == half && now != after {
        return Precondition::Holds;
    }
    compare(now, before, after, described)
}

/// The identifiers of groups; `None` if the plan creates one of them.
fn ids(groups: &BTreeSet<Reference>) -> Option<BTreeSet<Uuid>> {
    groups.iter().map(|group| group.id).collect()
}

fn is_in(group: &LiveGroup, member: &Reference) -> bool {
    member.id.is_some_and(|id| group.members.contains(&id))
}
