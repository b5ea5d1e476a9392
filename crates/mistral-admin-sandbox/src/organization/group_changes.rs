//! Requests to create, change, delete, fill, nest and assign user groups.

use super::api_key::contains;
use super::audit::{About, Event};
use super::group::{Assignment, Group, GroupChange, Groups, ShownAssignment, WholeGroup};
use super::member::Member;
use super::role::Spelling;
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Organization {
    pub(crate) fn groups(&self) -> Result<&Groups, Refusal> {
        self.groups.as_ref().ok_or(Refusal::NoGroups)
    }

    fn groups_mut(&mut self) -> Result<&mut Groups, Refusal> {
        self.groups.as_mut().ok_or(Refusal::NoGroups)
    }

    /// The groups whose names contain a text.
    pub(crate) fn find_groups<'a>(
        &'a self,
        search: Option<&'a str>,
    ) -> Result<impl Iterator<Item = &'a Group>, Refusal> {
        Ok(self.groups()?.iter().filter(move |group| contains(&group.name, search)))
    }

    pub(crate) fn group(&self, id: Uuid) -> Result<&Group, Refusal> {
        self.groups()?.get(id).ok_or(Refusal::Unknown("user group", id))
    }

    fn editable_group(&self, id: Uuid) -> Result<&Group, Refusal> {
        let group = self.group(id)?;
        if group.is_editable() { Ok(group) } else { Err(Refusal::ExternallyManaged(id)) }
    }

    pub(crate) fn whole_group<'a>(&'a self, group: &'a Group) -> WholeGroup<'a> {
        let workspaces = group.workspaces.iter().map(|assignment| self.shown_assignment(assignment));
        WholeGroup { group, members: &group.members, workspaces: workspaces.collect() }
    }

    pub(crate) fn shown_assignment<'a>(&'a self, assignment: &'a Assignment) -> ShownAssignment<'a> {
        let workspace = self.workspace(assignment.workspace_uuid);
        ShownAssignment::new(assignment, workspace.map_or("", |workspace| &workspace.name))
    }

    pub(crate) fn create_group(&mut self, new: GroupChange, now: Timestamp) -> Result<&Group, Refusal> {
        for parent in new.parents.iter().flatten() {
            self.group(*parent)?;
        }
        let group = Group::new(new);
        self.free_group_name(&group.name, None)?;
        let id = group.uuid;
        self.groups_mut()?.push(group);
        self.audit.record(now, self.requester, Event::GroupCreate, About::group(id));
        self.group(id)
    }

    pub(crate) fn update_group(
        &mut self,
        id: Uuid,
        change: GroupChange,
        now: Timestamp,
    ) -> Result<&Group, Refusal> {
        self.editable_group(id)?;
        if let Some(name) = &change.name {
            self.free_group_name(name, Some(id))?;
        }
        for parent in change.parents.iter().flatten() {
            self.group(*parent)?;
            self.no_cycle(id, *parent)?;
        }
        self.change_groups(|groups| {
            if let Some(group) = groups.get_mut(id) {
                change.apply(group);
            }
        })?;
        self.audit.record(now, self.requester, Event::GroupUpdate, About::group(id));
        self.group(id)
    }

    /// Deletes a group, and what its members had through it.
    pub(crate) fn delete_group(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        self.editable_group(id)?;
        self.change_groups(|groups| groups.remove(id))?;
        self.audit.record(now, self.requester, Event::GroupDelete, About::group(id));
        Ok(())
    }

    pub(crate) fn set_organization_role(
        &mut self,
        id: Uuid,
        role: Spelling,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.editable_group(id)?;
        self.change_groups(|groups| {
            if let Some(group) = groups.get_mut(id) {
                group.organization_role = Some(role.into());
            }
        })?;
        self.audit.record(now, self.requester, Event::GroupUpdate, About::group(id));
        Ok(())
    }

    /// The number of direct members of a group, and the members.
    pub(crate) fn group_members(&self, id: Uuid) -> Result<(usize, impl Iterator<Item = &Member>), Refusal> {
        let members = &self.group(id)?.members;
        Ok((members.len(), members.iter().filter_map(|member| self.members.get(*member))))
    }

    pub(crate) fn add_to_group(&mut self, id: Uuid, users: &[Uuid], now: Timestamp) -> Result<(), Refusal> {
        self.editable_group(id)?;
        self.all_members(users)?;
        for user in users {
            if self.groups_mut()?.add_member(id, *user) {
                let about = self.about(*user).in_group(id);
                self.audit.record(now, self.requester, Event::GroupMemberAdd, about);
            }
        }
        Ok(())
    }

    pub(crate) fn remove_from_group(
        &mut self,
        id: Uuid,
        users: &[Uuid],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.editable_group(id)?;
        self.all_members(users)?;
        let mut removed = Vec::new();
        self.change_groups(|groups| {
            removed.extend(users.iter().filter(|user| groups.remove_from(id, **user)));
        })?;
        for user in removed {
            let about = self.about(user).in_group(id);
            self.audit.record(now, self.requester, Event::GroupMemberRemove, about);
        }
        Ok(())
    }

    /// Nests exactly these groups in a group. Nesting is a property of the child, which must be editable (decision 21).
    pub(crate) fn set_nested(&mut self, id: Uuid, children: &[Uuid], now: Timestamp) -> Result<(), Refusal> {
        self.group(id)?;
        let wanted: BTreeSet<Uuid> = children.iter().copied().collect();
        for child in &wanted {
            self.group(*child)?;
            self.no_cycle(*child, id)?;
        }
        let present: BTreeSet<Uuid> = self.groups()?.children(id).map(|child| child.uuid).collect();
        let changed: Vec<Uuid> = wanted.symmetric_difference(&present).copied().collect();
        for child in &changed {
            self.editable_group(*child)?;
        }
        self.change_groups(|groups| groups.nest(id, &wanted))?;
        for child in changed {
            self.audit.record(now, self.requester, Event::GroupUpdate, About::group(child));
        }
        Ok(())
    }

    /// The groups nested in a group: the vendor's `NestedGroupsOut`.
    pub(crate) fn nested(&self, id: Uuid) -> Result<Value, Refusal> {
        self.group(id)?;
        let children = self.groups()?.children(id);
        let children = children.map(|group| json!({"uuid": group.uuid, "name": group.name}));
        Ok(json!({"children": children.collect::<Vec<_>>()}))
    }

    /// Assigns a group to a workspace; `provision` replaces its roles where it is assigned already.
    pub(crate) fn assign(
        &mut self,
        id: Uuid,
        workspace: Uuid,
        roles: &[Uuid],
        provision: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let assigned = self.is_assigned(id, workspace)?;
        self.workspace(workspace)?;
        if assigned && !provision {
            return Err(Refusal::AlreadyAssigned { group: id, workspace });
        }
        self.put_assignment(id, workspace, roles, now)
    }

    /// Replaces the roles of an assigned group. Without roles, nothing changes (decision 22).
    pub(crate) fn reassign(
        &mut self,
        id: Uuid,
        workspace: Uuid,
        roles: Option<&[Uuid]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if !self.is_assigned(id, workspace)? {
            return Err(Refusal::UnknownAssignment { group: id, workspace });
        }
        roles.map_or(Ok(()), |roles| self.put_assignment(id, workspace, roles, now))
    }

    pub(crate) fn unassign(&mut self, id: Uuid, workspace: Uuid, now: Timestamp) -> Result<(), Refusal> {
        if !self.is_assigned(id, workspace)? {
            return Err(Refusal::UnknownAssignment { group: id, workspace });
        }
        if let Some(group) = self.groups_mut()?.get_mut(id) {
            group.workspaces.retain(|assignment| assignment.workspace_uuid != workspace);
        }
        self.audit.record(now, self.requester, Event::GroupUnassign, About::group(id).workspace(workspace));
        Ok(())
    }

    fn is_assigned(&self, id: Uuid, workspace: Uuid) -> Result<bool, Refusal> {
        let mut assignments = self.editable_group(id)?.workspaces.iter();
        Ok(assignments.any(|assignment| assignment.workspace_uuid == workspace))
    }

    fn put_assignment(
        &mut self,
        id: Uuid,
        workspace: Uuid,
        roles: &[Uuid],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let roles = self.roles.granted_refs(roles);
        let group = self.groups_mut()?.get_mut(id).ok_or(Refusal::Unknown("user group", id))?;
        let found = group.workspaces.binary_search_by_key(&workspace, |assignment| assignment.workspace_uuid);
        let (position, event) = match found {
            Ok(position) => (position, Event::GroupAssignmentUpdate),
            Err(position) => {
                let assignment = Assignment { workspace_uuid: workspace, roles: Vec::new(), created: now };
                group.workspaces.insert(position, assignment);
                (position, Event::GroupAssign)
            }
        };
        if let Some(assignment) = group.workspaces.get_mut(position) {
            assignment.roles = roles;
        }
        self.audit.record(now, self.requester, event, About::group(id).workspace(workspace));
        Ok(())
    }

    /// Changes the groups, unless the last admin would no longer be one.
    fn change_groups(&mut self, change: impl FnOnce(&mut Groups)) -> Result<(), Refusal> {
        // A group can only end the last admin's role where nobody is an admin directly.
        let before =
            (self.counters.admins == 0 && self.admin_through_group(None)).then(|| self.groups.clone());
        change(self.groups_mut()?);
        match before {
            Some(before) if !self.admin_through_group(None) => {
                self.groups = before;
                Err(Refusal::LastAdmin)
            }
            _ => Ok(()),
        }
    }

    fn no_cycle(&self, child: Uuid, parent: Uuid) -> Result<(), Refusal> {
        let above = self.groups()?.with_parents([&parent]);
        if above.iter().any(|group| group.uuid == child) { Err(Refusal::Cycle(child)) } else { Ok(()) }
    }

    fn free_group_name(&self, name: &str, except: Option<Uuid>) -> Result<(), Refusal> {
        let taken = self.groups()?.iter().any(|other| other.name == name && Some(other.uuid) != except);
        if taken { Err(Refusal::NameTaken("user group")) } else { Ok(()) }
    }

    fn all_members(&self, users: &[Uuid]) -> Result<(), Refusal> {
        users.iter().try_for_each(|user| self.member(*user).map(drop))
    }
}
