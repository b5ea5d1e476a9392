//! Diagnostics as data: collected, and shown all at once.
//!
//! A [`Diagnostic`] says what is wrong, where (all positions involved), and what to do. [`render`] turns it into text.

mod code;
mod render;

pub use code::Code;
pub use render::{pointer, render, render_warning};

use crate::escape;
use crate::source::Span;
use std::collections::HashSet;
use std::fmt;

/// A diagnostic, with all positions involved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub message: String,
    /// The positions involved, the most relevant first.
    pub labels: Vec<Label>,
    /// Further positions, which only JSON lists. Other output counts them.
    pub counted: Box<[Label]>,
    /// The number of positions that are not listed.
    pub more: usize,
    /// The file, if the diagnostic is about a whole file.
    pub file: Option<Box<str>>,
    pub help: String,
}

/// A position and its role in the diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    /// The role; may be empty.
    pub text: String,
}

/// The most diagnostics that any output shows. It counts the others. A file can have millions of faults, which nobody
/// reads, and which would fill logs and disks.
pub const MOST_SHOWN: usize = 1000;

/// From this number of positions on, only the last ones are shown, with a count of the others.
const MANY_PLACES: usize = 20;

impl Diagnostic {
    /// A diagnostic at one position.
    pub fn at(code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(code, message, help).label(span, "")
    }

    /// A diagnostic without a position yet.
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { code, message, labels: Vec::new(), counted: Box::default(), more: 0, file: None, help }
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds positions with the same role. Of many, adds only the last ones and a count.
    #[must_use]
    pub fn places(mut self, places: &[Span], text: &str) -> Self {
        let skipped = if places.len() < MANY_PLACES { 0 } else { places.len() - MANY_PLACES / 2 };
        self.more += skipped;
        let shown = places.iter().skip(skipped);
        self.labels.extend(shown.map(|span| Label { span: *span, text: text.to_owned() }));
        self
    }

    /// Adds positions with the same role, of which only the last `shown` are worth showing. Others are for JSON alone.
    #[must_use]
    pub fn last_places(mut self, places: &[Span], text: &str, shown: usize) -> Self {
        let label = |span: &Span| Label { span: *span, text: text.to_owned() };
        let (counted, shown) = places.split_at(places.len().saturating_sub(shown));
        self.counted = counted.iter().map(label).collect();
        self.labels.extend(shown.iter().map(label));
        self
    }

    /// All listed positions.
    pub(crate) fn all_labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter().chain(&self.counted)
    }

    /// The number of positions that are not shown.
    pub(crate) fn unshown(&self) -> usize {
        self.counted.len() + self.more
    }

    /// Names a file, for a diagnostic without a position in it.
    #[must_use]
    pub fn in_file(mut self, name: &str) -> Self {
        self.file = Some(name.into());
        self
    }
}

/// Faults without duplicates.
///
/// A faulty value is read again for each alias of it. Without this, a few lines could cause millions of faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Diagnostic>,
    seen: HashSet<(Code, Span, Span)>,
}

impl Faults {
    /// Adds a fault, unless there is the same one at the same positions.
    pub(crate) fn push(&mut self, fault: Diagnostic) {
        let places = fault.labels.first().zip(fault.labels.last());
        if places.is_none_or(|(first, last)| self.seen.insert((fault.code, first.span, last.span))) {
            self.list.push(fault);
        }
    }

    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Diagnostic>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Whether there are no faults.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether all text of all files could be read, valid or not.
    pub(crate) fn hide_nothing(&self) -> bool {
        !self.list.iter().any(|fault| fault.code.hides_text())
    }

    /// All faults in the order of the files. Faults without a position come first.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|fault| fault.labels.first().map(|label| label.span));
        self.list
    }
}

/// A text from a file in backticks, cut if it is too long. Its spaces are kept, because they may be the fault.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// In characters.
        const LONGEST: usize = 120;
        match self.0.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "`{}…`", escape::line(self.0.get(..end).unwrap_or(""))),
            None => write!(f, "`{}`", escape::line(self.0)),
        }
    }
}

/// The known word that is most similar to the written one, if any is similar enough.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer texts are hardly typos, and the cost of comparing is quadratic.
    const LONGEST: usize = 64;
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&written, &word.to_lowercase()), word))
        .filter(|(score, _)| *score > 0.75)
        // Of several that are as near, the first by name: their order must not matter.
        .max_by(|(a, word), (b, other)| a.total_cmp(b).then_with(|| other.cmp(word)))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let keys = ["members", "seats", "policy", "defaults"];
        assert_eq!(nearest("member", keys), Some("members"));
        assert_eq!(nearest("Polciy", keys), Some("policy"));
        assert_eq!(nearest("OPERATIONS", ["Operations"]), Some("Operations"));
        assert_eq!(nearest("zzz", keys), None);
        assert_eq!(nearest(&"members".repeat(100), keys), None);
    }

    #[test]
    fn of_many_places_the_last_are_shown_and_the_others_counted() {
        let span = |start| Span { file: 0, start, end: start };
        let few: Vec<_> = (0..19).map(span).collect();
        let many: Vec<_> = (0..20).map(span).collect();
        let diagnostic = Diagnostic::new(Code::SeatBudget, "", "");
        assert_eq!(diagnostic.clone().places(&few, "").labels.len(), 19);
        let shown = diagnostic.places(&many, "");
        assert_eq!((shown.more, shown.labels.len()), (10, 10));
        assert_eq!(shown.labels[0].span.start, 10);
    }

    #[test]
    fn a_fault_that_is_met_again_is_one_fault() {
        let at = |start| Diagnostic::at(Code::WrongType, Span { file: 0, start, end: start }, "", "");
        let mut faults = Faults::default();
        for fault in [at(7), at(3), at(7), Diagnostic::new(Code::NotUtf8, "", "").in_file("a")] {
            faults.push(fault);
        }
        let starts: Vec<_> =
            faults.into_sorted().iter().map(|f| f.labels.first().map(|label| label.span.start)).collect();
        assert_eq!(starts, [None, Some(3), Some(7)]);
    }
}
