//! What is wrong with the files: diagnostics as data, collected and shown all at once.
//!
//! A [`Diagnostic`] says what is wrong, where (every place involved), and what to do. [`render`] turns it into text.

mod code;
mod render;

pub use code::Code;
pub use render::{pointer, render};

use crate::escape;
use crate::source::Span;
use std::collections::HashSet;
use std::fmt;

/// One fault, with every place that is involved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub message: String,
    /// The places involved, the most telling first.
    pub labels: Vec<Label>,
    /// How many more places are involved that are not listed.
    pub more: usize,
    /// A whole file that is at fault, where no place in it can be shown.
    pub file: Option<String>,
    pub help: String,
}

/// A place and what it has to do with the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// From this number of places on, only the last of them are shown, and a count of the others.
const MANY_PLACES: usize = 20;

impl Diagnostic {
    /// A fault at one place.
    pub fn at(code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(code, message, help).label(span, "")
    }

    /// A fault without a place yet.
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { code, message, labels: Vec::new(), more: 0, file: None, help }
    }

    /// Adds a place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds places that play the same part; of many, the last ones and a count.
    #[must_use]
    pub fn places(mut self, places: &[Span], text: &str) -> Self {
        let skipped = if places.len() < MANY_PLACES { 0 } else { places.len() - MANY_PLACES / 2 };
        self.more += skipped;
        let shown = places.iter().skip(skipped);
        self.labels.extend(shown.map(|span| Label { span: *span, text: text.to_owned() }));
        self
    }

    /// Names the file where no place in it can be shown.
    #[must_use]
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        self.file = Some(name.into());
        self
    }
}

/// Faults, each once.
///
/// A faulty value that a file shares through an alias is met wherever the alias stands. It is one fault, at one place:
/// without this, a file could make millions out of a few lines.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Diagnostic>,
    seen: HashSet<(Code, Span, Span)>,
}

impl Faults {
    /// Adds a fault, unless the same one at the same places is there.
    pub(crate) fn push(&mut self, fault: Diagnostic) {
        let places = fault.labels.first().zip(fault.labels.last());
        if places.is_none_or(|(first, last)| self.seen.insert((fault.code, first.span, last.span))) {
            self.list.push(fault);
        }
    }

    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Diagnostic>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether all text of all files could be read, right or wrong.
    pub(crate) fn hide_nothing(&self) -> bool {
        !self.list.iter().any(|fault| fault.code.hides_text())
    }

    /// All of them in the order of the files; what has no place comes first.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|fault| fault.labels.first().map(|label| label.span));
        self.list
    }
}

/// A text from a file in backticks, cut where it is too long for a message. Its spaces are kept: they may be the fault.
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

/// The word nearest to what was written, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer texts are not misspelt names, and comparing costs their length squared.
    const LONGEST: usize = 64;
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&written, &word.to_lowercase()), word))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
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
