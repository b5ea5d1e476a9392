//! How changes of groups stand.

use super::{Standing, compare, gone};
use crate::escape;
use crate::model::GroupSettings;
use crate::model::{Live, LiveGroup, Role, WorkspaceRoles, workspace_role_names};
use crate::plan::action::{Action, Assignment, GroupOperation, Operation, Participant, Reference};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The groups as they are, and the last nesting that a plan wants of each; nothing where that is in a group that is
/// still to be made.
pub(super) struct Groups<'l> {
    by_id: HashMap<Uuid, &'l LiveGroup>,
    by_name: HashMap<&'l str, &'l LiveGroup>,
    /// In what groups are nested once actions before have been carried out.
    parents: HashMap<Uuid, BTreeSet<Uuid>>,
    last: HashMap<Uuid, Option<BTreeSet<Uuid>>>,
    /// The organization roles that a plan gives, by the names of the groups.
    given: HashMap<String, Role>,
}

impl<'l> Groups<'l> {
    pub(super) fn new(live: &'l Live, actions: &[Action]) -> Self {
        let all = || live.groups.iter().flatten();
        let last = actions.iter().filter_map(|action| match &action.operation {
            Operation::Group(GroupOperation::Nest { group, after, .. }) => Some((group.id?, known(after))),
            _ => None,
        });
        let given = actions.iter().filter_map(|action| match &action.operation {
            Operation::Group(GroupOperation::Update { group, after, .. }) => {
                Some((group.name.clone(), after.organization_role?))
            }
            _ => None,
        });
        Self {
            by_id: all().map(|group| (group.id, group)).collect(),
            by_name: all().map(|group| (group.settings.name.as_str(), group)).collect(),
            parents: all().map(|group| (group.id, group.parents.clone())).collect(),
            last: last.collect(),
            given: given.collect(),
        }
    }

    pub(super) fn standing(&mut self, operation: &GroupOperation) -> Standing {
        let reference = match operation {
            GroupOperation::Create { settings: wanted } => {
                let mut now = self.by_name.get(wanted.name.as_str()).map(|live| live.settings.clone());
                // The role comes with another action, which may be done as well.
                if let Some(now) = &mut now
                    && now.organization_role == self.given.get(&wanted.name).copied()
                {
                    now.organization_role = None;
                }
                return compare(&now, &None, &Some(wanted.clone()), |traits| {
                    traits.as_ref().map_or_else(|| "no group of that name".to_owned(), describe)
                });
            }
            GroupOperation::Delete { id, members, leaving, .. } => {
                // Who leaves the organization with this plan may have done so.
                let expected = members.saturating_sub(*leaving)..=*members;
                return match self.by_id.get(id) {
                    None => Standing::AsWanted,
                    Some(live) if expected.contains(&live.members.len()) => Standing::AsPlanned,
                    Some(live) => compare(&Some(live.members.len()), &Some(*members), &None, |members| {
                        format!("{} members", members.unwrap_or_default())
                    }),
                };
            }
            GroupOperation::Update { group, .. }
            | GroupOperation::Nest { group, .. }
            | GroupOperation::MembersAdd { group, .. }
            | GroupOperation::MembersRemove { group, .. }
            | GroupOperation::WorkspacesSet { group, .. }
            | GroupOperation::WorkspacesRemove { group, .. } => group,
        };
        // It comes to be in this plan.
        let Some(id) = reference.id else { return Standing::AsPlanned };
        let Some(live) = self.by_id.get(&id).copied() else { return gone("the group") };
        match operation {
            GroupOperation::Create { .. } | GroupOperation::Delete { .. } => Standing::AsPlanned,
            GroupOperation::Update { before, after, .. } => {
                let now = live.settings.clone();
                // The role is set by a request of its own, the last one.
                let half = GroupSettings { organization_role: before.organization_role, ..after.clone() };
                if now == half && now != *after {
                    Standing::AsPlanned
                } else {
                    compare(&now, before, after, describe)
                }
            }
            GroupOperation::Nest { before, after, .. } => self.nest(id, before, after),
            GroupOperation::MembersAdd { members, .. } => {
                let inside = |who: &Participant| who.id.is_some_and(|id| live.members.contains(&id));
                if members.iter().all(inside) { Standing::AsWanted } else { Standing::AsPlanned }
            }
            GroupOperation::MembersRemove { members, .. } => {
                let inside = |who: &Participant| who.id.is_some_and(|id| live.members.contains(&id));
                if members.iter().any(inside) { Standing::AsPlanned } else { Standing::AsWanted }
            }
            GroupOperation::WorkspacesSet { assignments, .. }
            | GroupOperation::WorkspacesRemove { assignments, .. } => assigned(live, assignments),
        }
    }

    /// A nesting may have two halves, as the change of a person may.
    fn nest(&mut self, id: Uuid, before: &BTreeSet<Reference>, after: &BTreeSet<Reference>) -> Standing {
        let now = self.parents.get(&id).cloned().unwrap_or_default();
        if self.last.get(&id).and_then(Option::as_ref) == Some(&now) {
            return Standing::AsWanted;
        }
        let show = |parents: &Option<BTreeSet<Uuid>>| {
            format!("nested in {} groups", parents.iter().flatten().count())
        };
        let standing = compare(&Some(now), &known(before), &known(after), show);
        if standing == Standing::AsPlanned
            && let Some(after) = known(after)
        {
            self.parents.insert(id, after);
        }
        standing
    }
}

/// The identifiers of groups, where all have one.
fn known(groups: &BTreeSet<Reference>) -> Option<BTreeSet<Uuid>> {
    groups.iter().map(|group| group.id).collect()
}

/// All assignments are as they were, or as they are to be.
fn assigned(live: &LiveGroup, assignments: &[Assignment]) -> Standing {
    let mut done = true;
    for assignment in assignments {
        let now = assignment.workspace.id.and_then(|id| live.workspaces.get(&id)).map(|access| access.roles);
        let after = Some(assignment.after).filter(|roles| !roles.is_empty());
        if now == after {
            continue;
        }
        done = false;
        if now != assignment.before {
            let name = escape::line(&assignment.workspace.name);
            let show = |roles: Option<WorkspaceRoles>| match roles {
                None => format!("nothing in {name}"),
                Some(roles) => format!("{} in {name}", workspace_role_names(roles)),
            };
            return Standing::Changed { saw: show(assignment.before), now: show(now) };
        }
    }
    if done { Standing::AsWanted } else { Standing::AsPlanned }
}

fn describe(traits: &GroupSettings) -> String {
    let GroupSettings { name, description, organization_role } = traits;
    let role = organization_role.map_or("none", crate::model::Role::name);
    escape::excerpt(&format!("name \"{name}\", description \"{description}\", organization role {role}"))
}
