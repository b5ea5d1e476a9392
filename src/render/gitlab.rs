//! Findings about the files as a code quality report, which GitLab shows in merge requests.
//!
//! The format: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use super::findings::{Finding, Findings, Level, Place};
use serde::Serialize;

/// A code quality report: an array of findings.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct CodeQualityReport(Vec<Issue>);

#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl CodeQualityReport {
    /// One entry for each finding, and one for each sentence about all of them: the format has no other place for these.
    #[must_use]
    pub fn new(findings: &Findings) -> Self {
        let main = findings.list.first().and_then(|finding| finding.place.as_ref());
        let notes = findings.notes.iter().map(|note| Issue {
            description: note.clone(),
            check_name: "orgsync",
            fingerprint: note.clone(),
            severity: "info",
            location: Location::new(main),
        });
        Self(findings.list.iter().map(Issue::new).chain(notes).collect())
    }
}

impl Issue {
    fn new(finding: &Finding) -> Self {
        let help = finding.help.as_ref().map(|help| format!("; help: {help}")).unwrap_or_default();
        Self {
            description: format!("{}{help}", finding.message),
            check_name: finding.rule.name(),
            fingerprint: finding.fingerprint.clone(),
            severity: match finding.level {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Note => "info",
            },
            location: Location::new(finding.place.as_ref()),
        }
    }
}

impl Location {
    /// GitLab demands a file and a line.
    fn new(place: Option<&Place>) -> Self {
        let lines = place.and_then(|place| place.region).map(|region| (region.line, region.end_line));
        let (begin, end) = lines.unwrap_or((1, 1));
        Self { path: place.map_or(".", |place| &place.path).to_owned(), lines: Lines { begin, end } }
    }
}
