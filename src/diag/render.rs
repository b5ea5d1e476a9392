//! Renders diagnostics as text, in the style of rustc.
//!
//! Each position is shown with its `file:line:column` and its line. Only the lines around a position are passed to the
//! renderer, so that the cost does not depend on the size of the file.

use super::{Diagnostic, Label};
use crate::escape;
use crate::source::Sources;
use crate::wrap::{NARROWEST, wrapped_words};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// The longest line that is shown, in bytes. Longer ones are not handwritten, and expensive to lay out.
const LONGEST_LINE: usize = 4096;

/// An error as text with terminal styles, which the output stream may drop. Ends with a line break. On a terminal with so
/// many `columns`, text is wrapped, and a line of a file that is longer is cut around the position.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, columns: Option<usize>) -> String {
    render_as(Level::ERROR, ERROR, diagnostic, sources, columns)
}

/// The same for a warning.
#[must_use]
pub fn render_warning(diagnostic: &Diagnostic, sources: &Sources, columns: Option<usize>) -> String {
    render_as(Level::WARNING, WARNING, diagnostic, sources, columns)
}

const ERROR: &str = "error";
const WARNING: &str = "warning";

fn render_as(
    level: Level<'static>,
    level_name: &str,
    diagnostic: &Diagnostic,
    sources: &Sources,
    columns: Option<usize>,
) -> String {
    let code = diagnostic.code.name();
    let indent = level_name.len() + code.len() + "[]: ".len();
    let title = level.primary_title(message(&diagnostic.message, columns, indent)).id(code);
    let mut group = Group::with_title(title);
    let lines = diagnostic.labels.iter().map(|label| sources.position(label.span).line);
    let digits = lines.max().map_or(0, |line| line.to_string().len());
    let mut width = columns;
    for label in &diagnostic.labels {
        group = match snippet(label, sources, columns) {
            Some(shown) => {
                width = width.map(|width| width.min(shown.width_to_cut(digits + GUTTER, width)));
                group.element(shown.snippet)
            }
            None => group.element(origin(label, sources)),
        };
    }
    if let Some(file) = &diagnostic.file {
        group = group.element(Origin::path(escape::line(file)));
    }
    let unshown = diagnostic.unshown();
    if unshown > 0 {
        let places = if unshown == 1 { "place" } else { "places" };
        let note = format!("and {unshown} more {places}");
        group = group.element(Level::NOTE.message(note));
    }
    let indent = digits + " = help: ".len();
    group = group.element(Level::HELP.message(message(&diagnostic.help, columns, indent)));
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let renderer = width.map_or(renderer.clone(), |width| renderer.term_width(width));
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// A text on one line, on a terminal on as many as it needs after an indent. The renderer aligns them.
fn message(text: &str, columns: Option<usize>, indent: usize) -> Cow<'_, str> {
    let text = escape::line(text);
    match columns {
        Some(columns) => {
            wrapped_words(&text, columns.saturating_sub(indent).max(NARROWEST)).join("\n").into()
        }
        None => text,
    }
}

/// The last line of a list of diagnostics: where to read more. Empty if there are none.
#[must_use]
pub fn pointer(diagnostics: &[Diagnostic]) -> String {
    let line = |first: &Diagnostic| format!("For more about a code, run: orgsync explain {}\n", first.code);
    diagnostics.first().map(line).unwrap_or_default()
}

/// The columns before a line of a file, besides the digits of its number: ` | `.
const GUTTER: usize = 3;

/// A line of a file with a mark.
struct Shown<'a> {
    snippet: Snippet<'a, Annotation<'a>>,
    /// The columns of the line.
    width: usize,
    /// The columns up to the end of the label after the mark.
    with_label: usize,
}

impl Shown<'_> {
    /// The width for the renderer. It cuts a line only if the line is too long, not if its label is: then a smaller
    /// width makes it cut.
    fn width_to_cut(&self, gutter: usize, columns: usize) -> usize {
        if gutter + self.with_label > columns { (gutter + self.width).saturating_sub(1) } else { columns }
    }
}

/// The line that a label points into, with a mark there. On a terminal, the mark of a long text ends within the line.
fn snippet<'a>(label: &'a Label, sources: &'a Sources, columns: Option<usize>) -> Option<Shown<'a>> {
    let source = sources.file(label.span.file)?;
    let line = source.line_of(label.span.start);
    let (start, shown) = source.shown(line);
    if shown.len() > LONGEST_LINE {
        return None;
    }
    let visible = visible(shown);
    let inside = |byte: u32| (byte as usize).saturating_sub(start).min(shown.len());
    // Characters that are shown as others may be longer or shorter than these.
    let moved = |byte: u32| {
        let before = shown.get(..inside(byte)).map_or(0, |before| before.chars().count());
        visible.char_indices().nth(before).map_or(visible.len(), |(at, _)| at)
    };
    let (start, end) = (moved(label.span.start), moved(label.span.end));
    // The renderer cuts around a mark, but never the mark itself.
    let longest = columns.map_or(usize::MAX, |columns| (columns / 2).max(NARROWEST));
    let marked = visible.get(start..end).unwrap_or_default();
    let end = marked.char_indices().nth(longest).map_or(end, |(at, _)| start + at);
    let annotation = AnnotationKind::Primary.span(start..end);
    let with_label = visible.get(..end).unwrap_or_default().width() + 1 + escape::line(&label.text).width();
    let width = visible.width();
    let annotation =
        if label.text.is_empty() { annotation } else { annotation.label(escape::line(&label.text)) };
    let path = escape::line(source.name());
    let snippet = Snippet::source(visible).line_start(line + 1).path(path).annotation(annotation);
    Some(Shown { snippet, width, with_label })
}

/// A line with a mark in place of each character that a terminal would obey or hide, or that begins a CI command, so
/// that columns don't move.
fn visible(line: &str) -> Cow<'_, str> {
    let harmless = |at: usize, c: char| c == '\t' || !(escape::is_hostile(c) || escape::is_mark(line, at));
    if line.char_indices().all(|(at, c)| harmless(at, c)) {
        return Cow::Borrowed(line);
    }
    let mark = |(at, c)| if harmless(at, c) { c } else { char::REPLACEMENT_CHARACTER };
    Cow::Owned(line.char_indices().map(mark).collect())
}

/// A label's place without its line.
fn origin<'a>(label: &Label, sources: &Sources) -> Origin<'a> {
    let position = sources.position(label.span);
    Origin::path(escape::line(&position.file).into_owned())
        .line(position.line as usize)
        .char_column(position.column as usize)
}
