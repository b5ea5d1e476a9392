//! Workspaces: which to make, change and archive, and who is in them with which roles.
//!
//! What groups give is taken off before anything is called too much; see [`own`](crate::plan::own).

use super::Differ;
use super::matching::Matching;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::WorkspaceSettings;
use crate::model::{
    DesiredWorkspace, Email, LiveWorkspace, Role, Unmanaged, WorkspaceGrant, WorkspaceRole, WorkspaceRoles,
};
use crate::plan::UnmanagedKind;
use crate::plan::action::{Key, Membership, Operation, Participant, Reference, WorkspaceOperation};
use crate::plan::own::{Shown, own_places};
use crate::plan::reach::{Given, Groups, Holders, Through};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// What people have in workspaces through groups, before the plan and after it.
pub(super) struct ThroughGroups {
    before: Through,
    after: Through,
}

impl ThroughGroups {
    pub(super) fn new(before: &Groups, operations: &[(Operation, Vec<Span>)]) -> Self {
        let after = before.clone().after(operations.iter().map(|(operation, _)| operation));
        Self { before: before.through(), after: after.through() }
    }

    fn of(through: &Through, person: Uuid, workspace: Uuid) -> Given {
        let given = through.get(&person).and_then(|given| given.get(&Key::Live(workspace)));
        given.cloned().unwrap_or_default()
    }

    fn before(&self, person: Uuid, workspace: Uuid) -> Given {
        Self::of(&self.before, person, workspace)
    }

    /// The roles that the person no longer has through groups after the plan.
    fn lost(&self, person: Uuid, workspace: Uuid) -> WorkspaceRoles {
        self.before(person, workspace).roles - Self::of(&self.after, person, workspace).roles
    }
}

impl<'a> Differ<'a> {
    /// All declared workspaces. Others are always left alone.
    pub(super) fn workspaces(&mut self, workspaces: &Matching<'a, LiveWorkspace>, through: &ThroughGroups) {
        self.out.before.workspace_members = own_places(self.live);
        self.out.before.workspaces = self.live.workspaces.len();
        let mut people = self.people_by_workspace();
        for (name, workspace) in &self.desired.workspaces {
            let Some(live) = workspaces.declared.get(name.as_str()) else { continue };
            if let Some(at) = workspace.archived {
                self.archive(name, *live, at);
                continue;
            }
            let inside = live.and_then(|live| people.remove(&live.id)).unwrap_or_default();
            let mut wanted = self.memberships(name, workspace, *live, through);
            let reference = workspaces.declared(name);
            match live {
                Some(live) => self.workspace_traits(name, workspace, live),
                None => self.create_workspace(name, workspace, &mut wanted),
            }
            self.set_members(&reference, wanted);
            if let Some(live) = live.filter(|_| workspace.lists_members) {
                self.unlisted(&reference, workspace, live, &inside, through);
            }
        }
    }

    /// The live people that can enter each workspace.
    fn people_by_workspace(&self) -> BTreeMap<Uuid, Vec<Uuid>> {
        let mut people = BTreeMap::<Uuid, Vec<Uuid>>::new();
        for member in &self.live.members {
            for workspace in member.workspaces.keys() {
                people.entry(*workspace).or_default().push(member.id);
            }
        }
        people
    }

    fn shown(&self, person: Uuid, workspace: Uuid, is_default: bool, through: &ThroughGroups) -> Shown {
        let member = self.by_id.get(&person).copied();
        Shown::of(member, workspace, is_default, &through.before(person, workspace))
    }

    fn archive(&mut self, name: &str, live: Option<&LiveWorkspace>, at: Span) {
        let Some(live) = live else { return };
        if live.is_default {
            let message =
                format!("`{}` is the default workspace, which can't be archived", escape::excerpt(name));
            let help = "take `archived` out of its entry";
            self.out.faults.push(Diagnostic::at(Code::DefaultWorkspace, at, message, help));
            return;
        }
        let (name, before) = (name.to_owned(), live.settings.clone());
        let operation = WorkspaceOperation::Archive { name, id: live.id, before };
        self.out.operations.push((operation.into(), vec![at]));
    }

