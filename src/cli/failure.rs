//! From a failure to an exit status and a message that says what to do: the one place for both.

use super::console::Console;
use super::live::known_keys;
use super::suggest;
use crate::api::{ApiError, KeyError, UrlError};
use crate::escape;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed: the network, the API, a partial apply.
    Failed = 1,
    /// With `--detailed-exitcode`: the plan has changes.
    Changes = 2,
    /// Refused: the configuration is invalid, the budget or a guard forbids it, or the answer was no.
    Refused = 3,
    /// The command line is wrong.
    Usage = 64,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Told to end.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ends without what it was asked for, and what to do about it. A command can end with nothing else, and
/// this can't be made without a way on.
#[derive(Debug, thiserror::Error)]
#[error("{error:#}")]
pub(super) struct Failure {
    exit: Exit,
    /// What is wrong, with its causes.
    error: anyhow::Error,
    help: String,
}

impl Failure {
    /// Something went wrong on the way.
    pub(super) fn failed(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Failed, anyhow::Error::msg(message.into()), help)
    }

    /// What was asked for must not be done.
    pub(super) fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Refused, anyhow::Error::msg(message.into()), help)
    }

    /// The command can't be meant like this.
    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Usage, anyhow::Error::msg(message.into()), help)
    }

    /// Ends with an exit status.
    pub(super) fn new(exit: Exit, error: anyhow::Error, help: impl Into<String>) -> Self {
        Self { exit, error, help: help.into() }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::failed(error.to_string(), error.hint())
    }
}

impl From<&KeyError> for Failure {
    fn from(error: &KeyError) -> Self {
        let help =
            "set MISTRAL_ADMIN_API_KEY, or name a file that holds nothing but the key with --api-key-file";
        Self::failed(error.to_string(), help)
    }
}

impl From<UrlError> for Failure {
    fn from(error: UrlError) -> Self {
        Self::usage(error.to_string(), "correct --api-url or the variable ORGSYNC_API_URL")
    }
}

/// What commands write goes out through `?`; whatever else they do with files words its failures itself.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::failed(format!("the result can't be written: {error}"), UNWRITTEN)
    }
}

/// What to do where a result can't be written.
pub(super) const UNWRITTEN: &str = "make room where the output goes, or send it elsewhere, and run it again";

/// A command line that can't be understood, or help that was asked for. Messages repeat words of the command line, which
/// a shell may have made of the names of files.
pub(super) fn usage(error: clap::Error, arguments: &[OsString]) -> Exit {
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    let words: Vec<_> = arguments.iter().map(|word| harmless(&word.to_string_lossy())).collect();
    let as_given = || arguments.iter().zip(&words).all(|(word, harmless)| word.to_str() == Some(harmless));
    let shown = if as_given() { Err(error) } else { suggest::parse(&words).map(|_| error) };
    match shown {
        Err(mut error) => {
            suggest::suggest(&mut error, words.iter().map(String::as_str));
            let _ = error.print();
        }
        Ok(error) => drop(writeln!(io::stderr(), "error: {}", harmless(&error.to_string()))),
    }
    exit
}

/// One line without the key: somebody may have given it where something else is asked for.
fn harmless(text: &str) -> String {
    let keys = known_keys(None);
    let keys = keys.iter().filter(|key| key.is_in(text));
    escape::line(&keys.fold(text.to_owned(), |text, key| key.redact(&text))).into_owned()
}

/// Shows a failure and gives its exit status.
pub(super) fn explain(failure: &Failure, console: &mut Console) -> Exit {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    // Messages name files and causes as they are. Each is one line, here at the latest.
    let _ = writeln!(console.err(), "{style}error{style:#}: {}", harmless(&failure.to_string()));
    let _ = writeln!(console.err(), "  help: {}", harmless(&failure.help));
    failure.exit
}
