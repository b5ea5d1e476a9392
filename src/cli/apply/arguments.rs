//! The arguments of `orgsync apply`.

use super::super::config::date;
use super::super::live::{LiveArgs, duration};
use super::super::output::path;
use super::super::plan::MakingArgs;
use super::super::scope::RenewArgs;
use crate::plan::Scope;
use camino::Utf8PathBuf;
use clap::ValueEnum;
use jiff::SignedDuration;
use jiff::civil::Date;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ApplyArgs {
    /// Apply exactly this plan, saved with `orgsync plan --out` [default: a fresh plan]
    #[arg(value_name = "PLAN", conflicts_with_all = ["config", "only", "renew", "due"], value_parser = path)]
    pub(in crate::cli) plan: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) making: MakingArgs,
    #[command(flatten)]
    pub(in crate::cli) renew: RenewArgs,
    /// Evaluate `expires` on this day, as in 2026-12-31; only against a sandbox [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with = "plan")]
    pub(in crate::cli) today: Option<Date>,
    /// Refuse a saved plan that is older than this, as in 90m, 24h
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration)]
    pub(in crate::cli) max_plan_age: SignedDuration,
    /// Apply without asking
    #[arg(short, long)]
    pub(in crate::cli) yes: bool,
    /// Write the journal to this file [default: one file for each organization in your state directory]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(in crate::cli) journal: Option<Utf8PathBuf>,
    /// Wait up to this long until the API's lists show a change
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(in crate::cli) settle: SignedDuration,
    /// Allow changes that can't be undone: archiving workspaces
    #[arg(long)]
    pub(in crate::cli) allow_irreversible: bool,
    /// Print the report in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ApplyFormat::Text)]
    pub(in crate::cli) format: ApplyFormat,
    #[command(flatten)]
    pub(in crate::cli) live: LiveArgs,
}

impl ApplyArgs {
    /// What the plan is about.
    pub(in crate::cli) fn scope(&self) -> Scope {
        self.renew.scope_or(self.making.scope())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ApplyFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// For machines: one JSON object a line, as things happen
    Ndjson,
    /// A comment for a pull request
    Markdown,
}
