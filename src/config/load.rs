//! Reads the main file and what it includes.

use super::file::ConfigFile;
use super::include::{Refusal, Walk};
use super::lower;
use super::yaml;
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::escape;
use crate::model::Desired;
use crate::source::{Sources, folder_of};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The name of the main file in a directory.
const MAIN_FILE: &str = "orgsync.yaml";

const CORRECT_PATTERN: &str = "correct the pattern (it is relative to this file), or remove it";

const NARROW_PATTERN: &str = "name the folders that have the files, as in `teams/**/*.yaml`";

/// The largest file that is read, in bytes: room for two million people.
const MAX_FILE_LEN: u64 = 512 * 1024 * 1024;

/// The result of reading a configuration.
#[derive(Debug)]
pub struct Loaded {
    /// The files that were read, to show positions in them.
    pub sources: Sources,
    /// The desired organization, or all faults of the files.
    pub desired: Result<Desired, Vec<Diagnostic>>,
    /// The desired organization of files whose only faults are about the budget.
    pub over_budget: Option<Desired>,
}

impl Loaded {
    /// All faults, and no desired organization.
    fn faulty(sources: Sources, faults: Vec<Diagnostic>) -> Self {
        Self { sources, desired: Err(faults), over_budget: None }
    }

    /// Ignores the faults of files whose only faults are about the budget. Returns these faults, to be shown.
    ///
    /// For commands that grant nothing: they must work when more seats are declared than purchased.
    #[must_use]
    pub fn despite_budget(self) -> (Self, Vec<Diagnostic>) {
        match (self.desired, self.over_budget) {
            (Err(faults), Some(desired)) => {
                (Self { sources: self.sources, desired: Ok(desired), over_budget: None }, faults)
            }
            (desired, over_budget) => (Self { sources: self.sources, desired, over_budget }, Vec::new()),
        }
    }
}

/// Reads the configuration at `path`: a file, or a directory that contains `orgsync.yaml`.
///
/// `expires` is evaluated on `today` (UTC). A file whose text `is_secret` is refused, and its content is never shown.
#[must_use]
pub fn load(path: &Utf8Path, today: Date, is_secret: &dyn Fn(&str) -> bool) -> Loaded {
    if is_secret(path.as_str()) {
        let message = "the name of the configuration contains the Admin API key";
        let fault = Diagnostic::new(
            Code::FileUnreadable,
            message,
            "name a file, or a directory that contains orgsync.yaml",
        );
        return Loaded::faulty(Sources::default(), vec![fault]);
    }
    let path = main_file(path);
    let text = read_text(path.as_std_path(), is_secret).map_err(|fault| with_near_name(fault, &path));
    let folder = same_file(folder_of(&path).as_std_path());
    let place = Place::of(path.as_std_path(), &folder);
    with_main((&path, &folder), text, place, today, is_secret)
}

/// The main file of a path, which may be a file or a directory.
#[must_use]
pub fn main_file(path: &Utf8Path) -> Utf8PathBuf {
    if path.is_dir() { path.join(MAIN_FILE) } else { path.to_owned() }
}

/// The patterns under `include` in the text of a main file; none if it can't be read.
#[must_use]
pub fn include_patterns(text: String) -> Vec<String> {
    let mut sources = Sources::default();
    let number = sources.add(String::new(), text);
    let main: Option<ConfigFile> = yaml::read(&sources, number, &mut Faults::default());
    let patterns = main.and_then(|main| main.include.value).unwrap_or_default();
    patterns.into_iter().filter_map(|pattern| pattern.value).collect()
}

/// The file beside a missing one that is probably meant: `orgsync.yml` for `orgsync.yaml`, and the reverse.
#[must_use]
pub fn near_file(missing: &Utf8Path) -> Option<Utf8PathBuf> {
    let near = match missing.extension()? {
        "yaml" => missing.with_extension("yml"),
        "yml" => missing.with_extension("yaml"),
        _ => return None,
    };
    (matches!(missing.try_exists(), Ok(false)) && near.is_file()).then_some(near)
}

