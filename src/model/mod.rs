//! What an organization is made of, free of files, wires and clocks.
//!
//! [`Access`] is the one value that both sides of a comparison carry: what a person is declared to have and what a
//! person has. Identifiers, positions in files and display names stand beside it, never inside, so that equality of
//! two [`Access`] values means that there is nothing to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod desired;
mod email;
mod live;
pub mod nesting;
mod policy;
mod product;
mod role;
mod settings;
mod workspace;

pub use desired::{
    Desired, DesiredGroup, DesiredMember, DesiredWorkspace, Grant, Granted, Removal, RemovalCause,
    TeamMembership, WorkspaceGrant,
};
pub(crate) use email::is_domain;
pub use email::{Email, InvalidEmail};
pub use live::{Live, LiveGroup, LiveInvitation, LiveMember, LiveWorkspace, WorkspaceAccess};
pub use policy::{
    Allowance, ExpiredInvitations, Language, Limit, MIN_ADMINS, Onboarding, Policy, RemovalKind, Unmanaged,
    UnmanagedPolicy,
};
pub use product::{Budget, Product, Seats, seat_names};
pub use role::{Role, Roles, role_names};
pub use settings::{GroupSettings, Setting, Settings, WorkspaceSettings};
pub use workspace::{
    LONGEST_ICON, LONGEST_NAME, MOST_WORKSPACES, WorkspaceRole, WorkspaceRoles, workspace_role_names,
};

/// What a person may do and which paid products they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// Organization roles.
    #[schemars(with = "Vec<Role>")]
    pub roles: Roles,
    /// Product seats.
    #[schemars(with = "Vec<Product>")]
    pub seats: Seats,
}
