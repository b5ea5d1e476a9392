//! `orgsync schema`.

use super::console::Console;
use super::failure::{Exit, Failure};
use super::output;
use crate::api::Snapshot;
use crate::apply::{EventDocument, ReportDocument};
use crate::config::{self, ValidationDocument};
use crate::plan_file::PlanDocument;
use crate::query::{DueReport, Explanation, MembersReport, SeatsReport};
use clap::ValueEnum;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

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
    /// The plan, as in `plan --format json`
    Plan,
    /// People, as in `members --format json`
    Members,
    /// The seats, as in `seats --format json`
    Seats,
    /// What is due, as in `due --format json`
    Due,
    /// The explanation of a person, as in `explain EMAIL --format json`
    Explanation,
    /// The report of an apply, as in `apply --format json`
    Report,
    /// A line of `apply --format ndjson`
    Events,
    /// The live organization, as in `snapshot`
    Snapshot,
    /// The diagnostics of the files, as in `validate --format json`
    Validation,
}

pub(super) fn run(args: &SchemaArgs, console: &mut Console) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Config => config::schema(),
        Document::Plan => of::<PlanDocument>("plan"),
        Document::Members => of::<MembersReport>("members"),
        Document::Seats => of::<SeatsReport>("seats"),
        Document::Due => of::<DueReport>("due"),
        Document::Explanation => of::<Explanation>("explanation"),
        Document::Report => of::<ReportDocument>("report"),
        Document::Events => of::<EventDocument>("events"),
        Document::Validation => of::<ValidationDocument>("validation"),
        Document::Snapshot => of::<Snapshot>("snapshot"),
    };
    write!(console.out(), "{}", output::json(&schema)?)?;
    Ok(Exit::Done)
}

/// The schema of a document that orgsync writes.
fn of<T: JsonSchema>(name: &str) -> Value {
    let mut schema = SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), format!("orgsync {name}").into());
    schema.to_value()
}
