//! Finds the files that a pattern under `include` matches.
//!
//! A pattern is walked one component at a time, so that only directories are read in which it can match. The text of
//! the pattern comes from the files, and what it matches from the disk. A walk always ends: it follows no link that a
//! wildcard matches, and has a limit.

use camino::Utf8Path;
use glob::{MatchOptions, Pattern};
use std::ffi::OsStr;
use std::fs::FileType;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The most entries of directories that the patterns of one configuration read together.
const MOST_ENTRIES: u32 = 200_000;

/// `*` matches a leading dot only where the pattern has one.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Why a pattern can't be used.
#[derive(Debug)]
pub(super) enum Refusal {
    Invalid(&'static str),
    /// The limit on entries is reached.
    TooMany(u32),
}

/// A directory or file that can't be read, with the reason.
pub(super) type Unreadable = (PathBuf, io::Error);

/// Walks the patterns of one configuration.
pub(super) struct Walk {
    /// The number of entries that may still be read.
    entries_left: u32,
    /// These must be reported, because people who are declared there would seem undeclared.
    pub(super) unreadable: Vec<Unreadable>,
}

/// One component of a pattern.
enum Step<'p> {
    /// A name without wildcards.
    Name(&'p str),
    /// A name with wildcards.
    Like(Pattern),
    /// `**`: any number of directories, with the pattern of their names.
    Below(Pattern),
}

impl Walk {
    pub(super) fn new() -> Self {
        Self { entries_left: MOST_ENTRIES, unreadable: Vec::new() }
    }

    /// The files that a pattern matches, sorted by path. It is relative to the directory `base`.
    pub(super) fn expand(&mut self, base: &Utf8Path, pattern: &str) -> Result<Vec<PathBuf>, Refusal> {
        let steps = steps(pattern)?;
        let Some((last, before)) = steps.split_last() else { return Ok(Vec::new()) };
        let mut folders = vec![base.as_std_path().to_owned()];
        for step in before {
            folders = sorted(self.each(&folders, |walk, folder| walk.folders(folder, step))?);
        }
        self.each(&folders, |walk, folder| walk.files(folder, last)).map(sorted)
    }

    fn each(
        &mut self,
        folders: &[PathBuf],
        next: impl Fn(&mut Self, &Path) -> Result<Vec<PathBuf>, Refusal>,
    ) -> Result<Vec<PathBuf>, Refusal> {
        let mut all = Vec::new();
        for folder in folders {
            all.extend(next(self, folder)?);
        }
        Ok(all)
    }

    /// The directories that a component matches in a directory.
    fn folders(&mut self, folder: &Path, step: &Step<'_>) -> Result<Vec<PathBuf>, Refusal> {
        match step {
            // Whether it exists is found out when it is read.
            Step::Name(name) => Ok(vec![folder.join(name)]),
            Step::Like(pattern) => self.matching(folder, pattern, FileType::is_dir),
            Step::Below(any) => {
                let mut all = vec![folder.to_owned()];
                let mut done = 0;
                while let Some(folder) = all.get(done).cloned() {
                    all.extend(self.matching(&folder, any, FileType::is_dir)?);
                    done += 1;
                }
                Ok(all)
            }
        }
    }

    /// The files that the last component matches in a directory.
    fn files(&mut self, folder: &Path, step: &Step<'_>) -> Result<Vec<PathBuf>, Refusal> {
        let mut files = match step {
            Step::Name(name) => self.existing(folder.join(name)),
            Step::Like(pattern) => self.matching(folder, pattern, |kind| !kind.is_dir())?,
            Step::Below(_) => Vec::new(),
        };
        // A link to a directory is not a file. A link to nowhere is reported when it is read.
        files.retain(|file| !file.is_dir());
        Ok(files)
    }

    /// The path, if there is something there.
    fn existing(&mut self, path: PathBuf) -> Vec<PathBuf> {
        match std::fs::symlink_metadata(&path) {
            Ok(_) => return vec![path],
            Err(error) if is_absent(&error) => {}
            Err(error) => self.unreadable.push((path, error)),
        }
        Vec::new()
    }

    /// The entries of a directory with a matching name, of a kind.
    fn matching(
        &mut self,
        folder: &Path,
        pattern: &Pattern,
        kind: fn(&FileType) -> bool,
    ) -> Result<Vec<PathBuf>, Refusal> {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = match std::fs::read_dir(here) {
            Ok(entries) => entries,
            Err(error) => {
                if !is_absent(&error) {
                    self.unreadable.push((folder.to_owned(), error));
                }
                return Ok(Vec::new());
            }
        };
        let mut found = Vec::new();
        for entry in entries {
            self.entries_left = self.entries_left.checked_sub(1).ok_or(Refusal::TooMany(MOST_ENTRIES))?;
            let typed = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
            match typed {
                Ok((name, of)) if kind(&of) && matches(pattern, &name) => found.push(folder.join(name)),
                Ok(_) => {}
                Err(error) => {
                    self.unreadable.push((folder.to_owned(), error));
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Parts of a name that are not UTF-8 match like any other unusual character.
fn matches(pattern: &Pattern, name: &OsStr) -> bool {
    pattern.matches_with(&name.to_string_lossy(), OPTIONS)
}

/// Whether there is nothing at a path, which then matches no pattern.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort_unstable();
    paths.dedup();
    paths
}

fn steps(pattern: &str) -> Result<Vec<Step<'_>>, Refusal> {
    let like = |text| Pattern::new(text).map_err(|error| Refusal::Invalid(error.msg));
    let mut steps = Vec::new();
    for component in Utf8Path::new(pattern).components() {
        let behind_wildcard = steps.iter().any(|step| !matches!(step, Step::Name(_)));
        steps.push(match component.as_str() {
            ".." if behind_wildcard => return Err(Refusal::Invalid("`..` can't follow a wildcard")),
            "**" if matches!(steps.last(), Some(Step::Below(_))) => continue,
            "**" => Step::Below(like("*")?),
            text if text.contains(['*', '?', '[']) => Step::Like(like(text)?),
            text => Step::Name(text),
        });
    }
    Ok(steps)
}
