//! Temporary configurations, read in this process or by the built program.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::{Date, date};
use orgsync::config::{self, Loaded};
use orgsync::diag::{self, Diagnostic};
use orgsync::model::{Desired, DesiredMember, Email};
use std::path::Path;
use tempfile::TempDir;

/// The day on which everything here happens.
pub(crate) const TODAY: Date = date(2026, 11, 24);

/// Somebody who keeps an organization from being without an admin.
pub(crate) const ADMIN: &str = "ada@acme.example: { roles: [admin] }";

/// A directory with files.
pub(crate) struct Project(TempDir);

impl Project {
    pub(crate) fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (name, content) in files {
            let path = project.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        project
    }

    pub(crate) fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.0.path()).unwrap()
    }

    pub(crate) fn load(&self) -> Told {
        Told::of(config::load(self.path(), TODAY, &|_| false), self.path())
    }

    /// Exit status and standard output of `orgsync validate` in the directory.
    pub(crate) fn validate(&self, config: &str) -> (i32, String) {
        validate(self.0.path(), config)
    }
}

/// Exit status and standard output of `orgsync validate` in a directory, with nothing in the environment.
pub(crate) fn validate(directory: &Path, config: &str) -> (i32, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_orgsync"));
    let command = command.current_dir(directory).env_clear().args(["validate", "--config", config]);
    let output = command.args(["--today", &TODAY.to_string()]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "nothing goes to standard error");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// What came of a configuration.
pub(crate) struct Told {
    pub(crate) loaded: Loaded,
    directory: Utf8PathBuf,
}

impl Told {
    fn of(loaded: Loaded, directory: &Utf8Path) -> Self {
        Self { loaded, directory: directory.to_owned() }
    }

    pub(crate) fn desired(&self) -> &Desired {
        let rendered = || self.diagnostics().iter().map(|d| self.rendered(d)).collect::<String>();
        self.loaded.desired.as_ref().unwrap_or_else(|_| panic!("{}", rendered()))
    }

    pub(crate) fn member(&self, address: &str) -> &DesiredMember {
        &self.desired().members[&Email::parse(address).unwrap()]
    }

    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        self.loaded.desired.as_ref().err().map_or(&[], Vec::as_slice)
    }

    /// Each fault as `code place place …`, a place as `file:line:column` without the directory.
    pub(crate) fn faults(&self) -> Vec<String> {
        let place = |label: &diag::Label| {
            let position = self.loaded.sources.position(label.span).to_string();
            position.replace(&format!("{}/", self.directory), "").replace("orgsync.yaml:", "")
        };
        let fault = |fault: &Diagnostic| {
            let places = fault.labels.iter().map(place);
            std::iter::once(fault.code.to_string()).chain(places).collect::<Vec<_>>().join(" ")
        };
        self.diagnostics().iter().map(fault).collect()
    }

    /// A fault as people see it, without styles.
    pub(crate) fn rendered(&self, diagnostic: &Diagnostic) -> String {
        let styled = diag::render(diagnostic, &self.loaded.sources, None);
        anstream::adapter::strip_str(&styled).to_string()
    }
}

/// Reads a main file.
pub(crate) fn read(text: impl AsRef<[u8]>) -> Told {
    Project::new(&[("orgsync.yaml", text)]).load()
}

/// The faults of a main file, as [`Told::faults`] gives them.
pub(crate) fn faults(text: impl AsRef<[u8]>) -> Vec<String> {
    read(text).faults()
}
