//! The client of the vendor's Admin API.
//!
//! Takes a base URL and a key; gives the live organization as the model has it, and carries out single changes,
//! reporting what the vendor answered. Guarantees that the key leaves this module in the headers of requests to the
//! base URL alone, that nothing unknown is silently taken for something known, and that a change is sent a second
//! time only where that can't do harm.
//!
//! The data flows `request` → `client` → `wire` → `convert` → [`Live`](crate::model::Live); [`Client`] offers the
//! whole way as one method for each thing to do (`read`, `write`). The API is described at
//! <https://docs.mistral.ai/api/endpoint/beta/admin/users> and <https://docs.mistral.ai/admin/admin-api/overview>.

mod announce;
mod classify;
mod client;
#[cfg(test)]
mod conformance;
mod convert;
mod error;
mod fault;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod key;
mod manners;
mod pacer;
mod read;
mod request;
mod snapshot;
mod url;
mod wire;
mod write;

pub use client::Client;
pub use convert::UnknownValue;
pub use error::ApiError;
pub use fault::Fault;
pub use key::{ApiKey, KeyError, KeyWarning};
pub use manners::{Halt, Manners, Witness};
pub use request::{GroupChange, InvitationBatch, MemberChange, NewMember, WorkspaceChange};
pub use snapshot::{Snapshot, SnapshotError};
pub use url::{ApiUrl, UrlError};
pub use write::{CreationAnswer, Deletion, InvitationAnswer, ObservedGroup, ObservedMember};
