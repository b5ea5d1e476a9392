//! Compares workspaces: creation, changes, archiving, and members with their roles.
//!
//! Inherited roles are subtracted before a role is treated as undeclared; see [`DirectAccess`].

use super::differ::Differ;
use super::locks::LockedRoles;
use super::matching::Matching;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{
    DesiredWorkspace, Email, ListedGrant, LiveWorkspace, Role, Unmanaged, WorkspaceGrant, WorkspaceRole,
    WorkspaceRoles,
};
use crate::plan::findings::{Held, LockedKind, UnmanagedKind};
use crate::plan::hidden_roles::HiddenRoles;
use crate::plan::operation::{
    Key, Membership, Operation, Reference, WorkspaceArchive, WorkspaceCreate, WorkspaceMembersRemove,
    WorkspaceMembersSet, WorkspaceUpdate,
};
use crate::plan::state::{AccessState, DirectAccess, GroupGraph, InheritedByMember, InheritedRoles};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The roles that people inherit in workspaces, before the plan and after it.
pub(super) struct Inherited {
    before: InheritedByMember,
    after: InheritedByMember,
}

impl Inherited {
    pub(super) fn new<'o>(
        groups: GroupGraph,
        operations: impl Iterator<Item = &'o Operation> + Clone,
    ) -> Self {
        let before = groups.inherited_by_member();
        Self { before, after: groups.after(operations).inherited_by_member() }
    }

    fn of(inherited: &InheritedByMember, member: Uuid, workspace: Uuid) -> InheritedRoles {
        let roles = inherited.get(&member).and_then(|all| all.get(&Key::Live(workspace)));
        roles.cloned().unwrap_or_default()
    }

    fn before(&self, member: Uuid, workspace: Uuid) -> InheritedRoles {
        Self::of(&self.before, member, workspace)
    }

    /// The roles that a member no longer inherits after the plan.
    pub(super) fn lost(&self, member: Uuid, workspace: Uuid) -> InheritedRoles {
        let before = self.before(member, workspace);
        let after = Self::of(&self.after, member, workspace);
        InheritedRoles { roles: before.roles - after.roles, locked: &before.locked - &after.locked }
    }
}

impl<'a> Differ<'a> {
    /// All declared workspaces. Others are always left alone.
    pub(super) fn workspaces(&mut self, workspaces: &Matching<'a, LiveWorkspace>, inherited: &Inherited) {
        let mut people = self.people_by_workspace();
        for (name, workspace) in &self.desired.workspaces {
            let Some(live) = workspaces.declared.get(name.as_str()) else { continue };
            if let Some(at) = workspace.archived {
                self.archive(name, *live, at);
                continue;
            }
            let inside = live.and_then(|live| people.remove(&live.id)).unwrap_or_default();
            let mut wanted = self.memberships(name, workspace, *live, inherited);
            let reference = workspaces.declared(name);
            match live {
                Some(live) => self.workspace_settings(name, workspace, live),
                None => self.create_workspace(name, workspace, &mut wanted),
            }
            let mut ended = HashSet::new();
            if let Some(live) = *live {
                let removes = workspace.lists_members
                    && self.desired.policy.unmanaged.workspace_members.0 == Unmanaged::Remove;
                if !removes {
                    ended = self.ended_roles(&reference, workspace, live, inherited, &mut wanted);
                }
            }
            self.set_members(&reference, wanted);
            if let Some(live) = live.filter(|_| workspace.lists_members) {
                self.unlisted(&reference, workspace, live, (&inside, &ended), inherited);
            }
        }
    }

    /// The live members of each workspace.
    fn people_by_workspace(&self) -> BTreeMap<Uuid, Vec<Uuid>> {
        let mut people = BTreeMap::<Uuid, Vec<Uuid>>::new();
        for member in &self.live.members {
            for workspace in member.workspaces.keys() {
                people.entry(*workspace).or_default().push(member.id);
            }
        }
        people
    }

