//! What reads text from outside, on the fuzzer's corpus and on some changes of it.
//!
//! `targets` says what must hold for any text. It is also the library of the fuzzer in `fuzz`. `corpus` runs it here.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests state their expectations by panicking"
)]

mod corpus;
mod targets;
