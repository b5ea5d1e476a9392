//! The live organization as a whole.
//!
//! Reads the lists of all resources concurrently, and returns a [`Live`]. The conversion is pure, so that it is the
//! same for a snapshot and a fresh reading.

use super::api_keys::{ApiKeys, ListedKey, api_key};
use super::client::{Client, Items, is_gone};
use super::groups::{Assignment, Group, WholeGroup, group};
use super::invitations::{Invitation, invitation};
use super::roles::RoleNames;
use super::transport::{ApiError, Request};
use super::users::{Member, People, member};
use super::workspaces::{Workspace, workspace};
use crate::model::{Live, UnknownWords};
use uuid::Uuid;

/// The wire types of a live organization.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) members: Vec<Member>,
    pub(super) invitations: Vec<Invitation>,
    pub(super) workspaces: Vec<Workspace>,
    /// `None` if the organization has no groups at all.
    pub(super) groups: Option<Vec<WholeGroup<Group, Assignment>>>,
    pub(super) organization_id: Option<Uuid>,
    /// `None` if the list can't be read.
    pub(super) api_keys: Option<ApiKeys<ListedKey>>,
}

impl Parts {
    pub(super) fn convert(self, roles: &RoleNames) -> Live {
        let mut unknown = UnknownWords::default();
        let members = self.members.into_iter().map(|one| member(one, roles, &mut unknown)).collect();
        let invitations =
            self.invitations.into_iter().map(|one| invitation(one, roles, &mut unknown)).collect();
        let groups = |all: Vec<_>| all.into_iter().map(|one| group(one, roles, &mut unknown)).collect();
        let groups = self.groups.map(groups);
        Live {
            members,
            invitations,
            workspaces: self.workspaces.into_iter().map(workspace).collect(),
            groups,
            organization_id: self.organization_id,
            api_keys: self.api_keys.map(|list| list.keys.into_iter().map(api_key).collect()),
            unknown,
        }
    }
}

/// Each reading fails if the API can't be reached or refuses, or if the lists keep changing.
impl Client {
    /// Reads members, invitations, workspaces, groups and API keys.
    ///
    /// Groups are `None` if the API answers the first request for them with 403 or 404. The organization's identifier
    /// and the keys are also `None` for 401, because a key may lack the right to read them
    /// (<https://docs.mistral.ai/admin/admin-api/overview>).
    pub async fn read_live(&self) -> Result<Live, ApiError> {
        let (roles, people, workspaces, groups, organization_id, api_keys) = futures::try_join!(
            self.role_names(),
            self.list::<People<Member, Invitation>>(Request::users),
            self.list::<Items<Workspace>>(Request::workspaces),
            self.groups::<Group, Assignment>(|_| true, |_| false),
            self.read_organization_id(),
            self.api_keys(),
        )?;
        let People { members, invitations, .. } = people;
        let workspaces = workspaces.items;
        let parts = Parts { members, invitations, workspaces, groups, organization_id, api_keys };
        Ok(parts.convert(roles))
    }

    /// Reads only members and invitations.
    pub async fn read_people(&self) -> Result<Live, ApiError> {
        let people = self.list::<People<Member, Invitation>>(Request::users);
        let (roles, people) = futures::try_join!(self.role_names(), people)?;
        let People { members, invitations, .. } = people;
        Ok(Parts { members, invitations, ..Parts::default() }.convert(roles))
    }

    /// Reads workspaces and groups, without the members and assignments of the groups.
    pub async fn read_names(&self) -> Result<Live, ApiError> {
        self.read_some(|_| false).await
    }

    /// Reads members, workspaces and groups, with the members and assignments of the given groups.
    pub async fn read_touched(&self, touched: impl Fn(Uuid) -> bool) -> Result<Live, ApiError> {
        let (people, others) = futures::try_join!(self.read_people(), self.read_some(touched))?;
        Ok(Live { members: people.members, invitations: people.invitations, ..others })
    }

    async fn read_some(&self, whole: impl Fn(Uuid) -> bool) -> Result<Live, ApiError> {
        let (roles, workspaces, groups) = futures::try_join!(
            self.role_names(),
            self.list::<Items<Workspace>>(Request::workspaces),
            self.groups::<Group, Assignment>(whole, is_gone),
        )?;
        Ok(Parts { workspaces: workspaces.items, groups, ..Parts::default() }.convert(roles))
    }
}