    pub(super) fn direct(&self, id: Uuid, workspace: &LiveWorkspace, inherited: &Inherited) -> DirectAccess {
        let member = self.by_id.get(&id).copied();
        DirectAccess::of(member, workspace.id, workspace.is_default, &inherited.before(id, workspace.id))
    }

    fn archive(&mut self, name: &str, live: Option<&LiveWorkspace>, at: Span) {
        let Some(live) = live else { return };
        if live.is_default {
            let message =
                format!("`{}` is the default workspace, which can't be archived", escape::excerpt(name));
            let help = "remove `archived` from its entry";
            self.out.faults.push(Diagnostic::at(Code::DefaultWorkspace, at, message, help));
            return;
        }
        let (workspace, before) = (Reference::live(name, live.id), live.settings.clone());
        self.change(WorkspaceArchive { workspace, before }, vec![at]);
    }

    fn workspace_settings(&mut self, name: &str, workspace: &DesiredWorkspace, live: &LiveWorkspace) {
        let before = live.settings.clone();
        let after = workspace.settings(name, Some(&before));
        if before != after {
            let (reference, sources) = (Reference::live(name, live.id), vec![workspace.at]);
            self.change(WorkspaceUpdate { workspace: reference, before, after }, sources);
        }
    }

    fn create_workspace(
        &mut self,
        name: &str,
        workspace: &DesiredWorkspace,
        wanted: &mut Vec<(Membership, Vec<Span>)>,
    ) {
        let admin_role = WorkspaceRoles::only(WorkspaceRole::WorkspaceAdmin);
        let declared = wanted.iter().find(|(membership, _)| {
            membership.member.id.is_some() && membership.after.contains(WorkspaceRole::WorkspaceAdmin)
        });
        let declared = declared.map(|(membership, _)| membership.member.clone());
        let Some(admin) = declared.or_else(|| self.first_admin()) else {
            let message = format!(
                "the workspace `{}` can't be created: it needs a first admin, and no live admin has an address",
                escape::excerpt(name)
            );
            let help = "declare a live member as its workspace_admin";
            self.out.faults.push(Diagnostic::at(Code::NoAdmin, workspace.at, message, help));
            return;
        };
        let own = wanted.iter_mut().find(|(membership, _)| membership.member == admin);
        let is_declared = own.is_some();
        if let Some((membership, _)) = own {
            membership.before = admin_role;
        }
        wanted.retain(|(membership, _)| membership.before != membership.after);
        let reference = Reference::new(name);
        if workspace.lists_members && !is_declared {
            let membership =
                Membership { member: admin.clone(), before: admin_role, after: WorkspaceRoles::empty() };
            self.not_listed(&reference, workspace, vec![membership]);
        }
        let after = workspace.settings(name, None);
        self.change(WorkspaceCreate { workspace: reference, after, admin }, vec![workspace.at]);
    }

    /// The first live organization admin by address, direct or inherited; one who stays an admin, if there is any.
    /// Declared people are named by the address in the files, even while live under a former one.
    fn first_admin(&self) -> Option<Reference> {
        let names: HashMap<Uuid, &Email> =
            self.present.iter().filter_map(|(email, person)| Some((person.id?, *email))).collect();
        let all = AccessState::of(self.live).holders(Role::Admin).all();
        let admins = self
            .live
            .members
            .iter()
            .filter(|member| all.contains(&Key::Live(member.id)) && !self.leaving.contains(&member.id));
        let admins = admins.filter_map(|member| {
            Some((names.get(&member.id).copied().or(member.email.as_ref())?, member.id))
        });
        let stays = |email: &Email| {
            self.desired.members.get(email).is_none_or(|member| member.access.roles.contains(Role::Admin))
        };
        let first = admins.min_by_key(|(email, _)| (!stays(email), *email));
        first.map(|(email, id)| Reference::live(email.as_str(), id))
    }

