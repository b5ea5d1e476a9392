//! Roles in all spellings of the API: letters, UUIDs, and two kinds of names.
//!
//! Takes the list of roles. Returns roles of the model, and the names of roles that the API can't write: custom ones,
//! and ones that this version doesn't know, which are counted in [`UnknownWords`] and never guessed at.

use super::transport::Request;
use crate::model::{Role, Roles, UnknownWords, WordKind, WorkspaceAccess, WorkspaceRole, WorkspaceRoles};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// `RolesOut`. In snapshots, the workspace roles may be missing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RoleList {
    organization_roles: Vec<ListedRole>,
    #[serde(default)]
    workspace_roles: Vec<ListedRole>,
}

/// `RoleOut`.
#[derive(Debug, Deserialize)]
struct ListedRole {
    uuid: Uuid,
    name: String,
    is_custom_role: bool,
}

/// `WorkspaceRoleRef`. The API has both fields; a handwritten seed may have one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawRoleRef")]
pub(super) enum RoleRef {
    Named(String),
    Identified(Uuid, Option<String>),
}

#[derive(Deserialize)]
struct RawRoleRef {
    uuid: Option<Uuid>,
    name: Option<String>,
}

impl TryFrom<RawRoleRef> for RoleRef {
    type Error = &'static str;

    fn try_from(raw: RawRoleRef) -> Result<Self, Self::Error> {
        match (raw.uuid, raw.name) {
            (Some(uuid), name) => Ok(Self::Identified(uuid, name)),
            (None, Some(name)) => Ok(Self::Named(name)),
            (None, None) => Err("a role has a `uuid` or a `name`"),
        }
    }
}

impl Request {
    /// All roles, custom ones included.
    pub(super) fn roles() -> Self {
        Self::new(Method::GET, "/roles")
    }
}

/// `role_names` spells roles by name, where `roles` takes letters or UUIDs
/// (<https://docs.mistral.ai/admin/admin-api/manage-users>).
pub(super) fn role_names(roles: Roles) -> Value {
    roles.iter().map(Role::api_name).collect()
}

/// The same for the roles of a workspace.
pub(super) fn workspace_role_names(roles: WorkspaceRoles) -> Value {
    roles.iter().map(WorkspaceRole::name).collect()
}

/// The vendor's letter for a role, for requests that take no name.
pub(super) fn role_letter(role: Role) -> &'static str {
    match role {
        Role::Admin => "A",
        Role::Billing => "B",
        Role::Member => "M",
    }
}

/// A role that the API can't write.
#[derive(Debug, Clone)]
struct Unwritable {
    name: String,
    /// Neither a role of this version nor a custom one.
    is_unknown: bool,
}

impl Unwritable {
    fn unknown(word: &str) -> Self {
        Self { name: word.to_owned(), is_unknown: true }
    }

    /// A role that was created after the list was read, for example.
    fn unlisted(id: Uuid) -> Self {
        Self { name: id.to_string(), is_unknown: false }
    }

    /// The name. Counts an unknown word.
    fn noted(self, kind: WordKind, unknown: &mut UnknownWords) -> String {
        if self.is_unknown {
            unknown.note(kind, &self.name);
        }
        self.name
    }
}

/// The organization's roles by UUID.
#[derive(Debug)]
pub(super) struct RoleNames {
    organization: HashMap<Uuid, Result<Role, Unwritable>>,
    workspace: HashMap<Uuid, Result<WorkspaceRole, Unwritable>>,
}

impl RoleNames {
    /// Takes the roles of `GET /roles`. A custom role is locked, whatever its name.
    pub(super) fn new(list: RoleList) -> Self {
        Self {
            organization: by_id(list.organization_roles, builtin),
            workspace: by_id(list.workspace_roles, workspace_builtin),
        }
    }

