//! Groups (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>).

use super::client::{CONCURRENCY, Client, Deletion, Items, Listed, NoContent, READINGS, is_not_offered};
use super::roles::{RoleNames, RoleRef, role_letter, workspace_role_names};
use super::transport::{ApiError, Fault, Request};
use crate::model::{GroupSettings, LiveGroup, Role, UnknownWords, WorkspaceRoles};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// `AdminUserGroupOut`.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    uuid: Uuid,
    name: String,
    description: Option<String>,
    externally_managed: Option<bool>,
    organization_role: Option<String>,
    #[serde(default)]
    parent_group_ids: Vec<Uuid>,
}

/// A group with its members and assignments, which the API lists separately; as in snapshots.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WholeGroup<G, A> {
    #[serde(flatten)]
    pub(super) group: G,
    #[serde(default)]
    pub(super) members: Vec<Uuid>,
    #[serde(default = "Vec::new")]
    pub(super) workspaces: Vec<A>,
}

/// `AdminUserGroupMemberOut`.
#[derive(Debug, Deserialize)]
pub(super) struct GroupMember {
    user_uuid: Uuid,
}

/// `GroupWorkspaceAssignmentOut`.
#[derive(Debug, Deserialize)]
pub(super) struct Assignment {
    workspace_uuid: Uuid,
    roles: Vec<RoleRef>,
}

impl Listed for Group {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl Listed for GroupMember {
    fn uuid(&self) -> Uuid {
        self.user_uuid
    }
}

impl Listed for Assignment {
    fn uuid(&self) -> Uuid {
        self.workspace_uuid
    }
}

pub(super) fn group(
    whole: WholeGroup<Group, Assignment>,
    names: &RoleNames,
    unknown: &mut UnknownWords,
) -> LiveGroup {
    let WholeGroup { group, members, workspaces } = whole;
    let role = group.organization_role.map(|role| names.of_group(&role, unknown));
    let access = |part: Assignment| (part.workspace_uuid, names.of_assignment(part.roles, unknown));
    let (organization_role, locked_role) = match role {
        Some(Ok(role)) => (Some(role), None),
        Some(Err(name)) => (None, Some(name)),
        None => (None, None),
    };
    LiveGroup {
        id: group.uuid,
        settings: GroupSettings {
            name: group.name,
            description: group.description.unwrap_or_default(),
            organization_role,
        },
        locked_role,
        externally_managed: group.externally_managed.unwrap_or_default(),
        parents: group.parent_group_ids.into_iter().collect(),
        members: members.into_iter().collect(),
        workspaces: workspaces.into_iter().map(access).collect(),
    }
}

impl Request {
    /// One page of the groups; the first is 1.
    pub(super) fn groups(page: u64, page_size: u64) -> Self {
        Self::page("/user-groups", page, page_size)
    }

    /// One page of a group's members; the first is 1.
    pub(super) fn group_members(id: Uuid, page: u64, page_size: u64) -> Self {
        Self::page(format!("/user-groups/{id}/members"), page, page_size)
    }

    /// One page of the workspaces to which a group is assigned; the first is 1.
    pub(super) fn group_workspaces(id: Uuid, page: u64, page_size: u64) -> Self {
        Self::page(format!("/user-groups/{id}/workspaces"), page, page_size)
    }

    /// Creates a group. A separate request sets its organization role.
    pub(super) fn create_group(new: &GroupSettings) -> Self {
        let mut body = Map::from_iter([("name".to_owned(), json!(new.name))]);
        if !new.description.is_empty() {
            body.insert("description".to_owned(), json!(new.description));
        }
        Self::with_body(Method::POST, "/user-groups", body)
    }

    /// Sets the settings of a group that differ, except for its organization role.
    pub(super) fn update_group(id: Uuid, before: &GroupSettings, after: &GroupSettings) -> Self {
        Self::with_changed(format!("/user-groups/{id}"), texts(before), texts(after))
    }

    /// Sets all groups in which a group is nested.
    pub(super) fn set_group_parents(id: Uuid, parents: &BTreeSet<Uuid>) -> Self {
        Self::with_body(Method::PATCH, format!("/user-groups/{id}"), json!({"parent_group_ids": parents}))
    }

