//! A client for one organization, with the functions that all resources share.
//!
//! Takes requests and returns decoded answers. The file of each resource adds its calls to [`Client`].
//!
//! *Lists*: the API numbers its pages without a snapshot, so that a concurrent change shifts objects between pages. The
//! client returns lists that did not change from the first page to the last, or an error. *Changes*: a call fails if
//! the API refused it, or if its outcome is unclear ([`ApiError::may_have_changed`]). A status of 200 proves nothing,
//! so the answer is compared with the request (<https://docs.mistral.ai/admin/admin-api/user-provisioning>).

use super::reading::ReadingProgress;
use super::roles::{RoleList, RoleNames};
use super::transport::{
    ApiError, ApiKey, ApiUrl, Cancellation, ClientOptions, Fault, Request, RetryObserver, Transport,
    WriteObserver,
};
use crate::escape;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Objects per page. The documented maximum for groups is 100
/// (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>); for users and workspaces, none is documented.
pub(super) const PAGE_SIZE: u64 = 100;
/// Concurrent requests for one list: enough for 10,000 people in a few seconds, without a burst.
pub(super) const CONCURRENCY: usize = 8;
/// How often a list that keeps changing is read.
pub(super) const READINGS: u32 = 3;
/// More pages than any organization has, so that a server can't keep orgsync busy forever.
pub(super) const MOST_PAGES: u64 = 10_000;

/// A client of one organization's Admin API.
#[derive(Debug)]
pub struct Client {
    transport: Transport,
    /// Read only once: role names are needed to read answers, and a role that is created later is locked anyway.
    roles: OnceCell<RoleNames>,
    progress: ReadingProgress,
}

/// How a deletion ended. Either way the object is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It was deleted.
    Done,
    /// It no longer existed.
    AlreadyGone,
}

/// An object of a list, which must be unique in it.
pub(super) trait Listed {
    /// The vendor's identifier.
    fn uuid(&self) -> Uuid;
}

/// A part of a list, or several parts joined.
pub(super) trait Page: DeserializeOwned {
    /// The length of the whole list, if the API shows it.
    fn total(&self) -> Option<u64> {
        None
    }

    /// The size of a page, if the API shows it.
    fn page_size(&self) -> Option<u64> {
        None
    }

    /// The objects: a number for the kind, and an identifier that is unique within the kind.
    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)>;

    /// Adds the next part.
    fn append(&mut self, next: Self);

    /// The number of members of the organization, if this is a list of them.
    fn members(&self) -> Option<usize> {
        None
    }

    /// The number of objects.
    fn len(&self) -> u64 {
        self.ids().count() as u64
    }
}

/// `WorkspacesOut`, `AdminUserGroupsOut`, `GroupWorkspaceAssignmentsOut`, and `AdminUserGroupMembersOut`, which says
/// `members` where the others say `items`.
#[derive(Debug, Deserialize)]
pub(super) struct Items<T> {
    #[serde(alias = "members")]
    pub(super) items: Vec<T>,
    total: Option<u64>,
    page_size: Option<u64>,
}

impl<T: DeserializeOwned + Listed> Page for Items<T> {
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn page_size(&self) -> Option<u64> {
        self.page_size
    }

    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        self.items.iter().map(|item| (0, item.uuid()))
    }

    fn append(&mut self, next: Self) {
        self.items.extend(next.items);
    }
}

/// The identifier of a created object.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    uuid: Uuid,
}

/// `DeleteOUT`, the documented answer to the deletion of a person. The message is for people.
#[derive(Debug, Deserialize)]
pub(super) struct Deleted {
    #[serde(rename = "message")]
    _message: String,
}

/// The documented answer to changes of groups, and to the deletion of groups and workspaces: 204, without content.
/// `null` has no content either.
#[derive(Debug)]
pub(super) struct NoContent;

impl<'de> Deserialize<'de> for NoContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nothing)
    }
}

struct Nothing;

