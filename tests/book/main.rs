//! README and book, taken at their word: commands are run, files are checked, and nothing is left out.
#![cfg(unix)]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests are not tests to clippy, and what is left out is said"
)]

mod codes;
mod markdown;
mod reference;
mod shape;
mod story;

use markdown::Block;
use std::path::Path;
use std::process::{Command, Output};

/// A page, by its path in the repository.
struct Page {
    path: String,
    text: String,
}

impl Page {
    fn read(path: &str) -> Self {
        Self { path: path.to_owned(), text: fs_err::read_to_string(root().join(path)).unwrap() }
    }

    fn blocks(&self) -> Vec<Block> {
        markdown::blocks(&self.text)
    }

    /// The texts of the blocks in a language.
    fn texts(&self, language: &str) -> Vec<String> {
        let blocks = self.blocks().into_iter().filter(|block| block.language == language);
        blocks.map(|block| block.text).collect()
    }
}

/// The README and each page of the book.
fn pages() -> Vec<Page> {
    let pattern = root().join("docs/src/**/*.md");
    let book = glob::glob(pattern.to_str().unwrap()).unwrap();
    let paths = book.map(|path| path.unwrap().strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
    std::iter::once("README.md".to_owned()).chain(paths).map(|path| Page::read(&path)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program as somebody would who has set nothing.
fn orgsync(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.args(arguments).current_dir(folder).env_clear().output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
