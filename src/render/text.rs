//! Renders a plan as text.

use super::layout::{LISTED, Layout};
use super::seats::{Seats, write_seats};
use super::thousands;
use super::view::{Brief, Changes, Effect, Line, Note, Sign, View, effects_heading};
use super::{ADDED, BOLD, CHANGED, FAINT, REMOVED};
use crate::diag::{self, Diagnostic};
use crate::escape;
use crate::plan::Resource;
use crate::plan_file::before_after;
use crate::source::Sources;
use crate::wrap::wrapped;
use anstyle::Style;
use serde_yaml::Value;
use similar::ChangeTag;
use similar::algorithms::{Capture, Compact, Replace, myers};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// The indent of text below a name.
const BELOW: usize = 6;

/// Writes a plan: heading, changes, seats, what is left alone, warnings, refusals, conclusion.
///
/// # Errors
///
/// Those of the writer.
pub fn plan_text(
    out: &mut dyn Write,
    view: &View<'_>,
    refusals: &[Diagnostic],
    sources: &Sources,
    layout: Layout,
) -> io::Result<()> {
    match view.organization.as_str() {
        "" => writeln!(out, "{BOLD}Plan{BOLD:#}")?,
        name => writeln!(out, "{BOLD}Plan for {name}{BOLD:#}")?,
    }
    for basis in &view.basis {
        sentence(basis, layout).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    view.power.iter().try_for_each(|power| write_power(out, power, layout))?;
    for part in &view.parts {
        if let Some(title) = part.title {
            writeln!(out, "\n{BOLD}── {title}: {} ──{BOLD:#}", part.number())?;
        }
        part.changes.iter().try_for_each(|changes| write_changes(out, changes, layout))?;
    }
    if layout.verbose {
        write_effects(out, &view.effects, layout)?;
    }
    // With nothing to do, the rest takes as few lines as it can.
    let gap = if view.is_quiet() && refusals.is_empty() && !layout.verbose { "" } else { "\n" };
    if !view.seats.is_empty() {
        write!(out, "{gap}")?;
        let all: Vec<_> = view.seats.iter().map(Seats::of_plan).collect();
        write_seats(out, &all, layout.columns)?;
    }
    let (briefs, notes): (Vec<_>, Vec<_>) =
        view.notes.iter().partition(|note| note.brief.is_some() && !layout.verbose);
    let notes = view.no_longer_declared.iter().chain(notes);
    notes.into_iter().try_for_each(|note| write_note(out, note, layout))?;
    if !briefs.is_empty() {
        write!(out, "{gap}")?;
    }
    write_briefs(out, briefs.iter().filter_map(|note| note.brief.as_ref()), layout)?;
    for warning in &view.warnings {
        write!(out, "\n{}", diag::render_warning(warning, sources, layout.columns))?;
    }
    for refusal in refusals {
        write!(out, "\n{}", diag::render(refusal, sources, layout.columns))?;
    }
    writeln!(out)?;
    let style = if refusals.is_empty() { BOLD } else { REMOVED.bold() };
    sentence(&view.conclusion, layout).iter().try_for_each(|line| writeln!(out, "{style}{line}{style:#}"))?;
    write!(out, "{}", diag::pointer(if refusals.is_empty() { &view.warnings } else { refusals }))
}

/// A sentence, wrapped to the width of the terminal.
fn sentence(text: &str, layout: Layout) -> Vec<String> {
    layout.columns.map_or_else(|| vec![text.to_owned()], |columns| wrapped(text, columns))
}

fn write_changes(out: &mut dyn Write, changes: &Changes<'_>, layout: Layout) -> io::Result<()> {
    let style = match changes.sign {
        Sign::Add => ADDED,
        Sign::Change => CHANGED,
        Sign::Remove => REMOVED,
    };
    writeln!(out, "\n{BOLD}{}:{BOLD:#}", changes.heading)?;
    let width = layout.names(changes.lines.iter().map(|line| line.target.as_str()));
    for line in &changes.lines {
        let style = if line.marks.is_empty() { style } else { REMOVED.bold() };
        write!(out, "  {style}{}{style:#} ", changes.sign.symbol())?;
        let of_person = matches!(changes.resource, Resource::Person | Resource::ApiKey);
        let whole = of_person && layout.columns.is_none();
        let marks = marks(line);
        let rows = |room| {
            let rows = marked(line)
                .flat_map(move |change| if whole { vec![change] } else { wrapped(&change, room) });
            rows.map(|row| coloured(row, &marks))
        };
        write_beside(out, &line.target, width, layout, rows, Style::new())?;
        if layout.verbose {
            write_diff(out, line)?;
        }
    }
    Ok(())
}

/// Writes the roles that people gain and lose in the end, in each workspace, with all people.
fn write_effects(out: &mut dyn Write, effects: &[Effect], layout: Layout) -> io::Result<()> {
    if effects.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}{}:{BOLD:#}", effects_heading(effects))?;
    let width = layout.names(effects.iter().map(|effect| effect.target.as_str()));
    for effect in effects {
        write!(out, "    ")?;
        let lines = || effect.changes.iter().map(|change| change.line(true));
        let rows = |room| lines().flat_map(move |line| wrapped(&line, room));
        write_beside(out, &effect.target, width, layout, rows, Style::new())?;
    }
    Ok(())
}

/// The marks of a line: `[new admin] `, or nothing.
fn marks(line: &Line<'_>) -> String {
    if line.marks.is_empty() { String::new() } else { format!("[{}] ", line.marks.join(", ")) }
}

/// A row with the marks at its start in red. After wrapping, because styles have no width.
fn coloured(row: String, marks: &str) -> String {
    let style = REMOVED.bold();
    match row.strip_prefix(marks) {
        Some(rest) if !marks.is_empty() => format!("{style}{}{style:#} {rest}", marks.trim_end()),
        _ => row,
    }
}

/// The changes of a line, the first with its marks: `[new admin] roles: member → admin`.
fn marked<'l>(line: &'l Line<'_>) -> impl Iterator<Item = String> + 'l {
    let marks = std::iter::once(marks(line)).chain(std::iter::repeat(String::new()));
    line.changes.iter().zip(marks).map(|(change, marks)| format!("{marks}{change}"))
}

/// Writes a name, and the lines next to it or below it.
fn write_beside<R: Iterator<Item = String>>(
    out: &mut dyn Write,
    name: &str,
    width: usize,
    layout: Layout,
    rows: impl Fn(usize) -> R,
    style: Style,
) -> io::Result<()> {
    let below = layout.columns.is_some() && name.width() > width;
    let indent = if below { BELOW } else { width + 6 };
    let mut rows = rows(layout.room(indent));
    if below {
        writeln!(out, "{name}")?;
    } else {
        let pad = width.saturating_sub(name.width());
        writeln!(out, "{name}{:pad$}  {style}{}{style:#}", "", rows.next().unwrap_or_default())?;
    }
    rows.try_for_each(|row| writeln!(out, "{:indent$}{style}{row}{style:#}", ""))
}

/// A state as it would be in a file.
fn entry(state: &Value) -> String {
    if state.is_null() { String::new() } else { serde_yaml::to_string(state).unwrap_or_default() }
}

fn write_diff(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    before_after(&line.operations).iter().try_for_each(|(before, after)| write_states(out, before, after))
}

fn write_states(out: &mut dyn Write, before: &Value, after: &Value) -> io::Result<()> {
    let (before, after) = (entry(before), entry(after));
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    // `TextDiff` would bring every algorithm, half a megabyte of code.
    let mut diff = Compact::new(Replace::new(Capture::new()), &before, &after);
    let Ok(()) = myers::diff(&mut diff, &before, 0..before.len(), &after, 0..after.len());
    let operations = diff.into_inner().into_inner().into_ops();
    for change in operations.iter().flat_map(|operation| operation.iter_changes(&before, &after)) {
        let (sign, style) = match change.tag() {
            ChangeTag::Delete => ('-', REMOVED),
            ChangeTag::Insert => ('+', ADDED),
            ChangeTag::Equal => (' ', FAINT),
        };
        writeln!(out, "      {style}{sign} {}{style:#}", escape::line(change.value().trim_end()))?;
    }
    Ok(())
}

/// Lists power that no file grants. It is never cut, and never faint.
fn write_power(out: &mut dyn Write, note: &Note, layout: Layout) -> io::Result<()> {
    let style = REMOVED.bold();
    writeln!(out, "\n{style}{}:{style:#}", note.heading)?;
    write_names(out, &note.lines, layout, REMOVED)
}

/// Lists names, each with a remark. Of many names, lists only the first ones without `--verbose`.
fn write_note(out: &mut dyn Write, note: &Note, layout: Layout) -> io::Result<()> {
    let number = note.lines.len();
    writeln!(out, "\n{BOLD}{}:{BOLD:#}", note.heading)?;
    let shown = if layout.verbose || number <= LISTED { number } else { LISTED / 2 };
    write_names(out, note.lines.get(..shown).unwrap_or_default(), layout, FAINT)?;
    if shown < number {
        writeln!(out, "    {FAINT}… and {} more (--verbose lists them){FAINT:#}", thousands(number - shown))?;
    }
    Ok(())
}

/// Names, each with a remark in a style.
fn write_names(
    out: &mut dyn Write,
    lines: &[(String, String)],
    layout: Layout,
    style: Style,
) -> io::Result<()> {
    let width = layout.names(lines.iter().map(|(name, _)| name.as_str()));
    for (name, remark) in lines {
        write!(out, "    ")?;
        write_beside(out, name, width, layout, |room| wrapped(remark, room).into_iter(), style)?;
    }
    Ok(())
}

/// Writes notes in one line each. The last line says how to see more.
fn write_briefs<'b>(
    out: &mut dyn Write,
    briefs: impl Iterator<Item = &'b Brief>,
    layout: Layout,
) -> io::Result<()> {
    let mut briefs = briefs.peekable();
    while let Some(Brief { text, named, counts }) = briefs.next() {
        let is_last = briefs.peek().is_none();
        let text = if is_last && *counts { format!("{text} (--verbose lists them)") } else { text.clone() };
        sentence(&text, layout).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        write_names(out, named, layout, FAINT)?;
    }
    Ok(())
}