impl Visitor<'_> for Nothing {
    type Value = NoContent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no content")
    }

    fn visit_unit<E>(self) -> Result<NoContent, E> {
        Ok(NoContent)
    }
}

impl Client {
    /// Creates a client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Fault::Setup`]: the system or its proxy settings don't allow a client.
    pub fn new(url: ApiUrl, key: &ApiKey) -> Result<Self, ApiError> {
        Ok(Self {
            transport: Transport::new(url, key)?,
            roles: OnceCell::new(),
            progress: ReadingProgress::default(),
        })
    }

    /// The same client with other options.
    pub fn with_options(self, options: ClientOptions) -> Self {
        Self { transport: self.transport.with_options(options), ..self }
    }

    /// Reports every write to an observer from now on. Only the first observer counts.
    pub fn observe_writes(&self, observer: Arc<dyn WriteObserver>) {
        self.transport.observe_writes(observer);
    }

    /// Reports every retry to an observer from now on. Only the first observer counts.
    pub fn observe_retries(&self, observer: Arc<dyn RetryObserver>) {
        self.transport.observe_retries(observer);
    }

    /// Whether the organization is on this machine: a sandbox.
    pub fn is_local(&self) -> bool {
        self.transport.url().is_loopback()
    }

    /// The cancellation of this client.
    pub fn cancellation(&self) -> &Cancellation {
        self.transport.cancellation()
    }

    /// The limit of concurrent requests.
    pub fn concurrency(&self) -> usize {
        self.transport.concurrency()
    }

    /// How far the reading of the lists is.
    pub fn progress(&self) -> &ReadingProgress {
        &self.progress
    }

    /// The names of the organization's roles.
    pub(super) async fn role_names(&self) -> Result<&RoleNames, ApiError> {
        let ask = async || Ok(RoleNames::new(self.send::<RoleList>(&Request::roles()).await?));
        self.roles.get_or_try_init(ask).await
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        self.transport.send(request).await
    }

    /// Creates an object and returns its identifier. Never retried if the outcome is unclear.
    pub(super) async fn create(&self, request: &Request) -> Result<Uuid, ApiError> {
        Ok(self.send::<Created>(request).await?.uuid)
    }

    /// Makes a change whose answer has no content.
    pub(super) async fn change(&self, request: &Request) -> Result<(), ApiError> {
        self.send::<NoContent>(request).await.map(|NoContent| ())
    }