/// The fault of a main file that can't be read, with the name that is probably meant.
fn with_near_name(fault: Diagnostic, path: &Utf8Path) -> Diagnostic {
    let Some(near) = near_file(path) else { return fault };
    let (near, wanted) = (escape::line(near.as_str()), escape::line(path.as_str()));
    let help = format!("`{near}` is there: rename it to `{wanted}`, or name it: --config {near}");
    Diagnostic { help, ..fault }
}

/// Reads a configuration whose main file is a stream, such as an unsaved file of an editor.
///
/// `path` is the name of the file. Includes are relative to it, but the file itself is not read from disk.
#[must_use]
pub fn load_text(
    path: &Utf8Path,
    text: &mut dyn Read,
    today: Date,
    is_secret: &dyn Fn(&str) -> bool,
) -> Loaded {
    let name = path.as_str();
    let bytes = read_bytes(name, text).unwrap_or_else(|error| Err(unreadable(path.as_std_path(), &error)));
    let text = bytes.and_then(|bytes| decode(name, bytes, is_secret));
    let folder = same_file(folder_of(path).as_std_path());
    with_main((path, &folder), text, Place::Within, today, is_secret)
}

/// The location of a file, after following links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In or below the folder of the main file.
    Within,
    /// Elsewhere. An author of the files can name any file of the machine, so the content of a file that is not
    /// configuration must not be shown.
    Outside,
}

impl Place {
    fn of(file: &Path, folder: &Path) -> Self {
        match same_file(file).starts_with(folder) {
            true => Self::Within,
            false => Self::Outside,
        }
    }
}

/// Reads the included files, and lowers all files. `folder` is the folder of the main file, after following links.
fn with_main(
    (path, folder): (&Utf8Path, &Path),
    text: Result<String, Diagnostic>,
    place: Place,
    today: Date,
    is_secret: &dyn Fn(&str) -> bool,
) -> Loaded {
    let mut reader = FileReader::default();
    let main = reader.take(path.as_std_path(), text, place);
    let mut included = Vec::new();
    if let Some(main) = &main {
        for file in reader.included(path, main) {
            let text = read_text(&file, is_secret);
            included.extend(reader.take(&file, text, Place::of(&file, folder)));
        }
    }
    let FileReader { sources, faults } = reader;
    let Some(main) = main else { return Loaded::faulty(sources, faults.into_sorted()) };
    let (desired, faults) = lower::lower(&main, &included, today, faults);
    if faults.is_empty() {
        return Loaded { sources, desired: Ok(desired), over_budget: None };
    }
    let faults = faults.into_sorted();
    let over_budget = faults.iter().all(|fault| fault.code.is_about_budget()).then_some(desired);
    Loaded { sources, desired: Err(faults), over_budget }
}

#[derive(Default)]
struct FileReader {
    sources: Sources,
    faults: Faults,
}

impl FileReader {
    /// Adds a file, or the fault of the whole file.
    fn take(&mut self, path: &Path, text: Result<String, Diagnostic>, place: Place) -> Option<ConfigFile> {
        let text = match text {
            Ok(text) => text,
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        };
        let name = path.display().to_string();
        let number = self.sources.add(name.clone(), text);
        let mut faults = Faults::default();
        let content = yaml::read(&self.sources, number, &mut faults);
        if place == Place::Outside && !faults.is_empty() {
            let message = format!(
                "{} has faults and is outside of the main file's folder, so its content is not shown",
                Quoted(&name)
            );
            let help = "check the file with `orgsync validate --config FILE`, or move it into the folder";
            self.faults.push(Diagnostic::new(Code::FileUnreadable, message, help).in_file(&name));
        } else {
            faults.into_sorted().into_iter().for_each(|fault| self.faults.push(fault));
        }
        content
    }

