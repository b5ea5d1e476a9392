//! CODES.md explains every code, and its examples do what it says of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

mod markdown;

use markdown::{Block, blocks};
use orgsync::diag::Code;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Output};

/// What stands below one heading.
struct Section {
    code: String,
    blocks: Vec<Block>,
    /// The text outside of blocks.
    prose: String,
}

fn page() -> String {
    fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/CODES.md")).unwrap()
}

fn sections() -> Vec<Section> {
    let page = page();
    page.split("\n## ").skip(1).map(section).collect()
}

fn section(text: &str) -> Section {
    let (code, text) = text.split_once('\n').unwrap();
    Section { code: code.to_owned(), blocks: blocks(text), prose: text.split("```").step_by(2).collect() }
}

/// The names of all codes, in order.
fn codes() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.name()).collect()
}

/// The codes that the program finds in a configuration.
fn found(configuration: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("orgsync.yaml"), configuration).unwrap();
    let output = orgsync(&["validate", "--format", "json"], folder.path());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults = document.get("diagnostics").and_then(Value::as_array).unwrap().iter();
    faults.map(|fault| fault.get("code").and_then(Value::as_str).unwrap().to_owned()).collect()
}

fn orgsync(arguments: &[&str], folder: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.args(arguments).current_dir(folder).env_clear().output().unwrap()
}

#[test]
fn every_code_has_one_section_in_the_order_of_the_codes() {
    let sections = sections();
    assert_eq!(sections.iter().map(|section| section.code.as_str()).collect::<Vec<_>>(), codes());
}

#[test]
fn every_code_stands_once_in_the_contents_in_the_order_of_the_codes() {
    let page = page();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ") && line.contains("](#")).collect();
    let rows = rows.join(" ");
    let links = rows.split("[`").skip(1).map(|link| link.split_once("`](#").unwrap());
    let listed: Vec<_> = links
        .map(|(code, rest)| {
            assert_eq!(rest.split(')').next(), Some(code), "the link leads elsewhere");
            code
        })
        .collect();
    assert_eq!(listed, codes());
}

#[test]
fn every_section_says_more_than_one_sentence() {
    for section in sections() {
        let sentences = section.prose.matches(". ").count() + section.prose.matches(".\n").count();
        assert!(sentences > 1, "{}: {}", section.code, section.prose);
    }
}

#[test]
fn examples_that_are_called_wrong_have_the_code_and_no_other() {
    for section in sections() {
        for Block { text, .. } in section.blocks.iter().filter(|block| block.language == "yaml wrong") {
            assert_eq!(found(text), BTreeSet::from([section.code.clone()]), "{text}");
        }
    }
}

#[test]
fn examples_that_are_called_right_are_valid() {
    for section in sections() {
        for Block { text, .. } in section.blocks.iter().filter(|block| block.language == "yaml right") {
            assert_eq!(found(text), BTreeSet::new(), "{}: {text}", section.code);
        }
    }
}

#[test]
fn every_block_says_what_it_is() {
    for section in sections() {
        for Block { language, text } in section.blocks {
            assert!(["yaml wrong", "yaml right", "sh"].contains(&language.as_str()), "`{language}`: {text}");
        }
    }
}

#[test]
fn command_lines_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let sections = sections();
    let blocks = sections.iter().flat_map(|section| &section.blocks).filter(|block| block.language == "sh");
    for line in blocks.flat_map(|block| block.text.lines()) {
        let words: Vec<_> = line.strip_prefix("orgsync ").unwrap().split(' ').chain(["--help"]).collect();
        // Help comes only after what stands before it has been understood.
        let output = orgsync(&words, folder.path());
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_program_and_the_readme_say_where_the_page_is() {
    let help = orgsync(&["--help"], std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(String::from_utf8(help.stdout).unwrap().contains("CODES.md"));
    let readme = fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains("](CODES.md)"));
}