    pub(super) fn delete_group(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/user-groups/{id}"))
    }

    /// Sets the organization role of a group's members. The API takes a letter or a UUID, not a name.
    pub(super) fn set_group_role(id: Uuid, role: Role) -> Self {
        let path = format!("/user-groups/{id}/organization-role");
        Self::with_body(Method::PATCH, path, json!({"organization_role": role_letter(role)}))
    }

    pub(super) fn add_group_members(id: Uuid, members: &[Uuid]) -> Self {
        let body = json!({"user_uuids": members});
        Self::with_body(Method::POST, format!("/user-groups/{id}/members"), body)
    }

    pub(super) fn remove_group_members(id: Uuid, members: &[Uuid]) -> Self {
        let body = json!({"user_uuids": members});
        Self::with_body(Method::DELETE, format!("/user-groups/{id}/members"), body)
    }

    /// Assigns a group to a workspace in which it has no roles.
    pub(super) fn assign_group(id: Uuid, workspace: Uuid, roles: WorkspaceRoles) -> Self {
        let body = json!({"workspace_uuid": workspace, "role_names": workspace_role_names(roles)});
        Self::with_body(Method::POST, format!("/user-groups/{id}/workspaces"), body)
    }

    /// Sets the roles that a group has in a workspace.
    pub(super) fn update_assignment(id: Uuid, workspace: Uuid, roles: WorkspaceRoles) -> Self {
        let body = json!({"role_names": workspace_role_names(roles)});
        Self::with_body(Method::PATCH, format!("/user-groups/{id}/workspaces/{workspace}"), body)
    }