    /// Deletes an object. `T` is the documented answer, because a status alone proves nothing.
    pub(super) async fn delete<T: DeserializeOwned>(&self, request: &Request) -> Result<Deletion, ApiError> {
        match self.send::<T>(request).await {
            Ok(_) => Ok(Deletion::Done),
            Err(error) if error.is_gone() => Ok(Deletion::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// The error for an answer that can't be used.
    pub(super) fn error(&self, request: &Request, fault: Fault) -> ApiError {
        self.transport.error(request, fault)
    }

    /// Compares the texts in the answer to a change with the requested ones, field by field.
    pub(super) fn compare<const N: usize>(
        &self,
        request: &Request,
        asked: [(&'static str, &str); N],
        seen: [(&'static str, &str); N],
    ) -> Result<(), ApiError> {
        match asked.into_iter().zip(seen).find(|(asked, seen)| asked != seen) {
            None => Ok(()),
            Some((_, (field, seen))) => {
                let fault = Fault::NotAsAsked { field, shown: escape::excerpt(seen) };
                Err(self.error(request, Fault::Unconfirmed(Box::new(fault))))
            }
        }
    }

    /// Reads a whole list. `request` makes the request for a page number, from 1, and a page size.
    pub(super) async fn list<P: Page>(&self, request: impl Fn(u64, u64) -> Request) -> Result<P, ApiError> {
        let first = self.send(&request(1, PAGE_SIZE)).await?;
        self.list_from(first, &request).await
    }

    /// Reads a whole list; `None` if `is_absence` accepts the fault of the first answer.
    pub(super) async fn list_where_offered<P: Page>(
        &self,
        request: impl Fn(u64, u64) -> Request,
        is_absence: fn(&Fault) -> bool,
    ) -> Result<Option<P>, ApiError> {
        match self.send(&request(1, PAGE_SIZE)).await {
            Ok(first) => self.list_from(first, &request).await.map(Some),
            Err(error) if is_absence(error.fault()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn list_from<P: Page>(
        &self,
        mut first: P,
        request: &impl Fn(u64, u64) -> Request,
    ) -> Result<P, ApiError> {
        let mut readings = 1;
        loop {
            if let Some(whole) = join(self.pages(first, request).await?) {
                return Ok(whole);
            }
            if readings == READINGS {
                return Err(self.error(&request(1, PAGE_SIZE), Fault::Shifting(READINGS)));
            }
            readings += 1;
            first = self.send(&request(1, PAGE_SIZE)).await?;
        }
    }

    /// Reads all pages.
    async fn pages<P: Page>(
        &self,
        first: P,
        request: &impl Fn(u64, u64) -> Request,
    ) -> Result<Vec<P>, ApiError> {
        let total = first.total();
        // If the server uses smaller pages, it says so, or the first page shows it.
        let size = first.page_size().unwrap_or(first.len()).clamp(1, PAGE_SIZE);
        let check = |pages| self.check_count(pages, request);
        first.members().inspect(|members| self.progress.first_members(*members));
        let mut pages = vec![first];
        match total {
            Some(total) => {
                let count = total.div_ceil(size);
                check(count)?;
                let requests: Vec<_> = (2..=count).map(|number| request(number, size)).collect();
                let rest = stream::iter(requests).map(|request| async move { self.page(&request).await });
                pages.extend(rest.buffered(CONCURRENCY).try_collect::<Vec<_>>().await?);
            }
            None => {
                let mut number = 1;
                while pages.last().is_some_and(may_have_next) {
                    number += 1;
                    check(number)?;
                    pages.push(self.page(&request(number, size)).await?);
                }
            }
        }
        Ok(pages)
    }

    /// Reads a page after the first one.
    async fn page<P: Page>(&self, request: &Request) -> Result<P, ApiError> {
        let page: P = self.send(request).await?;
        page.members().inspect(|members| self.progress.more_members(*members));
        Ok(page)
    }

    fn check_count(&self, pages: u64, request: &impl Fn(u64, u64) -> Request) -> Result<(), ApiError> {
        if pages <= MOST_PAGES {
            return Ok(());
        }
        let detail = format!("more than {MOST_PAGES} pages");
        let fault = Fault::Unexpected { field: "total".to_owned(), detail };
        Err(self.error(&request(1, PAGE_SIZE), fault))
    }
}

/// Whether the list may go on: the page is full, or of unknown size and not empty.
fn may_have_next(page: &impl Page) -> bool {
    page.len() >= page.page_size().unwrap_or(1).max(1)
}

/// Joins the pages, unless the list changed in between: totals differ, or objects are missing or repeated.
fn join<P: Page>(pages: Vec<P>) -> Option<P> {
    let mut pages = pages.into_iter();
    let mut whole = pages.next()?;
    let total = whole.total();
    for page in pages {
        if page.total() != total {
            return None;
        }
        whole.append(page);
    }
    let complete = total.is_none_or(|total| total == whole.len());
    let mut seen = HashSet::new();
    let unique = whole.ids().all(|id| seen.insert(id));
    (complete && unique).then_some(whole)
}

/// Whether a fault means that the object no longer exists.
pub(super) fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Gone { .. })
}

/// Whether a fault means that the list does not exist: status 403 or 404.
pub(super) fn is_not_offered(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden { .. } | Fault::WrongBase { .. } | Fault::NotJson { status: 403 | 404, .. }
    )
}

/// Whether a fault means that the key may not read the list: status 401, 403 or 404.
pub(super) fn is_withheld(fault: &Fault) -> bool {
    is_not_offered(fault) || matches!(fault, Fault::KeyRefused { .. })
}
