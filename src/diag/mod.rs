//! What is wrong with the files: diagnostics as data, collected and shown all at once.
//!
//! A [`Diagnostic`] says what is wrong, where (every place involved), and what to do. [`render`] turns it into text.

mod code;
mod faults;
mod render;

pub use code::Code;
pub(crate) use faults::Faults;
pub use render::{pointer, render};

use crate::escape;
use crate::source::Span;
use std::fmt;

/// One fault, with every place that is involved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// The places involved, the most telling first.
    pub labels: Vec<Label>,
    /// How many more places are involved that are not listed.
    pub more: usize,
    /// A whole file that is at fault, where no place in it can be shown.
    pub file: Option<String>,
    /// What to do.
    pub help: String,
}

/// A place and what it has to do with the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
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
}
