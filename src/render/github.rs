//! Plans and faults as commands to GitHub Actions, which shows them on the lines of the files.

use super::view::{Mark, View, Why};
use super::{count, thousands};
use crate::diag::{Diagnostic, Label};
use crate::escape;
use crate::source::{Position, Sources, Span};
use std::io::{self, Write};

/// GitHub shows so many annotations of each level of one step, and drops the others.
const SHOWN: usize = 10;

/// How much an annotation matters.
#[derive(Debug, Clone, Copy)]
enum Level {
    Error,
    Warning,
    Notice,
}

/// A remark on a line of a file, or on none. Its texts are raw.
struct Annotation {
    at: Place,
    title: String,
    lines: Vec<String>,
}

/// What an annotation is about.
enum Place {
    Nowhere,
    File(String),
    Line(Position),
}

/// Writes a plan: its refusals as errors, new admins and what it takes away as warnings, and its conclusion.
///
/// # Errors
///
/// Those of the writer.
pub fn plan_github(
    out: &mut dyn Write,
    view: &View,
    refusals: &[Diagnostic],
    sources: &Sources,
) -> io::Result<()> {
    write_some(out, Level::Error, &errors(refusals, sources))?;
    let marks: Vec<_> = view.marks.iter().map(|one| mark(one, sources)).collect();
    write_some(out, Level::Warning, &marks)?;
    let title = match view.organization.as_str() {
        "" => "Plan".to_owned(),
        name => format!("Plan for {name}"),
    };
    let headline = Annotation {
        at: Place::Nowhere,
        title,
        lines: std::iter::once(view.conclusion.clone()).chain(view.basis.clone()).collect(),
    };
    write_one(out, Level::Notice, &headline)?;
    writeln!(out, "{}", view.conclusion)
}

/// Writes each fault of the files as an error on the place that tells most, and their number.
///
/// # Errors
///
/// Those of the writer.
pub fn faults_github(out: &mut dyn Write, faults: &[Diagnostic], sources: &Sources) -> io::Result<()> {
    for fault in faults {
        let further = fault.labels.iter().skip(1).map(|label| see_also(label, sources)).collect();
        write_one(out, Level::Error, &error(fault, fault.labels.first(), further, sources))?;
    }
    writeln!(out, "The configuration has {}.", count(faults.len(), "fault"))
}

/// Refusals, an error for each place; the first place of each comes first.
fn errors(refusals: &[Diagnostic], sources: &Sources) -> Vec<Annotation> {
    let first = |refusal: &Diagnostic| error(refusal, refusal.labels.first(), Vec::new(), sources);
    let further = refusals.iter().flat_map(|refusal| {
        let labels = refusal.labels.iter().skip(1);
        labels.map(|label| error(refusal, Some(label), Vec::new(), sources))
    });
    refusals.iter().map(first).chain(further).collect()
}

fn error(fault: &Diagnostic, label: Option<&Label>, further: Vec<String>, sources: &Sources) -> Annotation {
    let what = label.filter(|label| !label.text.is_empty()).map(|label| format!(" ({})", label.text));
    let mut lines = vec![format!("{}{}", fault.message, what.unwrap_or_default())];
    lines.extend(further);
    if fault.more > 0 {
        lines.push(format!("and {}", count(fault.more, "more place")));
    }
    lines.push(format!("help: {}", fault.help));
    let at = match (label, &fault.file) {
        (Some(label), _) => Place::Line(sources.position(label.span)),
        (None, Some(file)) => Place::File(file.clone()),
        (None, None) => Place::Nowhere,
    };
    Annotation { at, title: fault.code.to_string(), lines }
}

fn see_also(label: &Label, sources: &Sources) -> String {
    let Position { file, line, .. } = sources.position(label.span);
    match label.text.as_str() {
        "" => format!("see also {file}:{line}"),
        text => format!("see also {file}:{line} ({text})"),
    }
}

fn mark(mark: &Mark, sources: &Sources) -> Annotation {
    let line = |span: Span| Place::Line(sources.position(span));
    let title = match mark.why {
        Why::NewAdmin => "new admin",
        Why::Leaves | Why::Loses => "removal",
    };
    Annotation {
        at: mark.at.map_or(Place::Nowhere, line),
        title: if mark.is_drift { format!("{title} (drift)") } else { title.to_owned() },
        lines: vec![mark.text.clone()],
    }
}

/// Writes what GitHub shows of them, the last of which counts the others.
fn write_some(out: &mut dyn Write, level: Level, all: &[Annotation]) -> io::Result<()> {
    if all.len() <= SHOWN {
        return all.iter().try_for_each(|one| write_one(out, level, one));
    }
    all.iter().take(SHOWN - 1).try_for_each(|one| write_one(out, level, one))?;
    let text = format!("and {} more: `orgsync plan` shows all", thousands(all.len() + 1 - SHOWN));
    write_one(out, level, &Annotation { at: Place::Nowhere, title: "more".to_owned(), lines: vec![text] })
}

fn write_one(
    out: &mut dyn Write,
    level: Level,
    Annotation { at, title, lines }: &Annotation,
) -> io::Result<()> {
    let level = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let place = match at {
        Place::Nowhere => String::new(),
        Place::File(file) => format!("file={},", path(file)),
        Place::Line(Position { file, line, column }) => {
            format!("file={},line={line},col={column},", path(file))
        }
    };
    // Lines of one message are set apart as GitHub wants it.
    let text: Vec<_> = lines.iter().map(|line| data(line)).collect();
    writeln!(out, "::{level} {place}title={}::{}", property(title), text.join("%0A"))
}

/// A file as GitHub knows it: by its path in the repository.
fn path(file: &str) -> String {
    property(file.trim_start_matches("./"))
}

/// Harmless text in the place of a message. Line breaks are visible text already.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25")
}

/// Harmless text in the place of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
