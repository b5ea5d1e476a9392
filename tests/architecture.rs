//! The map of the house: imports go one way, between modules and between the files of a module.
//!
//! What counts as an import of file A from file B: any path in A that leads into B, in a `use` or in the code. A path
//! begins with `crate`, `self`, `super` or a module that A declares, and leads to the file that *defines* what it names:
//!
//! - a name that a `mod.rs` hands on (`pub use child::Name`) leads to the child's file;
//! - to declare a child and to hand on its names is no import, unless the `mod.rs` uses the name as well;
//! - a child that takes what its parent's `mod.rs` defines imports that file.
//!
//! Tests inside a file don't count. Names are told by their spelling, so that two of one name in a file are one.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests state their expectations by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules from the ground up. One may import those of lower rows alone.
const ROWS: [&[&str]; 10] = [
    &["clock", "escape", "source"],
    &["wrap"],
    &["diag"],
    &["model"],
    &["plan"],
    &["api", "check", "config", "plan_file", "query"],
    &["export"],
    &["apply"],
    &["render"],
    &["cli"],
];

fn row(module: &str) -> usize {
    let row = ROWS.iter().position(|row| row.contains(&module));
    row.unwrap_or_else(|| panic!("{module} has no place on the map"))
}

/// A path as segments: `["config", "yaml"]` is the module, and `["config", "yaml", "Field"]` an item in it.
type Segments = Vec<String>;

/// One file of `src`.
struct File {
    name: String,
    code: String,
    children: BTreeSet<String>,
    /// Names that it hands on, and the paths that lead to them.
    handed_on: BTreeMap<String, Segments>,
}

/// All files, by the path of their module.
struct House(BTreeMap<Segments, File>);

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The code of a file without comments and tests, and without the modules for which something is visible.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let text = text.replace("pub(in crate::", "pub(in ");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Each `use` with the word before it, such as `pub`, and the rest of the code.
fn uses(code: &str) -> (Vec<(String, String)>, String) {
    let (mut uses, mut rest, mut open) = (Vec::<(String, String)>::new(), String::new(), false);
    for line in code.lines() {
        let trimmed = line.trim();
        let start = ["use ", "pub use ", "pub(super) use ", "pub(crate) use "]
            .into_iter()
            .chain(trimmed.starts_with("pub(in ").then(|| trimmed.split_inclusive(" use ").next().unwrap()))
            .find(|start| trimmed.starts_with(start) && start.ends_with("use "));
        match start {
            Some(start) if !open => uses.push((start.to_owned(), trimmed[start.len()..].to_owned())),
            _ if open => uses.last_mut().unwrap().1.push_str(trimmed),
            _ => rest = rest + line + "\n",
        }
        open = (open || start.is_some()) && !trimmed.ends_with(';');
    }
    (uses, rest)
}

/// The paths of a `use`, written out: `a::{b, c::{self, d}}` is `a::b`, `a::c` and `a::c::d`.
fn written_out(tree: &str) -> Vec<Segments> {
    let segments = |path: &str| {
        let path = path.split(" as ").next().unwrap();
        path.split("::").map(str::trim).filter(|part| !["", "*"].contains(part)).map(str::to_owned).collect()
    };
    let tree = tree.trim().trim_end_matches(';');
    let Some((before, inside)) = tree.split_once('{') else { return vec![segments(tree)] };
    let inside = inside.trim_end().strip_suffix('}').unwrap();
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in inside.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 { parts.push(String::new()) } else { parts.last_mut().unwrap().push(c) }
    }
    let prefix: Segments = segments(before);
    let parts = parts.iter().filter(|part| !part.trim().is_empty()).flat_map(|part| written_out(part));
    parts
        .map(|part| prefix.iter().cloned().chain(part.into_iter().filter(|name| name != "self")).collect())
        .collect()
}

