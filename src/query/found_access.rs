//! The roles of live members, and the groups through which they inherit them.

use crate::escape;
use crate::model::nesting::ancestors;
use crate::model::{
    Live, LiveGroup, LiveMember, LiveWorkspace, Role, Roles, WorkspaceAccess, WorkspaceRole, WorkspaceRoles,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A role, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundRole {
    /// Its name. Harmless text.
    pub role: String,
    /// Whether the person has it directly; null if the API does not show that, because a group grants the role too, or
    /// the default workspace grants it to everybody.
    pub direct: Option<bool>,
    /// The groups that grant it. Harmless text.
    pub through: Vec<String>,
}

/// The roles in a workspace.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundWorkspace {
    /// The name. Harmless text.
    pub name: String,
    /// Every member is in the default workspace.
    pub is_default: bool,
    pub roles: Vec<FoundRole>,
}

/// A group that a person is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct FoundGroup {
    /// The name. Harmless text.
    pub name: String,
    /// Whether the group lists the person. If not, a group in which it nests them does.
    pub direct: bool,
}

/// The live resources, prepared for looking up one person after the other.
pub(super) struct Resources<'l> {
    workspaces: Vec<&'l LiveWorkspace>,
    groups: HashMap<Uuid, &'l LiveGroup>,
    /// The groups from which each member inherits, and whether the group lists the member.
    inherits: HashMap<Uuid, BTreeMap<Uuid, bool>>,
}

impl<'l> Resources<'l> {
    pub(super) fn of(live: &'l Live) -> Self {
        let groups: HashMap<Uuid, &LiveGroup> =
            live.groups.iter().flatten().map(|group| (group.id, group)).collect();
        let parents = |id: &Uuid| groups.get(id).into_iter().flat_map(|group| group.parents.iter().copied());
        let mut inherits = HashMap::<Uuid, BTreeMap<Uuid, bool>>::new();
        for (id, group) in &groups {
            let above = ancestors(*id, parents);
            for member in &group.members {
                let all = inherits.entry(*member).or_default();
                above.keys().for_each(|above| *all.entry(*above).or_default() |= above == id);
            }
        }
        let mut workspaces: Vec<&LiveWorkspace> = live.workspaces.iter().collect();
        workspaces.sort_by(|a, b| (&a.settings.name, a.id).cmp(&(&b.settings.name, b.id)));
        Self { workspaces, groups, inherits }
    }

