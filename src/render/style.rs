//! The few styles that output uses.

use anstyle::{AnsiColor, Style};

/// Headings.
pub(super) const BOLD: Style = Style::new().bold();
/// What matters less.
pub(super) const FAINT: Style = Style::new().dimmed();
/// What is added, what went well.
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
/// What is changed, what needs attention.
pub(super) const CHANGED: Style = AnsiColor::Yellow.on_default();
/// What is removed, what went wrong.
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