/// Every word of the code that is a path.
fn paths(code: &str) -> impl Iterator<Item = Segments> {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let paths = words.filter(|word| word.contains("::"));
    paths.map(|path| path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

impl House {
    fn read() -> Self {
        let mut house = BTreeMap::new();
        for path in files(&src()) {
            let name = path.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
            let module: Segments = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            let module = match module.split_last().unwrap() {
                (last, folder) if last == "mod" => folder.to_vec(),
                (last, []) if last == "lib" => Vec::new(),
                (last, []) if last == "main" => continue,
                _ => module,
            };
            let code = code(&std::fs::read_to_string(&path).unwrap());
            let declared = code.lines().filter_map(|line| line.trim().strip_suffix(';')?.rsplit_once("mod "));
            let children = declared.map(|(_, child)| child.to_owned()).collect();
            let handed_on = uses(&code).0.into_iter().filter(|(start, _)| start.starts_with("pub"));
            let handed_on = handed_on.flat_map(|(_, tree)| written_out(&tree));
            let handed_on = handed_on.map(|path| (path.last().unwrap().clone(), path)).collect();
            house.insert(module, File { name, code, children, handed_on });
        }
        Self(house)
    }

    /// The module whose file defines what a path in `from` leads to; none for what is outside of the crate.
    fn resolve(&self, from: &[String], path: &[String]) -> Option<Segments> {
        let (first, mut rest) = path.split_first()?;
        let mut at: Segments = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from.split_last()?.1.to_vec(),
            child if self.0[from].children.contains(child) => [from, &[child.to_owned()]].concat(),
            _ => return None,
        };
        while let Some((next, behind)) = rest.split_first() {
            if next == "super" {
                at.pop();
            } else if self.0.get(&at)?.children.contains(next) {
                at.push(next.clone());
            } else if let Some(on) = self.0[&at].handed_on.get(next) {
                return self.resolve(&at, on);
            } else {
                break;
            }
            rest = behind;
        }
        self.0.contains_key(&at).then_some(at)
    }

    /// The modules that a module imports.
    fn imports(&self, module: &Segments) -> BTreeSet<Segments> {
        let file = &self.0[module];
        let (uses, rest) = uses(&file.code);
        let used: String = rest.lines().filter(|line| !line.contains("mod ")).collect::<Vec<_>>().join("\n");
        let is_used =
            |name: &String| used.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name);
        let imported = uses.iter().flat_map(|(start, tree)| {
            let paths = written_out(tree).into_iter();
            paths.filter(|path| !start.starts_with("pub") || is_used(path.last().unwrap()))
        });
        let leads_to = imported.chain(paths(&rest)).filter_map(|path| self.resolve(module, &path));
        leads_to.filter(|to| to != module && !to.is_empty()).collect()
    }

    /// All modules that can be reached from one, in at least one step.
    fn reached<'a>(
        graph: &'a BTreeMap<&Segments, BTreeSet<Segments>>,
        from: &Segments,
    ) -> BTreeSet<&'a Segments> {
        let (mut reached, mut next) = (BTreeSet::new(), graph[from].iter().collect::<Vec<_>>());
        while let Some(module) = next.pop() {
            if reached.insert(module) {
                next.extend(&graph[module]);
            }
        }
        reached
    }
}

#[test]
fn imports_go_one_way_between_modules() {
    let house = House::read();
    let mut wrong = Vec::new();
    for (module, file) in house.0.iter().filter(|(module, _)| !module.is_empty()) {
        for import in house.imports(module) {
            let (own, other) = (row(&module[0]), row(&import[0]));
            if other > own || (other == own && import[0] != module[0]) {
                wrong.push(format!("{} imports {}", file.name, import.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_import_each_other_in_no_circle() {
    let house = House::read();
    let modules = house.0.keys().filter(|module| !module.is_empty());
    let graph: BTreeMap<_, _> = modules.map(|module| (module, house.imports(module))).collect();
    let mut circles = BTreeSet::new();
    for module in graph.keys() {
        let reached = House::reached(&graph, module);
        let back = reached.iter().filter(|other| House::reached(&graph, other).contains(*module));
        let circle: Vec<_> = back.map(|other| house.0[*other].name.as_str()).collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

/// What the rules above say, tried on a small house.
#[test]
fn a_path_leads_to_the_file_that_defines_what_it_names() {
    let file = |name: &str, code: &str, children: &[&str]| {
        let handed_on = uses(code).0.into_iter().flat_map(|(_, tree)| written_out(&tree));
        let handed_on = handed_on.map(|path| (path.last().unwrap().clone(), path)).collect();
        let children = children.iter().map(ToString::to_string).collect();
        File { name: name.to_owned(), code: code.to_owned(), children, handed_on }
    };
    let module = |path: &str| path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let house = House(BTreeMap::from([
        (module(""), file("lib.rs", "", &["a", "b"])),
        (module("a"), file("a/mod.rs", "pub use inner::{Named,\n  Used};\nfn own(_: Used) {}", &["inner"])),
        (module("a::inner"), file("a/inner.rs", "use super::own;", &[])),
        (module("b"), file("b.rs", "use crate::a::{self, Named};\nfn f() { crate::a::own() }", &[])),
    ]));
    let imports = |path: &str| -> Vec<String> {
        house.imports(&module(path)).iter().map(|path| path.join("::")).collect()
    };
    assert_eq!(imports("a"), ["a::inner"], "a name that is handed on and used");
    assert_eq!(imports("a::inner"), ["a"], "what the parent defines");
    assert_eq!(imports("b"), ["a", "a::inner"]);
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = files(&src())
        .into_iter()
        .filter(|file| !std::fs::read_to_string(file).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

/// The clock of the library that tells the time panics where the calendar ends.
#[test]
fn only_the_clock_asks_the_system_for_the_time() {
    let asks = |file: &PathBuf| code(&std::fs::read_to_string(file).unwrap()).contains("Timestamp::now()");
    let sandbox = src().parent().unwrap().join("crates/mistral-admin-sandbox/src");
    let asking: Vec<_> = [src(), sandbox].iter().flat_map(|dir| files(dir)).filter(asks).collect();
    assert!(asking.is_empty(), "{asking:#?}");
}
