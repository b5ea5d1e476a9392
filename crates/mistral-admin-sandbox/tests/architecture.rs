//! The order of the files: imports go down, also between the files of a module.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules from the ground up. A module imports those before it alone.
const ORDER: [&str; 11] = [
    "clock",
    "text",
    "instant",
    "organization",
    "validation",
    "faults",
    "seed",
    "state_file",
    "server",
    "lib",
    "cli",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Each file by its path below `src` without the suffix, and its code without comments and tests.
fn sources() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let source = |path: PathBuf| {
        let name = path.strip_prefix(&src).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().lines();
        let code: Vec<&str> = code.filter(|line| !line.trim_start().starts_with("//")).collect();
        (name, code.join("\n"))
    };
    files(&src).into_iter().map(source).collect()
}

/// The words behind a prefix of a path.
fn words<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let word = |rest: &'a str| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
    code.split(prefix).skip(1).map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn modules_import_what_is_below_them() {
    let row = |module: &str| ORDER.iter().position(|known| *known == module);
    let mut wrong = Vec::new();
    for (file, code) in sources().iter().filter(|(file, _)| !["lib", "main"].contains(&file.as_str())) {
        let own = row(file.split('/').next().unwrap());
        for import in words(code, "crate::") {
            // What `lib` itself declares has a capital letter.
            let module = if import.starts_with(char::is_uppercase) { "lib" } else { import };
            if own.is_none() || row(module) > own || row(module).is_none() {
                wrong.push(format!("{file} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The files of its own module that a file imports from.
fn siblings<'a>(code: &'a str, names: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let statements = code.split("super::").skip(1).flat_map(|rest| rest.split(';').next());
    let words = statements.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| names.contains(word)).collect()
}

#[test]
fn files_of_a_module_import_each_other_in_one_direction() {
    let sources = sources();
    for module in ["faults", "organization", "seed", "server", "validation"] {
        let inside = sources.iter().filter_map(|(file, code)| {
            let (folder, name) = file.split_once('/')?;
            (folder == module && name != "mod").then_some((name, code))
        });
        let inside: BTreeMap<&str, &String> = inside.collect();
        let names: BTreeSet<&str> = inside.keys().copied().collect();
        let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, code) in &inside {
            let imports = siblings(code, &names).into_iter().filter(|import| import != name);
            left.insert(name, imports.collect());
        }
        // Takes away each file that imports none of those that are left. In a circle, none can be taken away.
        while !left.is_empty() {
            let free = |imports: &BTreeSet<&str>| !imports.iter().any(|name| left.contains_key(name));
            let next = left.iter().find(|(_, imports)| free(imports)).map(|(name, _)| *name);
            let Some(next) = next else { panic!("a circle in {module}: {left:#?}") };
            left.remove(next);
        }
    }
}
