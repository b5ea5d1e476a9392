//! The pages, lived through: the `sh` and `diff` blocks of a page are run in order, and what its `text` blocks show must
//! have been printed since the block before.
//!
//! A page begins in a folder with the repository's examples. Where it serves the sandbox, it is run against that. The
//! recipes go on from where their first page ends.

use crate::markdown::Block;
use crate::{Page, orgsync, pages, root, text};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where pages have the sandbox listen. Here it listens on a port that is free.
const ADDRESS: &str = "127.0.0.1:4242";

/// The page that others begin with.
const BEGINNING: &str = "docs/src/recipes/index.md";

/// Pages outside of the recipes that begin with it, too.
const OTHERS: [&str; 4] = [
    "docs/src/concepts/apply.md",
    "docs/src/concepts/drift.md",
    "docs/src/concepts/due.md",
    "docs/src/pipelines/pull-requests.md",
];

/// What the first words of a command that is not run need that is not here.
const NOT_RUN: &[(&str, &str)] = &[
    (".ci/run", "runs this test, too"),
    ("INSTA_UPDATE=always", "writes snapshots"),
    ("ORGSYNC_CASES=2000", "takes long"),
    ("UPDATE=1", "writes files of the repository"),
    ("cargo binstall", "there is no release yet"),
    ("cargo bench", "takes long"),
    ("cargo build", "builds the program"),
    ("cargo install", "installs the program"),
    ("cargo run", "builds the program; tests/examples.rs runs it"),
    ("cargo test", "runs this test, too"),
    ("cargo +nightly", "needs a nightly compiler"),
    ("docker", "needs Docker"),
    ("gh", "needs GitHub"),
    ("cd", "belongs to commands that are not run"),
    ("export", "belongs to commands that are not run"),
    ("orgsync", "works on a real organization, or on files that are not here"),
    ("tests/tools/book.sh", "installs tools; .ci/run runs it"),
];

/// The folders of programs, the built one's first.
fn path() -> OsString {
    let built = Path::new(env!("CARGO_BIN_EXE_orgsync")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(built).chain(std::env::split_paths(&others))).unwrap()
}

/// A program as somebody runs it who has set nothing.
fn plain(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", path()).env("HOME", home).stdin(Stdio::null());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("NO_PROXY", "127.0.0.1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.example");
    }
    command
}

/// A served sandbox; it ends with this value.
struct Sandbox {
    child: Child,
    address: String,
}

impl Sandbox {
    /// Serves as a command line says.
    fn serve(line: &str, home: &Path) -> Self {
        let mut words = line.split_whitespace();
        let mut command = plain(words.next().unwrap(), home);
        command.args(words.map(|word| if word == ADDRESS { "127.0.0.1:0" } else { word }));
        let mut child =
            command.current_dir(root()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, address: url.trim().trim_start_matches("http://").to_owned() }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status with which one command of a block ends, where that is not 0: `sh exit-3`.
fn status(block: &Block) -> Option<&str> {
    block.language.strip_prefix("sh exit-")
}

fn is_run(block: &Block) -> bool {
    block.language == "sh" || status(block).is_some()
}

fn serves(block: &Block) -> bool {
    is_run(block) && block.text.starts_with("orgsync sandbox ") && block.text.contains(ADDRESS)
}

/// The commands and edits as one script, with a line of `mark` after each block. What fails is told with its status.
fn script(blocks: &[Block], mark: &str) -> String {
    let mut script = "exec 2>&1\ntrap 'echo \"FAILED $BASH_COMMAND: $?\"' ERR\n".to_owned();
    for block in blocks {
        if is_run(block) {
            script.push_str(&block.text);
        } else if block.language == "diff" {
            let (file, lines) = block.text.strip_prefix("--- ").unwrap().split_once('\n').unwrap();
            let patch = format!("--- a/{file}\n+++ b/{file}\n@@ -1 +1 @@\n{lines}");
            writeln!(script, "git apply --recount --unidiff-zero <<'PATCH'\n{patch}PATCH").unwrap();
        }
        writeln!(script, "echo; echo '{mark}'").unwrap();
    }
    script
}

/// Whether these lines stand in a text in this order, with anything between them.
fn says(said: &str, shown: &str) -> Result<(), String> {
    let mut said = said.lines();
    let mut shown = shown.lines().filter(|line| !line.trim().is_empty() && line.trim() != "…");
    shown.try_for_each(|line| said.any(|other| other == line).then_some(()).ok_or(line.to_owned()))
}

/// What is wrong with the blocks of a page, held against what each of them printed.
fn faults(blocks: &[Block], printed: &[&str]) -> Vec<String> {
    let (mut faults, mut said) = (Vec::new(), String::new());
    for (block, printed) in blocks.iter().zip(printed) {
        let failed: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("FAILED ")).collect();
        let statuses: Vec<_> = failed.iter().filter_map(|line| line.rsplit(": ").next()).collect();
        let expected: Vec<_> = status(block).into_iter().collect();
        if statuses != expected {
            faults.push(format!("ends otherwise: {failed:?}\n{}\n{printed}", block.text));
        }
        said.push_str(printed);
        if block.language == "text" {
            if let Err(line) = says(&said, &block.text) {
                faults.push(format!("this line is shown and not printed: {line}\n{said}"));
            }
            said.clear();
        }
    }
    faults
}

/// The blocks of a page, after those of the page that it begins with.
fn story(page: &Page) -> Vec<Block> {
    let recipe = page.path.starts_with("docs/src/recipes/") && page.path != BEGINNING;
    let begins_with = if recipe || OTHERS.contains(&page.path.as_str()) {
        Page::read(BEGINNING).blocks()
    } else {
        Vec::new()
    };
    begins_with.into_iter().chain(page.blocks()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs_err::copy(from, to).unwrap();
        }
    }
}

