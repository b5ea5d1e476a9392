//! The reference names every key, command and option, and no other.

use crate::{Page, orgsync, pages, root, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// The keys that a schema knows, but for second names of others.
fn known_keys(schema: &Value, keys: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let alias = |property: &Value| {
            property["description"].as_str().is_some_and(|text| text.starts_with("Another name of "))
        };
        let own = properties.iter().filter(|(_, property)| **property != false && !alias(property));
        keys.extend(own.map(|(key, _)| key.clone()));
    }
    match schema {
        Value::Object(map) => map.values().for_each(|part| known_keys(part, keys)),
        Value::Array(list) => list.iter().for_each(|part| known_keys(part, keys)),
        _ => {}
    }
}

/// The long options in a text.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    words
        .filter(|word| word.starts_with("--") && word.len() > 3 && *word != "--help" && *word != "--version")
        .map(str::to_owned)
        .collect()
}

/// The commands that the program lists.
fn commands() -> BTreeSet<String> {
    let help = orgsync(&["--help"], root());
    let listed = text(&help.stdout).lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = listed.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The commands in the first column of a page's tables.
fn listed(page: &Page) -> BTreeSet<String> {
    let rows = page
        .text
        .lines()
        .filter_map(|line| line.split("`orgsync ").nth(1).filter(|_| line.starts_with("| ")));
    rows.filter_map(|row| row.split(['`', ' ']).next()).map(str::to_owned).collect()
}

/// The options of all commands.
fn known_options() -> BTreeSet<String> {
    let help =
        commands().into_iter().map(|command| text(&orgsync(&[&command, "--help"], root()).stdout).to_owned());
    help.flat_map(|help| options(&help)).collect()
}

#[test]
fn the_readme_and_the_reference_list_the_commands() {
    for page in ["README.md", "docs/src/reference/commands.md"] {
        assert_eq!(listed(&Page::read(page)), commands(), "{page}");
    }
}

#[test]
fn the_reference_names_every_option() {
    let shown =
        ["reference/commands.md", "reference/sandbox.md"].map(|page| Page::read(&format!("docs/src/{page}")));
    let shown: BTreeSet<_> = shown.iter().flat_map(|page| options(&page.text)).collect();
    let missing: Vec<_> = known_options().difference(&shown).cloned().collect();
    assert!(missing.is_empty(), "the reference doesn't show {missing:?}");
}

#[test]
fn no_page_names_an_option_that_does_not_exist() {
    let known = known_options();
    let of_others = ["cargo ", "docker ", "gh ", "git ", "mdbook "];
    for page in pages() {
        let own: Vec<_> =
            page.text.lines().filter(|line| !of_others.iter().any(|tool| line.contains(tool))).collect();
        let other: Vec<_> = options(&own.join("\n")).difference(&known).cloned().collect();
        assert!(other.is_empty(), "{}: {other:?}", page.path);
    }
}

#[test]
fn the_reference_names_every_key_of_the_file_format() {
    let mut known = BTreeSet::new();
    known_keys(&serde_json::from_slice(&orgsync(&["schema"], root()).stdout).unwrap(), &mut known);
    let shown = Page::read("docs/src/reference/file-format.md").texts("yaml").join("\n");
    let words: BTreeSet<_> =
        shown.split(|c: char| !(c.is_ascii_lowercase() || c == '_' || c == ':')).collect();
    let missing: Vec<_> = known.iter().filter(|key| !words.contains(format!("{key}:").as_str())).collect();
    assert!(missing.is_empty(), "the reference doesn't show {missing:?}");
}

/// A configuration with the fault that the reference shows.
const FAULTY: &str = "\
version: 1
seats:
  le_chat: { purchased: 50 }
members:
  ada@acme.example: { roles: [admin], seat: [le_chat] }
";

/// What differs from run to run.
const CHANGING: [&str; 9] =
    ["created_at", "digest", "orgsync_version", "today", "started_at", "ended_at", "at", "commit", "actor"];

/// Whether a document holds what is shown of it, `…` aside: of a list, some of its elements.
fn holds(document: &Value, shown: &Value) -> bool {
    match (document, shown) {
        (Value::Object(document), Value::Object(shown)) => {
            shown.iter().filter(|(key, _)| *key != "…").all(|(key, shown)| {
                document.get(key).is_some_and(|part| CHANGING.contains(&key.as_str()) || holds(part, shown))
            })
        }
        (Value::Array(document), Value::Array(shown)) => {
            shown.iter().all(|shown| document.iter().any(|part| holds(part, shown)))
        }
        (document, shown) => document == shown,
    }
}

fn example(command: &str) -> Vec<u8> {
    let arguments = [command, "--config", "examples/acme", "--sandbox", "examples/acme/sandbox.json"];
    let yes: &[&str] = if command == "apply" { &["--yes"] } else { &[] };
    orgsync(&[&arguments[..], &["--format", "json"], yes].concat(), root()).stdout
}

#[test]
fn documents_are_as_the_reference_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("orgsync.yaml"), FAULTY).unwrap();
    let faulty = orgsync(&["validate", "--format", "json"], folder.path()).stdout;
    let shown = Page::read("docs/src/reference/documents.md").texts("json");
    let documents = [example("plan"), example("apply"), faulty];
    assert_eq!(shown.len(), documents.len());
    for (document, shown) in documents.iter().zip(shown) {
        let document: Value = serde_json::from_slice(document).unwrap();
        assert!(
            holds(&document, &serde_json::from_str(&shown).unwrap()),
            "{document:#}\ndoes not hold\n{shown}"
        );
    }
}

#[test]
fn a_fault_is_shown_as_the_reference_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("orgsync.yaml"), FAULTY).unwrap();
    let printed = orgsync(&["validate"], folder.path()).stdout;
    let shown = Page::read("docs/src/reference/file-format.md").texts("txt");
    assert!(shown.iter().any(|block| *block == text(&printed)), "{}", text(&printed));
}
