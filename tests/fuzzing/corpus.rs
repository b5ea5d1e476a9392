//! The fuzzer's corpus, and some changes of each of its files, on every run of the suite.
//!
//! A file that made something fail stays in the corpus, under a name that says what it was. The changes are the same
//! ones each time; `ORGSYNC_FUZZ_CHANGES=5000 cargo test --test fuzzing` makes more of them.

use crate::targets::{TARGETS, Target};
use orgsync::plan::Kind;
use orgsync::plan_file::PlanDocument;
use std::path::Path;

/// What breaks readers when it stands where nobody expects it.
const SPLINTERS: [&str; 40] = [
    "\0",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\r\r\n",
    " ",
    "\"",
    "'",
    "\\",
    "\\u001b",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "? ",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "---\n",
    "|\n",
    "\u{1b}[2J",
    "\u{9b}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "🔬",
    "::error::",
    "##[error]",
    "null",
    "-1",
    "18446744073709551616",
    "1e999",
    "\u{e0041}",
    "fuzz-key-0123456789",
];

/// Numbers that are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end as u64).max(1)).unwrap_or(0)
    }

    /// A file with one to three changes: pieces taken out, doubled or replaced, bits turned, splinters put in.
    fn changed(&mut self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(3) {
            let start = self.below(text.len() + 1);
            let end = (start + self.below(24)).min(text.len());
            let piece = text[start..end].to_vec();
            let splinter = SPLINTERS[self.below(SPLINTERS.len())].bytes();
            match self.below(6) {
                0 => drop(text.drain(start..end)),
                1 => drop(text.splice(start..start, piece)),
                2 => drop(text.splice(start..end, splinter)),
                3 => text.iter_mut().skip(start).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
                4 => text.truncate(start),
                _ => drop(text.splice(start..start, splinter)),
            }
        }
        text
    }
}

/// Runs a target on each file of its corpus and on this many changes of each.
fn run(name: &str, changes: u64) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let target: Target = *target;
    let changes = std::env::var("ORGSYNC_FUZZ_CHANGES").map_or(changes, |number| number.parse().unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "the corpus of {name} is gone");
    for (file, number) in files.iter().zip(1..) {
        let text = std::fs::read(file).unwrap();
        told(&text, file, target);
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ number);
        for _ in 0..changes {
            told(&numbers.changed(&text), file, target);
        }
    }
}

/// Runs a target, and says which text it was that made it fail.
fn told(text: &[u8], file: &Path, target: Target) {
    let outcome = std::panic::catch_unwind(|| target(text));
    assert!(outcome.is_ok(), "{}, changed to {:?}", file.display(), String::from_utf8_lossy(text));
}

#[test]
fn every_target_has_a_fuzzer_and_a_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
        assert!(manifest.contains(&format!("[[bin]]\nname = \"{name}\"\n")), "{name}");
    }
}

/// Plans of a former format would end at their first line, and try nothing.
#[test]
fn the_corpus_holds_a_plan_with_each_kind_of_action() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/plan");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let plans: Vec<PlanDocument> = files.filter_map(|text| serde_json::from_slice(&text).ok()).collect();
    let actions = || plans.iter().flat_map(|plan| &plan.actions);
    for kind in Kind::ALL {
        assert!(actions().any(|action| action.operation.kind() == *kind), "{}", kind.name());
    }
}

macro_rules! targets {
    ($($name:ident $changes:literal)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name), $changes);
        })*
    };
}

// As many as take some seconds at most without optimization.
targets! { answers 100 config 30 faults 400 journal 400 plan 300 seed 150 snapshot 80 }
