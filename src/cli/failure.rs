//! Failures of commands, with their exit status and help text.

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
    /// Stopped by SIGTERM or SIGHUP.
    Terminated = 143,
}

impl Exit {
    /// The same, but refused instead of done.
    pub(super) fn or_refused(self) -> Self {
        if self == Self::Done { Self::Refused } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed, and what to do about it. Every constructor requires a help text.
#[derive(Debug, thiserror::Error)]
#[error("{error:#}")]
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// What is wrong, with its causes.
    error: anyhow::Error,
    pub(super) help: String,
}

impl Failure {
    /// An operation failed.
    pub(super) fn failed(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Failed, anyhow::Error::msg(message.into()), help)
    }

    /// orgsync refuses the operation.
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
        let help = "set MISTRAL_ADMIN_API_KEY, or use --api-key-file with a file that contains only the key";
        Self::failed(error.to_string(), help)
    }
}

impl From<UrlError> for Failure {
    fn from(error: UrlError) -> Self {
        Self::usage(error.to_string(), "correct --api-url or the variable ORGSYNC_API_URL")
    }
}

/// For `?` on writes of results. Other file operations construct their own failures.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::failed(format!("the result can't be written: {error}"), UNWRITTEN)
    }
}

/// The help for results that can't be written.
pub(super) const UNWRITTEN: &str = "free disk space, or redirect the output, and run it again";
