//! Whole commands: the built binary, over real HTTP against the sandbox that it serves itself.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests state their expectations by panicking"
)]

#[path = "../shared_file/mod.rs"]
mod shared_file;

mod api_keys;
mod apply;
mod base;
mod base_ref;
mod breaker;
mod budget;
mod changed_by;
mod coming_in;
mod crash;
mod departures;
mod documents;
mod due;
mod due_list;
mod due_year;
mod effect;
mod emergency;
mod ends;
mod environment;
#[cfg(unix)]
mod events;
mod everything_due;
mod explain;
mod explain_resources;
mod export;
mod failures;
mod faults;
mod findings;
mod github;
mod harness;
mod hostile;
mod hostile_resources;
mod identity_provider;
mod journal;
mod key;
mod kinds;
mod live_state;
mod lost;
mod markdown;
mod members;
mod nesting;
mod no_longer_declared;
mod odd_answers;
mod odd_resource_answers;
mod offboarding;
mod plan;
mod power;
mod proxy;
mod quiet;
mod report;
mod saved;
mod second_look;
mod signals;
mod teams;
#[cfg(unix)]
mod terminal;
mod unusual_members;
mod validate_formats;
mod warnings;
mod workspaces;