    /// Removes the assignment of a group to a workspace.
    pub(super) fn remove_assignment(id: Uuid, workspace: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/user-groups/{id}/workspaces/{workspace}"))
    }
}

/// The settings under the vendor's names, except for the organization role.
fn texts(settings: &GroupSettings) -> [(&'static str, &str); 2] {
    [("name", &settings.name), ("description", &settings.description)]
}

impl Client {
    /// Reads all groups; `None` if the organization has no groups: the API then answers 403 or 404. Reads members and
    /// assignments only of the given groups. A group that is deleted in the meantime is absent where `is_absence` says
    /// so; otherwise the list changed during the reading, and is read again.
    pub(super) async fn groups<G, A>(
        &self,
        is_whole: impl Fn(Uuid) -> bool,
        is_absence: fn(&Fault) -> bool,
    ) -> Result<Option<Vec<WholeGroup<G, A>>>, ApiError>
    where
        G: DeserializeOwned + Listed,
        A: DeserializeOwned + Listed,
    {
        for _ in 1..READINGS {
            match self.groups_once(&is_whole, is_absence).await {
                Err(error) if error.is_gone() => {}
                answer => return answer,
            }
        }
        self.groups_once(&is_whole, is_absence).await
    }

    async fn groups_once<G, A>(
        &self,
        is_whole: &impl Fn(Uuid) -> bool,
        is_absence: fn(&Fault) -> bool,
    ) -> Result<Option<Vec<WholeGroup<G, A>>>, ApiError>
    where
        G: DeserializeOwned + Listed,
        A: DeserializeOwned + Listed,
    {
        let Some(groups) = self.list_where_offered::<Items<G>>(Request::groups, is_not_offered).await? else {
            return Ok(None);
        };
        let groups = groups.items.into_iter().map(|group| (is_whole(group.uuid()), group));
        let groups: Vec<_> = groups.collect();
        self.progress().groups_listed(groups.iter().filter(|(whole, _)| *whole).count());
        let whole = groups.into_iter().map(|(whole, group)| self.whole_group(group, whole, is_absence));
        let whole: Vec<_> = stream::iter(whole).buffered(CONCURRENCY).try_collect().await?;
        Ok(Some(whole.into_iter().flatten().collect()))
    }

    /// A group; `None` if it no longer exists.
    async fn whole_group<G, A>(
        &self,
        group: G,
        whole: bool,
        is_absence: fn(&Fault) -> bool,
    ) -> Result<Option<WholeGroup<G, A>>, ApiError>
    where
        G: Listed,
        A: DeserializeOwned + Listed,
    {
        if !whole {
            return Ok(Some(WholeGroup { group, members: Vec::new(), workspaces: Vec::new() }));
        }
        let id = group.uuid();
        let (members, workspaces) = futures::try_join!(
            self.list_where_offered::<Items<GroupMember>>(
                move |page, size| Request::group_members(id, page, size),
                is_absence
            ),
            self.list_where_offered::<Items<A>>(
                move |page, size| Request::group_workspaces(id, page, size),
                is_absence
            ),
        )?;
        self.progress().group_read();
        Ok(members.zip(workspaces).map(|(members, workspaces)| {
            let members = members.items.iter().map(Listed::uuid).collect();
            WholeGroup { group, members, workspaces: workspaces.items }
        }))
    }

    /// Creates a group and returns its identifier. [`Client::update_group`] sets its organization role. Never retried
    /// if the outcome is unclear.
    pub async fn create_group(&self, new: &GroupSettings) -> Result<Uuid, ApiError> {
        self.create(&Request::create_group(new)).await
    }

    /// Changes the settings of a group.
    pub async fn update_group(
        &self,
        id: Uuid,
        before: &GroupSettings,
        after: &GroupSettings,
    ) -> Result<(), ApiError> {
        let is_renamed = texts(before) != texts(after);
        if is_renamed {
            let request = Request::update_group(id, before, after);
            let seen = self.seen_group(id, &request).await?;
            let description = seen.description.unwrap_or_default();
            let seen = [("name", seen.name.as_str()), ("description", description.as_str())];
            self.compare(&request, texts(after), seen)?;
        }
        let Some(role) = after.organization_role.filter(|role| Some(*role) != before.organization_role)
        else {
            return Ok(());
        };
        // The first half has been sent already.
        let sent = u32::from(is_renamed);
        let half = |error: ApiError| ApiError { tries: error.tries.max(sent), ..error };
        self.change(&Request::set_group_role(id, role)).await.map_err(half)
    }

    /// Sets all groups in which a group is nested.
    pub async fn set_group_parents(&self, id: Uuid, parents: &BTreeSet<Uuid>) -> Result<(), ApiError> {
        let request = Request::set_group_parents(id, parents);
        let seen = self.seen_group(id, &request).await?;
        let list = |ids: &BTreeSet<Uuid>| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ");
        let (asked, seen) = (list(parents), list(&seen.parent_group_ids.into_iter().collect()));
        self.compare(&request, [("list of parents", &asked)], [("list of parents", &seen)])
    }

    /// The group in the answer to a change of it.
    async fn seen_group(&self, id: Uuid, request: &Request) -> Result<Group, ApiError> {
        let seen: Group = self.send(request).await?;
        self.compare(request, [("group", &id.to_string())], [("group", &seen.uuid.to_string())])?;
        Ok(seen)
    }

    /// Deletes a group. Its members lose the inherited access.
    pub async fn delete_group(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<NoContent>(&Request::delete_group(id)).await
    }

    /// Adds members of the organization to a group, and keeps its other members.
    pub async fn add_group_members(&self, id: Uuid, members: &[Uuid]) -> Result<(), ApiError> {
        self.change(&Request::add_group_members(id, members)).await
    }

    /// Removes members from a group. A deleted group is an error too, because 404 does not show whether the group or a
    /// person is missing.
    pub async fn remove_group_members(&self, id: Uuid, members: &[Uuid]) -> Result<(), ApiError> {
        self.change(&Request::remove_group_members(id, members)).await
    }

    /// Assigns a group to a workspace in which it has no roles, with at least one role. Never retried if the outcome is
    /// unclear.
    pub async fn assign_group(
        &self,
        id: Uuid,
        workspace: Uuid,
        roles: WorkspaceRoles,
    ) -> Result<(), ApiError> {
        self.change(&Request::assign_group(id, workspace, roles)).await
    }

    /// Sets all roles, at least one, that a group has in a workspace.
    pub async fn update_assignment(
        &self,
        id: Uuid,
        workspace: Uuid,
        roles: WorkspaceRoles,
    ) -> Result<(), ApiError> {
        self.change(&Request::update_assignment(id, workspace, roles)).await
    }

    /// Removes the assignment of a group to a workspace.
    pub async fn remove_assignment(&self, id: Uuid, workspace: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<NoContent>(&Request::remove_assignment(id, workspace)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Role, WorkspaceAccess, WorkspaceRole};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const DEV: &str = "375cd0db-3bbe-4b79-80f3-954ccf04f3d1";
    const CUSTOM: &str = "48436751-ee56-44bd-8a2d-712233977821";
    const BILLING: &str = "c955f4e1-9477-43f0-8349-6fbc629fccc9";
    const AUDITOR: &str = "7bde5959-d676-47d2-b779-35b64323d278";

    fn read(fields: Value) -> LiveGroup {
        let role = |uuid: &str, name: &str, custom: bool| json!({"uuid": uuid, "name": name, "description": "", "is_custom_role": custom});
        let list = json!({
            "workspace_roles": [role(DEV, "dev", false), role(CUSTOM, "user", true)],
            "organization_roles": [role(BILLING, "billing_manager", false), role(AUDITOR, "admin", true)],
        });
        let mut object = json!({"uuid": Uuid::nil(), "name": "G", "description": null, "new_field": {}});
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let (object, names) =
            (serde_json::from_value(object).unwrap(), serde_json::from_value(list).unwrap());
        group(object, &RoleNames::new(names), &mut UnknownWords::default())
    }

    #[test]
    fn what_a_group_lacks_is_empty() {
        let group = read(json!({"externally_managed": null, "organization_role": null}));
        assert_eq!((group.settings.description.as_str(), group.externally_managed), ("", false));
        assert_eq!((group.settings.organization_role, group.locked_role), (None, None));
        assert!(group.parents.is_empty() && group.members.is_empty() && group.workspaces.is_empty());
    }

    #[test]
    fn a_groups_organization_role_is_read_in_each_spelling() {
        let role = |text: &str| read(json!({"organization_role": text}));
        for text in ["B", BILLING, "billing_manager", "billing"] {
            assert_eq!(role(text).settings.organization_role, Some(Role::Billing), "{text}");
        }
        for (text, name) in [(AUDITOR, "admin"), (DEV, DEV), ("auditor", "auditor"), ("Z", "Z")] {
            assert_eq!(role(text).locked_role.as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn an_assignment_is_known_by_identifier_before_name_and_else_locked() {
        let other = Uuid::max().to_string();
        let access = |role: Value| {
            let part = json!({"workspace_uuid": Uuid::max(), "workspace_name": "W", "roles": [role]});
            let group = read(json!({"members": [Uuid::max()], "workspaces": [part]}));
            assert_eq!(group.members.first(), Some(&Uuid::max()));
            group.workspaces[&Uuid::max()].clone()
        };
        for role in [
            json!({"uuid": DEV, "name": "user"}),
            json!({"uuid": DEV}),
            json!({"name": "dev"}),
            json!({"uuid": other, "name": "dev"}),
        ] {
            let dev = WorkspaceAccess { roles: WorkspaceRole::Dev.into(), ..WorkspaceAccess::default() };
            assert_eq!(access(role.clone()), dev, "{role}");
        }
        for (role, name) in [
            (json!({"uuid": CUSTOM, "name": "user"}), "user"),
            (json!({"uuid": other, "name": "painter"}), "painter"),
            (json!({"uuid": other}), other.as_str()),
            (json!({"name": "painter"}), "painter"),
        ] {
            assert_eq!(access(role.clone()).locked_roles, [name], "{role}");
        }
    }

    #[test]
    fn a_role_without_identifier_and_name_is_refused() {
        let part = json!({"workspace_uuid": Uuid::max(), "roles": [{}]});
        assert!(serde_json::from_value::<Assignment>(part).is_err());
    }
}
