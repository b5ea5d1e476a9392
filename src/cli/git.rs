//! Reads a git repository by the program `git`.
//!
//! Only plumbing that reads objects is run, so that no hook, filter or file-system monitor of the repository runs, and
//! that nothing in it changes. Nothing is fetched, not even by a partial clone.

use super::failure::Failure;
use super::key::KEY_VARIABLE;
use crate::escape;
use camino::Utf8Path;
use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Variables that name another repository than that of the folder. Hooks of git have them set.
const OF_HOOKS: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// The repository of a folder.
pub(super) struct Repository<'f> {
    folder: &'f Utf8Path,
    /// The folder from the top of the repository: empty, or with a slash at its end.
    pub(super) prefix: String,
}

/// What a git command printed, or the first line of its complaint.
type Output = Result<Vec<u8>, String>;

impl<'f> Repository<'f> {
    pub(super) fn of(folder: &'f Utf8Path) -> Result<Self, Failure> {
        let mut repository = Self { folder, prefix: String::new() };
        let prefix = repository.run(&["rev-parse", "--show-prefix"])?.map_err(|why| {
            let folder = escape::line(folder.as_str());
            if why.contains("not a git repository") {
                let help = "run it in a clone, or compare with a copy of the files before: --base DIR";
                return Failure::usage(format!("`{folder}` is in no git repository"), help);
            }
            let help = "correct what git reports, or compare with a copy of the files before: --base DIR";
            Failure::failed(format!("git can't read the repository of `{folder}`: {why}"), help)
        })?;
        repository.prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
        Ok(repository)
    }

    /// The identifier of a commit.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Failure> {
        match self.find(revision)? {
            Some(commit) => Ok(commit),
            None => Err(self.missing(revision)?),
        }
    }

    /// The identifier of the commit that is checked out, if git tells.
    pub(super) fn head(&self) -> Option<String> {
        self.find("HEAD").ok().flatten()
    }

    /// The address of the user, as git would write it into a commit, if it is configured.
    pub(super) fn user(&self) -> Option<String> {
        let address = self.run(&["config", "--get", "user.email"]).ok()?.ok()?;
        Some(String::from_utf8_lossy(&address).trim().to_owned()).filter(|address| !address.is_empty())
    }

    fn find(&self, revision: &str) -> Result<Option<String>, Failure> {
        let found = self.run(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        let found = found.ok().map(|found| String::from_utf8_lossy(&found).trim().to_owned());
        Ok(found.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit())))
    }

    /// What to do about a revision that is not here: in pipelines, it has often not been fetched.
    fn missing(&self, revision: &str) -> Result<Failure, Failure> {
        let lines = |output: Output| -> Vec<String> {
            let text = String::from_utf8_lossy(&output.unwrap_or_default()).into_owned();
            text.lines().map(str::to_owned).collect()
        };
        let remotes = lines(self.run(&["remote"])?);
        let shallow = lines(self.run(&["rev-parse", "--is-shallow-repository"])?) == ["true"];
        let message = format!("there is no commit `{}` in this repository", escape::line(revision));
        for remote in &remotes {
            let tracked = format!("{remote}/{revision}");
            if self.find(&format!("refs/remotes/{tracked}"))?.is_some() {
                return Ok(Failure::usage(message, format!("did you mean --base-ref {tracked}?")));
            }
        }
        let help = fetch(revision, &remotes, shallow);
        Ok(Failure::usage(message, help))
    }

    /// The files of a commit, at any depth.
    pub(super) fn files(&self, commit: &str) -> Result<Vec<TreeFile>, Failure> {
        let listed = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit])?.map_err(unreadable)?;
        Ok(listed.split(|byte| *byte == 0).filter_map(TreeFile::parse).collect())
    }

    /// Starts to read objects.
    pub(super) fn objects(&self) -> Result<Objects, Failure> {
        let mut command = self.command(&["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(not_started)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(asked), Some(told)) => Ok(Objects { child, asked, told: BufReader::new(told) }),
            _ => Err(unreadable("no pipe".to_owned())),
        }
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let output = self.command(arguments).output().map_err(not_started)?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        let why = complaint.lines().next().map_or_else(|| output.status.to_string(), str::to_owned);
        let why = escape::line(why.trim_start_matches("fatal: ")).into_owned();
        Ok(if output.status.success() { Ok(output.stdout) } else { Err(why) })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for variable in OF_HOOKS {
            command.env_remove(variable);
        }
        command.env_remove(KEY_VARIABLE).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        // A partial clone fetches missing objects, by programs that its configuration names.
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "");
        command.args(["--no-pager", "-c", "core.fsmonitor=false", "-C", self.folder.as_str()]);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }
}

