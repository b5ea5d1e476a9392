//! Makes single changes.
//!
//! Takes one change; gives what the answer to it says, which the caller compares with what was wanted: a status of
//! 200 alone proves nothing, since answers list people for whom nothing was done
//! (<https://docs.mistral.ai/admin/admin-api/user-provisioning>).

mod groups;
mod people;
mod workspaces;

pub use groups::ObservedGroup;
pub use people::{CreationAnswer, InvitationAnswer, ObservedMember};

use super::fault::Fault;
use super::request::Request;
use super::{ApiError, Client};
use crate::escape;
use serde::de::IgnoredAny;

/// How a deletion ended. Either way the object is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It was deleted.
    Done,
    /// It was not there any more.
    AlreadyGone,
}

impl Client {
    async fn delete(&self, request: &Request) -> Result<Deletion, ApiError> {
        match self.send::<IgnoredAny>(request).await {
            Ok(_) => Ok(Deletion::Done),
            Err(error) if matches!(error.fault(), Fault::Gone { .. }) => Ok(Deletion::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// Makes a change whose answer tells nothing.
    async fn change(&self, request: &Request) -> Result<(), ApiError> {
        self.send::<IgnoredAny>(request).await.map(|_| ())
    }

    /// Holds what an answer shows against what was asked for, if it was.
    fn compare(
        &self,
        request: &Request,
        field: &'static str,
        asked: Option<&str>,
        shown: &str,
    ) -> Result<(), ApiError> {
        if asked.is_none_or(|asked| asked == shown) {
            return Ok(());
        }
        let fault = Fault::NotAsAsked { field, shown: escape::excerpt(shown) };
        Err(self.error(request, Fault::Unconfirmed(Box::new(fault))))
    }
}
