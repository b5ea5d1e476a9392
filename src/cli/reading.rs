//! Shows on a terminal how far a reading of the live organization is, if it takes long.
//!
//! The line is on stderr and is erased at the end. Pipes and CI get nothing.

use super::{console, status_line};
use crate::api::{ReadingCounts, ReadingProgress};
use crate::escape;
use crate::render::{count, thousands};
use std::io::{self, IsTerminal as _};
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, interval_at};
use unicode_width::UnicodeWidthStr as _;

/// A reading that is shorter shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// The pause between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// Waits for a reading, and shows its progress. `organization` may be empty.
pub(super) async fn show_progress<T>(
    organization: &str,
    progress: &ReadingProgress,
    reading: impl Future<Output = T>,
) -> T {
    let is_ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
    let is_shown = io::stderr().is_terminal() && !is_ci;
    let Some(columns) = console::err_columns().filter(|_| is_shown) else { return reading.await };
    let mut reading = pin!(reading);
    let mut ticks = interval_at(Instant::now() + PATIENCE, PAUSE);
    let _erased = Erased;
    loop {
        tokio::select! {
            biased;
            read = &mut reading => return read,
            _ = ticks.tick() => status_line::show(&text(organization, progress.counts(), columns)),
        }
    }
}

/// Erases the line at the end of a reading, also of one that is dropped.
struct Erased;

impl Drop for Erased {
    fn drop(&mut self) {
        status_line::erase();
    }
}

/// `Reading Acme: 275 members, 7 of 12 groups`, cut to the terminal.
fn text(organization: &str, counts: ReadingCounts, columns: usize) -> String {
    let ReadingCounts { members, groups, groups_listed } = counts;
    let name = match organization {
        "" => "the organization".into(),
        name => escape::line(name),
    };
    let groups = match groups_listed {
        0 => String::new(),
        all => format!(", {} of {}", thousands(groups), count(all, "group")),
    };
    let mut text = format!("Reading {name}: {}{groups}", count(members, "member"));
    // A line that fills the terminal would not be written over.
    while text.width() >= columns.max(1) {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_what_has_been_read_and_fits_the_terminal() {
        let counts = |members, groups, groups_listed| ReadingCounts { members, groups, groups_listed };
        assert_eq!(text("Acme", counts(275, 7, 12), 80), "Reading Acme: 275 members, 7 of 12 groups");
        assert_eq!(text("", counts(1, 0, 0), 80), "Reading the organization: 1 member");
        assert_eq!(text("Acme", counts(275, 7, 12), 10), "Reading A");
    }
}
