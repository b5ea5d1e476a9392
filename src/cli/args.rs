//! The command line's shape.

use super::formats::{ApplyFormat, Format, PlanFormat, ValidateFormat};
use super::values::{allowance, configuration, date, duration, pace, path, standard_input};
use crate::api::{ApiKey, KeyError, KeyWarning};
use crate::model::{Allowance, RemovalKind};
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand, ValueEnum, value_parser};
use jiff::SignedDuration;
use jiff::civil::Date;
use std::cell::OnceCell;
use std::collections::BTreeMap;

const AFTER_HELP: &str = "\
Exit status: 0 done, or nothing to do; 1 failed; 2 the plan has changes (with --detailed-exitcode); 3 refused: the \
configuration is invalid, the seat budget or a guard forbids it, or the answer was no; 64 wrong usage. CODES.md, beside the README, explains the code of each fault and refusal.

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
    /// Serve a local organization with the Admin API, to try things and to test
    Sandbox(mistral_admin_sandbox::cli::Options),
    /// Write configuration that declares the organization as it is
    Export(ExportArgs),
    /// Show the seats of each product, and who holds them
    Seats(SeatsArgs),
    /// Show what one person has, will have, and which file and line gives it
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

/// Where the configuration is.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigArgs {
    /// The configuration: a file, or a directory that holds orgsync.yaml
    #[arg(short, long, value_name = "FILE|DIR", default_value = "orgsync.yaml", value_parser = configuration)]
    pub(super) config: Utf8PathBuf,
}

/// Which day it is.
#[derive(Debug, clap::Args)]
pub(super) struct TodayArgs {
    /// The day that decides who has expired, as in 2026-12-31 [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) today: Option<Date>,
}

/// Where the live organization comes from.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Live organization")]
pub(super) struct LiveArgs {
    /// The base URL of the Admin API, with its path [default: the variable ORGSYNC_API_URL, or else
    /// https://api.mistral.ai/v1/admin]
    // Text, because an error of the command line would repeat a value that can't be read, and it may hold a secret.
    #[arg(long, value_name = "URL")]
    pub(super) api_url: Option<String>,

    /// A file that holds the Admin API key [default: the variable MISTRAL_ADMIN_API_KEY]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) api_key_file: Option<Utf8PathBuf>,
    /// What that file holds, once it has been read: a pipe gives it but once.
    #[arg(skip)]
    pub(super) file_key: OnceCell<Result<(ApiKey, Option<KeyWarning>), KeyError>>,

    /// Send at most so many requests a second, and fewer where the Admin API asks for that [default: 50; no limit for an
    /// organization on this machine]
    #[arg(long, value_name = "N", value_parser = pace)]
    pub(super) max_requests_per_second: Option<f64>,

    /// Have at most so many requests under way at a time
    #[arg(long, value_name = "N", default_value = "8", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) concurrency: u16,

    /// Start no request when so much time has passed, as in 90s, 10m [default: no limit]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) timeout: Option<SignedDuration>,

    #[cfg(feature = "sandbox")]
    /// Use an embedded organization that starts as this snapshot and ends with this run: no key, no network
    #[arg(long, value_name = "SEED", conflicts_with_all = ["api_key_file", "api_url"], value_parser = path)]
    pub(super) sandbox: Option<Utf8PathBuf>,
}

/// Where the live organization comes from, for what only reads it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Live organization")]
pub(super) struct SourceArgs {
    #[command(flatten)]
    pub(super) live: LiveArgs,
    /// Use a snapshot as the live organization: no key, no network
    #[arg(long = "live", value_name = "SNAPSHOT", conflicts_with_all = ["api_key_file", "api_url"], value_parser = path)]
    #[cfg_attr(feature = "sandbox", arg(conflicts_with = "sandbox"))]
    pub(super) snapshot: Option<Utf8PathBuf>,
}

