//! The texts of files, and positions in them.
//!
//! A [`Span`] has twelve bytes, and is meaningful only with its [`Sources`]. A [`Position`] is for people and
//! documents.

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// The folder of a file; the current one if its name has none.
#[must_use]
pub fn folder_of(file: &Utf8Path) -> &Utf8Path {
    file.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}

/// A range of bytes in one file; by default, the start of the first file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The number of the file, from [`Sources::add`].
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A position in a file, for people and documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The file, as named on the command line or by an include.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One file that was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name that is shown.
    name: String,
    /// The name with which it was read.
    path: String,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The start and the text of a line (from 0), without a byte order mark and line break.
    #[must_use]
    pub fn shown(&self, line: usize) -> (usize, &str) {
        let (start, end) = self.lines(line, line);
        let text = self.text.get(start..end).unwrap_or_default().trim_end_matches('\r');
        let shown = text.trim_start_matches('\u{feff}');
        (start + text.len() - shown.len(), shown)
    }

    /// The line of a byte, from 0.
    #[must_use]
    pub fn line_of(&self, byte: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The range of the lines `first..=last` (from 0), without the last line break.
    #[must_use]
    pub fn lines(&self, first: usize, last: usize) -> (usize, usize) {
        let byte = |line: usize| self.line_starts.get(line).map(|start| *start as usize);
        let start = byte(first).unwrap_or(self.text.len());
        let end = byte(last + 1).map_or(self.text.len(), |next| next.saturating_sub(1));
        (start, end.max(start))
    }
}

/// All files that were read, in the order of reading.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The largest file that spans can cover, in bytes.
    pub const MAX_LEN: usize = u32::MAX as usize;

    /// Adds a file and returns its number for [`Span::file`]. Text beyond [`Sources::MAX_LEN`] has no positions.
    pub fn add(&mut self, name: String, text: String) -> u32 {
        let newlines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts = newlines.filter_map(|(at, _)| u32::try_from(at + 1).ok());
        let line_starts = std::iter::once(0).chain(starts).collect();
        self.files.push(Source { path: name.clone(), name, text, line_starts });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// Shows each file with another name than the one with which it was read.
    pub fn rename(&mut self, shown: impl Fn(&str) -> String) {
        for file in &mut self.files {
            file.name = shown(&file.path);
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files, in the order of their numbers.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// The names of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(Source::name)
    }

    /// The file of a span.
    #[must_use]
    pub fn file(&self, number: u32) -> Option<&Source> {
        self.files.get(number as usize)
    }

    /// For each of these files, the number of the same one among others: the main file for the main file, and the file
    /// with the same path from there for an included one. The main file stands in for a file that is not among them.
    #[must_use]
    pub fn counterparts(&self, others: &Self) -> Vec<u32> {
        let numbers: HashMap<&Utf8Path, u32> = others.paths().zip(0..).collect();
        let counterpart = |(number, path)| match number {
            0 => 0,
            _ => numbers.get(path).copied().unwrap_or_default(),
        };
        (0_u32..).zip(self.paths()).map(counterpart).collect()
    }

    /// The path of each file from the folder of the main file.
    fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        let folder = self.files.first().map(|main| folder_of(Utf8Path::new(&main.path)));
        self.files()
            .map(|file| Utf8Path::new(&file.path))
            .map(move |path| folder.and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path))
    }

    /// The position of the start of a span.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let Some(source) = self.file(span.file) else {
            return Position { file: String::new(), line: 0, column: 0 };
        };
        let line = source.line_of(span.start);
        let (start, shown) = source.shown(line);
        // A position within the line break counts as after the last character of the line.
        let before = shown.get(..(span.start as usize).saturating_sub(start)).unwrap_or(shown);
        let column = before.chars().count();
        Position {
            file: source.name.clone(),
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_none() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml".into(), "\u{feff}é: x\r\nü: y\n".into());
        let at = |start| {
            let p = sources.position(Span { file, start, end: start });
            (p.line, p.column)
        };
        assert_eq!(at(3), (1, 1));
        assert_eq!(at(7), (1, 4));
        assert_eq!(at(10), (2, 1));
        assert_eq!(at(14), (2, 4));
        assert_eq!(at(8), (1, 5));
        assert_eq!(at(9), (1, 5));
    }
}
