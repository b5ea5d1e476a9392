//! The live organization as a whole.
//!
//! Reads the lists of all resources at a time; gives a [`Live`] that holds each resource once. The conversion is pure,
//! so that a stored organization converts as a fresh one does.

use super::api_keys::{ApiKeys, key_counts};
use super::client::{Client, Items, PAGE_SIZE, is_gone};
use super::groups::{Assignment, Group, WholeGroup, group};
use super::invitations::{Invitation, invitation};
use super::roles::RoleNames;
use super::transport::{ApiError, Fault, Request, UnknownValue};
use super::users::{Member, People, member};
use super::workspaces::{Workspace, workspace};
use crate::model::Live;
use uuid::Uuid;

/// All that the live organization is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) members: Vec<Member>,
    pub(super) invitations: Vec<Invitation>,
    pub(super) workspaces: Vec<Workspace>,
    /// `None` where the organization does not have groups at all.
    pub(super) groups: Option<Vec<WholeGroup<Group, Assignment>>>,
    pub(super) organization_id: Option<Uuid>,
    /// `None` where the list can't be read.
    pub(super) api_keys: Option<ApiKeys>,
}

impl Parts {
    pub(super) fn convert(self, roles: &RoleNames) -> Result<Live, UnknownValue> {
        let invitations = self.invitations.into_iter().map(|one| invitation(one, roles));
        Ok(Live {
            members: self.members.into_iter().map(|one| member(one, roles)).collect::<Result<_, _>>()?,
            invitations: invitations.collect::<Result<_, _>>()?,
            workspaces: self.workspaces.into_iter().map(workspace).collect(),
            groups: self.groups.map(|all| all.into_iter().map(|one| group(one, roles)).collect()),
            organization_id: self.organization_id,
            api_keys: self.api_keys.map(|list| key_counts(&list)),
        })
    }
}

/// Each reading fails where the API can't be reached or refuses, answers something that this version doesn't know, or
/// its lists kept changing.
impl Client {
    /// Reads members, invitations, workspaces and groups, and the addresses that have made API keys.
    ///
    /// Groups are `None` where the vendor answers the first request for them with 403 or 404; the identifier of the
    /// organization and the keys also with 401, for a key need not have the right to read them
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
        self.converted(Parts { members, invitations, workspaces, groups, organization_id, api_keys }, roles)
    }

    /// Reads members and invitations alone.
    pub async fn read_people(&self) -> Result<Live, ApiError> {
        let people = self.list::<People<Member, Invitation>>(Request::users);
        let (roles, people) = futures::try_join!(self.role_names(), people)?;
        let People { members, invitations, .. } = people;
        self.converted(Parts { members, invitations, ..Parts::default() }, roles)
    }

    /// Reads which workspaces and groups there are, without the members of the groups and what they give.
    pub async fn read_names(&self) -> Result<Live, ApiError> {
        self.read_some(|_| false).await
    }

    /// Reads members, workspaces and groups, and the members of the groups that are touched and what those give.
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
        self.converted(Parts { workspaces: workspaces.items, groups, ..Parts::default() }, roles)
    }

    /// All words that can be unknown are in the list of people.
    fn converted(&self, parts: Parts, roles: &RoleNames) -> Result<Live, ApiError> {
        parts
            .convert(roles)
            .map_err(|unknown| self.error(&Request::users(1, PAGE_SIZE), Fault::Unknown(unknown)))
    }
}