    /// The organization roles that the API can write, and the names of the others.
    pub(super) fn in_organization(&self, raw: &[String], unknown: &mut UnknownWords) -> (Roles, Vec<String>) {
        let mut roles = Roles::empty();
        let mut locked = Vec::new();
        for raw in raw {
            match letter(raw).map_or_else(|| listed(&self.organization, raw), Ok) {
                Ok(role) => {
                    roles.insert(role);
                }
                Err(other) => locked.push(other.noted(WordKind::Role, unknown)),
            }
        }
        (roles, locked)
    }

    /// The roles of a person in a workspace. Letters and UUIDs are documented; seeds may have names.
    pub(super) fn in_workspace(&self, raw: &[String], unknown: &mut UnknownWords) -> WorkspaceAccess {
        let mut access = WorkspaceAccess::default();
        for raw in raw {
            let spelled = workspace_letter(raw).or_else(|| workspace_builtin(raw));
            add(&mut access, spelled.map_or_else(|| listed(&self.workspace, raw), Ok), unknown);
        }
        access
    }

    /// The roles that a group has in a workspace.
    pub(super) fn of_assignment(&self, roles: Vec<RoleRef>, unknown: &mut UnknownWords) -> WorkspaceAccess {
        let mut access = WorkspaceAccess::default();
        let named = |name: String| workspace_builtin(&name).ok_or_else(|| Unwritable::unknown(&name));
        for role in roles {
            let role = match role {
                RoleRef::Named(name) => named(name),
                RoleRef::Identified(id, name) => match self.workspace.get(&id) {
                    Some(role) => role.clone(),
                    None => name.map_or_else(|| Err(Unwritable::unlisted(id)), named),
                },
            };
            add(&mut access, role, unknown);
        }
        access
    }

    /// The organization role of a group, for which the vendor documents no spelling; `Err` with the name of one that
    /// the API can't write.
    pub(super) fn of_group(&self, text: &str, unknown: &mut UnknownWords) -> Result<Role, String> {
        let role = letter(text).or_else(|| builtin(text));
        let role = role.map_or_else(|| listed(&self.organization, text), Ok);
        role.map_err(|other| other.noted(WordKind::Role, unknown))
    }
}

fn by_id<R>(roles: Vec<ListedRole>, builtin: fn(&str) -> Option<R>) -> HashMap<Uuid, Result<R, Unwritable>> {
    let known = |ListedRole { uuid, name, is_custom_role }: ListedRole| {
        let builtin = if is_custom_role { None } else { builtin(&name) };
        (uuid, builtin.ok_or(Unwritable { name, is_unknown: !is_custom_role }))
    };
    roles.into_iter().map(known).collect()
}

/// A role that is spelled by its UUID. Any other word is unknown.
fn listed<R: Copy>(roles: &HashMap<Uuid, Result<R, Unwritable>>, raw: &str) -> Result<R, Unwritable> {
    let Ok(id) = Uuid::try_parse(raw) else { return Err(Unwritable::unknown(raw)) };
    roles.get(&id).cloned().unwrap_or_else(|| Err(Unwritable::unlisted(id)))
}

fn add(access: &mut WorkspaceAccess, role: Result<WorkspaceRole, Unwritable>, unknown: &mut UnknownWords) {
    match role {
        Ok(role) => {
            access.roles.insert(role);
        }
        Err(other) => access.locked_roles.push(other.noted(WordKind::WorkspaceRole, unknown)),
    }
}

fn letter(text: &str) -> Option<Role> {
    Roles::all().iter().find(|role| role_letter(*role) == text)
}

/// `GET /roles` names the roles in one of two ways: as `role_names` spells them, or short.
fn builtin(name: &str) -> Option<Role> {
    Roles::all().iter().find(|role| role.api_name() == name || role.name() == name)
}

fn workspace_letter(text: &str) -> Option<WorkspaceRole> {
    match text {
        "A" => Some(WorkspaceRole::WorkspaceAdmin),
        "M" => Some(WorkspaceRole::WorkspaceContributor),
        _ => None,
    }
}

fn workspace_builtin(name: &str) -> Option<WorkspaceRole> {
    WorkspaceRoles::all().iter().find(|role| role.name() == name)
}
