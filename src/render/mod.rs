//! Renders plans and reports for people.
//!
//! [`View`] describes a plan in words. Each output format is a small writer of a view. Text has terminal styles, which
//! the stream drops if it is not a terminal.

mod checkout;
mod due;
mod findings;
mod github;
mod gitlab;
mod layout;
mod left_over;
mod markdown;
mod members;
mod outcome;
mod person;
mod report;
mod sarif;
mod seats;
mod text;
mod view;

pub use checkout::Checkout;
pub use due::{due_calendar, due_text};
pub use findings::Findings;
pub use github::{faults_github, plan_github, warnings_github};
pub use gitlab::CodeQualityReport;
pub use layout::Layout;
pub use markdown::{faults_markdown, plan_markdown, report_markdown};
pub use members::{members_csv, members_text};
pub use person::explanation_text;
pub use report::report_text;
pub use sarif::SarifLog;
pub use seats::seats_text;
pub use text::plan_text;
pub use view::{Brief, Changes, Effect, Line, Mark, Note, Part, RoleChange, Sign, View, Weight};

use anstyle::{AnsiColor, Style};

/// Headings.
const BOLD: Style = Style::new().bold();
/// Less important text.
const FAINT: Style = Style::new().dimmed();
/// Additions and successes.
const ADDED: Style = AnsiColor::Green.on_default();
/// Changes and warnings.
const CHANGED: Style = AnsiColor::Yellow.on_default();
/// Removals and failures.
const REMOVED: Style = AnsiColor::Red.on_default();

/// `1 change`, `2 changes`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A sentence, after a space, about due changes that are left out; nothing if there are none.
fn held_back(number: usize) -> String {
    match number {
        0 => String::new(),
        1 => " 1 due change is held back.".to_owned(),
        more => format!(" {} due changes are held back.", thousands(more)),
    }
}

/// `1 person`, `2 people`.
fn people(number: usize) -> String {
    match number {
        1 => "1 person".to_owned(),
        _ => format!("{} people", thousands(number)),
    }
}

/// A number with thousands separators.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The same for a number that may be negative.
fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", thousands(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(count(1, "change"), "1 change");
        assert_eq!(count(0, "change"), "0 changes");
        assert_eq!(count(1_234_567, "member"), "1,234,567 members");
        assert_eq!([0, 1_000, -12, -1_234].map(signed), ["0", "1,000", "-12", "-1,234"]);
    }
}
