//! Plans as files: writing one, reading it back, and holding it against the organization as it is by now.
//!
//! The document holds the operations as they are; reading a saved plan is deserializing it, then checking digest,
//! phases and order. [`SavedPlan::revalidate`] is pure: for each action it tells whether its precondition holds, it is
//! already applied, or something else has changed, whatever else has drifted; and it makes a plan of what is left to
//! do, with seats and admins counted anew, for the checks to approve.

mod document;
mod precondition;
mod revalidate;
mod saved;

pub use document::{
    ActionDocument, Counts, Origin, PlanDocument, PolicyDocument, RefusalDocument, SeatsDocument, Summary,
    seat_budget,
};
pub use precondition::{PlanContext, Precondition, preconditions};
pub use revalidate::{OrganizationMatch, Revalidated};
pub use saved::{ReadError, SavedPlan};
