//! The commands of the command line. The file of each command has its arguments.

use super::apply::ApplyArgs;
use super::due::DueArgs;
use super::explain::ExplainArgs;
use super::export::ExportArgs;
use super::manual::ManArgs;
use super::members::MembersArgs;
use super::plan::PlanArgs;
use super::schema::SchemaArgs;
use super::seats::SeatsArgs;
use super::snapshot::SnapshotArgs;
use super::validate::ValidateArgs;
use anstream::ColorChoice;
use clap::{Parser, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Exit status: 0 done, or nothing to do; 1 failed; 2 the plan has changes (with --detailed-exitcode); 3 refused: the \
configuration is invalid, the plan exceeds the seat budget or violates a guard, or you did not answer yes; 64 usage \
error. `orgsync explain CODE` explains the code of a fault or refusal.

A variable sets each option, as ORGSYNC_FORMAT sets --format: not options that confirm something, such as --yes, or \
that are about one run, such as --only and --today. The command line wins.

Set MISTRAL_ADMIN_API_KEY to the Admin API key. ORGSYNC_LOG=debug logs each request to stderr, without the key.";

/// Members, roles and product seats of a Mistral AI organization, declared in YAML: compared, planned, applied.
#[derive(Debug, Parser)]
#[command(name = "orgsync", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Use colours
    #[arg(long, value_name = "WHEN", value_enum, global = true, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// When output has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always, even in files and pipes
    Always,
    /// Never
    Never,
}

impl Color {
    /// Applies to all output that is opened from now on.
    pub(super) fn write_global(self) {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
        .write_global();
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the configuration, without a key or the network
    Validate(ValidateArgs),
    /// Compare the configuration with the live organization, and show the changes and the seats
    Plan(PlanArgs),
    /// Make a plan, ask for approval, and apply it; or apply a saved plan
    Apply(ApplyArgs),
    #[cfg(feature = "sandbox")]
    /// Serve a local organization that behaves like the Admin API, for trials and tests
    Sandbox(mistral_admin_sandbox::cli::Options),
    /// Write a configuration that declares the live organization
    Export(ExportArgs),
    /// Find people by a part of their name or address, and show what access they have
    Members(MembersArgs),
    /// Show the seats of each product and who holds them
    Seats(SeatsArgs),
    /// List what ends, expires or is sent again in the next days
    Due(DueArgs),
    /// Show a person's live and desired access and which line grants it; or explain a code
    Explain(ExplainArgs),
    #[cfg_attr(feature = "sandbox", doc = "Write the live organization as JSON, for --live and --sandbox")]
    #[cfg_attr(not(feature = "sandbox"), doc = "Write the live organization as JSON, for --live")]
    Snapshot(SnapshotArgs),
    /// Print the JSON Schema of a document
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write the pages of all commands
    Man(ManArgs),
}
