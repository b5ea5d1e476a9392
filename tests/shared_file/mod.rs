//! Files that tests need and that are no part of this repository: the vendor's document, data sets.

use std::path::{Path, PathBuf};

/// The file or folder that a variable names, or that is at `path` in the folder `shared` beside the repository.
///
/// `None` if it is absent: the test then checks nothing. Where `CI` is set that would go unnoticed, so there the test
/// fails, unless the variable says `absent`.
#[expect(clippy::print_stderr, reason = "the note of a test")]
pub(crate) fn shared_file(variable: &str, path: &str) -> Option<PathBuf> {
    let set = std::env::var_os(variable).filter(|value| !value.is_empty());
    let on_purpose = set.as_ref().is_some_and(|value| value == "absent");
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    let path = set.map_or_else(beside, PathBuf::from);
    if !on_purpose && path.exists() {
        return Some(path);
    }
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(
        on_purpose || !is_ci,
        "{} is absent: let {variable} name it, or say {variable}=absent",
        path.display()
    );
    eprintln!("not checked: {variable} is absent");
    None
}
