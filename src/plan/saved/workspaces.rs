//! How changes of workspaces stand.

use super::{Standing, compare, gone};
use crate::escape;
use crate::model::WorkspaceSettings;
use crate::model::{Live, LiveWorkspace, WorkspaceRoles, workspace_role_names};
use crate::plan::action::{Action, GroupOperation, Key, Membership, Operation, WorkspaceOperation};
use crate::plan::own::own_access;
use crate::plan::reach::{Groups, Through};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The workspaces as they are, and who is in them.
pub(super) struct Workspaces<'l> {
    by_id: HashMap<Uuid, &'l LiveWorkspace>,
    by_name: HashMap<&'l str, &'l LiveWorkspace>,
    shown: HashMap<(Uuid, Uuid), WorkspaceRoles>,
    through: Through,
    /// The same when the plan has been carried out.
    after: Through,
    /// Who has roles of their own, in which workspace, that the API can't write.
    locked: HashSet<(Uuid, Uuid)>,
    taken: Taken,
}

/// Whose roles in workspaces a plan takes through groups: it may have done so already.
#[derive(Default)]
struct Taken {
    people: HashSet<Uuid>,
    workspaces: HashSet<Uuid>,
    /// By deleting or moving a group, which may concern anybody.
    somebody: bool,
}

impl Taken {
    fn by(actions: &[Action]) -> Self {
        let mut taken = Self::default();
        for action in actions {
            let Operation::Group(operation) = &action.operation else { continue };
            match operation {
                GroupOperation::MembersRemove { members, .. } => {
                    taken.people.extend(members.iter().filter_map(|who| who.id));
                }
                GroupOperation::WorkspacesSet { assignments, .. }
                | GroupOperation::WorkspacesRemove { assignments, .. } => {
                    taken.workspaces.extend(assignments.iter().filter_map(|one| one.workspace.id));
                }
                GroupOperation::Delete { .. } | GroupOperation::Nest { .. } => taken.somebody = true,
                GroupOperation::Create { .. }
                | GroupOperation::Update { .. }
                | GroupOperation::MembersAdd { .. } => {}
            }
        }
        taken
    }

    fn may_hold(&self, person: Uuid, workspace: Uuid) -> bool {
        self.somebody || self.people.contains(&person) || self.workspaces.contains(&workspace)
    }
}

impl<'l> Workspaces<'l> {
    pub(super) fn new(live: &'l Live, actions: &[Action]) -> Self {
        let shown = live.members.iter().flat_map(|member| {
            member.workspaces.iter().map(|(workspace, access)| ((member.id, *workspace), access.roles))
        });
        let groups = Groups::of(live);
        let after = groups.clone().after(actions.iter().map(|action| &action.operation));
        Self {
            by_id: live.workspaces.iter().map(|workspace| (workspace.id, workspace)).collect(),
            by_name: live
                .workspaces
                .iter()
                .map(|workspace| (workspace.settings.name.as_str(), workspace))
                .collect(),
            shown: shown.collect(),
            through: groups.through(),
            after: after.through(),
            locked: own_access(live)
                .into_iter()
                .flat_map(|(workspace, people)| {
                    let locked = people.into_iter().filter(|(_, shown)| !shown.locked.is_empty());
                    locked.map(move |(person, _)| (person, workspace))
                })
                .collect(),
            taken: Taken::by(actions),
        }
    }

    pub(super) fn standing(&self, operation: &WorkspaceOperation) -> Standing {
        match operation {
            WorkspaceOperation::Create { settings: wanted, .. } => {
                let now = self.by_name.get(wanted.name.as_str()).map(|live| live.settings.clone());
                compare(&now, &None, &Some(wanted.clone()), |traits| {
                    traits.as_ref().map_or_else(|| "no workspace of that name".to_owned(), describe)
                })
            }
            WorkspaceOperation::Update { workspace, before, after } => {
                match workspace.id.and_then(|id| self.by_id.get(&id)) {
                    None => gone(describe(before)),
                    Some(live) => compare(&live.settings.clone(), before, after, describe),
                }
            }
            WorkspaceOperation::Archive { id, before, .. } => {
                let now = self.by_id.get(id).map(|live| live.settings.clone());
                compare(&now, &Some(before.clone()), &None, |traits| {
                    traits.as_ref().map_or_else(String::new, describe)
                })
            }
            WorkspaceOperation::MembersSet { workspace, members }
            | WorkspaceOperation::MembersRemove { workspace, members } => match workspace.id {
                // It comes to be in this plan.
                None => Standing::AsPlanned,
                Some(id) if !self.by_id.contains_key(&id) => gone("the workspace"),
                Some(id) => self.members(id, members),
            },
        }
    }

    /// All have the roles that they had, or those that they are to have.
    fn members(&self, workspace: Uuid, members: &[Membership]) -> Standing {
        let mut done = true;
        for member in members {
            let Some(id) = member.who.id else {
                done = false;
                continue;
            };
            let now = self.shown.get(&(id, workspace)).copied().unwrap_or_default();
            let given = |through: &Through| {
                let given = through.get(&id).and_then(|all| all.get(&Key::Live(workspace)));
                given.map_or(WorkspaceRoles::empty(), |given| given.roles)
            };
            let through = given(&self.through);
            // What hides behind a group that goes can't be seen to be right.
            let is_hidden = !(through - given(&self.after)).is_empty();
            // Who is to be taken out may hold nothing but such a role.
            let is_locked = self.locked.contains(&(id, workspace));
            if now == member.after | through {
                done &= !is_hidden && !is_locked;
                continue;
            }
            done = false;
            let lost = member.before - now;
            let is_lost_to_groups = lost.is_empty() || self.taken.may_hold(id, workspace);
            let is_gained_through_groups = (now - member.before - through).is_empty();
            if !is_lost_to_groups || !is_gained_through_groups {
                let show = |roles| {
                    let names = workspace_role_names(roles);
                    let names = if names.is_empty() { "no role".to_owned() } else { names };
                    format!("{} with {names}", escape::line(&member.who.name))
                };
                return Standing::Changed { saw: show(member.before), now: show(now) };
            }
        }
        if done { Standing::AsWanted } else { Standing::AsPlanned }
    }
}

fn describe(traits: &WorkspaceSettings) -> String {
    let WorkspaceSettings { name, description, icon } = traits;
    escape::excerpt(&format!("name \"{name}\", description \"{description}\", icon \"{icon}\""))
}
