//! Workspaces: created, changed and archived.

use super::api_key::contains;
use super::audit::{About, Event};
use super::register::Entry;
use super::role::{WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR};
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use uuid::{Uuid, uuid};

/// The most workspaces that can be active.
const MOST: usize = 500;

/// The default workspace of an organization whose seed names none.
const DEFAULT: Uuid = uuid!("00000000-0000-4000-8000-0000000000d0");

/// A workspace, in the shape of the vendor's `WorkspaceOUT`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "a workspace")]
pub(crate) struct Workspace {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    description: Option<String>,
    icon: Option<String>,
    /// As in the seed. No endpoint changes it.
    spend_limit: Option<Value>,
    /// Every member is in the default workspace, and it can't be archived.
    #[serde(default)]
    pub(crate) is_default: bool,
}

impl Workspace {
    pub(crate) fn new(uuid: Uuid, name: String, is_default: bool) -> Self {
        Self { uuid, name, description: None, icon: None, spend_limit: None, is_default }
    }
}

impl Entry for Workspace {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// A workspace with the number of its members.
#[derive(Debug, Serialize)]
pub(crate) struct ShownWorkspace<'a> {
    #[serde(flatten)]
    workspace: &'a Workspace,
    members_count: usize,
}

/// What `POST /workspaces` asks for.
#[derive(Debug)]
pub(crate) struct NewWorkspace {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) icon: String,
    pub(crate) add_all_members: bool,
    pub(crate) admin: Uuid,
}

/// What `PATCH /workspaces/{id}` asks for.
#[derive(Debug, Default)]
pub(crate) struct WorkspaceChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) icon: Option<String>,
}

fn default_beside(others: &[Workspace]) -> Workspace {
    let taken = others.iter().any(|other| other.uuid == DEFAULT);
    let uuid = if taken { Uuid::new_v4() } else { DEFAULT };
    let clash = others.iter().any(|other| other.name == "Default");
    let name = if clash { format!("Default {DEFAULT}") } else { "Default".to_owned() };
    Workspace::new(uuid, name, true)
}

impl Organization {
    /// Adds workspaces, and a default one first if there is none (decision 17).
    pub(crate) fn add_workspaces(&mut self, mut workspaces: Vec<Workspace>) {
        if !workspaces.iter().any(|workspace| workspace.is_default) {
            workspaces.insert(0, default_beside(&workspaces));
        }
        for workspace in workspaces {
            if workspace.is_default {
                self.default_workspace = workspace.uuid;
            }
            self.workspaces.push(workspace);
        }
    }

    pub(crate) fn shown_workspace<'a>(&self, workspace: &'a Workspace) -> ShownWorkspace<'a> {
        ShownWorkspace { workspace, members_count: self.count_members(workspace) }
    }

    /// The workspaces whose names contain a text: the active ones, then the archived ones if wanted.
    pub(crate) fn find_workspaces<'a>(
        &'a self,
        archived: bool,
        search: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Workspace> {
        let archived = self.archived.iter().filter(move |_| archived);
        self.workspaces.iter().chain(archived).filter(move |workspace| contains(&workspace.name, search))
    }

    /// The active workspace with an id.
    pub(crate) fn workspace(&self, id: Uuid) -> Result<&Workspace, Refusal> {
        self.workspaces.get(id).ok_or(Refusal::Unknown("active workspace", id))
    }

    /// How many members have access, directly or through a group.
    fn count_members(&self, workspace: &Workspace) -> usize {
        if workspace.is_default {
            return self.members.len();
        }
        let mut members: HashSet<Uuid> = self.memberships.within(workspace.uuid).collect();
        for group in self.groups.iter().flat_map(|groups| groups.with_access_to(workspace.uuid)) {
            members.extend(&group.members);
        }
        members.len()
    }

    /// Creates a workspace and returns its id.
    pub(crate) fn create_workspace(&mut self, new: NewWorkspace, now: Timestamp) -> Result<Uuid, Refusal> {
        self.member(new.admin)?;
        self.free_workspace_name(&new.name, None)?;
        if self.workspaces.len() >= MOST {
            return Err(Refusal::TooManyWorkspaces(MOST));
        }
        let id = Uuid::new_v4();
        self.workspaces.push(Workspace {
            description: Some(new.description),
            icon: Some(new.icon),
            ..Workspace::new(id, new.name, false)
        });
        self.audit.record(now, self.requester, Event::WorkspaceCreate, About::default().workspace(id));
        let others: Vec<Uuid> =
            self.members.iter().map(Entry::uuid).filter(|_| new.add_all_members).collect();
        let others = others.into_iter().filter(|other| *other != new.admin);
        let people = others.map(|other| (other, WORKSPACE_CONTRIBUTOR)).chain([(new.admin, WORKSPACE_ADMIN)]);
        for (member, role) in people {
            self.memberships.set(id, member, self.roles.granted(&[role]));
            let about = self.about(member).workspace(id);
            self.audit.record(now, self.requester, Event::WorkspaceMemberAdd, about);
        }
        Ok(id)
    }

    pub(crate) fn update_workspace(
        &mut self,
        id: Uuid,
        change: WorkspaceChange,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.workspace(id)?;
        if let Some(name) = &change.name {
            self.free_workspace_name(name, Some(id))?;
        }
        self.audit.record(now, self.requester, Event::WorkspaceUpdate, About::default().workspace(id));
        let workspace = self.workspaces.get_mut(id).ok_or(Refusal::Unknown("active workspace", id))?;
        if let Some(name) = change.name {
            workspace.name = name;
        }
        workspace.description = change.description.or(workspace.description.take());
        workspace.icon = change.icon.or(workspace.icon.take());
        Ok(())
    }

    /// Archives a workspace: all access to it ends, and its name is free again.
    pub(crate) fn archive(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        if self.workspace(id)?.is_default {
            return Err(Refusal::DefaultWorkspace);
        }
        let workspace = self.workspaces.remove(id).ok_or(Refusal::Unknown("active workspace", id))?;
        self.archived.push(workspace);
        self.memberships.remove_workspace(id);
        if let Some(groups) = &mut self.groups {
            groups.remove_workspace(id);
        }
        self.audit.record(now, self.requester, Event::WorkspaceDelete, About::default().workspace(id));
        Ok(())
    }

    fn free_workspace_name(&self, name: &str, except: Option<Uuid>) -> Result<(), Refusal> {
        let taken = self.workspaces.iter().any(|other| other.name == name && Some(other.uuid) != except);
        if taken { Err(Refusal::NameTaken("workspace")) } else { Ok(()) }
    }
}
