//! The entries of workspaces, with direct roles.

use super::names::{Names, address, text, workspace_roles};
use super::people::People;
use super::yaml::{Section, entry, note, remark};
use crate::config::file::Workspace;
use crate::escape;
use crate::model::{LONGEST_ICON, LONGEST_NAME, Live, LiveWorkspace, WorkspaceRole};
use crate::plan::{DirectAccess, direct_access};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why members of a workspace are not listed.
const NOT_LISTED: &str = "not listed, because they are not declared";
const LOCKED: &str = "not listed, because the API can't write all their roles";

pub(super) fn write(live: &Live, names: &Names<'_>, people: &People<'_>) -> Section {
    let direct = direct_access(live);
    let nobody = BTreeMap::new();
    let mut section = Section::new("workspaces");
    for (name, workspace) in names.named(live.workspaces.iter(), |workspace| workspace.id) {
        let inside = direct.get(&workspace.id).unwrap_or(&nobody);
        let (workspace, remarks) = declare(workspace, inside, people);
        section.push(&entry(name, &workspace, &remarks));
    }
    section.notes = note("Workspaces that can't be declared", names.left_out.clone());
    section
}

/// A workspace as a file declares it, and remarks on what it can't.
fn declare(
    live: &LiveWorkspace,
    inside: &BTreeMap<Uuid, DirectAccess>,
    people: &People<'_>,
) -> (Workspace, Vec<String>) {
    let mut members = BTreeMap::new();
    let (mut not_listed, mut locked, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    for (id, access) in inside {
        match people.listed(*id) {
            Err(label) => not_listed.push(label),
            Ok(email) if !access.locked.is_empty() => {
                let roles: Vec<String> = access.locked.iter().map(|role| escape::excerpt(role)).collect();
                locked.push(format!("{email} ({})", roles.join(", ")));
            }
            Ok(email) => drop(members.insert(email, access.direct)),
        }
    }
    let invited = people.invited_into(live).filter(|_| !live.is_default);
    members.extend(invited.map(|email| (email, WorkspaceRole::ON_ACCEPTANCE.into())));
    let workspace = Workspace {
        description: text("description", &live.settings.description, LONGEST_NAME, &mut remarks),
        icon: text("icon", &live.settings.icon, LONGEST_ICON, &mut remarks),
        members: workspace_roles(members.into_iter().map(|(email, roles)| (address(email), roles))),
        ..Workspace::default()
    };
    remarks.extend(remark(LOCKED, locked));
    remarks.extend(remark(NOT_LISTED, not_listed));
    (workspace, remarks)
}
