//! The faulty configurations of `tests/faults`: what is told about each, word for word.
//!
//! A file or folder is named after the code that it is about.

use super::support::validate;
use orgsync::diag::Code;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Codes that only the live organization can bring up.
const LIVE: [Code; 14] = [
    Code::UndeclaredPower,
    Code::MaxRemovals,
    Code::PossibleRename,
    Code::LockedRoles,
    Code::DuplicateLiveMember,
    Code::DuplicateLiveName,
    Code::OtherOrganization,
    Code::UnknownWord,
    Code::ApiKeysUnknown,
    Code::GroupsUnavailable,
    Code::ExternallyManaged,
    Code::GroupRole,
    Code::DefaultWorkspace,
    Code::Irreversible,
];

/// Codes with a test of their own: one needs a file that is too large to keep, see `files.rs`, and the others are warnings,
/// see `tests/cli/warnings.rs`.
const ELSEWHERE: [Code; 6] = [
    Code::FileTooLarge,
    Code::SeatNeeded,
    Code::SimilarAddress,
    Code::Unfinished,
    Code::NothingLeft,
    Code::ManyEnds,
];

pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}

/// The names of the configurations, in order.
pub(crate) fn names() -> Vec<String> {
    let entries = std::fs::read_dir(directory()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_told_about_each_faulty_configuration_is_as_recorded() {
    let mut differing = Vec::new();
    for name in names() {
        let (status, text) = validate(&directory(), &name);
        let told = format!("{text}\nexit status {status}");
        let recorded = std::panic::catch_unwind(|| {
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name.trim_end_matches(".yaml"), told);
            });
        });
        if recorded.is_err() {
            differing.push(name);
        }
    }
    assert!(differing.is_empty(), "told otherwise than recorded: {differing:?}");
}

#[test]
fn every_faulty_configuration_is_refused_with_the_code_that_it_is_named_after() {
    for name in names() {
        let (status, text) = validate(&directory(), &name);
        assert_eq!(status, 3, "{name}");
        let code = name.trim_end_matches(".yaml").split('-').next().unwrap();
        assert!(code == "many" || text.contains(&format!("error[{code}]")), "{name}: {text}");
    }
}

#[test]
fn every_code_that_files_can_bring_up_has_a_configuration() {
    let named: BTreeSet<_> = names()
        .iter()
        .map(|name| name.trim_end_matches(".yaml").split('-').next().unwrap().to_owned())
        .collect();
    let expected = Code::ALL.iter().filter(|code| !LIVE.contains(code) && !ELSEWHERE.contains(code));
    let missing: Vec<_> = expected.filter(|code| !named.contains(code.name())).collect();
    assert!(missing.is_empty(), "no file in tests/faults for {missing:?}");
}