    /// The memberships to write for the declared people of a workspace.
    fn memberships(
        &mut self,
        name: &str,
        workspace: &'a DesiredWorkspace,
        live: Option<&LiveWorkspace>,
        inherited: &Inherited,
    ) -> Vec<(Membership, Vec<Span>)> {
        let mut wanted = Vec::new();
        for (email, grants) in &workspace.members {
            let roles = workspace.roles_of(email);
            let Some(member) = self.present.get(email).cloned() else {
                self.awaited(email).workspaces.push(name.to_owned());
                continue;
            };
            let mut before = WorkspaceRoles::empty();
            if let (Some(live), Some(id)) = (live, member.id) {
                let access = self.direct(id, live, inherited);
                // If the person stops inheriting a role, a hidden direct role must be right too.
                let uncovered = access.effective & inherited.lost(id, live.id).roles;
                let (surplus, missing) = (access.direct - roles, roles - access.effective);
                let fits = surplus.is_empty() && missing.is_empty() && uncovered.is_empty();
                if !access.locked.is_empty() {
                    self.lock_membership(email, name, if fits { &[] } else { grants }, &access.locked);
                    continue;
                }
                if fits {
                    continue;
                }
                before = access.effective;
            }
            let sources = grants.iter().map(|grant| grant.at).collect();
            wanted.push((Membership { member, before, after: roles }, sources));
        }
        wanted
    }

    /// Leaves a person's roles in a workspace as they are; `asked` are the grants that differ from them.
    fn lock_membership(
        &mut self,
        email: &Email,
        workspace: &str,
        asked: &[WorkspaceGrant],
        locked: &BTreeSet<String>,
    ) {
        let asked_at: Vec<Span> = asked.iter().map(|grant| grant.at).collect();
        self.lock_roles(&LockedRoles {
            kind: LockedKind::Member,
            within: Some(workspace),
            target: email.as_str(),
            roles: locked.iter().map(String::as_str).collect(),
            asked_at: &asked_at,
            help: "leave the person out of this workspace to keep the roles as they are, or change them in the members panel",
        });
    }

    fn set_members(&mut self, workspace: &Reference, wanted: Vec<(Membership, Vec<Span>)>) {
        if wanted.is_empty() {
            return;
        }
        let (members, sources): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
        let operation = WorkspaceMembersSet { workspace: workspace.clone(), members };
        self.change(operation, sources.into_iter().flatten().collect());
    }

    /// Revokes ended roles of people who have no others from the files in a workspace, where the policy does not remove
    /// unlisted members anyway. Roles that no file ever granted stay. Returns these people.
    fn ended_roles(
        &mut self,
        reference: &Reference,
        workspace: &DesiredWorkspace,
        live: &LiveWorkspace,
        inherited: &Inherited,
        wanted: &mut Vec<(Membership, Vec<Span>)>,
    ) -> HashSet<Uuid> {
        let name = reference.name.as_str();
        let (mut done, mut removed, mut removed_at) = (HashSet::new(), Vec::new(), Vec::new());
        for email in self.ended_in_workspaces.get(name).cloned().unwrap_or_default() {
            let Some(grants) = self.desired.ended.get(email) else { continue };
            let roles = grants.roles_in(name);
            if workspace.members.contains_key(email) {
                continue;
            }
            let Some(id) = self.present.get(email).and_then(|person| person.id) else { continue };
            let access = self.direct(id, live, inherited);
            let member = Reference::live(email.as_str(), id);
            let hidden = roles & inherited.lost(id, live.id).roles;
            if !hidden.is_empty() {
                let (workspace, locked) = (reference.clone(), BTreeSet::new());
                self.out.hidden_roles.push(HiddenRoles {
                    workspace,
                    member: member.clone(),
                    roles: hidden,
                    locked,
                });
            }
            if !access.locked.is_empty() || (access.direct & roles).is_empty() {
                continue;
            }
            done.insert(id);
            let is_here =
                |grant: &ListedGrant| matches!(grant, ListedGrant::WorkspaceRole(here, _) if here == name);
            let mut kept = access.direct - roles;
            if kept.is_empty() && live.is_default {
                kept = WorkspaceRole::ON_ACCEPTANCE.into();
            }
            let membership = Membership { member, before: access.effective, after: kept };
            if kept.is_empty() {
                removed.push(membership);
                removed_at.extend(grants.places(is_here));
            } else {
                wanted.push((membership, grants.places(is_here).collect()));
            }
        }
        if !removed.is_empty() {
            let operation = WorkspaceMembersRemove { workspace: reference.clone(), members: removed };
            self.change(operation, removed_at);
        }
        done
    }

