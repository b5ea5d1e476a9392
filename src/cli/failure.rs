//! From a failure to an exit status and a message that says what to do: the one place for both.

use crate::api::{ApiError, KeyError, UrlError};
use std::io;
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
    pub(super) exit: Exit,
    /// What is wrong, with its causes.
    error: anyhow::Error,
    pub(super) help: String,
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

    /// The command line is wrong.
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
