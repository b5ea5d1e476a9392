//! Questions about people and seats that change nothing.
//!
//! Take desired, live and a plan of them; give documents that are shown as text or JSON.

mod explained_access;
mod explanation;
mod seats;

pub use explanation::{Entry, Explanation, Leaves, Nesting, Presence, Source, explain};
pub use seats::{ProductSeats, SeatsReport, seats};