/// Lives through a page, and says what is wrong with it.
fn live_through(page: &Page) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    copy(&root().join("examples"), &home.path().join("examples"));
    let mut blocks = story(page);
    let served = blocks.iter().position(serves).map(|at| blocks.remove(at));
    let sandbox = served.map(|block| Sandbox::serve(&block.text, home.path()));
    for Block { text, .. } in &mut blocks {
        if let Some(sandbox) = &sandbox {
            *text = text.replace(ADDRESS, &sandbox.address);
        }
    }
    let mark = "=== next block ===";
    let mut bash = plain("bash", home.path());
    let run = bash.args(["-c", &script(&blocks, mark)]).current_dir(home.path()).output().unwrap();
    let run = String::from_utf8(run.stdout).unwrap();
    if std::env::var("ORGSYNC_PAGE").is_ok() {
        println!("{run}");
    }
    let printed: Vec<_> = run.split(&format!("{mark}\n")).collect();
    faults(&blocks, &printed)
}

#[test]
fn pages_go_as_they_say() {
    let home = tempfile::tempdir().unwrap();
    for program in ["bash", "git", "curl"] {
        if plain(program, home.path()).arg("--version").output().is_err() {
            println!("left out: there is no {program}");
            return;
        }
    }
    // ORGSYNC_PAGE names a part of a path, to see what one page prints.
    let wanted = std::env::var("ORGSYNC_PAGE").unwrap_or_default();
    let pages: Vec<_> = pages()
        .into_iter()
        .filter(|page| page.path.contains(&wanted) && page.blocks().iter().any(is_run))
        .collect();
    let faults: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = pages.iter().map(|page| (page, scope.spawn(|| live_through(page)))).collect();
        running.into_iter().map(|(page, run)| (&page.path, run.join().unwrap())).collect()
    });
    let faults: Vec<_> = faults
        .iter()
        .flat_map(|(path, faults)| faults.iter().map(move |fault| format!("{path}: {fault}")))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn commands_that_are_not_run_have_a_reason_and_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    for page in pages() {
        for line in page.texts("sh not-run").iter().flat_map(|block| block.lines()) {
            let reason = NOT_RUN.iter().any(|(start, _)| line.starts_with(start));
            assert!(
                reason || line.starts_with(' '),
                "{}: this line is not run without a reason: {line}",
                page.path
            );
            let Some(words) = line.strip_prefix("orgsync ") else { continue };
            let words = words.split(" > ").next().unwrap().split_whitespace();
            // Help comes only after what stands before it has been understood.
            let output = orgsync(&words.chain(["--help"]).collect::<Vec<_>>(), folder.path());
            assert!(output.status.success(), "{}: {line}\n{}", page.path, text(&output.stderr));
        }
    }
}
