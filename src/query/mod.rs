//! Read-only queries about people and seats.
//!
//! They take the desired and the live organization, some of them with the plan, and return documents for text or JSON output.

mod due;
mod explained_access;
mod explanation;
mod folding;
mod found_access;
mod members;
mod seats;

pub use due::{DueEntry, DueKind, DueReport, due};
pub use explanation::{Entry, Explanation, Leaves, Nesting, Presence, Source, explain, person_events};
pub use found_access::{FoundGroup, FoundRole, FoundWorkspace};
pub use members::{Declaration, FoundPerson, InvitationDates, MemberFilter, MembersReport, members};
pub use seats::{ProductSeats, SeatsReport, seats};
