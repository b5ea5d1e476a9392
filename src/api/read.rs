//! Reads the live organization.
//!
//! Takes nothing but the client; gives a [`Live`] in which everybody stands once. The vendor pages by number, without
//! a snapshot, so that somebody who joins or leaves in the meantime moves others across the borders of pages:
//! guaranteed is a list that was the same from its first page to its last, or an error.

use super::convert::{self, RoleNames};
use super::fault::Fault;
use super::request::Request;
use super::snapshot::Snapshot;
use super::wire::{Invitation, Kept, Listed, Member, Page, RoleList};
use super::{ApiError, Client};
use crate::model::Live;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use uuid::Uuid;

/// People on a page. No maximum is documented for users; for groups it is 100, which is likely to be accepted here too
/// (<https://docs.mistral.ai/api/endpoint/beta/admin/users>).
const PAGE_SIZE: u64 = 100;
/// Pages that are read at the same time: enough for 10,000 people in some seconds, without a burst.
const CONCURRENCY: usize = 8;
/// Times that the list is read before giving up on a quiet moment.
const READINGS: u32 = 3;
/// More pages than any organization has: a server can't keep orgsync busy for ever.
const MOST_PAGES: u64 = 10_000;

impl Client {
    /// Reads all members and invitations.
    ///
    /// # Errors
    ///
    /// The API can't be reached or refuses, answers something that this version doesn't know, or its list kept
    /// changing.
    pub async fn read_live(&self) -> Result<Live, ApiError> {
        let (roles, people) = futures::try_join!(self.role_names(), self.people::<Member, Invitation>())?;
        convert::live(people.members, people.invitations, roles)
            .map_err(|unknown| self.error(&Request::users(1, PAGE_SIZE), Fault::Unknown(unknown)))
    }

    /// Reads everything that there is, just as the vendor has it.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_live`], but words that this version doesn't know are kept.
    pub async fn read_snapshot(&self) -> Result<Snapshot, ApiError> {
        let roles = Request::roles();
        let (roles, people) = futures::try_join!(self.send(&roles), self.people::<Kept, Kept>())?;
        let bare = |kept: Vec<Kept>| kept.into_iter().map(|kept| kept.json).collect();
        Ok(Snapshot::new(bare(people.members), bare(people.invitations), roles))
    }

    /// What the organization's roles are called.
    pub(super) async fn role_names(&self) -> Result<&RoleNames, ApiError> {
        let ask = async || Ok(RoleNames::new(self.send::<RoleList>(&Request::roles()).await?));
        self.roles.get_or_try_init(ask).await
    }

    async fn people<M: DeserializeOwned + Listed, I: DeserializeOwned + Listed>(
        &self,
    ) -> Result<People<M, I>, ApiError> {
        for _ in 0..READINGS {
            if let Some(people) = People::of(self.pages().await?) {
                return Ok(people);
            }
        }
        Err(self.error(&Request::users(1, PAGE_SIZE), Fault::Shifting(READINGS)))
    }

    async fn pages<M: DeserializeOwned, I: DeserializeOwned>(&self) -> Result<Vec<Page<M, I>>, ApiError> {
        let first: Page<M, I> = self.page(1, PAGE_SIZE).await?;
        let total = first.total;
        // A server that gives less than it was asked for says so, or shows it.
        let size = first.page_size.unwrap_or(first.len()).clamp(1, PAGE_SIZE);
        let mut pages = vec![first];
        match total {
            Some(total) => {
                let count = total.div_ceil(size);
                self.check_count(count)?;
                let rest = stream::iter(2..=count).map(|number| self.page(number, size));
                pages.extend(rest.buffered(CONCURRENCY).try_collect::<Vec<_>>().await?);
            }
            None => {
                let mut number = 1;
                while pages.last().is_some_and(Page::may_have_next) {
                    number += 1;
                    self.check_count(number)?;
                    pages.push(self.page(number, size).await?);
                }
            }
        }
        Ok(pages)
    }

    async fn page<T: DeserializeOwned>(&self, number: u64, size: u64) -> Result<T, ApiError> {
        self.send(&Request::users(number, size)).await
    }

    fn check_count(&self, pages: u64) -> Result<(), ApiError> {
        if pages <= MOST_PAGES {
            return Ok(());
        }
        let detail = format!("more than {MOST_PAGES} pages");
        let fault = Fault::Unexpected { field: "total".to_owned(), detail };
        Err(self.error(&Request::users(1, PAGE_SIZE), fault))
    }
}

impl<M, I> Page<M, I> {
    /// Members and invitations share the page and its size.
    fn len(&self) -> u64 {
        (self.members.len() + self.invites.len()) as u64
    }

    /// Whether the list may go on: the page is full, or of unknown size and not empty.
    fn may_have_next(&self) -> bool {
        self.len() >= self.page_size.unwrap_or(1).max(1)
    }
}

/// The whole list, as it was at one time.
struct People<M, I> {
    members: Vec<M>,
    invitations: Vec<I>,
}

impl<M: Listed, I: Listed> People<M, I> {
    /// Joins the pages, unless they can't be of one time: their totals differ, somebody is missing or twice there.
    fn of(pages: Vec<Page<M, I>>) -> Option<Self> {
        let total = pages.first()?.total;
        if pages.iter().any(|page| page.total != total) {
            return None;
        }
        let mut people = Self { members: Vec::new(), invitations: Vec::new() };
        for page in pages {
            people.members.extend(page.members);
            people.invitations.extend(page.invites);
        }
        let found = people.members.len() + people.invitations.len();
        let complete = total.is_none_or(|total| total == found as u64);
        let unique = all_differ(people.members.iter().map(Listed::uuid))
            && all_differ(people.invitations.iter().map(Listed::uuid));
        (complete && unique).then_some(people)
    }
}

fn all_differ(mut ids: impl Iterator<Item = Uuid>) -> bool {
    let mut seen = HashSet::new();
    ids.all(|id| seen.insert(id))
}
