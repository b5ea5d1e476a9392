//! Documents and files: their names on the command line, and atomic writes.

use super::console::Console;
use super::failure::Failure;
use crate::escape;
use crate::render::Checkout;
use crate::source::folder_of;
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use serde::Serialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::PathBuf;

/// The formats of commands that have only text and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// The name of a file on the command line.
pub(super) fn path(text: &str) -> Result<Utf8PathBuf, &'static str> {
    match text {
        "" => Err("write the name of a file"),
        "-" => Err("`-` is not supported here; for a file with this name, write `./-`"),
        name => Ok(name.into()),
    }
}

/// A document as pretty JSON that is safe to show.
pub(super) fn json(document: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| {
        Failure::failed(
            format!("the result can't be written as JSON: {error}"),
            "report this: it should not happen",
        )
    })?;
    let mut text = escape::json(&text).into_owned();
    text.push('\n');
    Ok(text)
}

/// A document as one line of JSON that is safe to show, with the end of the line.
pub(super) fn json_line(document: &impl Serialize) -> std::io::Result<String> {
    let text = serde_json::to_string(document)?;
    Ok(format!("{}\n", escape::json(&text)))
}

/// The variable that names the file in which GitHub Actions collects the summary of a step.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The repository that the pipeline has checked out; without a pipeline, the one of the current folder, if there is one.
pub(super) fn checkout() -> Checkout {
    // Without the links that lead there: some systems report the current folder without them.
    let folder = |path: PathBuf| Utf8PathBuf::try_from(path.canonicalize().ok()?).ok();
    let current = std::env::current_dir().ok().and_then(folder).unwrap_or_default();
    let named = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter().filter_map(std::env::var_os);
    let root = named.filter(|root| !root.is_empty()).find_map(|root| folder(root.into()));
    // In a worktree, `.git` is a file.
    let git = || current.ancestors().find(|folder| folder.join(".git").exists()).map(Utf8Path::to_owned);
    let root = root.or_else(git).unwrap_or_default();
    Checkout { root, current }
}

/// Appends Markdown to the job summary of GitHub Actions, if there is one. A failure is only a warning.
pub(super) fn summarize(markdown: &str, console: &mut Console) -> std::io::Result<()> {
    let Some(path) = std::env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    // An earlier command of the step may have left a line open.
    if let Err(error) = file.and_then(|mut file| write!(file, "\n{markdown}")) {
        console
            .warn(&format!("the job summary can't be written to the file in {SUMMARY_VARIABLE}: {error}"))?;
    }
    Ok(())
}

/// The documents that a command writes to `--out`, and may overwrite there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overwritable {
    Plan,
    Snapshot,
}

impl Overwritable {
    fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Snapshot => "snapshot",
        }
    }

    /// The keys by which one is recognized, whatever version has written it.
    fn keys(self) -> [&'static str; 3] {
        match self {
            Self::Plan => ["format_version", "digest", "actions"],
            Self::Snapshot => ["format_version", "taken_at", "members"],
        }
    }

    fn is_in(self, path: &Utf8Path) -> bool {
        let Ok(file) = File::open(path) else { return false };
        let keys: BTreeMap<String, IgnoredAny> =
            serde_json::from_reader(BufReader::new(file)).unwrap_or_default();
        self.keys().iter().all(|key| keys.contains_key(*key))
    }
}

/// Fails if the target has a file that is neither empty nor such a document: it may be the only copy of a document,
/// such as the configuration.
pub(super) fn refuse_other(path: &Utf8Path, document: Overwritable) -> Result<(), Failure> {
    let holds_something = path.metadata().is_ok_and(|there| there.is_file() && there.len() > 0);
    if !holds_something || document.is_in(path) {
        return Ok(());
    }
    let help = "name another file, or overwrite this one with --force";
    Err(Failure::failed(format!("`{path}` already exists and is not a {}", document.name()), help))
}

/// Writes a file atomically, readable by its owner only.
pub(super) fn write_file(path: &Utf8Path, content: &[u8]) -> Result<(), Failure> {
    // A link such as /dev/stdout stays, and its target is replaced.
    let target = path.is_symlink().then(|| path.canonicalize_utf8().ok()).flatten();
    let path = target.as_deref().unwrap_or(path);
    let write = || match path.metadata() {
        // Write to a device or a pipe, instead of replacing it with a file.
        Ok(there) if !there.is_file() && !there.is_dir() => {
            std::fs::OpenOptions::new().write(true).open(path)?.write_all(content)
        }
        _ => Ok(whole(path, content, OWNER)?.persist(path).map(drop)?),
    };
    write().map_err(|error| cannot_write(path, &error))
}

/// The mode of files with personal data: only the owner can use them.
const OWNER: u32 = 0o600;
/// The mode of other files, limited by the umask.
const EVERYBODY: u32 = 0o666;

/// Writes the content to a temporary file in the same folder.
fn whole(path: &Utf8Path, content: &[u8], mode: u32) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn cannot_write(path: &Utf8Path, error: &std::io::Error) -> Failure {
    // Don't show the name of the temporary file.
    let why = if error.get_ref().is_some() { error.kind().to_string() } else { error.to_string() };
    let folder = folder_of(path);
    let why = if folder.is_dir() { why } else { format!("`{folder}` is not a folder") };
    Failure::failed(
        format!("`{path}` can't be written: {why}"),
        "free disk space, or name a file in a writable folder",
    )
}

/// Fails if a file exists.
pub(super) fn refuse_present(paths: &[Utf8PathBuf]) -> Result<(), Failure> {
    match paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(is_there(path)),
        None => Ok(()),
    }
}

fn is_there(path: &Utf8Path) -> Failure {
    let help = "name another file, or remove this one first: orgsync overwrites nothing";
    Failure::failed(format!("`{path}` already exists"), help)
}

/// Writes a new file, with default permissions.
fn write_new_file(path: &Utf8Path, content: &[u8]) -> Result<(), Failure> {
    let file = whole(path, content, EVERYBODY).map_err(|error| cannot_write(path, &error))?;
    file.persist_noclobber(path).map_err(|tempfile::PersistError { error, .. }| match error.kind() {
        std::io::ErrorKind::AlreadyExists => is_there(path),
        _ => cannot_write(path, &error),
    })?;
    Ok(())
}

/// Writes new files, all of them or none, and creates missing folders.
pub(super) fn write_new_files(files: &[(Utf8PathBuf, String)]) -> Result<(), Failure> {
    for (number, (path, content)) in files.iter().enumerate() {
        let folder = folder_of(path);
        let made = std::fs::create_dir_all(folder).map_err(|error| {
            let help = "name a writable folder";
            Failure::failed(format!("`{folder}` can't be created: {error}"), help)
        });
        if let Err(error) = made.and_then(|()| write_new_file(path, content.as_bytes())) {
            // Only what this call has written.
            files.iter().take(number).for_each(|(path, _)| drop(std::fs::remove_file(path)));
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_appears_meanwhile_is_kept_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| Utf8PathBuf::try_from(folder.path().join(name)).unwrap();
        fs_err::write(path("b"), "theirs").unwrap();
        let files = ["a", "b", "c"].map(|name| (path(name), "ours".to_owned()));
        let error = write_new_files(&files).unwrap_err();
        assert_eq!(error.to_string(), format!("`{}` already exists", path("b")));
        assert_eq!(fs_err::read_to_string(path("b")).unwrap(), "theirs");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }
}
