//! The domain model of an organization, without I/O.
//!
//! [`Access`] is the value that is compared between desired and live. It has no identifiers, positions in files or
//! display names, so that two equal [`Access`] values mean that there is nothing to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod audit;
mod desired;
mod email;
mod history;
mod live;
mod name;
mod nearest_email;
pub mod nesting;
mod policy;
mod product;
mod role;
mod settings;
mod terms;
mod unknown;
mod workspace;

pub use audit::{ActorType, AuditEvent, AuditEventType, AuditEventTypes, AuditMetadata, AuditResource};
pub use desired::{
    Desired, DesiredGroup, DesiredMember, DesiredWorkspace, Grant, Granted, Removal, RemovalCause,
    TeamMembership, WorkspaceGrant,
};
pub(crate) use email::is_domain;
pub use email::{Email, InvalidEmail};
pub use history::{Departure, Departures, History, KnownEvents, Mails, Notes, Revocable, in_or_out};
pub use live::{
    KeyOwner, Live, LiveApiKey, LiveGroup, LiveInvitation, LiveMember, LiveWorkspace, LockedSeats,
    WorkspaceAccess,
};
pub use name::unfit_name;
pub use nearest_email::nearest_email;
pub use policy::{
    Allowance, COMPLETE_WITHIN, Departed, ExpiredInvitations, INVITATION_DAYS, LONGEST_COMPLETION, Language,
    LeaverKeys, Limit, MIN_ADMINS, Offboarding, Onboarding, Policy, RemovalKind, RenewalLimit,
    UndeclaredAdmins, Unmanaged, UnmanagedPolicy, UnusedKeys,
};
pub use product::{Budget, Product, Seats, seat_names};
pub use role::{Role, Roles, role_names};
pub use settings::{GroupSettings, Setting, Settings, WorkspaceSettings};
pub use terms::{EndedGrants, Holder, ListedGrant, TimedGrant};
pub use unknown::{UnknownWords, WordKind};
pub use workspace::{
    LONGEST_ICON, LONGEST_NAME, MOST_WORKSPACES, WorkspaceRole, WorkspaceRoles, workspace_role_names,
};

/// The roles and seats of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// Organization roles.
    #[schemars(with = "Vec<Role>")]
    pub roles: Roles,
    /// Product seats.
    #[schemars(with = "Vec<Product>")]
    pub seats: Seats,
}
