//! The client of the vendor's Admin API.
//!
//! Takes a base URL and a key. Reads the live organization into the model, and makes single changes. Guarantees that
//! unknown words are kept and counted, and that the answer to a change is compared with the request.
//!
//! The `transport` sends requests. On top of it, each resource has a file with its wire types, their conversion to the
//! model, its requests and its calls on [`Client`]. The API is documented at
//! <https://docs.mistral.ai/api/endpoint/beta/admin/users> and <https://docs.mistral.ai/admin/admin-api/overview>;
//! wire types and fields have the names of the vendor's schema. Unused fields are ignored.

mod api_keys;
mod audit;
mod client;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod groups;
mod invitations;
mod live;
mod reading;
mod roles;
mod snapshot;
mod transport;
mod users;
mod workspaces;

pub use audit::AuditLog;
pub use client::{Client, Deletion};
pub use invitations::InvitationBatch;
pub use reading::{ReadingCounts, ReadingProgress};
pub use snapshot::{Snapshot, SnapshotError, StoredOrganization};
pub use transport::{
    ApiError, ApiKey, ApiUrl, Cancellation, ClientOptions, Fault, KeyError, KeyWarning, Retry, RetryObserver,
    UrlError, WriteObserver,
};
pub use users::{BatchAnswer, LeftOut, NewMember};
