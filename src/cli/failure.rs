//! From a failure to an exit status and a message that says what to do: the one place for both.

use super::args::Args;
use super::console::Console;
use super::live::known_keys;
use crate::api::{ApiError, KeyError};
use crate::escape;
use clap::Parser as _;
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

/// A failure that this program words itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    exit: Exit,
    message: String,
    help: String,
}

impl Failure {
    /// Something went wrong on the way.
    pub(super) fn failed(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into(), help: help.into() }
    }

    /// What was asked for must not be done.
    pub(super) fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, message: message.into(), help: help.into() }
    }

    /// The command can't be meant like this.
    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: help.into() }
    }
}

/// A command line that can't be understood, or help that was asked for. Messages repeat words of the command line, which
/// a shell may have made of the names of files.
pub(super) fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    let words: Vec<_> = arguments.iter().map(|word| harmless(&word.to_string_lossy())).collect();
    if arguments.iter().zip(&words).all(|(word, harmless)| word.to_str() == Some(harmless)) {
        let _ = error.print();
        return exit;
    }
    match Args::try_parse_from(words) {
        Err(error) => drop(error.print()),
        Ok(_) => drop(writeln!(io::stderr(), "error: {}", harmless(&error.to_string()))),
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
pub(super) fn explain(error: &anyhow::Error, console: &mut Console) -> Exit {
    let (exit, help) = if let Some(failure) = error.downcast_ref::<Failure>() {
        (failure.exit, failure.help.as_str())
    } else if let Some(error) = error.downcast_ref::<ApiError>() {
        (Exit::Failed, error.hint())
    } else if error.downcast_ref::<KeyError>().is_some() {
        (
            Exit::Failed,
            "set MISTRAL_ADMIN_API_KEY, or name a file that holds nothing but the key with --api-key-file",
        )
    } else {
        (Exit::Failed, "")
    };
    let style = anstyle::AnsiColor::Red.on_default().bold();
    // Messages name files and causes as they are. Each is one line, here at the latest.
    let _ = writeln!(console.err(), "{style}error{style:#}: {}", harmless(&format!("{error:#}")));
    if !help.is_empty() {
        let _ = writeln!(console.err(), "  help: {}", harmless(help));
    }
    exit
}
