//! The files before a change, from git: `plan --base-ref`.
//!
//! Copies the main file and the files that it includes from a commit into a temporary folder. Links are not made there:
//! a file behind one is copied to where the link leads to it, so that nothing outside of the commit is read.

use super::config;
use super::failure::Failure;
use super::git::{Objects, Repository, TreeFile};
use super::key::{KeyArgs, known_keys};
use crate::config::{Loaded, include_patterns, main_file};
use crate::diag::{Diagnostic, Quoted};
use crate::escape;
use crate::source::folder_of;
use camino::{Utf8Path, Utf8PathBuf};
use glob::Pattern;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};
use std::io::Write as _;
use tempfile::TempDir;

/// The most patterns that links lead to. Links can lead to each other without end.
const MOST_PATTERNS: usize = 1000;

/// The configuration at a commit.
pub(super) enum AtRevision {
    Loaded(Box<Loaded>),
    /// There is no main file, with what to say about it.
    Absent(String),
}

/// Refuses what git would read as an option, and what names no revision.
pub(super) fn revision(text: &str) -> Result<String, &'static str> {
    match text {
        "" => Err("write a branch, a tag or a commit, such as origin/main"),
        text if text.starts_with(['-', '^']) || text.contains("..") || text.contains('\0') => {
            Err("name one branch, tag or commit, such as origin/main")
        }
        text => Ok(text.to_owned()),
    }
}

/// The files of a commit, to copy some of them.
struct Copier<'r> {
    files: Vec<TreeFile>,
    links: Vec<Link>,
    objects: Objects,
    revision: &'r str,
    root: Utf8PathBuf,
    copied: HashSet<Vec<String>>,
}

/// A link of a commit.
struct Link {
    path: Vec<String>,
    /// As written.
    to: String,
}

/// Files to copy: those that a pattern matches.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Wanted {
    /// From the top of the repository.
    pattern: Vec<String>,
    /// How many of its first parts are the target of a link, and where that link is.
    behind: usize,
    link: Vec<String>,
}

/// Reads the configuration at `path` as it was at a revision.
pub(super) fn read(
    path: &Utf8Path,
    revision: &str,
    key: &KeyArgs,
    today: Date,
) -> Result<AtRevision, Failure> {
    if known_keys(Some(key)).iter().any(|key| key.is_in(revision)) {
        let help = "name a branch, a tag or a commit, such as --base-ref origin/main";
        return Err(Failure::usage("the revision in --base-ref contains the Admin API key", help));
    }
    let main = main_file(path);
    let repository = Repository::of(folder_of(&main))?;
    let commit = repository.commit(revision)?;
    let folder = TempDir::new().map_err(not_copied)?;
    // Without links in it, so that a path within it starts with it.
    let root = folder.path().canonicalize().map_err(not_copied)?;
    let root = Utf8PathBuf::try_from(root).map_err(not_copied)?;
    let files = repository.files(&commit)?;
    let mut copier = Copier::new(files, repository.objects()?, revision, root)?;
    let name = main.file_name().unwrap_or_default();
    let main: Vec<String> = parts(&repository.prefix).chain([name]).map(str::to_owned).collect();
    copier.copy_configuration(&main)?;
    let main_copy = copier.copy_of(&main);
    if !main_copy.is_file() {
        return Ok(AtRevision::Absent(copier.absent(&main)));
    }
    let loaded = config::read(&main_copy, Some(key), today);
    Ok(AtRevision::Loaded(Box::new(named(loaded, &copier.root, revision))))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

impl<'r> Copier<'r> {
    fn new(
        files: Vec<TreeFile>,
        mut objects: Objects,
        revision: &'r str,
        root: Utf8PathBuf,
    ) -> Result<Self, Failure> {
        let mut links = Vec::new();
        for link in files.iter().filter(|file| file.is_link) {
            let mut to = Vec::new();
            objects.copy(&link.id, &mut to)?;
            links.push(Link { path: link.path.clone(), to: String::from_utf8_lossy(&to).into_owned() });
        }
        Ok(Self { files, links, objects, revision, root, copied: HashSet::new() })
    }

    /// Copies the main file and what it includes.
    fn copy_configuration(&mut self, main: &[String]) -> Result<(), Failure> {
        self.copy(main.to_vec())?;
        let Ok(text) = std::fs::read(self.copy_of(main)) else { return Ok(()) };
        for pattern in include_patterns(String::from_utf8_lossy(&text).into_owned()) {
            self.copy(self.resolve(folder(main), &pattern)?)?;
        }
        Ok(())
    }

    /// A path or pattern in a folder, as seen from the top of the repository.
    fn resolve(&self, folder: &[String], path: &str) -> Result<Vec<String>, Failure> {
        let outside = || {
            let revision = escape::line(self.revision);
            let message = format!(
                "the files at {revision} lead to {}, which is outside of the repository",
                Quoted(path)
            );
            let help =
                "git has no earlier version of such files: compare with a copy of all files, --base DIR";
            Failure::failed(message, help)
        };
        if Utf8Path::new(path).is_absolute() {
            return Err(outside());
        }
        let mut all = folder.to_vec();
        for part in parts(path) {
            match part {
                "." => {}
                ".." => drop(all.pop().ok_or_else(outside)?),
                part => all.push(part.to_owned()),
            }
        }
        Ok(all)
    }

    /// Copies the files that a pattern matches, directly or through links. Each file once.
    fn copy(&mut self, pattern: Vec<String>) -> Result<(), Failure> {
        let first = Wanted { pattern, behind: 0, link: Vec::new() };
        let (mut all, mut seen) = (vec![first.clone()], HashSet::from([first]));
        while let Some(wanted) = all.pop() {
            for link in &self.links {
                for taken in wanted.leads_through(&link.path) {
                    let next = wanted.behind(taken, link, self.resolve(folder(&link.path), &link.to)?);
                    if seen.len() < MOST_PATTERNS && seen.insert(next.clone()) {
                        all.push(next);
                    }
                }
            }
            let files =
                self.files.iter().filter(|file| !file.is_link && matches(&wanted.pattern, &file.path));
            for file in files {
                if self.copied.insert(file.path.clone()) {
                    let copy =
                        wanted.seen_as(&file.path).iter().fold(self.root.clone(), |all, part| all.join(part));
                    write(&mut self.objects, &file.id, &copy)?;
                }
            }
        }
        Ok(())
    }

    fn copy_of(&self, path: &[String]) -> Utf8PathBuf {
        path.iter().fold(self.root.clone(), |all, part| all.join(part))
    }

    /// That there is no main file, and where one of this name is: the folder may have had another name.
    fn absent(&self, main: &[String]) -> String {
        let revision = escape::line(self.revision).into_owned();
        let same_name = |file: &&TreeFile| !file.is_link && file.path.last() == main.last();
        let other = self.files.iter().find(same_name).map(|file| {
            let path = file.path.join("/");
            let path = escape::line(&path);
            format!(
                " There is `{path}`: if the files were moved, run `git worktree add --detach ../before {revision}`, and use --base ../before/{path}"
            )
        });
        let main = main.join("/");
        format!(
            "There is no `{}` at {revision}: all changes count as part of this change.{}",
            escape::line(&main),
            other.unwrap_or_default()
        )
    }
}

/// The parts of a path but the last.
fn folder(path: &[String]) -> &[String] {
    path.split_last().map(|(_, above)| above).unwrap_or_default()
}

/// Writes a new file, and its folders.
fn write(objects: &mut Objects, id: &str, path: &Utf8Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder_of(path)).map_err(not_copied)?;
    let mut file = std::fs::File::create_new(path).map_err(not_copied)?;
    objects.copy(id, &mut file)?;
    file.flush().map_err(not_copied)
}

