//! Lines that `orgsync export` has marked, because it could not know the value.

use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::source::{Sources, Span};
use std::collections::HashMap;

/// Marks a line in a comment. The text after it says what to do.
pub const MARK: &str = "TODO(orgsync):";

/// A marked line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedLine<'t> {
    /// The number of the line, from 1.
    pub line: usize,
    /// What to do.
    pub task: &'t str,
    /// The byte at which the mark starts.
    start: usize,
}

/// The marked lines of a text, in order. A mark counts only in a comment.
pub fn marked_lines(text: &str) -> impl Iterator<Item = MarkedLine<'_>> {
    let mut begin = 0;
    text.split_inclusive('\n').enumerate().filter_map(move |(number, line)| {
        let from = begin;
        begin += line.len();
        let at = line.find(MARK)?;
        let (before, marked) = line.split_at(at);
        let task = marked.strip_prefix(MARK)?.trim();
        before.trim_end().ends_with('#').then_some(MarkedLine { line: number + 1, task, start: from + at })
    })
}

/// A warning for each task that lines of the files are marked with: many lines may have the same.
#[must_use]
pub fn unfinished(sources: &Sources) -> Vec<Diagnostic> {
    let mut tasks = Vec::<(&str, Vec<Span>)>::new();
    let mut known = HashMap::<&str, usize>::new();
    for (number, source) in sources.files().enumerate() {
        let file = u32::try_from(number).unwrap_or(u32::MAX);
        for MarkedLine { task, start, .. } in marked_lines(source.text()) {
            let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let at = Span { file, start: byte(start), end: byte(start + MARK.len()) };
            let next = tasks.len();
            let place = *known.entry(task).or_insert(next);
            match tasks.get_mut(place) {
                Some((_, places)) => places.push(at),
                None => tasks.push((task, vec![at])),
            }
        }
    }
    tasks.into_iter().map(|(task, places)| warning(task, &places)).collect()
}

fn warning(task: &str, places: &[Span]) -> Diagnostic {
    /// The lines that are shown.
    const SHOWN: usize = 3;
    let what = match places.len() {
        1 => "a value".to_owned(),
        number => format!("{number} values"),
    };
    let task = if task.is_empty() { String::new() } else { format!(": {}", escape::excerpt(task)) };
    let message = format!("`orgsync export` could not know {what}{task}");
    let help = "correct the value, then delete the comment";
    Diagnostic::new(Code::Unfinished, message, help).last_places(places, "", SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_counts_only_in_a_comment() {
        let text = "a: 1 # TODO(orgsync): write b\r\n#TODO(orgsync):\nc: 'TODO(orgsync): d'\n";
        let marked: Vec<_> = marked_lines(text).map(|one| (one.line, one.task)).collect();
        assert_eq!(marked, [(1, "write b"), (2, "")]);
    }
}
