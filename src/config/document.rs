//! The result of validation as a JSON document, for editors and other programs.

use super::Loaded;
use crate::diag::{Diagnostic, Label, MOST_SHOWN};
use crate::source::{Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The result of a validation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ValidationDocument {
    /// The version of this format.
    pub format_version: String,
    /// Whether the files have no faults.
    pub valid: bool,
    /// The files that were read, the main one first.
    pub files: Vec<String>,
    /// The number of declared members; null if the files have faults.
    pub members: Option<usize>,
    /// The number of faults. With `--strict`, warnings count too.
    pub faults: usize,
    /// The first 1,000 faults.
    pub diagnostics: Vec<DiagnosticDocument>,
    /// What is allowed and probably not meant; empty if there are faults.
    pub warnings: Vec<DiagnosticDocument>,
}

/// A fault or a warning.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiagnosticDocument {
    /// The stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The positions involved, the most relevant first.
    pub places: Vec<PlaceDocument>,
    /// The number of positions that are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_places: usize,
}

/// A position in a file. Without a line, it is the whole file.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct PlaceDocument {
    /// The file.
    pub file: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The line of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// The column after the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// The role of this position in the fault; may be empty.
    pub label: String,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl ValidationDocument {
    /// Makes the document from the result of reading.
    #[must_use]
    pub fn new(Loaded { sources, desired, .. }: &Loaded, warnings: &[Diagnostic]) -> Self {
        let faults = desired.as_ref().err().map_or(&[][..], Vec::as_slice);
        let some = |list: &[Diagnostic]| {
            let shown = list.iter().take(MOST_SHOWN);
            shown.map(|one| DiagnosticDocument::new(one, sources)).collect()
        };
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            valid: desired.is_ok(),
            files: sources.names().map(str::to_owned).collect(),
            members: desired.as_ref().ok().map(|desired| desired.members.len()),
            faults: faults.len(),
            diagnostics: some(faults),
            warnings: some(warnings),
        }
    }
}

impl DiagnosticDocument {
    fn new(fault: &Diagnostic, sources: &Sources) -> Self {
        let whole = |file: &str| PlaceDocument { file: file.to_string(), ..PlaceDocument::default() };
        let labels = fault.all_labels().map(|label| PlaceDocument::new(label, sources));
        Self {
            code: fault.code.name().to_owned(),
            message: fault.message.clone(),
            help: fault.help.clone(),
            places: labels.chain(fault.file.as_deref().map(whole)).collect(),
            more_places: fault.more,
        }
    }
}

impl PlaceDocument {
    fn new(label: &Label, sources: &Sources) -> Self {
        let start = sources.position(label.span);
        let end = sources.position(Span { start: label.span.end, ..label.span });
        Self {
            file: start.file,
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
            label: label.text.clone(),
        }
    }
}
