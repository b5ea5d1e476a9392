//! The organization at one moment: the one simulator of operations.
//!
//! Takes the live organization; operations move it on in two steps. [`OrganizationState::revoke`] takes away what an
//! operation takes away, [`OrganizationState::grant`] gives what it gives. So the worst moment of operations that run
//! side by side is known: for access everything is revoked and nothing granted yet, for seats the reverse.
//!
//! Seats before and after, admins at the worst moment, what must be deferred, inherited roles and what a leaver leaves
//! behind are questions to it.

mod access_state;
mod direct_access;
mod effective_access;
mod group_graph;
mod seat_count;

pub use access_state::{AccessState, RoleHolders};
pub(crate) use direct_access::count_direct_memberships;
pub use direct_access::{DirectAccess, WorkspaceAdmins, direct_access};
pub(super) use effective_access::EffectiveAccess;
pub use effective_access::{InheritedByMember, InheritedRoles};
pub use group_graph::GroupGraph;
pub use seat_count::{PerProduct, SeatChange, SeatCount};

use super::operation::Operation;
use crate::model::{Live, Seats};

/// Who holds power and how many seats are used, at one moment.
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

    /// Takes away what an operation takes away.
    pub fn revoke(&mut self, operation: &Operation) {
        self.seats.apply(SeatChange::of(operation, self.managed).releases());
        self.access.revoke(operation);
    }

    /// Gives what an operation gives.
    pub fn grant(&mut self, operation: &Operation) {
        self.seats.apply(SeatChange::of(operation, self.managed).claims());
        self.access.grant(operation);
    }
}