/// How to fetch a revision.
fn fetch(revision: &str, remotes: &[String], is_shallow: bool) -> String {
    let tracked =
        |remote: &'_ String| revision.strip_prefix(remote.as_str())?.strip_prefix('/').map(str::to_owned);
    let of_remote = remotes.iter().find_map(|remote| Some((remote, tracked(remote)?)));
    let first = remotes.first().map(|remote| (remote, revision.to_owned()));
    match of_remote.or(first).filter(|(remote, _)| is_plain(remote)) {
        Some((remote, _)) if is_identifier(revision) => {
            format!("fetch it with `git fetch --depth=1 {remote} {revision}`, or check the spelling")
        }
        Some((remote, branch)) if is_plain(revision) => format!(
            "fetch it with `git fetch --depth=1 {remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}`, and use \
             --base-ref {remote}/{branch}; or check the spelling"
        ),
        Some(_) if is_shallow => {
            "this clone is shallow: fetch its history with `git fetch --unshallow`, or check the spelling"
                .to_owned()
        }
        _ => "check the spelling: `git branch --all` lists the branches".to_owned(),
    }
}

/// Whether a revision is the identifier of a commit.
fn is_identifier(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a shell and git take a name as it is.
fn is_plain(revision: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    !revision.is_empty() && !revision.starts_with('-') && revision.bytes().all(plain) && revision != "HEAD"
}

fn not_started(error: io::Error) -> Failure {
    let help = "install git, or compare with a copy of the files before: --base DIR";
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::failed("--base-ref needs the program `git`, which is not here", help)
        }
        _ => Failure::failed(format!("the program `git` can't be started: {error}"), help),
    }
}

fn unreadable(why: impl std::fmt::Display) -> Failure {
    Failure::failed(
        format!("git can't read the files before: {why}"),
        "check the repository with `git fsck`; if the clone is partial, fetch what is missing: `git fetch --refetch`",
    )
}

/// A file in a commit.
pub(super) struct TreeFile {
    /// A link, whose content is its target.
    pub(super) is_link: bool,
    pub(super) id: String,
    /// From the top of the repository, without empty parts, `.` and `..`.
    pub(super) path: Vec<String>,
}

impl TreeFile {
    /// Reads `MODE TYPE ID<tab>PATH`; `None` for a submodule, and for a path that leads elsewhere.
    fn parse(entry: &[u8]) -> Option<Self> {
        let entry = String::from_utf8_lossy(entry);
        let (about, path) = entry.split_once('\t')?;
        let [mode, "blob", id] = about.split(' ').collect::<Vec<_>>()[..] else { return None };
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        let is_name = |part: &String| !matches!(part.as_str(), "" | "." | "..") && !part.contains('\\');
        path.iter().all(is_name).then(|| Self { is_link: mode == "120000", id: id.to_owned(), path })
    }
}

/// Reads objects, one at a time.
pub(super) struct Objects {
    child: Child,
    asked: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Objects {
    /// Writes the content of an object as it is, without filters.
    pub(super) fn copy(&mut self, id: &str, to: &mut dyn Write) -> Result<(), Failure> {
        self.try_copy(id, to).map_err(unreadable)
    }

    fn try_copy(&mut self, id: &str, to: &mut dyn Write) -> io::Result<()> {
        writeln!(self.asked, "{id}")?;
        self.asked.flush()?;
        let mut header = String::new();
        self.told.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(io::Error::other(format!("the object {id} is missing")));
        };
        let copied = io::copy(&mut self.told.by_ref().take(size), to)?;
        let mut end = [0];
        self.told.read_exact(&mut end)?;
        if copied == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
