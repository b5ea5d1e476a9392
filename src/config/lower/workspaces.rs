//! Workspaces: which are declared, and who has what in them.

use super::super::file::{Workspace, WorkspaceRoleList};
use super::super::load::ReadFile;
use super::super::values::ByAddress;
use super::super::yaml::{Entries, Field};
use super::email;
use super::grants::{twice, workspace_roles};
use super::names::{Names, meant, text};
use super::people::{People, Whose};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{
    DesiredWorkspace, Email, LONGEST_ICON, LONGEST_NAME, MOST_WORKSPACES, WorkspaceGrant, WorkspaceRoles,
};
use crate::source::Span;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The workspaces of all files.
pub(super) struct Workspaces {
    pub(super) by_name: BTreeMap<String, DesiredWorkspace>,
    /// More may be declared where nothing could be read.
    incomplete: bool,
}

pub(super) fn lower<'f>(
    files: impl Iterator<Item = &'f ReadFile>,
    people: &mut People,
    faults: &mut Faults,
) -> Workspaces {
    let mut names = Names::new("workspace");
    let mut workspaces = Workspaces { by_name: BTreeMap::new(), incomplete: !faults.hide_nothing() };
    for file in files {
        let written = &file.content.workspaces;
        workspaces.incomplete |= written.value.is_none() && written.is_written();
        for (key, entry) in written.value.iter().flat_map(|workspaces| &workspaces.0.0) {
            workspaces.incomplete |= key.value.is_none();
            let Some((name, at)) = names.declare(key, faults) else { continue };
            let workspace = workspace(name, at, entry.value.as_ref(), &mut names, people, faults);
            workspaces.by_name.insert(name.to_owned(), workspace);
        }
    }
    names.check_previously(faults);
    check_number(&workspaces, faults);
    workspaces
}

/// One workspace. One that can't be read still counts as declared.
fn workspace<'f>(
    name: &'f str,
    at: Span,
    written: Option<&'f Workspace>,
    names: &mut Names<'f>,
    people: &mut People,
    faults: &mut Faults,
) -> DesiredWorkspace {
    let mut workspace = DesiredWorkspace {
        at,
        description: None,
        icon: None,
        previously: None,
        archived: None,
        lists_members: false,
        members: BTreeMap::new(),
    };
    if let Some(written) = written {
        workspace.description = text(&written.description, "description", LONGEST_NAME, faults);
        workspace.icon = text(&written.icon, "icon", LONGEST_ICON, faults);
        workspace.previously = names.previously(name, &written.previously, faults);
        workspace.archived = written.archived.get().filter(|(archived, _)| **archived).map(|(_, at)| at);
        if let (Some(archived), Some((_, former))) = (workspace.archived, written.previously.get()) {
            // Once it is archived, another workspace could come to bear the former name, and would go next.
            let message = format!("the workspace {} is to be archived and has a former name", Quoted(name));
            let help = "call the entry by the name that the workspace has now, and remove `previously`";
            let fault = Diagnostic::new(Code::InvalidValue, message, help);
            faults.push(fault.label(former, "former name").label(archived, "archived here"));
        }
        workspace.lists_members = written.members.is_written();
        if let Some(listed) = &written.members.value {
            workspace.members = members(name, listed, people, faults);
        }
    }
    workspace
}

/// What the workspace's own entry gives to people who have access.
fn members(
    name: &str,
    listed: &ByAddress<WorkspaceRoleList>,
    people: &mut People,
    faults: &mut Faults,
) -> BTreeMap<Email, Vec<WorkspaceGrant>> {
    let mut seen = BTreeMap::<Email, Span>::new();
    let mut members = BTreeMap::new();
    for (key, roles) in &listed.0.0 {
        let Some((address, at)) = key.get() else { continue };
        let roles = roles.get().and_then(|(roles, span)| workspace_roles(roles, span, faults));
        let Some(email) = email(address, at, faults) else { continue };
        match seen.entry(email.clone()) {
            Entry::Occupied(first) => faults.push(twice(email.as_str(), at, *first.get())),
            Entry::Vacant(place) => {
                place.insert(at);
                let has_access = people.has_access(&email, at, Whose("workspace", name), faults);
                if let Some(roles) = roles.filter(|_| has_access) {
                    members.insert(email, vec![WorkspaceGrant { roles, at, through: None }]);
                }
            }
        }
    }
    members
}

fn check_number(workspaces: &Workspaces, faults: &mut Faults) {
    let active = workspaces.by_name.values().filter(|workspace| workspace.archived.is_none());
    let mut places: Vec<Span> = active.map(|workspace| workspace.at).collect();
    if places.len() <= MOST_WORKSPACES {
        return;
    }
    places.sort_unstable();
    let number = places.len();
    let message = format!(
        "an organization can have {MOST_WORKSPACES} workspaces that are not archived, and {number} are declared"
    );
    let help = "archive workspaces that are no longer used: `archived: true`";
    let beyond = places.get(MOST_WORKSPACES..).unwrap_or_default();
    faults.push(Diagnostic::new(Code::WorkspaceLimit, message, help).places(beyond, "one too many"));
}

impl Workspaces {
    /// What a team or a group gives in workspaces, and where that is written; nothing where no `workspaces` are.
    pub(super) fn given(
        &self,
        field: &Field<Entries<WorkspaceRoleList>>,
        giver: Whose<'_>,
        people: &mut People,
        faults: &mut Faults,
    ) -> Option<BTreeMap<String, (WorkspaceRoles, Span)>> {
        let mut seen = BTreeMap::<&str, Span>::new();
        let mut given = BTreeMap::new();
        for (key, roles) in &field.value.as_ref()?.0 {
            let Some((name, at)) = key.get() else { continue };
            if let Some(first) = seen.get(name.as_str()) {
                let message = format!("the workspace {} stands here twice", Quoted(name));
                let fault = Diagnostic::new(Code::DuplicateKey, message, "keep one of the two");
                faults.push(fault.label(at, "again").label(*first, "first"));
                continue;
            }
            seen.insert(name, at);
            self.check_known(name, at, giver, people, faults);
            if let Some(roles) = roles.get().and_then(|(roles, span)| workspace_roles(roles, span, faults)) {
                given.insert(name.clone(), (roles, at));
            }
        }
        Some(given)
    }

    fn check_known(&self, name: &str, at: Span, giver: Whose<'_>, people: &mut People, faults: &mut Faults) {
        let quoted = Quoted(name);
        match self.by_name.get(name).map(|workspace| workspace.archived) {
            Some(None) => {}
            Some(Some(archived)) => {
                let message =
                    format!("{giver} gives roles in the workspace {quoted}, which is to be archived");
                let help = "remove the roles, or `archived`";
                let fault = Diagnostic::new(Code::UndeclaredWorkspace, message, help);
                faults.push(fault.label(at, "").label(archived, "archived here"));
            }
            None if self.incomplete => {}
            None => {
                let message = format!("{giver} gives roles in the workspace {quoted}, which is not declared");
                let known = self.by_name.iter().filter(|(_, workspace)| workspace.archived.is_none());
                let known = known.map(|(name, _)| name.as_str()).take(people.search());
                let help = meant(name, known, "declare it under `workspaces`");
                faults.push(Diagnostic::at(Code::UndeclaredWorkspace, at, message, help));
            }
        }
    }
}
