//! A client of one organization, and what all resources need of it.
//!
//! Takes requests of the resources; gives decoded answers. The vendor pages by number, without a snapshot, so that what
//! comes or goes in the meantime moves the rest across the borders of pages: guaranteed are lists that were the same
//! from their first page to their last, or an error. Each file of a resource adds its calls to [`Client`]. A call that
//! changes something fails where it was refused, or where its outcome is unclear ([`ApiError::may_have_changed`]); a
//! status of 200 alone proves nothing, so what the answer shows is held against what was asked for
//! (<https://docs.mistral.ai/admin/admin-api/user-provisioning>).

use super::roles::{RoleList, RoleNames};
use super::transport::{
    ApiError, ApiKey, ApiUrl, Cancellation, ClientOptions, Fault, Request, Transport, WriteObserver,
};
use crate::escape;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Objects on a page. No maximum is documented for users and workspaces; for groups it is 100, which is likely to be
/// accepted everywhere (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>).
pub(super) const PAGE_SIZE: u64 = 100;
/// Requests of one list that are under way at the same time: enough for 10,000 people in some seconds, without a burst.
pub(super) const CONCURRENCY: usize = 8;
/// Times that a list is read before giving up on a quiet moment.
pub(super) const READINGS: u32 = 3;
/// More pages than any organization has: a server can't keep orgsync busy for ever.
const MOST_PAGES: u64 = 10_000;

/// A client of one organization's Admin API.
#[derive(Debug)]
pub struct Client {
    transport: Transport,
    /// Asked for once: the names of roles serve to read answers, and a role that is made later is locked anyway.
    roles: OnceCell<RoleNames>,
}

/// How a deletion ended. Either way the object is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It was deleted.
    Done,
    /// It was not there any more.
    AlreadyGone,
}

/// An object of a list, which must hold it once.
pub(super) trait Listed {
    /// The vendor's identifier.
    fn uuid(&self) -> Uuid;
}

/// A part of a list, and several of them joined.
pub(super) trait Page: DeserializeOwned {
    /// The length of the whole list, where the vendor shows it.
    fn total(&self) -> Option<u64> {
        None
    }

    /// The most that a page holds, where the vendor shows it.
    fn page_size(&self) -> Option<u64> {
        None
    }

    /// The objects: a number for the kind, and the identifier, which no other of this kind has.
    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)>;

    /// Adds the next part.
    fn append(&mut self, next: Self);

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

/// An object that was made, of which nothing but the identifier matters.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    uuid: Uuid,
}

impl Client {
    /// Makes a client. It sends nothing yet.
    ///
    /// # Errors
    ///
    /// [`Fault::Setup`]: the system or its proxy settings don't allow a client.
    pub fn new(url: ApiUrl, key: &ApiKey) -> Result<Self, ApiError> {
        Ok(Self { transport: Transport::new(url, key)?, roles: OnceCell::new() })
    }

    /// The same client with other options.
    pub fn with_options(self, options: ClientOptions) -> Self {
        Self { transport: self.transport.with_options(options), ..self }
    }

    /// Reports every write from now on. Of several observers, the first one counts.
    pub fn observe_writes(&self, observer: Arc<dyn WriteObserver>) {
        self.transport.observe_writes(observer);
    }

    /// Whether the organization is on this machine: a sandbox.
    pub fn is_local(&self) -> bool {
        self.transport.url().is_loopback()
    }

    /// What stops this client.
    pub fn cancellation(&self) -> &Cancellation {
        self.transport.cancellation()
    }

    /// How many requests may be under way at a time.
    pub fn concurrency(&self) -> usize {
        self.transport.concurrency()
    }

    /// What the organization's roles are called.
    pub(super) async fn role_names(&self) -> Result<&RoleNames, ApiError> {
        let ask = async || Ok(RoleNames::new(self.send::<RoleList>(&Request::roles()).await?));
        self.roles.get_or_try_init(ask).await
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        self.transport.send(request).await
    }

    /// Makes something, and gives its identifier. Never sent twice where the outcome is unclear.
    pub(super) async fn create(&self, request: &Request) -> Result<Uuid, ApiError> {
        Ok(self.send::<Created>(request).await?.uuid)
    }

    /// Makes a change whose answer shows nothing.
    pub(super) async fn change(&self, request: &Request) -> Result<(), ApiError> {
        self.send::<IgnoredAny>(request).await.map(|_| ())
    }

    pub(super) async fn delete(&self, request: &Request) -> Result<Deletion, ApiError> {
        match self.change(request).await {
            Ok(()) => Ok(Deletion::Done),
            Err(error) if error.is_gone() => Ok(Deletion::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// The error of a request whose answer can't be used.
    pub(super) fn error(&self, request: &Request, fault: Fault) -> ApiError {
        self.transport.error(request, fault)
    }

    /// Holds the texts that the answer to a change shows against those that were asked for, field by field.
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

    /// A whole list. `request` makes a request out of the number of a page, from 1, and its size.
    pub(super) async fn list<P: Page>(&self, request: impl Fn(u64, u64) -> Request) -> Result<P, ApiError> {
        let first = self.send(&request(1, PAGE_SIZE)).await?;
        self.list_from(first, &request).await
    }

    /// A whole list; `None` where the very first answer is a fault that says that there is none.
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

    /// The first page and all that follow it.
    async fn pages<P: Page>(
        &self,
        first: P,
        request: &impl Fn(u64, u64) -> Request,
    ) -> Result<Vec<P>, ApiError> {
        let total = first.total();
        // A server that gives less than it was asked for says so, or shows it.
        let size = first.page_size().unwrap_or(first.len()).clamp(1, PAGE_SIZE);
        let check = |pages| self.check_count(pages, request);
        let mut pages = vec![first];
        match total {
            Some(total) => {
                let count = total.div_ceil(size);
                check(count)?;
                let requests: Vec<_> = (2..=count).map(|number| request(number, size)).collect();
                let rest = stream::iter(requests).map(|request| async move { self.send(&request).await });
                pages.extend(rest.buffered(CONCURRENCY).try_collect::<Vec<_>>().await?);
            }
            None => {
                let mut number = 1;
                while pages.last().is_some_and(may_have_next) {
                    number += 1;
                    check(number)?;
                    pages.push(self.send(&request(number, size)).await?);
                }
            }
        }
        Ok(pages)
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

/// Joins the pages, unless they can't be of one time: their totals differ, something is missing or twice there.
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

/// Whether a fault says that the object has gone.
pub(super) fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Gone { .. })
}

/// Whether a fault says that there is no such list: statuses 403 and 404.
pub(super) fn is_not_offered(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden { .. } | Fault::WrongBase { .. } | Fault::NotJson { status: 403 | 404, .. }
    )
}

/// Whether a fault says that the key may not read this list: statuses 401, 403 and 404.
pub(super) fn is_withheld(fault: &Fault) -> bool {
    is_not_offered(fault) || matches!(fault, Fault::KeyRefused { .. })
}
