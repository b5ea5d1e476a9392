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