    /// The files that match the patterns of the main file, without duplicates, in the order of patterns and names.
    fn included(&mut self, main_path: &Utf8Path, main: &ConfigFile) -> Vec<PathBuf> {
        let Some((patterns, _)) = main.include.get() else {
            return Vec::new();
        };
        let base = main_path.parent().unwrap_or(Utf8Path::new(""));
        let mut seen = HashSet::from([same_file(main_path.as_std_path())]);
        let mut files = Vec::new();
        let mut walk = Walk::new();
        for (pattern, span) in patterns.iter().filter_map(|pattern| pattern.get()) {
            let found = walk.expand(base, pattern);
            let unread = std::mem::take(&mut walk.unreadable);
            for (path, error) in &unread {
                self.faults.push(unreadable(path, error));
            }
            let quoted = Quoted(pattern);
            let (message, help) = match found {
                Ok(found) if found.is_empty() && unread.is_empty() => {
                    (format!("{quoted} matches no file"), CORRECT_PATTERN)
                }
                Ok(found) => {
                    files.extend(found.into_iter().filter(|path| seen.insert(same_file(path))));
                    continue;
                }
                Err(Refusal::Invalid(why)) => {
                    (format!("{quoted} is not a valid pattern: {why}"), CORRECT_PATTERN)
                }
                Err(Refusal::TooMany(most)) => (
                    format!("the patterns up to {quoted} search more than {most} files and folders"),
                    NARROW_PATTERN,
                ),
            };
            self.faults.push(Diagnostic::at(Code::IncludeWithoutFile, span, message, help));
        }
        files
    }
}

/// The canonical path of a file.
fn same_file(path: &Path) -> PathBuf {
    fs_err::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn read_text(path: &Path, is_secret: &dyn Fn(&str) -> bool) -> Result<String, Diagnostic> {
    let name = path.display().to_string();
    let fault = |message: String| {
        Diagnostic::new(Code::FileUnreadable, message, "name a regular file").in_file(&name)
    };
    // Check before opening: a pipe would block, and a device may never end.
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !about.is_file() {
        let what = if about.is_dir() { "a directory" } else { "a pipe or device" };
        let message = format!("{} can't be read: it is {what}", Quoted(&name));
        return Err(fault(message));
    }
    if about.len() > MAX_FILE_LEN {
        return Err(too_large(&name));
    }
    let mut file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let bytes = read_bytes(&name, &mut file).map_err(|error| unreadable(path, &error))??;
    // System files, such as the environment of a process, have content although their length is 0.
    if about.len() == 0 && !bytes.is_empty() {
        let message = format!("{} can't be read: it is a system file", Quoted(&name));
        return Err(fault(message));
    }
    decode(&name, bytes, is_secret)
}

fn too_large(name: &str) -> Diagnostic {
    let message = format!("{} is larger than {} MiB", Quoted(name), MAX_FILE_LEN / 1024 / 1024);
    let help = "split it into several files, and list them under `include`";
    Diagnostic::new(Code::FileTooLarge, message, help).in_file(name)
}

/// Reads everything, up to the size limit.
fn read_bytes(name: &str, from: &mut dyn Read) -> std::io::Result<Result<Vec<u8>, Diagnostic>> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE_LEN + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > MAX_FILE_LEN { Err(too_large(name)) } else { Ok(bytes) })
}

/// The text of a file, unless it contains a secret.
fn decode(name: &str, bytes: Vec<u8>, is_secret: &dyn Fn(&str) -> bool) -> Result<String, Diagnostic> {
    let fault = |code, message: String, help: &str| Diagnostic::new(code, message, help).in_file(name);
    if is_secret(&String::from_utf8_lossy(&bytes)) {
        let message =
            format!("{} contains the Admin API key, so its content is not read or shown", Quoted(name));
        let help =
            "remove the key from the file; if others could read it, create a new key and delete this one";
        return Err(fault(Code::FileUnreadable, message, help));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("{} is not UTF-8 text (line {line}, byte {})", Quoted(name), valid.len() + 1);
        fault(Code::NotUtf8, message, "save it as UTF-8")
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let name = path.display().to_string();
    let help = match error.kind() {
        std::io::ErrorKind::NotFound => {
            "create it, name another with --config FILE or DIR, or have it written: `orgsync export --out FILE` or DIR"
        }
        _ => "check that it exists and that you can read it",
    };
    let message = format!("{} can't be read: {error}", Quoted(&name));
    Diagnostic::new(Code::FileUnreadable, message, help).in_file(&name)
}
