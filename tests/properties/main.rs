//! The planner, the checks and the executor, held against independent models of the contract and of the vendor, over
//! random organizations and random configurations.
//!
//! `world` is both and `generate` makes them, `vendor` is what the Admin API does with an operation, `contract` says in
//! its own way what a plan must do and what is refused. `markdown` says what holds for the comment on any plan. The suite
//! runs a bounded number of the same cases each time; thousands run with
//! `ORGSYNC_CASES=2000 cargo test --test properties -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests state their expectations by panicking, and say what they ran"
)]

mod beside;
mod contract;
mod export;
mod failures;
mod faults;
mod found;
mod gate;
mod generate;
mod http;
mod markdown;
mod meanwhile;
mod organizations;
mod pure;
mod resources;
mod served;
mod vendor;
mod world;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use world::World;

/// Runs a property over `cases` worlds; see [`over_all`].
fn over(cases: u32, shrinks: u32, property: impl Fn(&World) -> Result<(), TestCaseError>) {
    let shown = |world: &World| format!("{}\n{:#?}", world.config.files().concat(), world.org);
    over_all(&generate::worlds(), (cases, shrinks), shown, property);
}

/// Runs a property over `cases` values, the same ones each time; `ORGSYNC_SEED` chooses others. One that fails is made
/// smaller up to `shrinks` times, and shown.
fn over_all<S: Strategy>(
    all: &S,
    (cases, shrinks): (u32, u32),
    shown: impl Fn(&S::Value) -> String,
    property: impl Fn(&S::Value) -> Result<(), TestCaseError>,
) {
    let seed: u64 = std::env::var("ORGSYNC_SEED").map_or(7, |text| text.parse().unwrap());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: shrinks, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    match runner.run(all, |one| property(&one)) {
        Ok(()) => {}
        Err(TestError::Fail(why, one)) => panic!("{why}\n\nORGSYNC_SEED={seed}\n{}", shown(&one)),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// The number of cases of an ignored test.
fn many() -> u32 {
    std::env::var("ORGSYNC_CASES").map_or(2000, |text| text.parse().unwrap())
}
