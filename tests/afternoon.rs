//! The README's first afternoon, lived through: its commands and edits, in order, with what they are shown to say.
#![cfg(unix)]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests are not tests to clippy, and what is left out is said"
)]

mod markdown;

use markdown::Block;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const CHAPTER: &str = "## A first afternoon\n";

/// Where the README has the sandbox listen. Here it listens on a port that is free.
const ADDRESS: &str = "127.0.0.1:4242";

/// What the README says ends with another status than 0, and with which.
const OTHER_STATUS: [&str; 1] = ["orgsync plan --detailed-exitcode: 2"];

/// The fenced blocks of the chapter.
fn chapter() -> Vec<Block> {
    let readme = fs_err::read_to_string(root().join("README.md")).unwrap();
    let (_, chapter) = readme.split_once(CHAPTER).unwrap();
    markdown::blocks(chapter.split("\n## ").next().unwrap())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of programs, the built one's first.
fn path() -> std::ffi::OsString {
    let built = Path::new(env!("CARGO_BIN_EXE_orgsync")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(built).chain(std::env::split_paths(&others))).unwrap()
}

/// A program as somebody runs it who has set nothing.
fn plain(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", path()).env("HOME", home).stdin(Stdio::null());
    command.env("GIT_CONFIG_NOSYSTEM", "1");
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
    /// Serves as the README's command line says.
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

/// The commands and edits as one script. What fails is told with its status; lines of `mark` stand where the README
/// shows what was said so far.
fn script(blocks: &[Block], mark: &str) -> String {
    let mut script = "exec 2>&1\ntrap 'echo \"FAILED $BASH_COMMAND: $?\"' ERR\n".to_owned();
    for Block { language, text } in blocks {
        match language.as_str() {
            "sh" => script.push_str(text),
            "diff" => {
                let (file, lines) = text.strip_prefix("--- ").unwrap().split_once('\n').unwrap();
                let patch = format!("--- a/{file}\n+++ b/{file}\n@@ -1 +1 @@\n{lines}");
                writeln!(script, "git apply --recount --unidiff-zero <<'PATCH'\n{patch}PATCH").unwrap();
            }
            _ => writeln!(script, "echo {mark}").unwrap(),
        }
    }
    script
}

/// Whether these lines stand in a text in this order, with anything between them.
fn says(said: &str, shown: &str) -> Result<(), String> {
    let mut said = said.lines();
    let mut shown = shown.lines().filter(|line| !line.is_empty() && *line != "…");
    shown.try_for_each(|line| said.any(|other| other == line).then_some(()).ok_or(line.to_owned()))
}

#[test]
fn the_first_afternoon_of_the_readme_goes_as_it_says() {
    let home = tempfile::tempdir().unwrap();
    for program in ["bash", "git", "curl"] {
        if plain(program, home.path()).arg("--version").output().is_err() {
            println!("left out: there is no {program}");
            return;
        }
    }
    let mut blocks = chapter();
    let sandbox = Sandbox::serve(&blocks.remove(0).text, home.path());
    for Block { text, .. } in &mut blocks {
        *text = text.replace(ADDRESS, &sandbox.address);
    }
    let mark = "=== shown ===";
    let mut bash = plain("bash", home.path());
    let run = bash.args(["-c", &script(&blocks, mark)]).current_dir(home.path()).output().unwrap();
    let run = String::from_utf8(run.stdout).unwrap();
    let failed: Vec<_> = run.lines().filter_map(|line| line.strip_prefix("FAILED ")).collect();
    assert_eq!(failed, OTHER_STATUS, "{run}");
    let shown: Vec<_> = blocks.iter().filter(|block| block.language == "text").collect();
    assert!(shown.len() > 5, "the chapter shows what commands say");
    for (Block { text: shown, .. }, said) in shown.iter().zip(run.split(mark)) {
        assert_eq!(says(said, shown), Ok(()), "this line is missing from:\n{said}");
    }
}
