//! Findings as SARIF 2.1.0, which code scanning and editors show on the lines of the files.
//!
//! The format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Only the properties that orgsync writes
//! have types here. No path of the machine is in a document, unless it names a file outside of the repository.

use super::findings::{Finding, Findings, Level, Place, Rule};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::MAIN_SEPARATOR_STR;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The base of paths in the repository, by its usual name.
const ROOT: &str = "%SRCROOT%";

/// A SARIF document with one run.
#[derive(Debug, Serialize)]
pub struct SarifLog {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, RootLocation>,
    /// Columns count characters.
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<ReportingDescriptor>,
}

/// A rule.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: MarkdownMessage,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    /// Whether the tool did its work, whatever it found.
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Debug, Serialize)]
struct RootLocation {
    description: Message,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    /// The only name that GitHub reads.
    primary_location_line_hash: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
struct MarkdownMessage {
    text: String,
    markdown: String,
}

impl SarifLog {
    #[must_use]
    pub fn new(findings: &Findings) -> Self {
        let mut rules = Vec::new();
        let results = findings.list.iter().map(|finding| SarifResult::new(finding, &mut rules)).collect();
        let note = |note: &String| Notification { level: name(Level::Note), message: Message::new(note) };
        let root = RootLocation { description: Message::new("The folder of the repository.") };
        let driver = Driver {
            name: "orgsync",
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules: rules.into_iter().map(ReportingDescriptor::new).collect(),
        };
        let run = Run {
            tool: Tool { driver },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: findings.notes.iter().map(note).collect(),
            }],
            original_uri_base_ids: BTreeMap::from([(ROOT, root)]),
            column_kind: "unicodeCodePoints",
            results,
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl ReportingDescriptor {
    fn new(rule: Rule) -> Self {
        let (title, text) = rule.page();
        let first = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        Self {
            id: rule.name(),
            short_description: Message::new(&sentence(&title)),
            full_description: Message::new(&first),
            help: MarkdownMessage { text: text.clone(), markdown: text },
        }
    }
}

impl SarifResult {
    /// Adds the rule to those of the run, unless it is there.
    fn new(finding: &Finding, rules: &mut Vec<Rule>) -> Self {
        let known = rules.iter().position(|rule| *rule == finding.rule);
        let rule_index = known.unwrap_or_else(|| {
            rules.push(finding.rule);
            rules.len() - 1
        });
        let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let related = finding.related.iter().enumerate();
        Self {
            rule_id: finding.rule.name(),
            rule_index,
            level: name(finding.level),
            message: Message::new(&format!("{}{help}", finding.message)),
            locations: finding.place.iter().map(|place| Location::new(None, place, "")).collect(),
            related_locations: related
                .map(|(at, (place, text))| Location::new(Some(at), place, text))
                .collect(),
            partial_fingerprints: Fingerprints { primary_location_line_hash: finding.fingerprint.clone() },
        }
    }
}

impl Location {
    fn new(id: Option<usize>, place: &Place, text: &str) -> Self {
        let message = (!text.is_empty()).then(|| Message::new(text));
        Self { id, physical_location: PhysicalLocation::new(place), message }
    }
}

impl PhysicalLocation {
    /// A whole file is its first line: GitHub shows no result without one.
    fn new(Place { path, region }: &Place) -> Self {
        Self {
            artifact_location: ArtifactLocation::new(path),
            region: Region {
                start_line: region.map_or(1, |region| region.line),
                start_column: region.map(|region| region.column),
                end_line: region.map(|region| region.end_line),
                end_column: region.map(|region| region.end_column),
            },
        }
    }
}

impl ArtifactLocation {
    fn new(path: &str) -> Self {
        let uri = encoded(&path.replace(MAIN_SEPARATOR_STR, "/"));
        if camino::Utf8Path::new(path).is_absolute() {
            let slash = if uri.starts_with('/') { "" } else { "/" };
            return Self { uri: format!("file://{slash}{uri}"), uri_base_id: None };
        }
        let uri_base_id = (!path.starts_with("..")).then_some(ROOT);
        Self { uri, uri_base_id }
    }
}

/// A path as part of a URI.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// A title as a sentence.
fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

impl Message {
    /// A number in braces would stand for an argument. Doubled braces are plain ones.
    fn new(text: &str) -> Self {
        let mut parts = text.split('{');
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once('}') {
                Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    plain.push_str(&format!("{{{{{number}}}}}{rest}"));
                }
                _ => plain.extend(["{", part]),
            }
        }
        Self { text: plain }
    }
}
