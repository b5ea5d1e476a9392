//! Lowers workspaces: members with their roles, and the grants of teams and groups.

use super::super::file::{ConfigFile, Workspace, WorkspaceRoleList};
use super::super::values::Address;
use super::super::yaml::{Entries, Field};
use super::context::{ListedRoles, Lowering};
use super::names::{Kind, add};
use crate::diag::{Code, Diagnostic, Quoted};
use crate::model::{
    DesiredWorkspace, Email, Holder, LONGEST_ICON, LONGEST_NAME, ListedGrant, MOST_WORKSPACES, WorkspaceGrant,
};
use crate::source::Span;
use std::collections::BTreeMap;

impl Lowering {
    pub(super) fn workspaces(&mut self, files: &[&ConfigFile]) {
        for (key, entry) in self.workspaces.entries(files, |file| &file.workspaces) {
            let Some((name, at)) = self.name(Kind::Workspace, key) else { continue };
            let workspace = self.workspace(name, at, entry.value.as_ref());
            self.desired.workspaces.insert(name.clone(), workspace);
        }
        self.faults.extend(self.workspaces.taken_by(&self.workspaces.declared));
        self.check_number();
    }

    /// Lowers a workspace. An invalid one still counts as declared.
    fn workspace(&mut self, name: &String, at: Span, written: Option<&Workspace>) -> DesiredWorkspace {
        let empty = Workspace::default();
        let written = written.unwrap_or(&empty);
        let description = self.text(&written.description, "description", LONGEST_NAME);
        let icon = self.text(&written.icon, "icon", LONGEST_ICON);
        let previously = self.former_name(Kind::Workspace, name, &written.previously);
        let archived = written.archived.get().filter(|(archived, _)| **archived).map(|(_, at)| at);
        if let (Some(archived), Some((_, former))) = (archived, written.previously.get()) {
            // After the apply, another workspace may get the former name, and would be archived next.
            let message =
                format!("the workspace {} is to be archived, so it can't have a former name", Quoted(name));
            let help = "use the live name of the workspace, and remove `previously`";
            let fault = Diagnostic::new(Code::InvalidValue, message, help);
            self.faults.push(fault.label(former, "former name").label(archived, "archived here"));
        }
        let lists_members = written.members.is_written();
        let members = written.members.value.as_ref().map(|listed| self.workspace_members(name, listed));
        let members = members.unwrap_or_default();
        DesiredWorkspace { at, description, icon, previously, archived, lists_members, members }
    }

    /// The grants of the workspace's own entry to people with access.
    fn workspace_members(
        &mut self,
        name: &str,
        listed: &Entries<Address, WorkspaceRoleList>,
    ) -> BTreeMap<Email, Vec<WorkspaceGrant>> {
        let owner = Kind::Workspace.called(name);
        let (mut seen, mut members) = (BTreeMap::new(), BTreeMap::new());
        for (key, roles) in &listed.0 {
            let person = self.email(key);
            let holder = person.as_ref().map(|(email, _)| Holder::Person(email.clone()));
            let at = person.as_ref().map(|(_, at)| *at).unwrap_or_default();
            // Faults of the roles are recorded even if the address is invalid.
            let roles = self.workspace_roles(roles, (name, at), &holder.unwrap_or(Holder::Defaults));
            let Some((email, at)) = person else { continue };
            let added = add(&mut seen, email.clone(), at);
            if self.noted(added).is_none() || !self.has_access(&email, at, &owner) {
                continue;
            }
            if !roles.ended.is_empty() {
                let of = self.desired.ended.entry(email.clone()).or_default();
                let grant = |role| ListedGrant::WorkspaceRole(name.to_owned(), role);
                roles.ended.into_iter().for_each(|(role, at)| of.push(grant(role), at));
            }
            let grants = roles.now.into_iter().map(|(roles, at)| WorkspaceGrant { roles, at, through: None });
            let grants: Vec<WorkspaceGrant> = grants.collect();
            members.extend((!grants.is_empty()).then_some((email, grants)));
        }
        members
    }

    fn check_number(&mut self) {
        let active = self.desired.workspaces.values().filter(|workspace| workspace.archived.is_none());
        let mut places: Vec<Span> = active.map(|workspace| workspace.at).collect();
        if places.len() <= MOST_WORKSPACES {
            return;
        }
        places.sort_unstable();
        let number = places.len();
        let message = format!(
            "an organization can have {MOST_WORKSPACES} workspaces that are not archived, but {number} are declared"
        );
        let help = "archive workspaces that are no longer used: `archived: true`";
        let beyond = places.get(MOST_WORKSPACES..).unwrap_or_default();
        self.faults.push(Diagnostic::new(Code::WorkspaceLimit, message, help).places(beyond, "one too many"));
    }

    /// The workspace roles that `owner`, a team or a group, grants, with positions; `None` without `workspaces`.
    pub(super) fn workspace_grants(
        &mut self,
        owner: &str,
        holder: &Holder,
        field: &Field<Entries<String, WorkspaceRoleList>>,
    ) -> Option<BTreeMap<String, ListedRoles>> {
        let mut seen = BTreeMap::<&str, Span>::new();
        let mut given = BTreeMap::new();
        for (key, roles) in &field.value.as_ref()?.0 {
            let Some((name, at)) = key.get() else { continue };
            if let Some(first) = seen.get(name.as_str()) {
                let message = format!("the workspace {} is listed twice", Quoted(name));
                let fault = Diagnostic::new(Code::DuplicateKey, message, "keep one of the two");
                self.faults.push(fault.label(at, "again").label(*first, "first"));
                continue;
            }
            seen.insert(name, at);
            self.check_can_grant(owner, name, at);
            given.insert(name.clone(), self.workspace_roles(roles, (name, at), holder));
        }
        Some(given)
    }

    fn check_can_grant(&mut self, owner: &str, name: &String, at: Span) {
        let gives = format!("{owner} gives roles in the workspace {}", Quoted(name));
        match self.desired.workspaces.get(name).map(|workspace| workspace.archived) {
            Some(None) => {}
            Some(Some(archived)) => {
                let (message, help) =
                    (format!("{gives}, which is to be archived"), "remove the roles, or `archived`");
                let fault = Diagnostic::new(Code::UndeclaredWorkspace, message, help);
                self.faults.push(fault.label(at, "").label(archived, "archived here"));
            }
            None if self.workspaces.incomplete => {}
            None => {
                let known =
                    self.desired.workspaces.iter().filter(|(_, workspace)| workspace.archived.is_none());
                let known = known.map(|(name, _)| name.as_str());
                let help = self.suggestions.or_declare(name, known, "declare it under `workspaces`");
                self.fault(Code::UndeclaredWorkspace, at, format!("{gives}, which is not declared"), help);
            }
        }
    }
}