    fn workspace_traits(&mut self, name: &str, workspace: &DesiredWorkspace, live: &LiveWorkspace) {
        let before = live.settings.clone();
        let after = WorkspaceSettings {
            name: name.to_owned(),
            description: workspace.description.clone().unwrap_or_else(|| before.description.clone()),
            icon: workspace.icon.clone().unwrap_or_else(|| before.icon.clone()),
        };
        if before != after {
            let reference = Reference { name: name.to_owned(), id: Some(live.id) };
            let operation = WorkspaceOperation::Update { workspace: reference, before, after };
            self.out.operations.push((operation.into(), vec![workspace.at]));
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
            membership.who.id.is_some() && membership.after.contains(WorkspaceRole::WorkspaceAdmin)
        });
        let declared = declared.map(|(membership, _)| membership.who.clone());
        let Some(admin) = declared.or_else(|| self.first_admin()) else {
            let message = format!(
                "the workspace `{}` can't be made: the vendor wants an admin for it, and no live person with an \
                 address is an admin",
                escape::excerpt(name)
            );
            let help = "declare somebody who has joined as its workspace_admin";
            self.out.faults.push(Diagnostic::at(Code::NoAdmin, workspace.at, message, help));
            return;
        };
        let own = wanted.iter_mut().find(|(membership, _)| membership.who == admin);
        let is_declared = own.is_some();
        if let Some((membership, _)) = own {
            membership.before = admin_role;
        }
        wanted.retain(|(membership, _)| membership.before != membership.after);
        let reference = Reference { name: name.to_owned(), id: None };
        if workspace.lists_members && !is_declared {
            let membership =
                Membership { who: admin.clone(), before: admin_role, after: WorkspaceRoles::empty() };
            self.not_listed(&reference, workspace, vec![membership]);
        }
        let settings = WorkspaceSettings {
            name: name.to_owned(),
            description: workspace.description.clone().unwrap_or_default(),
            icon: workspace.icon.clone().unwrap_or_default(),
        };
        let operation = WorkspaceOperation::Create { settings, admin };
        self.out.operations.push((operation.into(), vec![workspace.at]));
    }

    /// The first live organization admin by address, be it through a group: one who stays an admin, if there is any. Who
    /// is declared is called by the address in the files, also while live under a former one.
    fn first_admin(&self) -> Option<Participant> {
        let called: HashMap<Uuid, &Email> =
            self.present.iter().filter_map(|(email, person)| Some((person.id?, *email))).collect();
        let all = Holders::of(self.live, Role::Admin).all();
        let admins = self
            .live
            .members
            .iter()
            .filter(|member| all.contains(&Key::Live(member.id)) && !self.leaving.contains(&member.id));
        let admins = admins.filter_map(|member| {
            Some((called.get(&member.id).copied().or(member.email.as_ref())?, member.id))
        });
        let stays = |email: &Email| {
            self.desired.members.get(email).is_none_or(|member| member.access.roles.contains(Role::Admin))
        };
        let first = admins.min_by_key(|(email, _)| (!stays(email), *email));
        first.map(|(email, id)| Participant { name: email.to_string(), id: Some(id) })
    }

    /// What must be written of the people who are to be in a workspace.
    fn memberships(
        &mut self,
        name: &str,
        workspace: &'a DesiredWorkspace,
        live: Option<&LiveWorkspace>,
        through: &ThroughGroups,
    ) -> Vec<(Membership, Vec<Span>)> {
        let mut wanted = Vec::new();
        for (email, grants) in &workspace.members {
            let roles = workspace.roles_of(email);
            let Some(who) = self.present.get(email).cloned() else {
                self.awaited(email).workspaces.push(name.to_owned());
                continue;
            };
            let mut before = WorkspaceRoles::empty();
            if let (Some(live), Some(id)) = (live, who.id) {
                let shown = self.shown(id, live.id, live.is_default, through);
                // What was hidden behind a group that goes away must be right as well.
                let uncovered = shown.roles & through.lost(id, live.id);
                if (shown.own - roles).is_empty() && (roles - shown.roles).is_empty() && uncovered.is_empty()
                {
                    continue;
                }
                if !shown.locked.is_empty() {
                    self.locked_membership(email, name, grants, &shown.locked);
                    continue;
                }
                before = shown.roles;
            }
            let sources = grants.iter().map(|grant| grant.at).collect();
            wanted.push((Membership { who, before, after: roles }, sources));
        }
        wanted
    }

    fn locked_membership(
        &mut self,
        email: &Email,
        workspace: &str,
        grants: &[WorkspaceGrant],
        locked: &BTreeSet<String>,
    ) {
        let names: Vec<String> = locked.iter().map(|role| escape::excerpt(role)).collect();
        let message = format!(
            "the roles of {email} in the workspace `{}` can't be changed: the Admin API can't write {}",
            escape::excerpt(workspace),
            names.join(", ")
        );
        let help = "leave the person out of this workspace to keep the roles as they are, or change them in the members panel";
        let places: Vec<Span> = grants.iter().map(|grant| grant.at).collect();
        let fault = Diagnostic::new(Code::LockedRoles, message, help);
        self.out.faults.push(fault.places(&places, "asks for roles"));
    }

    fn set_members(&mut self, workspace: &Reference, wanted: Vec<(Membership, Vec<Span>)>) {
        if wanted.is_empty() {
            return;
        }
        let (members, sources): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
        let operation = WorkspaceOperation::MembersSet { workspace: workspace.clone(), members };
        self.out.operations.push((operation.into(), sources.into_iter().flatten().collect()));
    }

    /// The people who are in a workspace by themselves and not listed.
    fn unlisted(
        &mut self,
        reference: &Reference,
        workspace: &DesiredWorkspace,
        live: &LiveWorkspace,
        inside: &[Uuid],
        through: &ThroughGroups,
    ) {
        let listed: BTreeSet<Uuid> =
            workspace.members.keys().filter_map(|email| self.present.get(email)?.id).collect();
        let mut unlisted = Vec::new();
        for id in inside {
            if listed.contains(id) || self.leaving.contains(id) {
                continue;
            }
            let shown = self.shown(*id, live.id, live.is_default, through);
            if shown.is_through_groups() {
                continue;
            }
            let who = self.person(*id);
            if live.is_default {
                let note = Some("can't be taken out of the default workspace");
                self.leave_in(UnmanagedKind::WorkspaceMember, &who.name, &reference.name, note);
                continue;
            }
            unlisted.push(Membership { who, before: shown.roles, after: WorkspaceRoles::empty() });
        }
        self.not_listed(reference, workspace, unlisted);
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
                for member in members {
                    self.leave_in(UnmanagedKind::WorkspaceMember, &member.who.name, &reference.name, None);
                }
            }
            Unmanaged::Remove if members.is_empty() => {}
            Unmanaged::Remove => {
                members.sort_by(|a, b| a.who.cmp(&b.who));
                let operation = WorkspaceOperation::MembersRemove { workspace: reference.clone(), members };
                let sources = std::iter::once(workspace.at).chain(at).collect();
                self.out.operations.push((operation.into(), sources));
            }
        }
    }
}
