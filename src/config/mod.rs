//! The configuration: files in, [`Desired`](crate::model::Desired) or diagnostics out.
//!
//! [`load`] reads the main file and the included files. `file`, `leaver_keys` and `values` are the types of the file format, from
//! which [`schema`] generates the JSON Schema, with the `snippets` for editors. `lower` does all offline checks and
//! returns the desired organization. All faults of all files are reported at once.

mod document;
pub(crate) mod file;
mod include;
mod leaver_keys;
mod load;
mod lower;
mod schema;
mod snippets;
mod unfinished;
mod values;
mod word_or_mapping;
mod yaml;

pub use document::{DiagnosticDocument, PlaceDocument, ValidationDocument};
pub use load::{Loaded, include_patterns, load, load_text, main_file, near_file};
pub use lower::warnings;
pub use schema::schema;
pub use unfinished::{MARK, MarkedLine, marked_lines, unfinished};
