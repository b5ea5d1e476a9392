//! User groups: made, changed and deleted.

use super::audit::{About, Actor, Event};
use super::groups::Groups;
use super::register::Entry;
use super::search::contains;
use super::{Assignment, Organization, Refusal, Spelling};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A set of members with what they get through it.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) uuid: Uuid,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// By the identity provider: then no request changes it.
    pub(crate) externally_managed: Option<bool>,
    pub(crate) target_type: Option<TargetType>,
    /// As it was written.
    pub(crate) organization_role: Option<String>,
    /// The groups that this one is nested in.
    pub(crate) parents: BTreeSet<Uuid>,
    pub(crate) members: BTreeSet<Uuid>,
    /// By workspace.
    pub(crate) assignments: BTreeMap<Uuid, Assignment>,
}

impl Entry for Group {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// The vendor's `UserGroupTargetType`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum TargetType {
    /// Workspaces.
    W,
    /// The organization.
    O,
}

/// What `POST /user-groups` asks for.
#[derive(Debug)]
pub(crate) struct NewGroup {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) target_type: Option<TargetType>,
    pub(crate) parents: Vec<Uuid>,
}

/// What `PATCH /user-groups/{id}` asks for.
#[derive(Debug, Default)]
pub(crate) struct GroupChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) target_type: Option<TargetType>,
    pub(crate) parents: Option<Vec<Uuid>>,
}

impl Organization {
    /// The groups, in an organization that has any.
    pub(crate) fn groups(&self) -> Result<&Groups, Refusal> {
        self.groups.as_ref().ok_or(Refusal::NoGroups)
    }

    /// The groups whose names hold a text.
    pub(crate) fn groups_named<'a>(
        &'a self,
        search: Option<&'a str>,
    ) -> Result<impl Iterator<Item = &'a Group>, Refusal> {
        Ok(self.groups()?.iter().filter(move |group| contains(&group.name, search)))
    }

    /// The group with an id.
    pub(crate) fn group(&self, id: Uuid) -> Result<&Group, Refusal> {
        self.groups()?.get(id).ok_or(Refusal::UnknownGroup(id))
    }

    /// The group with an id, when it can be edited.
    pub(super) fn own_group(&self, id: Uuid) -> Result<&Group, Refusal> {
        let group = self.group(id)?;
        match group.externally_managed {
            Some(true) => Err(Refusal::ExternallyManaged(id)),
            _ => Ok(group),
        }
    }

    /// Makes a group.
    pub(crate) fn create_group(&mut self, new: NewGroup, now: Timestamp) -> Result<&Group, Refusal> {
        for parent in &new.parents {
            self.group(*parent)?;
        }
        self.free_group_name(&new.name, None)?;
        let id = Uuid::new_v4();
        self.groups_mut()?.push(Group {
            uuid: id,
            name: new.name,
            description: new.description,
            externally_managed: Some(false),
            target_type: new.target_type,
            organization_role: None,
            parents: new.parents.into_iter().collect(),
            members: BTreeSet::new(),
            assignments: BTreeMap::new(),
        });
        self.audit.record(now, Actor::Key, Event::GroupCreate, About::group(id));
        self.group(id)
    }

    /// Changes what a group is called, what it is for, and what it is nested in.
    pub(crate) fn update_group(
        &mut self,
        id: Uuid,
        change: GroupChange,
        now: Timestamp,
    ) -> Result<&Group, Refusal> {
        self.own_group(id)?;
        if let Some(name) = &change.name {
            self.free_group_name(name, Some(id))?;
        }
        for parent in change.parents.iter().flatten() {
            self.group(*parent)?;
            self.no_cycle(id, *parent)?;
        }
        self.change_groups(|groups| {
            let Some(group) = groups.get_mut(id) else { return };
            if let Some(name) = change.name {
                group.name = name;
            }
            group.description = change.description.or(group.description.take());
            group.target_type = change.target_type.or(group.target_type);
            if let Some(parents) = change.parents {
                group.parents = parents.into_iter().collect();
            }
        })?;
        self.audit.record(now, Actor::Key, Event::GroupUpdate, About::group(id));
        self.group(id)
    }

    /// Deletes a group, and what its members had through it.
    pub(crate) fn delete_group(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        self.own_group(id)?;
        self.change_groups(|groups| groups.remove(id))?;
        self.audit.record(now, Actor::Key, Event::GroupDelete, About::group(id));
        Ok(())
    }

    /// Gives a group a role in the organization.
    pub(crate) fn set_organization_role(
        &mut self,
        id: Uuid,
        role: Spelling,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.own_group(id)?;
        self.change_groups(|groups| {
            if let Some(group) = groups.get_mut(id) {
                group.organization_role = Some(role.into());
            }
        })?;
        self.audit.record(now, Actor::Key, Event::GroupUpdate, About::group(id));
        Ok(())
    }

    /// Changes the groups, unless the last admin would no longer be one.
    pub(super) fn change_groups(&mut self, change: impl FnOnce(&mut Groups)) -> Result<(), Refusal> {
        // Only where nobody is an admin directly can the last one go with a group.
        let before = (self.tally.admins == 0 && self.admin_through_group(None)).then(|| self.groups.clone());
        change(self.groups_mut()?);
        match before {
            Some(before) if !self.admin_through_group(None) => {
                self.groups = before;
                Err(Refusal::LastAdmin)
            }
            _ => Ok(()),
        }
    }

    /// Whether a group can be nested in another one.
    pub(super) fn no_cycle(&self, child: Uuid, parent: Uuid) -> Result<(), Refusal> {
        let above = self.groups()?.lineage([&parent]);
        if above.iter().any(|group| group.uuid == child) { Err(Refusal::Cycle(child)) } else { Ok(()) }
    }

    pub(super) fn groups_mut(&mut self) -> Result<&mut Groups, Refusal> {
        self.groups.as_mut().ok_or(Refusal::NoGroups)
    }

    fn free_group_name(&self, name: &str, but: Option<Uuid>) -> Result<(), Refusal> {
        let taken = self.groups()?.iter().any(|other| other.name == name && Some(other.uuid) != but);
        if taken { Err(Refusal::NameTaken("user group")) } else { Ok(()) }
    }
}
