//! Renders the report of an apply as a comment.

use super::UNFOLDED;
use super::comment::{Entry, Section, comment};
use crate::apply::{Outcome, Report, Status};
use crate::escape::{code, code_in_cell};
use crate::render::report::conclusion;
use crate::render::thousands;

/// The report of an apply as Markdown, of at most 65,000 characters. Failures come first, folded if there are many.
/// All results are folded.
#[must_use]
pub fn report_markdown(report: &Report) -> String {
    let opening = format!("### Apply\n\n**{}**\n", conclusion(report));
    let failed = report.outcomes.iter().filter(|outcome| outcome.status == Status::Failed);
    let failures = Section {
        heading: format!("Failed ({})", thousands(report.count(Status::Failed))),
        folded: report.count(Status::Failed) > UNFOLDED,
        head: "| action | reason |\n|:--|:--|\n",
        entries: failed.map(failure).collect(),
        ..Section::default()
    };
    let all = Section {
        heading: format!("All results ({})", thousands(report.outcomes.len())),
        folded: true,
        entries: report.outcomes.iter().map(result).collect(),
        ..Section::default()
    };
    let sections = [failures, statuses(report), all];
    let filled: Vec<_> = sections.into_iter().filter(|section| !section.entries.is_empty()).collect();
    comment(&opening, &filled)
}

fn failure(outcome: &Outcome) -> Entry {
    let reason = outcome.reason.as_deref().map(code_in_cell).unwrap_or_default();
    Entry { text: format!("| {} | {reason} |\n", code_in_cell(&outcome.id)), counts: 1 }
}

/// The number of actions with each status.
fn statuses(report: &Report) -> Section {
    let row = |status: Status| match report.count(status) {
        0 => None,
        number => {
            let text = format!("| {} | {} |\n", status.name(), thousands(number));
            Some(Entry { text, counts: 1 })
        }
    };
    Section {
        heading: "Counts".to_owned(),
        head: "| status | actions |\n|:--|--:|\n",
        entries: Status::ALL.into_iter().filter_map(row).collect(),
        ..Section::default()
    }
}

fn result(outcome: &Outcome) -> Entry {
    let reason = outcome.reason.as_deref().map_or_else(String::new, |reason| format!(" {}", code(reason)));
    Entry { text: format!("- {}: {}{reason}\n", outcome.status.name(), code(&outcome.id)), counts: 1 }
}
