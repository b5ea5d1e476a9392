//! Reads the live organization.
//!
//! Takes nothing but the client; gives a [`Live`] in which everybody and everything stands once. The vendor pages by
//! number, without a snapshot, so that what comes or goes in the meantime moves the rest across the borders of pages:
//! guaranteed are lists that were the same from their first page to their last, or an error.

mod pages;

use super::convert::{self, Parts, RoleNames};
use super::fault::Fault;
use super::request::Request;
use super::snapshot::Snapshot;
use super::wire::{
    ApiKeys, Assignment, AuditEntry, Group, GroupMember, Invitation, Items, Kept, KeptGroup, Listed, Member,
    People, RoleList, WholeGroup, Workspace,
};
use super::{ApiError, Client};
use crate::model::Live;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use pages::{CONCURRENCY, PAGE_SIZE, Reading};
use serde::de::DeserializeOwned;
use uuid::Uuid;

impl Client {
    /// Reads members, invitations, workspaces and groups, and who has made API keys.
    ///
    /// Groups are nothing where the vendor answers the first request for them with 403 or 404; the identifier of the
    /// organization and the keys also with 401, for a key need not have the right to read them
    /// (<https://docs.mistral.ai/admin/admin-api/overview>).
    ///
    /// # Errors
    ///
    /// The API can't be reached or refuses, answers something that this version doesn't know, or its lists kept
    /// changing.
    pub async fn read_live(&self) -> Result<Live, ApiError> {
        let reading = Reading::new(self);
        let (roles, people, workspaces, groups, organization_id, api_keys) = futures::try_join!(
            reading.role_names(),
            reading.people::<Member, Invitation>(),
            reading.workspaces::<Workspace>(),
            reading.groups::<Group, Assignment>(|_| true, |_| false),
            reading.organization_id(),
            reading.api_keys(),
        )?;
        let People { members, invitations, .. } = people;
        let parts = Parts { members, invitations, workspaces, groups, organization_id, api_keys };
        self.converted(parts, roles)
    }

    /// Reads the organization's identifier. Nothing where the key may not read it.
    ///
    /// # Errors
    ///
    /// The API can't be reached or fails.
    pub async fn read_organization_id(&self) -> Result<Option<Uuid>, ApiError> {
        Reading::new(self).organization_id().await
    }

    /// Reads members and invitations alone.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_live`].
    pub async fn read_people(&self) -> Result<Live, ApiError> {
        let reading = Reading::new(self);
        let (roles, people) =
            futures::try_join!(reading.role_names(), reading.people::<Member, Invitation>())?;
        let People { members, invitations, .. } = people;
        self.converted(Parts { members, invitations, ..Parts::default() }, roles)
    }

    /// Reads which workspaces and groups there are, without who is in the groups and what they give.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_live`].
    pub async fn read_names(&self) -> Result<Live, ApiError> {
        self.read_some(|_| false).await
    }

    /// Reads members, workspaces and groups, and of the groups that are touched who is in them and what they give.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_live`].
    pub async fn read_touched(&self, touched: impl Fn(Uuid) -> bool) -> Result<Live, ApiError> {
        let (people, things) = futures::try_join!(self.read_people(), self.read_some(touched))?;
        Ok(Live { members: people.members, invitations: people.invitations, ..things })
    }

    async fn read_some(&self, whole: impl Fn(Uuid) -> bool) -> Result<Live, ApiError> {
        let reading = Reading::new(self);
        let (roles, workspaces, groups) = futures::try_join!(
            reading.role_names(),
            reading.workspaces::<Workspace>(),
            reading.groups::<Group, Assignment>(whole, is_gone),
        )?;
        self.converted(Parts { workspaces, groups, ..Parts::default() }, roles)
    }

    /// Of words that can be unknown, all stand in the list of people.
    fn converted(&self, parts: Parts, roles: &RoleNames) -> Result<Live, ApiError> {
        convert::live(parts, roles)
            .map_err(|unknown| self.error(&Request::users(1, PAGE_SIZE), Fault::Unknown(unknown)))
    }

    /// Reads everything that there is, just as the vendor has it, but for API keys.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_live`], but words that this version doesn't know are kept.
    pub async fn read_snapshot(&self) -> Result<Snapshot, ApiError> {
        let reading = Reading::new(self);
        let roles = Request::roles();
        let (roles, people, workspaces, groups, organization_id) = futures::try_join!(
            reading.get(&roles),
            reading.people::<Kept, Kept>(),
            reading.workspaces::<Kept>(),
            reading.groups::<KeptGroup, Kept>(|_| true, |_| false),
            reading.organization_id(),
        )?;
        Ok(Snapshot::new(people, roles, workspaces, groups, organization_id))
    }

    /// What the organization's roles are called.
    pub(super) async fn role_names(&self) -> Result<&RoleNames, ApiError> {
        let ask = async || Ok(RoleNames::new(self.send::<RoleList>(&Request::roles()).await?));
        self.roles.get_or_try_init(ask).await
    }
}

impl Reading<'_> {
    async fn people<M, I>(&self) -> Result<People<M, I>, ApiError>
    where
        M: DeserializeOwned + Listed,
        I: DeserializeOwned + Listed,
    {
        self.list(Request::users).await
    }

    async fn workspaces<W: DeserializeOwned + Listed>(&self) -> Result<Vec<W>, ApiError> {
        Ok(self.list::<Items<W>>(Request::workspaces).await?.items)
    }

    /// All groups, or nothing where the organization does not have groups: then the vendor answers 403 or 404. Of some
    /// of them, members and assignments too. A run deletes groups while it looks at others: what is gone for it is
    /// absent.
    async fn groups<G, A>(
        &self,
        is_whole: impl Fn(Uuid) -> bool,
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
        let whole = groups.into_iter().map(|(whole, group)| self.whole_group(group, whole, is_absence));
        let whole: Vec<_> = stream::iter(whole).buffered(CONCURRENCY).try_collect().await?;
        Ok(Some(whole.into_iter().flatten().collect()))
    }

    /// A group; nothing where a fault says that it has gone since it was listed.
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
        Ok(members.zip(workspaces).map(|(members, workspaces)| {
            let members = members.items.iter().map(Listed::uuid).collect();
            WholeGroup { group, members, workspaces: workspaces.items }
        }))
    }

    /// The organization's identifier, which nothing but the audit log tells. A key need not have the right to read it.
    async fn organization_id(&self) -> Result<Option<Uuid>, ApiError> {
        match self.get::<Vec<AuditEntry>>(&Request::newest_audit_entry()).await {
            Ok(entries) => Ok(entries.first().and_then(|entry| entry.organization_uuid)),
            Err(error) if is_withheld(error.fault()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The API keys, or nothing where the Admin API key may not read them.
    async fn api_keys(&self) -> Result<Option<ApiKeys>, ApiError> {
        let part = |page: u64, size: u64| Request::api_keys(size, (page - 1) * size);
        self.list_where_offered(part, is_withheld).await
    }
}

fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Gone { .. })
}

/// Statuses 403 and 404.
fn is_not_offered(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden { .. } | Fault::WrongBase { .. } | Fault::NotJson { status: 403 | 404, .. }
    )
}

/// Statuses 401, 403 and 404.
fn is_withheld(fault: &Fault) -> bool {
    is_not_offered(fault) || matches!(fault, Fault::KeyRefused { .. })
}
