//! The paths of files in the repository, which is what the hosts of repositories name files by.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// The folder of the repository, and the folder to which file names are relative.
#[derive(Debug, Default)]
pub struct Checkout {
    /// The repository's folder, as an absolute path without links; empty if unknown.
    pub root: Utf8PathBuf,
    /// The current folder, as an absolute path without links.
    pub current: Utf8PathBuf,
}

impl Checkout {
    /// The path of a file in the repository, not escaped. A file outside of it keeps its name.
    pub(super) fn path(&self, file: &str) -> String {
        let whole = plain(&self.current.join(file));
        let inside = whole.strip_prefix(&self.root).ok().filter(|_| !self.root.as_str().is_empty());
        let path =
            inside.map(|inside| inside.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/"));
        path.unwrap_or_else(|| file.trim_start_matches("./").to_owned())
    }
}

/// A path without `.` and `..`. Links in a repository stay: git doesn't follow them either.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_in_the_repository() {
        let checkout = |current: &str| Checkout { root: "/work/repo".into(), current: current.into() };
        let inside = checkout("/work/repo/acme");
        for (file, path) in [
            ("orgsync.yaml", "acme/orgsync.yaml"),
            ("./teams/a.yaml", "acme/teams/a.yaml"),
            ("../shared.yaml", "shared.yaml"),
            ("/work/repo/x/orgsync.yaml", "x/orgsync.yaml"),
            ("../../repository/orgsync.yaml", "../../repository/orgsync.yaml"),
            ("/etc/orgsync.yaml", "/etc/orgsync.yaml"),
        ] {
            assert_eq!(inside.path(file), path, "{file}");
        }
        assert_eq!(checkout("/work/repo").path("orgsync.yaml"), "orgsync.yaml");
        assert_eq!(checkout("/elsewhere").path("./orgsync.yaml"), "orgsync.yaml");
        assert_eq!(Checkout::default().path("./orgsync.yaml"), "orgsync.yaml");
    }
}