    /// The groups from which a member inherits.
    fn inherited_from(&self, member: Uuid) -> impl Iterator<Item = &'l LiveGroup> {
        let ids = self.inherits.get(&member).into_iter().flat_map(BTreeMap::keys);
        ids.filter_map(|id| self.groups.get(id).copied())
    }

    /// All organization roles that the API can write, direct and inherited.
    pub(super) fn effective_roles(&self, member: &LiveMember) -> Roles {
        let inherited = self.inherited_from(member.id).filter_map(|group| group.settings.organization_role);
        inherited.fold(member.access.roles, |all, role| all | role)
    }

    /// The organization roles of a member.
    pub(super) fn roles(&self, member: &LiveMember) -> Vec<FoundRole> {
        let groups: Vec<&LiveGroup> = self.inherited_from(member.id).collect();
        let known = Roles::all().into_iter().map(|role: Role| {
            let through = granting(&groups, |group| group.settings.organization_role == Some(role));
            FoundRole::known(role.name(), member.access.roles.contains(role), through)
        });
        let locked = groups.iter().filter_map(|group| group.locked_role.as_ref());
        let locked: BTreeSet<&String> = member.locked_roles.iter().chain(locked).collect();
        let locked = locked.into_iter().map(|role| {
            let through = granting(&groups, |group| group.locked_role.as_ref() == Some(role));
            FoundRole::known(&escape::excerpt(role), member.locked_roles.contains(role), through)
        });
        known.chain(locked).flatten().collect()
    }

    /// The workspaces that a member can enter.
    pub(super) fn workspaces(&self, member: &LiveMember) -> Vec<FoundWorkspace> {
        let groups: Vec<&LiveGroup> = self.inherited_from(member.id).collect();
        let found = self.workspaces.iter().map(|workspace| FoundWorkspace {
            name: escape::excerpt(&workspace.settings.name),
            is_default: workspace.is_default,
            roles: roles_in(workspace, member.workspaces.get(&workspace.id), &groups),
        });
        found.filter(|workspace| !workspace.roles.is_empty()).collect()
    }

    /// The workspaces that an invitation names, with the role that acceptance grants there.
    pub(super) fn invited_into(&self, ids: &BTreeSet<Uuid>) -> Vec<FoundWorkspace> {
        let named = self.workspaces.iter().filter(|workspace| ids.contains(&workspace.id));
        let role = || FoundRole::known(WorkspaceRole::WorkspaceContributor.name(), true, Vec::new());
        named
            .map(|workspace| FoundWorkspace {
                name: escape::excerpt(&workspace.settings.name),
                is_default: workspace.is_default,
                roles: role().into_iter().collect(),
            })
            .collect()
    }

    /// The groups that a member is in, directly or through nesting.
    pub(super) fn groups(&self, member: Uuid) -> Vec<FoundGroup> {
        let all = self.inherits.get(&member).into_iter().flatten();
        let mut found: Vec<FoundGroup> = all
            .filter_map(|(id, direct)| {
                let name = escape::excerpt(&self.groups.get(id)?.settings.name);
                Some(FoundGroup { name, direct: *direct })
            })
            .collect();
        found.sort_by(|a, b| (!a.direct, &a.name).cmp(&(!b.direct, &b.name)));
        found
    }
}

impl FoundRole {
    /// A role of which it is known whether it is direct; `None` if the person does not have it.
    fn known(role: &str, direct: bool, through: Vec<String>) -> Option<Self> {
        let has = direct || !through.is_empty();
        has.then(|| Self { role: role.to_owned(), direct: Some(direct), through })
    }

    /// A role in a workspace. The API shows effective roles there, so one that is also granted otherwise may be direct.
    fn effective(role: &str, shown: bool, through: Vec<String>, is_implied: bool) -> Option<Self> {
        let hides_direct = shown && (is_implied || !through.is_empty());
        let role = Self::known(role, shown, through)?;
        Some(if hides_direct { Self { direct: None, ..role } } else { role })
    }
}

fn roles_in(
    workspace: &LiveWorkspace,
    shown: Option<&WorkspaceAccess>,
    groups: &[&LiveGroup],
) -> Vec<FoundRole> {
    let none = WorkspaceAccess::default();
    let shown = shown.unwrap_or(&none);
    let here = |group: &LiveGroup| group.workspaces.get(&workspace.id).cloned().unwrap_or_default();
    let known = WorkspaceRoles::all().into_iter().map(|role: WorkspaceRole| {
        let through = granting(groups, |group| here(group).roles.contains(role));
        let is_implied = workspace.is_default && role == WorkspaceRole::WorkspaceContributor;
        FoundRole::effective(role.name(), shown.roles.contains(role), through, is_implied)
    });
    let granted: Vec<WorkspaceAccess> = groups.iter().map(|group| here(group)).collect();
    let locked = granted.iter().flat_map(|access| &access.locked_roles);
    let locked: BTreeSet<&String> = shown.locked_roles.iter().chain(locked).collect();
    let locked = locked.into_iter().map(|role| {
        let through = granting(groups, |group| here(group).locked_roles.contains(role));
        FoundRole::effective(&escape::excerpt(role), shown.locked_roles.contains(role), through, false)
    });
    known.chain(locked).flatten().collect()
}

/// The names of the groups that grant something.
fn granting(groups: &[&LiveGroup], grants: impl Fn(&LiveGroup) -> bool) -> Vec<String> {
    groups.iter().filter(|group| grants(group)).map(|group| escape::excerpt(&group.settings.name)).collect()
}
