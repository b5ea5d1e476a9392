//! Whole commands: the built binary, over real HTTP against the sandbox that it serves itself.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests state their expectations by panicking"
)]

mod apply;
mod documents;
mod explain;
mod export;
mod failures;
mod faults;
mod harness;
mod odd_answers;
mod plan;
mod saved;
mod teams;
