//! The client of the vendor's Admin API.
//!
//! Takes a base URL and a key; gives the live organization as the model has it, and makes single changes. Guarantees
//! that nothing unknown is silently read as something known, and that the answer to a change is held against what was
//! asked for.
//!
//! Below is the `transport`, above it one file a resource, each with its wire types, their conversion to the model,
//! its requests and its calls. [`Client`] offers the calls. The API is described at
//! <https://docs.mistral.ai/api/endpoint/beta/admin/users> and <https://docs.mistral.ai/admin/admin-api/overview>;
//! names of wire types and fields are those of the vendor's schema. Fields that orgsync has no use for are ignored.

mod api_keys;
mod audit;
mod client;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod groups;
mod invitations;
mod live;
mod roles;
mod snapshot;
mod transport;
mod users;
mod workspaces;

pub use client::{Client, Deletion};
pub use invitations::InvitationBatch;
pub use snapshot::{Snapshot, SnapshotError};
pub use transport::{
    ApiError, ApiKey, ApiUrl, Cancellation, ClientOptions, Fault, KeyError, KeyWarning, UnknownValue,
    UrlError, WriteObserver,
};
pub use users::{BatchAnswer, LeftOut, NewMember};
