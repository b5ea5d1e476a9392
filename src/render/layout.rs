//! The amount of detail of a text, and its width.

use crate::wrap::{NARROWEST, wrapped, wrapped_words};
use unicode_width::UnicodeWidthStr;

/// The amount of detail and the width.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// Shows a diff of each change, and lists everything that is left alone instead of the first entries.
    pub verbose: bool,
    /// The width of the terminal. Without a terminal, each person takes one line, and lists are wrapped at 80 columns.
    pub columns: Option<usize>,
}

impl Layout {
    /// A text as lines after an indent.
    pub(super) fn rows(self, text: &str, indent: usize) -> Vec<String> {
        if self.columns.is_some() { wrapped(text, self.room(indent)) } else { vec![text.to_owned()] }
    }

    /// Words as lines after an indent.
    pub(super) fn words(self, text: &str, indent: usize) -> Vec<String> {
        if self.columns.is_some() { wrapped_words(text, self.room(indent)) } else { vec![text.to_owned()] }
    }

    /// The columns for a list after an indent.
    pub(super) fn room(self, indent: usize) -> usize {
        self.columns.unwrap_or(WIDTH).saturating_sub(indent).max(NARROWEST)
    }

    /// The width of a column of names.
    pub(super) fn names<'a>(self, names: impl Iterator<Item = &'a str>) -> usize {
        let widths = names.map(UnicodeWidthStr::width);
        let Some(columns) = self.columns else { return widths.max().unwrap_or(0).min(WIDEST_NAME) };
        // A few long names must not shrink the column of text for all others.
        let most = (columns / 2).min(WIDEST_NAME);
        widths.filter(|width| *width <= most).max().unwrap_or(0)
    }
}

/// The widest column for names. Text next to a longer name moves to the right, on a terminal below the name.
const WIDEST_NAME: usize = 44;

/// The width of lists without a terminal.
const WIDTH: usize = 80;

/// The most entries of a list that are shown without `--verbose`.
pub(super) const LISTED: usize = 20;
