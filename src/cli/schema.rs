//! `orgsync schema`.

use super::args::{Document, SchemaArgs};
use super::console::Console;
use super::failure::{Exit, Failure};
use crate::api::Snapshot;
use crate::apply::ReportDocument;
use crate::config::{self, ValidationDocument};
use crate::plan_file::PlanDocument;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

pub(super) fn run(args: &SchemaArgs, console: &mut Console) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Config => config::schema(),
        Document::Plan => of::<PlanDocument>("plan"),
        Document::Report => of::<ReportDocument>("report"),
        Document::Validation => of::<ValidationDocument>("validation"),
        Document::Snapshot => of::<Snapshot>("snapshot"),
    };
    write!(console.out(), "{}", super::output::json(&schema)?)?;
    Ok(Exit::Done)
}

/// The schema of a document that orgsync writes.
fn of<T: JsonSchema>(name: &str) -> Value {
    let mut schema = SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), format!("orgsync {name}").into());
    schema.to_value()
}
