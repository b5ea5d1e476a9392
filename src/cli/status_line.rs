//! A line on stderr that is written over, and erased before anything else is written there.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use unicode_width::UnicodeWidthStr as _;

/// The columns of the line that is shown; 0 if there is none. The log is written by any thread.
static SHOWN: AtomicUsize = AtomicUsize::new(0);

/// Shows a text, which must be shorter than the terminal is wide.
pub(super) fn show(text: &str) {
    // Spaces work on any terminal.
    let pad = SHOWN.swap(text.width(), Ordering::Relaxed).saturating_sub(text.width());
    let mut err = io::stderr().lock();
    let _ = write!(err, "\r{text}{:pad$}", "").and_then(|()| err.flush());
}

/// What erases the line, if it is shown; otherwise empty.
pub(super) fn erasure() -> String {
    match SHOWN.swap(0, Ordering::Relaxed) {
        0 => String::new(),
        width => format!("\r{:width$}\r", ""),
    }
}

/// Erases the line.
pub(super) fn erase() {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{}", erasure()).and_then(|()| err.flush());
}
