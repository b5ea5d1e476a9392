//! Renders plans and faults as annotations for GitHub Actions, which shows them on the lines of the files.

use super::checkout::Checkout;
use super::layout::Layout;
use super::text::plan_text;
use super::view::{Mark, View, Weight};
use super::{count, thousands};
use crate::diag::{Diagnostic, Label, MOST_SHOWN};
use crate::escape;
use crate::source::{Position, Sources, Span};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The most annotations of each level that GitHub shows for a step.
const SHOWN: usize = 10;

/// The level of an annotation.
#[derive(Debug, Clone, Copy)]
enum Level {
    Error,
    Warning,
    Notice,
}

/// An annotation of a line, a file or nothing. Its texts are not escaped yet.
struct Annotation {
    at: Place,
    title: String,
    lines: Vec<String>,
}

/// The target of an annotation.
enum Place {
    Nowhere,
    File(String),
    Line(Position),
}

/// Writes a plan: refusals as errors; its warnings, deleted entries that remove nothing,
/// new admins and removals as warnings; the conclusion as a notice; and
/// the whole plan as text for the log.
///
/// # Errors
///
/// Those of the writer.
pub fn plan_github(
    out: &mut dyn Write,
    view: &View<'_>,
    refusals: &[Diagnostic],
    sources: &Sources,
    checkout: &Checkout,
) -> io::Result<()> {
    let errors = self::errors(refusals, sources);
    write_some(out, Level::Error, &errors, errors.len(), checkout)?;
    let power = view.power.iter().flat_map(|power| &power.lines).map(power_warning);
    let warnings = self::errors(&view.warnings, sources);
    let marks = view.marks.iter().map(|one| mark(one, sources));
    let left = no_longer_declared(view, sources);
    let warnings: Vec<_> = power.chain(warnings).chain(left).chain(marks).collect();
    write_some(out, Level::Warning, &warnings, warnings.len(), checkout)?;
    let title = match view.organization.as_str() {
        "" => "Plan".to_owned(),
        name => format!("Plan for {name}"),
    };
    let headline = Annotation {
        at: Place::Nowhere,
        title,
        lines: std::iter::once(view.conclusion.clone()).chain(view.basis.iter().cloned()).collect(),
    };
    write_one(out, Level::Notice, &headline, checkout)?;
    plan_text(out, view, refusals, sources, Layout::default())
}

/// Writes faults of the files as errors, each at its first position.
///
/// # Errors
///
/// Those of the writer.
pub fn faults_github(
    out: &mut dyn Write,
    faults: &[Diagnostic],
    sources: &Sources,
    checkout: &Checkout,
) -> io::Result<()> {
    write_some(out, Level::Error, &annotations(faults, sources), faults.len(), checkout)
}

/// One annotation for each diagnostic. It names the further positions.
fn annotations(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Annotation> {
    let annotation = |one: &Diagnostic| {
        let further = one.labels.iter().skip(1).map(|label| see_also(label, sources)).collect();
        error(one, one.labels.first(), further, sources)
    };
    diagnostics.iter().take(SHOWN).map(annotation).collect()
}

/// Writes warnings about the files, each at its first position.
///
/// # Errors
///
/// Those of the writer.
pub fn warnings_github(
    out: &mut dyn Write,
    warnings: &[Diagnostic],
    sources: &Sources,
    checkout: &Checkout,
) -> io::Result<()> {
    write_some(out, Level::Warning, &annotations(warnings, sources), warnings.len(), checkout)
}

/// Errors for all positions of refusals. The first position of each refusal comes first.
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
    if fault.unshown() > 0 {
        lines.push(format!("and {}", count(fault.unshown(), "more place")));
    }
    lines.push(format!("help: {}", fault.help));
    let at = match (label, &fault.file) {
        (Some(label), _) => Place::Line(sources.position(label.span)),
        (None, Some(file)) => Place::File(file.to_string()),
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

fn power_warning((holder, held): &(String, String)) -> Annotation {
    let title = "power that no file grants".to_owned();
    Annotation { at: Place::Nowhere, title, lines: vec![format!("{holder}: {held}")] }
}

/// One warning for each file: there is no line to annotate. It counts what it leaves out.
fn no_longer_declared(view: &View<'_>, sources: &Sources) -> Vec<Annotation> {
    let mut by_file = BTreeMap::<u32, Vec<String>>::new();
    let lines = view.no_longer_declared.iter().flat_map(|note| &note.lines);
    for ((name, remark), file) in lines.zip(&view.no_longer_declared_in) {
        by_file.entry(*file).or_default().push(format!("{name}: {remark}"));
    }
    let annotation = |(file, mut lines): (u32, Vec<String>)| {
        let more = lines.len().saturating_sub(SHOWN);
        lines.truncate(SHOWN);
        lines.extend((more > 0).then(|| format!("and {} more", thousands(more))));
        let at = sources.file(file).map_or(Place::Nowhere, |file| Place::File(file.name().to_owned()));
        Annotation { at, title: "no longer declared".to_owned(), lines }
    };
    by_file.into_iter().map(annotation).collect()
}

fn mark(mark: &Mark, sources: &Sources) -> Annotation {
    let line = |span: Span| Place::Line(sources.position(span));
    let title = match mark.weight {
        Weight::NewAdmin => "new admin",
        Weight::Leaves | Weight::Loses => "removal",
    };
    Annotation {
        at: mark.at.map_or(Place::Nowhere, line),
        title: if mark.is_drift { format!("{title} (drift)") } else { title.to_owned() },
        lines: vec![mark.text.clone()],
    }
}

/// Writes as many annotations as GitHub shows. `first` has at least that many of `number`. The last annotation
/// counts the others.
fn write_some(
    out: &mut dyn Write,
    level: Level,
    first: &[Annotation],
    number: usize,
    checkout: &Checkout,
) -> io::Result<()> {
    let mut write = |one: &Annotation| write_one(out, level, one, checkout);
    if number <= SHOWN {
        return first.iter().try_for_each(write);
    }
    first.iter().take(SHOWN - 1).try_for_each(&mut write)?;
    let log = if number > MOST_SHOWN { "more" } else { "all" };
    let text = format!("and {} more: the log shows {log}", thousands(number + 1 - SHOWN));
    write(&Annotation { at: Place::Nowhere, title: "more".to_owned(), lines: vec![text] })
}

fn write_one(
    out: &mut dyn Write,
    level: Level,
    Annotation { at, title, lines }: &Annotation,
    checkout: &Checkout,
) -> io::Result<()> {
    let level = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let place = match at {
        Place::Nowhere => String::new(),
        Place::File(file) => format!("file={},", property(&checkout.path(file))),
        Place::Line(Position { file, line, column }) => {
            format!("file={},line={line},col={column},", property(&checkout.path(file)))
        }
    };
    // GitHub's escape for a line break.
    let text: Vec<_> = lines.iter().map(|line| data(line)).collect();
    writeln!(out, "::{level} {place}title={}::{}", property(title), text.join("%0A"))
}

/// Escaped text of a message, without line breaks.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25")
}

/// Escaped text of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
