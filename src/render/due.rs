//! Renders what is due, as text and as a calendar.

use super::layout::Layout;
use super::{BOLD, FAINT};
use crate::query::{DueEntry, DueReport};
use icalendar::{Calendar, Component as _, Event, Property};
use std::io::{self, Write};

/// Writes what is due, by day.
///
/// # Errors
///
/// Those of the writer.
pub fn due_text(out: &mut dyn Write, report: &DueReport, layout: Layout) -> io::Result<()> {
    match &report.now {
        Some(now) if !now.is_empty() => {
            writeln!(out, "{BOLD}Due now; `orgsync apply --due` does it:{BOLD:#}")?;
            now.iter().try_for_each(|id| writeln!(out, "  {id}"))?;
            writeln!(out)?;
        }
        Some(_) | None => {}
    }
    let mut day = "";
    for entry in &report.entries {
        if entry.day != day {
            let space = if day.is_empty() { "" } else { "\n" };
            writeln!(out, "{space}{BOLD}{}{BOLD:#}", entry.day)?;
            day = &entry.day;
        }
        let at = entry.at.as_ref().map(|at| format!("  {}", crate::escape::line(&at.to_string())));
        let text = format!("{}: {}{}", entry.holder, entry.words(), why(entry));
        let mut rows = layout.rows(&text, 2).into_iter();
        let first = rows.next().unwrap_or_default();
        writeln!(out, "  {first}{FAINT}{}{FAINT:#}", at.unwrap_or_default())?;
        rows.try_for_each(|row| writeln!(out, "  {row}"))?;
    }
    if report.entries.is_empty() {
        writeln!(out, "Nothing ends from {} to {}.", report.from, report.to)?;
    }
    Ok(())
}

fn why(entry: &DueEntry) -> String {
    entry.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"))
}

/// What is due as a calendar (RFC 5545) with an event of a whole day for each entry. The same entries give the same bytes.
#[must_use]
pub fn due_calendar(report: &DueReport) -> String {
    let mut calendar = Calendar::new();
    let name = if report.organization.is_empty() { "orgsync" } else { report.organization.as_str() };
    calendar.name(name);
    for entry in &report.entries {
        let day = entry.day.replace('-', "");
        let kind: &str = entry.kind.into();
        let parts = [kind, &entry.holder, entry.within.as_deref().unwrap_or_default()];
        let uid = format!("{}-{}-{day}@orgsync", parts.join("-"), entry.name.as_deref().unwrap_or_default());
        let mut event = Event::new();
        event.uid(&uid.replace(|c: char| c.is_whitespace() || c.is_control(), "_"));
        event.summary(&format!("{}: {}", entry.holder, entry.words()));
        let at = entry.at.as_ref().map(ToString::to_string);
        let details: Vec<String> = entry.why.clone().into_iter().chain(at).collect();
        event.description(&details.join("\n"));
        event.append_property(Property::new("DTSTART", &day).add_parameter("VALUE", "DATE").done());
        // The day itself, so that the same entries give the same bytes.
        event.append_property(Property::new("DTSTAMP", format!("{day}T000000Z")));
        calendar.push(event.done());
    }
    calendar.to_string()
}
