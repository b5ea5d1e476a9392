//! The organization at a point in time: the simulator of operations.
//!
//! It starts with the live organization and simulates each operation in two steps: [`OrganizationState::revoke`]
//! applies its revocations, [`OrganizationState::grant`] its grants. This gives the worst case of concurrent
//! operations: for admins, everything is revoked and nothing granted yet; for seats, the reverse.
//!
//! It computes seats before and after a plan, the lowest number of admins, deferral, inherited roles, and what a leaver
//! leaves behind.

mod access_state;
mod direct_access;
mod held_roles;
mod inheritance;
mod seat_count;

pub use access_state::{AccessState, RoleHolders};
pub(crate) use direct_access::count_direct_memberships;
pub use direct_access::{DirectAccess, WorkspaceAdmins, direct_access};
pub(super) use held_roles::EffectiveAccess;
pub use held_roles::{EffectiveRole, InheritedByMember, InheritedRoles};
pub use inheritance::GroupGraph;
pub(super) use inheritance::RoleGrants;
pub use seat_count::{PerProduct, SeatChange, SeatCount};

use super::operation::Operation;
use crate::model::{Live, Seats};

/// The holders of admin and billing, and the used seats, at a point in time.
#[derive(Debug, Clone)]
pub struct OrganizationState {
    pub seats: SeatCount,
    pub access: AccessState,
    managed: Seats,
}

impl OrganizationState {
    /// The live organization, with the seats that were counted in it.
    #[must_use]
    pub fn new(live: &Live, seats: SeatCount, managed: Seats) -> Self {
        Self { seats, access: AccessState::of(live), managed }
    }

    /// Applies the revocations of an operation.
    pub fn revoke(&mut self, operation: &Operation) {
        self.seats.apply(SeatChange::of(operation, self.managed).releases());
        self.access.revoke(operation);
    }

    /// Applies the grants of an operation.
    pub fn grant(&mut self, operation: &Operation) {
        self.seats.apply(SeatChange::of(operation, self.managed).claims());
        self.access.grant(operation);
    }
}
