//! The command line as a whole: which commands there are. The arguments of each stand beside it.

use super::apply::ApplyArgs;
use super::explain::ExplainArgs;
use super::export::ExportArgs;
use super::manual::ManArgs;
use super::plan::PlanArgs;
use super::schema::SchemaArgs;
use super::seats::SeatsArgs;
use super::snapshot::SnapshotArgs;
use super::validate::ValidateArgs;
use clap::{Parser, Subcommand};

const AFTER_HELP: &str = "\
Exit status: 0 done, or nothing to do; 1 failed; 2 the plan has changes (with --detailed-exitcode); 3 refused: the \
configuration is invalid, the seat budget or a guard forbids it, or the answer was no; 64 wrong usage. `orgsync explain CODE` explains the code of a fault or refusal.

MISTRAL_ADMIN_API_KEY holds the Admin API key. ORGSYNC_LOG=debug logs each request on stderr, without the key.";

/// Members, roles and product seats of a Mistral AI organization, declared in YAML: compared, planned, applied.
#[derive(Debug, Parser)]
#[command(name = "orgsync", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the configuration: everything that can be checked without the network or a key
    Validate(ValidateArgs),
    /// Read the live organization and show what would be changed, and the seat budget; changes nothing
    Plan(PlanArgs),
    /// Make the plan and carry it out, after asking
    Apply(ApplyArgs),
    #[cfg(feature = "sandbox")]
    /// Serve a local organization with the Admin API, for trials and tests
    Sandbox(mistral_admin_sandbox::cli::Options),
    /// Write configuration that declares the organization as it is
    Export(ExportArgs),
    /// Show the seats of each product, and who holds them
    Seats(SeatsArgs),
    /// Show what one person has, will have, and which file and line gives it; or what a code means
    Explain(ExplainArgs),
    #[cfg_attr(
        feature = "sandbox",
        doc = "Read the live organization and write it as JSON, for --live and --sandbox"
    )]
    #[cfg_attr(not(feature = "sandbox"), doc = "Read the live organization and write it as JSON, for --live")]
    Snapshot(SnapshotArgs),
    /// Print the JSON Schema of a document
    Schema(SchemaArgs),
    /// Print a script that completes commands and options in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man(ManArgs),
}
