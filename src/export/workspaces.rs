//! The workspaces, and who is in them by themselves.

use super::Section;
use super::layout::{Entry, Value, note, remark};
use super::names::{Names, in_order, text};
use super::people::People;
use super::scalar::scalar;
use crate::escape;
use crate::model::{LONGEST_ICON, LONGEST_NAME, Live, LiveWorkspace, WorkspaceRoles, workspace_role_names};
use crate::plan::{DirectAccess, direct_access};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why people in a workspace are not listed there.
const NOT_LISTED: &str = "not listed, because they are not declared";
const LOCKED: &str = "not listed, because the API can't write all their roles";

pub(super) fn write(live: &Live, names: &Names<'_>, people: &People<'_>) -> Section {
    let own = direct_access(live);
    let nobody = BTreeMap::new();
    let mut section = Section::new("workspaces");
    for (name, workspace) in in_order(live.workspaces.iter(), |workspace| workspace.id, names) {
        let inside = own.get(&workspace.id).unwrap_or(&nobody);
        entry(name, workspace, inside, people).write(section.entries());
    }
    note("Workspaces that can't be declared", names.left_out.clone(), &mut section.notes);
    section
}

fn entry<'l>(
    name: &'l str,
    workspace: &LiveWorkspace,
    inside: &BTreeMap<Uuid, DirectAccess>,
    people: &People<'_>,
) -> Entry<'l> {
    let (mut keys, mut remarks) = (Vec::new(), Vec::new());
    for (key, value, longest) in [
        ("description", &workspace.settings.description, LONGEST_NAME),
        ("icon", &workspace.settings.icon, LONGEST_ICON),
    ] {
        match text(key, value, longest) {
            Ok(_) if value.is_empty() => {}
            Ok(text) => keys.push((key, Value::One(text))),
            Err(remark) => remarks.push(remark),
        }
    }
    let mut members = BTreeMap::new();
    let (mut not_listed, mut locked) = (Vec::new(), Vec::new());
    for (id, shown) in inside {
        match people.listed(*id) {
            Err(label) => not_listed.push(label),
            Ok(email) if !shown.locked.is_empty() => {
                let roles: Vec<String> = shown.locked.iter().map(|role| escape::excerpt(role)).collect();
                locked.push(format!("{email} ({})", roles.join(", ")));
            }
            Ok(email) => drop(members.insert(email, roles(shown.direct))),
        }
    }
    if !members.is_empty() {
        let members = members.into_iter().map(|(email, roles)| (scalar(email.as_str()).into_owned(), roles));
        keys.push(("members", Value::Map(members.collect())));
    }
    remarks.extend(remark(LOCKED, locked));
    remarks.extend(remark(NOT_LISTED, not_listed));
    Entry { name, keys, remarks }
}

/// Roles in a workspace, as a list.
pub(super) fn roles(roles: WorkspaceRoles) -> String {
    format!("[{}]", workspace_role_names(roles))
}
