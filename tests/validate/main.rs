//! `orgsync validate` and the reader behind it: what is told about faulty files, and what YAML can spring on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state their expectations by panicking"
)]

mod columns;
mod corpus;
mod documents;
mod files;
mod groups;
mod keys;
mod merges;
mod robust;
mod scalars;
mod schema;
mod schema_for_people;
mod size;
mod support;
mod workspaces;
