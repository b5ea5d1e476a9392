//! The report of an apply as text for people.

use super::thousands;
use super::{ADDED, BOLD, CHANGED, REMOVED};
use crate::apply::{Outcome, Report, Status};
use crate::escape;
use std::io::{self, Write};

/// Writes the outcome of each action, and a conclusion.
///
/// # Errors
///
/// Those of the writer.
pub fn report_text(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for outcome in &report.outcomes {
        report_line(out, outcome)?;
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", conclusion(report))
}

/// The conclusion. Needs no escaping.
pub(super) fn conclusion(report: &Report) -> String {
    let parts: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| (report.count(status), status))
        .filter(|(count, _)| *count > 0)
        .map(|(count, status)| format!("{} {}", thousands(count), status.name()))
        .collect();
    let end = if report.is_success() {
        "The organization is as planned."
    } else {
        "Run apply again to do the rest."
    };
    if parts.is_empty() {
        return format!("Nothing to do. {end}");
    }
    format!("{}. {end}", parts.join(", "))
}

fn report_line(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let style = match outcome.status {
        Status::Done => ADDED,
        Status::Already | Status::NotTried => CHANGED,
        Status::Failed => REMOVED,
    };
    let reason = outcome.reason.as_ref().map_or_else(String::new, |reason| format!("  {reason}"));
    writeln!(out, "{style}{:9}{style:#}  {}{reason}", outcome.status.name(), escape::line(&outcome.id))
}
