//! The planner, the checks and the executor, held against independent models of the contract and of the vendor, over
//! random organizations and random configurations.
//!
//! `world` makes both, `vendor` is what the Admin API does with an operation, `contract` says in its own way what a
//! plan must do and what is refused. The suite runs a bounded number of the same cases each time; thousands run with
//! `ORGSYNC_CASES=2000 cargo test --test properties -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests state their expectations by panicking, and say what they ran"
)]

mod contract;
mod export;
mod failures;
mod found;
mod http;
mod organizations;
mod pure;
mod served;
mod vendor;
mod world;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use world::World;

/// Runs a property over `cases` worlds; see [`over_all`].
fn over(cases: u32, shrinks: u32, property: impl Fn(&World) -> Result<(), TestCaseError>) {
    match run(&world::worlds(), cases, shrinks, property) {
        Ok(()) => {}
        Err(TestError::Fail(why, world)) => {
            panic!("{why}\n\n{}\n{:#?}", world.config.files().concat(), world.org)
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Runs a property over `cases` values, the same ones each time; `ORGSYNC_SEED` chooses others. A value that fails is
/// made smaller up to `shrinks` times.
fn over_all<S: Strategy>(
    values: &S,
    cases: u32,
    shrinks: u32,
    property: impl Fn(&S::Value) -> Result<(), TestCaseError>,
) {
    match run(values, cases, shrinks, property) {
        Ok(()) => {}
        Err(TestError::Fail(why, value)) => panic!("{why}\n\n{value:#?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

fn run<S: Strategy>(
    values: &S,
    cases: u32,
    shrinks: u32,
    property: impl Fn(&S::Value) -> Result<(), TestCaseError>,
) -> Result<(), TestError<S::Value>> {
    let seed: u64 = std::env::var("ORGSYNC_SEED").map_or(7, |text| text.parse().unwrap());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: shrinks, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    runner.run(values, |value| property(&value))
}

/// The number of cases of an ignored test.
fn many() -> u32 {
    std::env::var("ORGSYNC_CASES").map_or(2000, |text| text.parse().unwrap())
}
