//! Organization roles.

use enumset::{EnumSet, EnumSetType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A set of organization roles; permissions add up.
pub type Roles = EnumSet<Role>;

/// An organization role that the Admin API can write.
///
/// In files each role has a short name; the names of the API are accepted too.
#[derive(Debug, Hash, PartialOrd, Ord, EnumSetType, IntoStaticStr, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[enumset(serialize_repr = "list")]
pub enum Role {
    /// Manages the organization: people, seats, workspaces, security.
    #[serde(alias = "organization_admin")]
    Admin,
    /// Sees and pays invoices, manages the subscription.
    #[serde(alias = "billing_manager")]
    Billing,
    /// Uses the products.
    Member,
}

/// The names of roles, one after the other.
#[must_use]
pub fn role_names(roles: Roles) -> String {
    roles.into_iter().map(Role::name).collect::<Vec<_>>().join(", ")
}

impl Role {
    /// The roles that give power over others or over money.
    pub const POWERS: [Self; 2] = [Self::Admin, Self::Billing];

    /// What members have if the files grant no role.
    pub const DEFAULT: Self = Self::Member;

    /// The name in files and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The name in `role_names` of the Admin API.
    #[must_use]
    pub fn api_name(self) -> &'static str {
        match self {
            Self::Admin => "organization_admin",
            Self::Billing => "billing_manager",
            Self::Member => "member",
        }
    }
}
