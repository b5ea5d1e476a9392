//! What blocks look like: each says what it is, whole configurations are valid, and JSON can be read.

use crate::{Page, orgsync, pages, root, text};
use serde_json::Value;

/// The README's and the book's first command.
const FIRST: &str = "cargo run --quiet -- plan --config examples/acme --sandbox examples/acme/sandbox.json";

#[test]
fn the_readme_begins_with_one_command_to_run_and_one_to_test() {
    assert_eq!(Page::read("README.md").blocks()[0].text, format!("{FIRST}\ncargo test\n"));
}

#[test]
fn the_readme_is_no_manual() {
    let lines = Page::read("README.md").text.lines().count();
    assert!(lines <= 250, "the README has {lines} lines");
}

#[test]
fn every_block_says_what_it_is() {
    let known = [
        "diff",
        "dockerfile",
        "json",
        "lua",
        "sh",
        "sh not-run",
        "text",
        "toml",
        "txt",
        "yaml",
        "yaml right",
        "yaml wrong",
    ];
    for page in pages() {
        for block in page.blocks() {
            let language = block.language.as_str();
            assert!(
                known.contains(&language) || language.starts_with("sh exit-"),
                "{}: `{language}`: {}",
                page.path,
                block.text
            );
        }
    }
}

#[test]
fn whole_configurations_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    let mut whole = 0;
    for page in pages() {
        for block in page.texts("yaml").iter().filter(|block| block.starts_with("version: 1")) {
            fs_err::write(folder.path().join("orgsync.yaml"), block).unwrap();
            let output = orgsync(&["validate"], folder.path());
            assert!(output.status.success(), "{}: {block}\n{}", page.path, text(&output.stdout));
            whole += 1;
        }
    }
    assert!(whole > 1, "the book shows whole configurations");
}

#[test]
fn json_can_be_read_and_the_entry_of_the_catalogue_leads_to_the_schema() {
    let blocks: Vec<Value> = pages()
        .iter()
        .flat_map(|page| page.texts("json"))
        .map(|block| serde_json::from_str(&block).unwrap_or_else(|error| panic!("{error}: {block}")))
        .collect();
    let entry = blocks.iter().find(|block| block.get("fileMatch").is_some()).unwrap();
    assert_eq!(entry["fileMatch"], serde_json::json!(["orgsync.yaml"]));
    let url = entry["url"].as_str().unwrap();
    assert!(root().join(url.split_once("/main/").unwrap().1).is_file(), "{url}");
}

#[test]
fn the_summary_lists_every_page() {
    let summary = Page::read("docs/src/SUMMARY.md").text;
    for page in pages().iter().filter_map(|page| page.path.strip_prefix("docs/src/")) {
        assert!(page == "SUMMARY.md" || summary.contains(&format!("({page})")), "SUMMARY.md lacks {page}");
    }
}
