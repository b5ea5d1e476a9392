//! The sandbox over real HTTP. Every answer is held against the vendor's OpenAPI document where that is present.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests state their expectations by panicking, and say what they skip"
)]

mod audit;
mod behavior;
mod bodies;
mod client;
mod contract;
mod fault_rules;
mod faults;
mod groups;
mod hostile;
mod joined;
mod malformed;
mod malformed_places;
mod moments;
mod people;
mod places;
mod random;
mod seeds;
mod self_service;
mod workspaces;