/// Guards that are opened on purpose.
#[derive(Debug, clap::Args)]
pub(super) struct GuardArgs {
    /// Allow up to N removals of a kind, whatever `policy.max_removals` says; KIND is members, invitations, admin_roles,
    /// seats, group_members, workspace_members or groups; may be given for several kinds
    #[arg(long = "allow-removals", value_name = "KIND=N", value_parser = allowance)]
    allow_removals: Vec<(RemovalKind, usize)>,
}

impl GuardArgs {
    /// As it stands on a command line, each with a space before it.
    pub(super) fn as_given(&self) -> String {
        let given = self.allow_removals.iter();
        given.map(|(kind, number)| format!(" --allow-removals {}={number}", kind.name())).collect()
    }

    /// The largest number that was given for each kind.
    pub(super) fn allowance(&self, irreversible: bool) -> Allowance {
        let mut removals = BTreeMap::new();
        for (kind, number) in &self.allow_removals {
            let most = removals.entry(*kind).or_insert(0);
            *most = (*most).max(*number);
        }
        Allowance { removals, irreversible }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct ValidateArgs {
    /// Read the main file from standard input, as editors hand it over
    #[arg(value_name = "-", value_parser = standard_input, conflicts_with = "config")]
    pub(super) stdin: Option<()>,
    /// What the file from standard input is called; its includes are relative to it [default: orgsync.yaml]
    #[arg(long, value_name = "NAME", value_parser = path, requires = "stdin")]
    pub(super) stdin_filename: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) today: TodayArgs,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ValidateFormat::Text)]
    pub(super) format: ValidateFormat,
}

/// What a plan is made from, and how much of it is shown.
#[derive(Debug, clap::Args)]
pub(super) struct MakingArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) guards: GuardArgs,
    /// Show a diff of each change, and all that is left alone
    #[arg(short, long)]
    pub(super) verbose: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) making: MakingArgs,
    #[command(flatten)]
    pub(super) today: TodayArgs,
    /// How to print the plan
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
    /// Tell what comes from a change of the files from drift: the configuration as it was before the change, such as in
    /// a worktree of the branch that a pull request is for
    #[arg(long, value_name = "FILE|DIR", value_parser = path)]
    pub(super) base: Option<Utf8PathBuf>,
    /// Exit with 2 where the plan has changes; with --base, where it has some that are not drift
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Save the plan as JSON, to be reviewed and applied as it is: `orgsync apply PLAN.json`
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct ApplyArgs {
    /// A plan that `orgsync plan --out` has saved: exactly this is carried out [default: a fresh plan]
    #[arg(value_name = "PLAN", conflicts_with = "config", value_parser = path)]
    pub(super) plan: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) making: MakingArgs,
    /// Refuse a saved plan that is older, as in 90m, 24h
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration)]
    pub(super) max_plan_age: SignedDuration,
    /// Don't ask
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Note what is sent in this file [default: one for each organization in the user's state directory]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) journal: Option<Utf8PathBuf>,
    /// How long the organization's lists may take to show a change
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(super) settle: SignedDuration,
    /// Allow what can't be undone: archiving workspaces
    #[arg(long)]
    pub(super) allow_irreversible: bool,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ApplyFormat::Text)]
    pub(super) format: ApplyFormat,
    #[command(flatten)]
    pub(super) live: LiveArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// A new file, or a directory (existing, or ending in /) for new files [default: standard output]
    #[arg(long, value_name = "FILE|DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct SeatsArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// How to print the seats
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The person's address
    pub(super) email: String,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct SnapshotArgs {
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) live: LiveArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// The document
    #[arg(value_enum, default_value_t = Document::Config)]
    pub(super) document: Document,
}

/// Documents that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Document {
    /// Configuration files
    Config,
    /// The plan, as of `plan --format json`
    Plan,
    /// The report of an apply, as of `apply --format json`
    Report,
    /// The live organization, as of `snapshot`
    Snapshot,
    /// What is wrong with the files, as of `validate --format json`
    Validation,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// Write the pages of all commands into this directory
    #[arg(long, value_name = "DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
}