fn not_copied(error: impl std::fmt::Display) -> Failure {
    let help = "name a folder with enough space in the variable TMPDIR";
    Failure::failed(format!("the files before can't be copied to a temporary folder: {error}"), help)
}

impl Wanted {
    /// The numbers of the pattern's first parts that match a link, which is then followed: the last one, or one without
    /// a wildcard.
    fn leads_through(&self, link: &[String]) -> Vec<usize> {
        let followed = |taken: &usize| {
            let (part, is_last) = (self.pattern.get(taken - 1), *taken == self.pattern.len());
            (is_last || part.is_some_and(|part| !has_wildcard(part)))
                && self.pattern.get(..*taken).is_some_and(|first| matches(first, link))
        };
        (1..=self.pattern.len()).filter(followed).collect()
    }

    /// What is wanted behind a link that the first parts match.
    fn behind(&self, taken: usize, link: &Link, target: Vec<String>) -> Self {
        let (behind, rest) = (target.len(), self.pattern.get(taken..).unwrap_or_default());
        Self {
            pattern: target.into_iter().chain(rest.iter().cloned()).collect(),
            behind,
            link: self.seen_as(&link.path),
        }
    }

    /// Where a file that the pattern matches is seen.
    fn seen_as(&self, path: &[String]) -> Vec<String> {
        self.link.iter().chain(path.get(self.behind..).unwrap_or_default()).cloned().collect()
    }
}

/// Whether a pattern matches a path, or may do so: the loader decides on names that start with a dot.
fn matches(pattern: &[String], path: &[String]) -> bool {
    // How many first parts of the path the pattern so far matches. Not recursive: `**` would take exponential time.
    let mut ends = BTreeSet::from([0]);
    for part in pattern {
        ends = match part.as_str() {
            "**" => ends.first().into_iter().flat_map(|first| *first..=path.len()).collect(),
            part => {
                let fits = |end: &usize| path.get(*end).is_some_and(|name| is_like(part, name));
                ends.into_iter().filter(fits).map(|end| end + 1).collect()
            }
        };
    }
    ends.contains(&path.len())
}

fn is_like(part: &str, name: &str) -> bool {
    part == name || (has_wildcard(part) && Pattern::new(part).is_ok_and(|pattern| pattern.matches(name)))
}

fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

/// A configuration with the names that git has for its files, `REVISION:PATH`, in place of its copies.
fn named(loaded: Loaded, root: &Utf8Path, revision: &str) -> Loaded {
    let (copy, original) = (format!("{root}/"), format!("{revision}:"));
    let rename = |text: &str| text.replace(&copy, &original);
    let renamed = |fault: Diagnostic| Diagnostic {
        message: rename(&fault.message),
        help: rename(&fault.help),
        file: fault.file.as_deref().map(|file| rename(file).into()),
        ..fault
    };
    let mut sources = loaded.sources;
    sources.rename(rename);
    Loaded {
        sources,
        desired: loaded.desired.map_err(|faults| faults.into_iter().map(renamed).collect()),
        over_budget: loaded.over_budget,
    }
}
