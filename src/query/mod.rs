//! Read-only queries about people and seats.
//!
//! They take desired, live and their plan, and return documents for text or JSON output.

mod explained_access;
mod explanation;
mod seats;

pub use explanation::{Entry, Explanation, Leaves, Nesting, Presence, Source, explain};
pub use seats::{ProductSeats, SeatsReport, seats};
