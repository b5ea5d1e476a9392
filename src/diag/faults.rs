//! The faults of a configuration, as they are found.

use super::{Code, Diagnostic};
use crate::source::Span;
use std::collections::HashSet;

/// Faults, each once.
///
/// Something faulty that a file shares through an alias is met wherever the alias stands. It is one fault, at one place:
/// without this, a file could make millions out of a few lines.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Diagnostic>,
    seen: HashSet<(Code, Span, Span)>,
}

impl Faults {
    /// Takes a fault in, unless the same one at the same places is there.
    pub(crate) fn push(&mut self, fault: Diagnostic) {
        let places = fault.labels.first().zip(fault.labels.last());
        if places.is_none_or(|(first, last)| self.seen.insert((fault.code, first.span, last.span))) {
            self.list.push(fault);
        }
    }

    /// Takes several in.
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

#[cfg(test)]
mod tests {
    use super::*;

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
