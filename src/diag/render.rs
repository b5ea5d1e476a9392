//! Renders diagnostics as text, in the style of rustc.
//!
//! Each position is shown with its `file:line:column` and its line. Only the lines around a position are passed to the
//! renderer, so that the cost does not depend on the size of the file.

use super::{Diagnostic, Label};
use crate::escape;
use crate::source::Sources;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;

/// The longest line that is shown, in bytes. Longer ones are not handwritten, and expensive to lay out.
const LONGEST_LINE: usize = 4096;

/// An error as text with terminal styles, which the output stream may drop. Ends with a line break.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    render_as(Level::ERROR, diagnostic, sources)
}

/// The same for a warning.
#[must_use]
pub fn render_warning(diagnostic: &Diagnostic, sources: &Sources) -> String {
    render_as(Level::WARNING, diagnostic, sources)
}

fn render_as(level: Level<'static>, diagnostic: &Diagnostic, sources: &Sources) -> String {
    let title = level.primary_title(escape::line(&diagnostic.message)).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for label in &diagnostic.labels {
        group = match snippet(label, sources) {
            Some(snippet) => group.element(snippet),
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
    group = group.element(Level::HELP.message(escape::line(&diagnostic.help)));
    let mut text = Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group]);
    text.push('\n');
    text
}

/// The last line of a list of diagnostics: where to read more. Empty if there are none.
#[must_use]
pub fn pointer(diagnostics: &[Diagnostic]) -> String {
    let line = |first: &Diagnostic| format!("For more about a code, run: orgsync explain {}\n", first.code);
    diagnostics.first().map(line).unwrap_or_default()
}

/// The line that a label points into, with a mark there.
fn snippet<'a>(label: &'a Label, sources: &'a Sources) -> Option<Snippet<'a, Annotation<'a>>> {
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
    let annotation = AnnotationKind::Primary.span(moved(label.span.start)..moved(label.span.end));
    let annotation =
        if label.text.is_empty() { annotation } else { annotation.label(escape::line(&label.text)) };
    let path = escape::line(source.name());
    Some(Snippet::source(visible).line_start(line + 1).path(path).annotation(annotation))
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
