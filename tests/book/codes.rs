//! Each code has a page, and the examples of a page do what it says of them.

use crate::{Page, orgsync, root, text};
use orgsync::diag::Code;
use serde_json::Value;
use std::collections::BTreeSet;

/// The page of each code.
fn code_pages() -> Vec<(&'static str, Page)> {
    let page = |name: &'static str| (name, Page::read(&format!("docs/src/codes/{name}.md")));
    Code::ALL.iter().map(|code| page(code.name())).collect()
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

#[test]
fn the_list_of_codes_leads_to_each_page_in_order() {
    let list = Page::read("docs/src/codes/index.md").text;
    let listed: Vec<_> = list.split("`](").skip(1).filter_map(|rest| rest.split(".md)").next()).collect();
    assert_eq!(listed, Code::ALL.iter().map(|code| code.name()).collect::<Vec<_>>());
    let files = fs_err::read_dir(root().join("docs/src/codes")).unwrap().count();
    assert_eq!(files, Code::ALL.len() + 1, "each page but the list is a code's");
}

#[test]
fn every_page_says_what_it_is_about_why_and_what_to_do() {
    for (name, page) in code_pages() {
        assert!(page.text.starts_with(&format!("# {name}: ")), "{name}");
        for heading in ["\n## Why\n", "\n## What to do\n"] {
            assert!(page.text.contains(heading), "{name}: {heading}");
        }
    }
}

#[test]
fn examples_that_are_called_wrong_have_the_code_and_no_other() {
    for (name, page) in code_pages() {
        for block in page.texts("yaml wrong") {
            assert_eq!(found(&block), BTreeSet::from([name.to_owned()]), "{block}");
        }
    }
}

#[test]
fn examples_that_are_called_right_are_valid() {
    for (name, page) in code_pages() {
        for block in page.texts("yaml right") {
            assert_eq!(found(&block), BTreeSet::new(), "{name}: {block}");
        }
    }
}

#[test]
fn help_and_readme_say_where_the_pages_are() {
    assert!(text(&orgsync(&["--help"], root()).stdout).contains("orgsync explain CODE"));
    assert!(Page::read("README.md").text.contains("](docs/src/codes/index.md)"));
}

#[test]
fn explain_prints_the_page_of_each_code_as_plain_text() {
    for (name, page) in code_pages() {
        let printed = orgsync(&["explain", name], root());
        assert!(printed.status.success(), "{name}");
        let (title, rest) = text(&printed.stdout).split_once('\n').unwrap();
        assert_eq!(format!("# {title}"), page.text.lines().next().unwrap());
        for markup in ["```", "](", "\n#", "\u{1b}"] {
            assert!(!rest.contains(markup), "{name}: {markup:?} in\n{rest}");
        }
        for line in rest.lines() {
            assert!(line.chars().count() <= 100, "{name}: this line is long for a terminal: {line}");
        }
    }
}

#[test]
fn explain_suggests_the_code_that_is_near_and_tells_what_it_takes() {
    let answers = [&["seat_bugdet"][..], &["nobody"], &["seat_budget", "--format", "json"]].map(|words| {
        let printed = orgsync(&[&["explain"], words].concat(), root());
        assert_eq!(printed.status.code(), Some(64));
        text(&printed.stderr).to_owned()
    });
    insta::assert_snapshot!(answers.concat(), @"
    error: `seat_bugdet` is neither an address nor a code
      help: did you mean `seat_budget`?
    error: `nobody` is neither an address nor a code
      help: name a person, as in orgsync explain ada@acme.example, or a code, as in orgsync explain seat_budget
    error: the page of a code is only available as text
      help: leave out --format json
    ");
}