    /// The direct members of a workspace that are not listed.
    fn unlisted(
        &mut self,
        reference: &Reference,
        workspace: &DesiredWorkspace,
        live: &LiveWorkspace,
        (inside, ended): (&[Uuid], &HashSet<Uuid>),
        inherited: &Inherited,
    ) {
        let listed: BTreeSet<Uuid> =
            workspace.members.keys().filter_map(|email| self.present.get(email)?.id).collect();
        let mut unlisted = Vec::new();
        for id in inside {
            if listed.contains(id) || self.leaving.contains(id) || ended.contains(id) {
                continue;
            }
            let access = self.direct(*id, live, inherited);
            if access.is_inherited() {
                self.note_hidden_roles(*id, reference, live, inherited);
                continue;
            }
            let member = self.member(*id);
            if live.is_default {
                let note = Some("can't be removed from the default workspace");
                let held = direct_roles(access.direct);
                self.leave_in(UnmanagedKind::WorkspaceMember, &member, &reference.name, held, note);
                continue;
            }
            unlisted.push(Membership { member, before: access.effective, after: WorkspaceRoles::empty() });
        }
        self.not_listed(reference, workspace, unlisted);
    }

    /// Notes the roles that a member, who is not listed, may also have directly, and that would show after the plan.
    fn note_hidden_roles(
        &mut self,
        id: Uuid,
        workspace: &Reference,
        live: &LiveWorkspace,
        inherited: &Inherited,
    ) {
        let InheritedRoles { roles, locked } = inherited.lost(id, live.id);
        let stays = live.is_default || self.desired.policy.unmanaged.workspace_members.0 == Unmanaged::Report;
        if stays || roles.is_empty() && locked.is_empty() {
            return;
        }
        let (member, workspace) = (self.member(id), workspace.clone());
        self.out.hidden_roles.push(HiddenRoles { workspace, member, roles, locked });
    }

    fn not_listed(
        &mut self,
        reference: &Reference,
        workspace: &DesiredWorkspace,
        mut members: Vec<Membership>,
    ) {
        let (word, at) = self.desired.policy.unmanaged.workspace_members;
        match word {
            Unmanaged::Report => {
                for Membership { member, before, .. } in members {
                    let held = direct_roles(before);
                    self.leave_in(UnmanagedKind::WorkspaceMember, &member, &reference.name, held, None);
                }
            }
            Unmanaged::Remove if members.is_empty() => {}
            Unmanaged::Remove => {
                members.sort_by(|a, b| a.member.cmp(&b.member));
                let operation = WorkspaceMembersRemove { workspace: reference.clone(), members };
                self.change(operation, std::iter::once(workspace.at).chain(at).collect());
            }
        }
    }
}

impl<'a> Differ<'a> {
    /// Lists undeclared workspaces. Every organization has the default one.
    pub(super) fn leave_workspaces_alone(&mut self, workspaces: &Matching<'a, LiveWorkspace>) {
        for live in workspaces.undeclared.iter().filter(|live| !live.is_default) {
            self.leave_alone(UnmanagedKind::Workspace, &live.settings.name, Held::default(), None);
        }
    }
}

/// What a person who is left in a workspace holds there.
fn direct_roles(roles: WorkspaceRoles) -> Held {
    Held { roles: roles.into_iter().map(|role| role.name().to_owned()).collect(), ..Held::default() }
}
