//! Reads whole lists, page by page.

use crate::api::convert::RoleNames;
use crate::api::fault::Fault;
use crate::api::request::Request;
use crate::api::wire::Page;
use crate::api::{ApiError, Client};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;
use std::collections::HashSet;

/// Objects on a page. No maximum is documented for users and workspaces; for groups it is 100, which is likely to be
/// accepted everywhere (<https://docs.mistral.ai/api/endpoint/beta/admin/user-groups>).
pub(super) const PAGE_SIZE: u64 = 100;
/// Requests that are under way at the same time: enough for 10,000 people in some seconds, without a burst.
pub(super) const CONCURRENCY: usize = 8;
/// Times that a list is read before giving up on a quiet moment.
const READINGS: u32 = 3;
/// More pages than any organization has: a server can't keep orgsync busy for ever.
const MOST_PAGES: u64 = 10_000;

/// One reading of the organization, of many lists at a time.
pub(super) struct Reading<'a> {
    client: &'a Client,
}

impl<'a> Reading<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Sends a request.
    pub(super) async fn get<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ApiError> {
        self.client.send(request).await
    }

    /// What the organization's roles are called.
    pub(super) async fn role_names(&self) -> Result<&'a RoleNames, ApiError> {
        self.client.role_names().await
    }

    /// A whole list. `request` makes a request out of the number of a page, from 1, and its size.
    pub(super) async fn list<P: Page>(&self, request: impl Fn(u64, u64) -> Request) -> Result<P, ApiError> {
        let first = self.get(&request(1, PAGE_SIZE)).await?;
        self.list_from(first, &request).await
    }

    /// A whole list, or nothing where the very first answer is a fault that says that there is none.
    pub(super) async fn list_where_offered<P: Page>(
        &self,
        request: impl Fn(u64, u64) -> Request,
        is_absence: fn(&Fault) -> bool,
    ) -> Result<Option<P>, ApiError> {
        match self.get(&request(1, PAGE_SIZE)).await {
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
                return Err(self.client.error(&request(1, PAGE_SIZE), Fault::Shifting(READINGS)));
            }
            readings += 1;
            first = self.get(&request(1, PAGE_SIZE)).await?;
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
                let rest = stream::iter(requests).map(|request| async move { self.get(&request).await });
                pages.extend(rest.buffered(CONCURRENCY).try_collect::<Vec<_>>().await?);
            }
            None => {
                let mut number = 1;
                while pages.last().is_some_and(may_have_next) {
                    number += 1;
                    check(number)?;
                    pages.push(self.get(&request(number, size)).await?);
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
        Err(self.client.error(&request(1, PAGE_SIZE), fault))
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
