//! The map of the house: imports go one way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules from the ground up. One may import those of lower rows alone.
const ROWS: [&[&str]; 10] = [
    &["escape", "source"],
    &["diag"],
    &["model"],
    &["plan"],
    &["api", "check", "config", "plan_file", "query"],
    &["export"],
    &["apply"],
    &["render"],
    &["cli"],
    // Of tests alone.
    &["fuzzing"],
];

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The modules of the crate that a file names, in imports and in paths.
fn imports(text: &str) -> BTreeSet<String> {
    let code =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let names = code.split("crate::").skip(1);
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    names.map(word).filter(|name: &String| !name.is_empty()).collect()
}

#[test]
fn imports_go_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in files(&src) {
        let inside = file.strip_prefix(&src).unwrap();
        let module =
            inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let Some(own) = row(module) else { panic!("{module} has no place on the map") };
        for import in imports(&std::fs::read_to_string(&file).unwrap()) {
            let Some(other) = row(&import) else { panic!("{}: `{import}` is on no map", inside.display()) };
            if other > own || (other == own && import != module) {
                wrong.push(format!("{} imports {import}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let silent: Vec<_> = files(&src)
        .into_iter()
        .filter(|file| !std::fs::read_to_string(file).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}
