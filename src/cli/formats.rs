//! The output formats of each command.

use clap::ValueEnum;

/// Of what is for people and machines alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// Of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// A comment for a pull request
    Markdown,
    /// Annotations of GitHub Actions, and the comment in the summary of the step
    Github,
}

/// Of the report of an apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ApplyFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// A comment for a pull request
    Markdown,
}

/// Of what is wrong with the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ValidateFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// Annotations of GitHub Actions
    Github,
}
