//! Workspaces: made, changed and archived.

use super::audit::{About, Actor, Event};
use super::register::Entry;
use super::role::{WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR};
use super::search::contains;
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashSet;
use uuid::{Uuid, uuid};

/// The most workspaces that can be active.
const MOST: usize = 500;

/// The default workspace of an organization whose seed names none.
const DEFAULT: Uuid = uuid!("00000000-0000-4000-8000-0000000000d0");

/// A workspace. The organization keeps those that are archived apart.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) icon: Option<String>,
    /// As the seed had it; no endpoint changes it.
    pub(crate) spend_limit: Option<Value>,
    /// Everybody is in it, and it can't be archived.
    pub(crate) is_default: bool,
}

impl Entry for Workspace {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// What `POST /workspaces` asks for.
#[derive(Debug)]
pub(crate) struct NewWorkspace {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) icon: String,
    pub(crate) everybody: bool,
    pub(crate) admin: Uuid,
}

/// What `PATCH /workspaces/{id}` asks for.
#[derive(Debug, Default)]
pub(crate) struct WorkspaceChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) icon: Option<String>,
}

/// The default workspace that is made beside these, none of which is one.
pub(crate) fn default_beside(others: &[Workspace]) -> Workspace {
    let taken = others.iter().any(|other| other.uuid == DEFAULT);
    let name = "Default".to_owned();
    let clash = others.iter().any(|other| other.name == name);
    Workspace {
        uuid: if taken { Uuid::new_v4() } else { DEFAULT },
        name: if clash { format!("{name} {DEFAULT}") } else { name },
        description: None,
        icon: None,
        spend_limit: None,
        is_default: true,
    }
}

impl Organization {
    /// The workspaces whose names hold a text: the active ones in order, and behind them the archived ones if wanted.
    pub(crate) fn workspaces<'a>(
        &'a self,
        archived: bool,
        search: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Workspace> {
        let archived = self.archived.iter().filter(move |_| archived);
        self.workspaces.iter().chain(archived).filter(move |workspace| contains(&workspace.name, search))
    }

    /// The archived workspaces.
    pub(crate) fn archived(&self) -> &[Workspace] {
        &self.archived
    }

    /// The active workspace with an id.
    pub(crate) fn workspace(&self, id: Uuid) -> Result<&Workspace, Refusal> {
        self.workspaces.get(id).ok_or(Refusal::UnknownWorkspace(id))
    }

    /// How many members have access to a workspace, directly or through a group.
    pub(crate) fn holders(&self, workspace: &Workspace) -> usize {
        if workspace.is_default {
            return self.members.len();
        }
        let mut holders: HashSet<Uuid> = self.memberships.within(workspace.uuid).collect();
        for group in self.groups.iter().flat_map(|groups| groups.reaching(workspace.uuid)) {
            holders.extend(&group.members);
        }
        holders.len()
    }

    /// Makes a workspace; gives its id.
    pub(crate) fn create_workspace(&mut self, new: NewWorkspace, now: Timestamp) -> Result<Uuid, Refusal> {
        self.member(new.admin)?;
        self.free_workspace_name(&new.name, None)?;
        if self.workspaces.len() >= MOST {
            return Err(Refusal::TooManyWorkspaces(MOST));
        }
        let id = Uuid::new_v4();
        self.workspaces.push(Workspace {
            uuid: id,
            name: new.name,
            description: Some(new.description),
            icon: Some(new.icon),
            spend_limit: None,
            is_default: false,
        });
        self.audit.record(now, Actor::Key, Event::WorkspaceCreate, About::default().workspace(id));
        let others: Vec<Uuid> = self.members.iter().map(Entry::uuid).filter(|_| new.everybody).collect();
        let others = others.into_iter().filter(|other| *other != new.admin);
        let people = others.map(|other| (other, WORKSPACE_CONTRIBUTOR)).chain([(new.admin, WORKSPACE_ADMIN)]);
        for (member, role) in people {
            self.memberships.set(id, member, self.roles.granted(&[role]));
            let about = About::user(member).workspace(id);
            self.audit.record(now, Actor::Key, Event::WorkspaceMemberAdd, about);
        }
        Ok(id)
    }

    /// Changes what a workspace is called and looks like.
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
        self.audit.record(now, Actor::Key, Event::WorkspaceUpdate, About::default().workspace(id));
        let workspace = self.workspaces.get_mut(id).ok_or(Refusal::UnknownWorkspace(id))?;
        if let Some(name) = change.name {
            workspace.name = name;
        }
        workspace.description = change.description.or(workspace.description.take());
        workspace.icon = change.icon.or(workspace.icon.take());
        Ok(())
    }

    /// Archives a workspace: nobody has access to it any more, and its name can be used again.
    pub(crate) fn archive(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        if self.workspace(id)?.is_default {
            return Err(Refusal::DefaultWorkspace);
        }
        let workspace = self.workspaces.remove(id).ok_or(Refusal::UnknownWorkspace(id))?;
        self.archived.push(workspace);
        self.memberships.clear(id);
        if let Some(groups) = &mut self.groups {
            groups.unassign_all(id);
        }
        self.audit.record(now, Actor::Key, Event::WorkspaceDelete, About::default().workspace(id));
        Ok(())
    }

    fn free_workspace_name(&self, name: &str, but: Option<Uuid>) -> Result<(), Refusal> {
        let taken = self.workspaces.iter().any(|other| other.name == name && Some(other.uuid) != but);
        if taken { Err(Refusal::NameTaken("workspace")) } else { Ok(()) }
    }
}
