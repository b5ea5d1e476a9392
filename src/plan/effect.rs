//! The effect of a plan on what people may do: the roles that they gain and lose in the end.
//!
//! A change of a group or a nesting says little about that: a new member may have the role already, and a role that a
//! group no longer grants may come through another group. So the simulated access before the plan is compared with
//! that after it. Invitations have no effect yet: people gain their roles on joining. If a group hides a direct role in
//! a workspace that no file declares, nothing shows that the person keeps it.

use super::action::Action;
use super::forecast::names;
use super::operation::{Key, Membership, Operation, Reference};
use super::state::{EffectiveAccess, EffectiveRole, GroupGraph, InheritedRoles, direct_access};
use crate::model::{Desired, Live, Roles, WorkspaceRole};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// People who gain or lose a role in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveChange {
    /// The name of the workspace; `None` for roles of the organization. Hostile text.
    pub workspace: Option<String>,
    pub role: EffectiveRole,
    /// They gain the role; otherwise they lose it.
    pub is_gain: bool,
    /// Their addresses, or names. Hostile text.
    pub people: Vec<String>,
}

/// Direct roles in workspaces, by workspace, then by person.
type Direct = HashMap<Key, HashMap<Key, InheritedRoles>>;

/// The workspace with its name, losses after gains, and the role: the order of the changes.
type ChangeKey = (Option<(String, Key)>, bool, EffectiveRole);

/// The roles in workspaces that people gain and lose by these actions, directly or through groups, and the organization
/// roles that they gain and lose through groups. Sorted by workspace.
#[must_use]
pub fn effective_changes(desired: &Desired, live: &Live, actions: &[Action]) -> Vec<EffectiveChange> {
    let operations = || actions.iter().map(|action| &action.operation);
    if !operations().any(changes_access) {
        return Vec::new();
    }
    let groups = GroupGraph::of(live);
    let mut before = groups.inherited(None);
    let mut after = groups.after(operations()).inherited(None);
    add_organization_roles(live, operations(), &mut before, &mut after);
    let mut direct = live_direct(live);
    add_direct(&direct, &mut before);
    operations().for_each(|operation| change_direct(&mut direct, operation));
    add_direct(&direct, &mut after);
    remove_leavers(&mut before, &mut after, operations());

    let (people, workspaces) = (people(desired, live), workspaces(live, operations()));
    // Every member has this role in the default workspace, whoever granted it.
    let default = live.workspaces.iter().find(|workspace| workspace.is_default).map(|one| Key::Live(one.id));
    let is_implied = |workspace: Option<&Key>, role: &EffectiveRole| {
        *role == EffectiveRole::Workspace(WorkspaceRole::WorkspaceContributor)
            && workspace.is_some_and(|workspace| default.as_ref() == Some(workspace))
    };
    let mut changes = BTreeMap::<ChangeKey, Vec<String>>::new();
    for (is_loss, one, other) in [(false, &after, &before), (true, &before, &after)] {
        for (person, workspace, roles) in one.beyond(other) {
            let within = workspace.map(|key| (named(&workspaces, key), key.clone()));
            for role in roles.into_iter().filter(|role| !is_implied(workspace, role)) {
                let key = (within.clone(), is_loss, role);
                changes.entry(key).or_default().push(named(&people, person));
            }
        }
    }
    let change = |((workspace, is_loss, role), mut people): (ChangeKey, Vec<String>)| {
        people.sort_unstable();
        EffectiveChange { workspace: workspace.map(|(name, _)| name), role, is_gain: !is_loss, people }
    };
    changes.into_iter().map(change).collect()
}

/// Whether an operation may change what people have in workspaces or through groups.
fn changes_access(operation: &Operation) -> bool {
    !matches!(
        operation,
        Operation::MemberUpdate(_)
            | Operation::InvitationSend(_)
            | Operation::InvitationRenew(_)
            | Operation::InvitationRevoke(_)
            | Operation::WorkspaceUpdate(_)
            | Operation::ApiKeyDelete(_)
    )
}

