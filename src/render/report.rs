//! Renders the report of an apply as text.

use super::layout::{LISTED, Layout};
use super::left_over::left_over;
use super::outcome::{by_kind, sentence};
use super::{ADDED, BOLD, CHANGED, REMOVED, held_back, thousands};
use crate::apply::{Outcome, OutcomeKind, Report, Status};
use crate::escape;
use crate::wrap::wrapped;
use anstyle::Style;
use std::io::{self, Write};

/// The width of the column of a status.
const STATUS: usize = 11;

/// Writes what an apply has done: successes by kind, or each with `layout.verbose`; then what was not done, failures
/// last; then a conclusion.
///
/// # Errors
///
/// Those of the writer.
pub fn report_text(out: &mut dyn Write, report: &Report, layout: Layout) -> io::Result<()> {
    let with = |status: Status| report.outcomes.iter().filter(move |outcome| outcome.status == status);
    for status in [Status::Done, Status::Already] {
        let is_listed = |outcome: &&Outcome| layout.verbose || is_surprise(outcome);
        let counted = by_kind(with(status).filter(|outcome| !is_listed(outcome)));
        if !counted.is_empty() {
            write_row(out, style(status), status.name(), &wrapped(&counted, layout.room(STATUS)))?;
        }
        with(status).filter(is_listed).try_for_each(|outcome| write_outcome(out, outcome, layout))?;
    }
    write_not_tried(out, &with(Status::NotTried).collect::<Vec<_>>(), layout)?;
    write_failures(out, &with(Status::Failed).collect::<Vec<_>>(), layout)?;
    report.held_back.iter().try_for_each(|one| {
        let text = format!("{}: {}", escape::line(&one.id), one.reason);
        write_row(out, CHANGED, "held back", &rows(&text, layout))
    })?;
    let left = left_over(report);
    if !left.is_empty() {
        writeln!(out, "\nLeft for a person to do:")?;
    }
    for one in &left {
        for (at, line) in rows(one, layout).iter().enumerate() {
            writeln!(out, "  {} {line}", if at == 0 { '-' } else { ' ' })?;
        }
    }
    let conclusion = conclusion(report);
    let lines =
        layout.columns.map_or_else(|| vec![conclusion.clone()], |columns| wrapped(&conclusion, columns));
    let style = if report.count(Status::Failed) > 0 { REMOVED.bold() } else { BOLD };
    writeln!(out)?;
    lines.iter().try_for_each(|line| writeln!(out, "{style}{line}{style:#}"))
}

/// Whether a success is always listed: the plan could not name what the second look found.
pub(super) fn is_surprise(outcome: &Outcome) -> bool {
    outcome.kind != OutcomeKind::Planned
}

/// Writes what was not tried. After a stop, many actions have the same reason: a terminal shows the first ones.
fn write_not_tried(out: &mut dyn Write, all: &[&Outcome], layout: Layout) -> io::Result<()> {
    let cuts = layout.columns.is_some() && !layout.verbose;
    for alike in all.chunk_by(|one, next| one.reason == next.reason) {
        let shown = if cuts && alike.len() > LISTED { LISTED / 2 } else { alike.len() };
        alike.iter().take(shown).try_for_each(|outcome| write_outcome(out, outcome, layout))?;
        if shown < alike.len() {
            let more = thousands(alike.len() - shown);
            writeln!(out, "{:STATUS$}… and {more} more, for the same reason (--verbose lists them)", "")?;
        }
    }
    Ok(())
}

/// Writes failures, and after the last of those with the same remedy what to do.
fn write_failures(out: &mut dyn Write, failures: &[&Outcome], layout: Layout) -> io::Result<()> {
    for alike in failures.chunk_by(|one, next| one.help == next.help) {
        alike.iter().try_for_each(|outcome| write_outcome(out, outcome, layout))?;
        let Some(help) = alike.first().and_then(|outcome| outcome.help) else { continue };
        for line in rows(&format!("help: {help}"), layout) {
            writeln!(out, "{:STATUS$}{line}", "")?;
        }
    }
    Ok(())
}

fn write_outcome(out: &mut dyn Write, outcome: &Outcome, layout: Layout) -> io::Result<()> {
    let status = outcome.status;
    write_row(out, style(status), status.name(), &rows(&sentence(outcome), layout))
}

/// The lines of a text beside the status. Without a terminal it takes one line, so that a search finds it whole.
fn rows(text: &str, layout: Layout) -> Vec<String> {
    layout.columns.map_or_else(|| vec![text.to_owned()], |_| wrapped(text, layout.room(STATUS)))
}

fn write_row(out: &mut dyn Write, style: Style, status: &str, lines: &[String]) -> io::Result<()> {
    for (at, line) in lines.iter().enumerate() {
        let name = if at == 0 { status } else { "" };
        writeln!(out, "{style}{name:9}{style:#}  {line}")?;
    }
    Ok(())
}

fn style(status: Status) -> Style {
    match status {
        Status::Done => ADDED,
        Status::Already | Status::NotTried => CHANGED,
        Status::Failed => REMOVED,
    }
}

/// The conclusion. Needs no escaping.
pub(super) fn conclusion(report: &Report) -> String {
    let parts: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| (report.count(status), status))
        .filter(|(count, _)| *count > 0)
        .map(|(count, status)| format!("{} {}", thousands(count), status.name()))
        .collect();
    let held_back = held_back(report.held_back.len());
    let end = match (report.is_success(), report.held_back.is_empty()) {
        (true, true) => "The organization is as planned.".to_owned(),
        (true, false) => held_back.trim_start().to_owned(),
        (false, _) => format!("Run apply again to do the rest.{held_back}"),
    };
    if parts.is_empty() && report.held_back.is_empty() {
        return format!("Nothing to do. {end}");
    }
    if parts.is_empty() {
        return format!("Nothing was done. {end}");
    }
    format!("{}. {end}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WorkspaceSettings;
    use crate::plan::{Reference, WorkspaceArchive};
    use jiff::Timestamp;

    fn not_tried(number: usize) -> Outcome {
        let name = format!("w{number}");
        let before =
            WorkspaceSettings { name: name.clone(), description: String::new(), icon: String::new() };
        Outcome {
            action: number,
            id: format!("workspace.archive:{name}"),
            kind: OutcomeKind::Planned,
            operation: WorkspaceArchive { workspace: Reference::new(&name), before }.into(),
            status: Status::NotTried,
            reason: Some("the run was stopped: interrupted".to_owned()),
            help: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_terminal_shows_the_first_of_many_that_were_not_tried() {
        let report = Report { outcomes: (0..25).map(not_tried).collect(), ..Report::default() };
        let shown = |layout| {
            let mut out = Vec::new();
            report_text(&mut out, &report, layout).unwrap();
            String::from_utf8(out).unwrap()
        };
        let wide = Layout { columns: Some(120), ..Layout::default() };
        let text = shown(wide);
        assert_eq!(text.matches("was not archived: the run was stopped: interrupted").count(), 10, "{text}");
        assert!(text.contains("… and 15 more, for the same reason (--verbose lists them)\n"), "{text}");
        for whole in [Layout { verbose: true, ..wide }, Layout::default()] {
            assert_eq!(shown(whole).matches(" was not archived: ").count(), 25);
        }
    }
}
