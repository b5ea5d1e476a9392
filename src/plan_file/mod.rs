//! Plans as files: writes a plan, reads it back, and revalidates it against the live organization.
//!
//! The document contains the operations unchanged. Reading a saved plan deserializes it, then checks its digest, phases
//! and order. [`SavedPlan::revalidate`] is pure. For each action, it returns whether its precondition holds, whether it
//! is already applied, or whether there is a conflict; unrelated drift does not matter. It also makes a plan of the
//! remaining actions, with new counts of seats and admins, for the checks to approve.

mod before_after;
mod document;
mod precondition;
mod revalidate;
mod saved;

pub use before_after::{BeforeAfter, before_after};
pub use document::{
    ActionDocument, Counts, FindingDocument, Origin, PlanDocument, PolicyDocument, SeatsDocument, Summary,
    seat_budget,
};
pub use precondition::{PlanContext, Precondition, preconditions};
pub use revalidate::{OrganizationMatch, Revalidated};
pub use saved::{ReadError, SavedPlan};
