//! Many courses at a time, each with a seed of its own: waiting costs nothing, and one that fails can be run alone.

use crate::served::RUNTIME;
use futures::future::FutureExt as _;
use futures::stream::{self, StreamExt as _};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::panic::AssertUnwindSafe;

/// Courses that are under way at a time.
const AT_A_TIME: usize = 24;
/// The most steps by which one that fails is made smaller.
const SHRINKS: u32 = 250;

fn tree<S: Strategy>(all: &S, seed: u64) -> S::Tree {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    all.new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).unwrap()
}

/// Runs a property over as many as `cases` of those that are `chosen`. `ORGSYNC_SEED` names the first seed, and those
/// that follow are the next numbers. The first that fails is made smaller, and shown with its seed.
pub(super) fn over<S: Strategy>(
    all: &S,
    cases: u32,
    chosen: impl Fn(&S::Value) -> bool,
    shown: impl Fn(&S::Value) -> String,
    property: impl AsyncFn(&S::Value) -> Result<(), TestCaseError>,
) {
    let first: u64 = std::env::var("ORGSYNC_SEED").map_or(7, |text| text.parse().unwrap());
    let held = async |value: &S::Value| -> Result<(), String> {
        match AssertUnwindSafe(property(value)).catch_unwind().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(why.to_string()),
            Err(panic) => {
                Err(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic".to_owned()))
            }
        }
    };
    RUNTIME.block_on(async {
        let seeds = (first..).map(|seed| (seed, tree(all, seed).current()));
        let seeds = seeds.filter(|(_, value)| chosen(value)).take(cases as usize);
        let held = &held;
        let each = stream::iter(seeds).map(|(seed, value)| async move { (seed, held(&value).await) });
        let mut each = each.buffer_unordered(AT_A_TIME);
        let mut failed = None;
        while let Some((seed, held)) = each.next().await {
            if let Err(why) = held {
                failed = Some((seed, why));
                break;
            }
        }
        drop(each);
        let Some((seed, why)) = failed else { return };
        let mut tree = tree(all, seed);
        let (mut least, mut because) = (tree.current(), why.clone());
        for _ in 0..SHRINKS {
            let value = tree.current();
            let goes_on = match held(&value).await {
                Err(why) if chosen(&value) => {
                    (least, because) = (value, why);
                    tree.simplify()
                }
                _ => tree.complicate(),
            };
            if !goes_on {
                break;
            }
        }
        panic!("{why}\n\nORGSYNC_SEED={seed} ORGSYNC_CASES=1\nmade smaller:\n{because}\n{}", shown(&least));
    });
}
