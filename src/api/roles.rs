//! Roles in all spellings of the API: letters, UUIDs, and two kinds of names.
//!
//! Takes the list of roles. Returns roles of the model, and the names of roles that the API can't write. An unknown
//! value is an [`UnknownValue`], never a guess: the API is a preview, and its lists may grow
//! (<https://docs.mistral.ai/admin/admin-api/overview>).

use super::transport::{Request, UnknownValue};
use crate::model::{Role, Roles, WorkspaceAccess, WorkspaceRole, WorkspaceRoles};
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

/// The organization's roles by UUID: the role that the API can write, or else the name.
#[derive(Debug)]
pub(super) struct RoleNames {
    organization: HashMap<Uuid, Result<Role, String>>,
    workspace: HashMap<Uuid, Result<WorkspaceRole, String>>,
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
    pub(super) fn in_organization(
        &self,
        raw: &[String],
        holder: &str,
    ) -> Result<(Roles, Vec<String>), UnknownValue> {
        let mut roles = Roles::empty();
        let mut locked = Vec::new();
        for raw in raw {
            match (letter(raw), Uuid::try_parse(raw)) {
                (Some(role), _) => {
                    roles.insert(role);
                }
                (None, Ok(id)) => match self.organization.get(&id) {
                    Some(Ok(role)) => {
                        roles.insert(*role);
                    }
                    Some(Err(name)) => locked.push(name.clone()),
                    None => locked.push(id.to_string()),
                },
                (None, Err(_)) => return Err(UnknownValue::new("role", raw, holder)),
            }
        }
        Ok((roles, locked))
    }

    /// The roles of a person in a workspace. Letters and UUIDs are documented; seeds may spell names.
    pub(super) fn in_workspace(&self, raw: &[String], holder: &str) -> Result<WorkspaceAccess, UnknownValue> {
        let mut access = WorkspaceAccess::default();
        for raw in raw {
            let role = match (workspace_letter(raw).or_else(|| workspace_builtin(raw)), Uuid::try_parse(raw))
            {
                (Some(role), _) => Ok(role),
                (None, Ok(id)) => self.workspace.get(&id).cloned().unwrap_or_else(|| Err(id.to_string())),
                (None, Err(_)) => return Err(UnknownValue::new("workspace role", raw, holder)),
            };
            add(&mut access, role);
        }
        Ok(access)
    }

    /// The roles that a group has in a workspace.
    pub(super) fn of_assignment(&self, roles: Vec<RoleRef>) -> WorkspaceAccess {
        let mut access = WorkspaceAccess::default();
        let named = |name: String| workspace_builtin(&name).ok_or(name);
        for role in roles {
            let role = match role {
                RoleRef::Named(name) => named(name),
                RoleRef::Identified(id, name) => match self.workspace.get(&id) {
                    Some(role) => role.clone(),
                    None => name.map_or_else(|| Err(id.to_string()), named),
                },
            };
            add(&mut access, role);
        }
        access
    }

    /// The organization role of a group, for which the vendor documents no spelling; `Err` with the name of one that
    /// the API can't write.
    pub(super) fn of_group(&self, text: String) -> Result<Role, String> {
        let listed = || self.organization.get(&Uuid::try_parse(&text).ok()?).cloned();
        let role = letter(&text).or_else(|| builtin(&text)).map(Ok).or_else(listed);
        role.unwrap_or(Err(text))
    }
}

fn by_id<R>(roles: Vec<ListedRole>, builtin: fn(&str) -> Option<R>) -> HashMap<Uuid, Result<R, String>> {
    let known = |role: ListedRole| {
        let builtin = if role.is_custom_role { None } else { builtin(&role.name) };
        (role.uuid, builtin.ok_or(role.name))
    };
    roles.into_iter().map(known).collect()
}

fn add(access: &mut WorkspaceAccess, role: Result<WorkspaceRole, String>) {
    match role {
        Ok(role) => {
            access.roles.insert(role);
        }
        Err(name) => access.locked_roles.push(name),
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