/// Adds the direct organization roles of those who inherit others after the plan than before it.
fn add_organization_roles<'o>(
    live: &Live,
    operations: impl Iterator<Item = &'o Operation>,
    before: &mut EffectiveAccess,
    after: &mut EffectiveAccess,
) {
    let inherit_others: HashSet<Key> = before.with_other_roles(after).cloned().collect();
    let mut roles: HashMap<Key, Roles> = HashMap::new();
    for member in &live.members {
        let key = Key::Live(member.id);
        if inherit_others.contains(&key) {
            before.add_roles(&key, member.access.roles);
            roles.insert(key, member.access.roles);
        }
    }
    for operation in operations {
        let (key, after) = match operation {
            Operation::MemberUpdate(op) => (Key::Live(op.member_id), op.after.roles),
            Operation::MemberCreate(op) => (Key::New(op.email.to_string()), op.after.roles),
            _ => continue,
        };
        if inherit_others.contains(&key) {
            roles.insert(key, after);
        }
    }
    roles.iter().for_each(|(key, roles)| after.add_roles(key, *roles));
}

fn live_direct(live: &Live) -> Direct {
    let mut all = Direct::new();
    for (workspace, people) in direct_access(live) {
        let direct = people.into_iter().map(|(member, access)| {
            (Key::Live(member), InheritedRoles { roles: access.direct, locked: access.locked })
        });
        all.insert(Key::Live(workspace), direct.collect());
    }
    all
}

fn change_direct(direct: &mut Direct, operation: &Operation) {
    let mut set = |workspace: &Reference, members: &[Membership]| {
        let people = direct.entry(workspace.key()).or_default();
        for one in members {
            let roles = InheritedRoles { roles: one.after, ..InheritedRoles::default() };
            people.insert(one.member.key(), roles);
        }
    };
    match operation {
        Operation::WorkspaceMembersSet(op) => set(&op.workspace, &op.members),
        Operation::WorkspaceMembersRemove(op) => set(&op.workspace, &op.members),
        Operation::WorkspaceCreate(op) => {
            let roles = InheritedRoles { roles: WorkspaceRole::WorkspaceAdmin.into(), ..Default::default() };
            direct.entry(op.workspace.key()).or_default().insert(op.admin.key(), roles);
        }
        Operation::WorkspaceArchive(op) => drop(direct.remove(&op.workspace.key())),
        _ => {}
    }
}

fn add_direct(direct: &Direct, access: &mut EffectiveAccess) {
    for (workspace, people) in direct {
        people.iter().for_each(|(person, roles)| access.add(person, workspace, roles));
    }
}

/// Leavers have nothing in the end. That they lose their organization roles is said where they leave.
fn remove_leavers<'o>(
    before: &mut EffectiveAccess,
    after: &mut EffectiveAccess,
    operations: impl Iterator<Item = &'o Operation>,
) {
    for operation in operations {
        if let Operation::MemberRemove(op) = operation {
            before.remove_roles(&Key::Live(op.member_id));
            after.remove(&Key::Live(op.member_id));
        }
    }
}

/// The addresses of live members in the files, or their names. Hostile text.
fn people(desired: &Desired, live: &Live) -> HashMap<Uuid, String> {
    let mut all: HashMap<Uuid, String> =
        live.members.iter().map(|member| (member.id, member.label.clone())).collect();
    for (key, email) in names(desired, live) {
        if let Key::Live(id) = key {
            all.insert(id, email.to_string());
        }
    }
    all
}

/// The names of live workspaces, in the files if they are declared there. Hostile text.
fn workspaces<'o>(live: &Live, operations: impl Iterator<Item = &'o Operation>) -> HashMap<Uuid, String> {
    let names = live.workspaces.iter().map(|workspace| (workspace.id, workspace.settings.name.clone()));
    let mut all: HashMap<Uuid, String> = names.collect();
    for operation in operations {
        if let Operation::WorkspaceUpdate(op) = operation {
            all.extend(op.workspace.id.map(|id| (id, op.workspace.name.clone())));
        }
    }
    all
}

fn named(names: &HashMap<Uuid, String>, key: &Key) -> String {
    match key {
        Key::Live(id) => names.get(id).cloned().unwrap_or_else(|| id.to_string()),
        Key::New(name) => name.clone(),
    }
}
