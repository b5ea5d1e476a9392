//! The configuration: files in, [`Desired`](crate::model::Desired) or diagnostics out.
//!
//! [`load`] reads the main file and what it includes; `file` and `values` are the shape of a file, from which the
//! JSON Schema is made too ([`schema`], with what editors offer in `snippets`); `lower` checks everything that can be
//! checked without the network, and returns the desired organization. All faults of all files come at once.

mod document;
pub(crate) mod file;
mod load;
mod lower;
mod schema;
mod snippets;
mod values;
mod yaml;

pub use document::{DiagnosticDocument, PlaceDocument, ValidationDocument};
pub use load::{Loaded, load, load_text, main_file};
pub use schema::schema;
