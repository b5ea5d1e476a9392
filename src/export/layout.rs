//! Entries in the style of a person: one line for what is short, a block for what is long.

use super::scalar::scalar;
use std::fmt::Write as _;

/// Lists of more parts than this stand in a block, one part a line.
const SHORT: usize = 4;

/// The most characters of a line that could be broken.
const WIDTH: usize = 110;

/// What stands under one name.
pub(super) struct Entry<'t> {
    pub(super) name: &'t str,
    pub(super) keys: Vec<(&'static str, Value)>,
    /// Lines of comments: what is not written, and why. Harmless text.
    pub(super) remarks: Vec<String>,
}

/// What stands behind a key, its scalars as they are written.
pub(super) enum Value {
    One(String),
    List(Vec<String>),
    Map(Vec<(String, String)>),
}

impl Value {
    fn flow(&self) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::List(items) => format!("[{}]", items.join(", ")),
            Self::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn lines(&self) -> Vec<String> {
        match self {
            Self::One(_) => Vec::new(),
            Self::List(items) => items.iter().map(|item| format!("- {item}")).collect(),
            Self::Map(entries) => entries.iter().map(|(key, value)| format!("{key}: {value}")).collect(),
        }
    }

    fn is_short(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::List(items) => items.len() <= SHORT,
            Self::Map(entries) => entries.len() <= SHORT,
        }
    }
}

impl Entry<'_> {
    pub(super) fn write(&self, out: &mut String) {
        let name = scalar(self.name);
        let line = if self.keys.is_empty() {
            format!("  {name}: {{}}")
        } else {
            let keys: Vec<String> =
                self.keys.iter().map(|(key, value)| format!("{key}: {}", value.flow())).collect();
            format!("  {name}: {{ {} }}", keys.join(", "))
        };
        let is_short = |line: &str| line.chars().count() <= WIDTH;
        let fits = self.keys.iter().all(|(_, value)| value.is_short()) && is_short(&line);
        match self.remarks.as_slice() {
            [] if fits => drop(writeln!(out, "{line}")),
            [remark] if self.keys.is_empty() => drop(writeln!(out, "{line}    # {remark}")),
            _ if self.keys.is_empty() => {
                let _ = writeln!(out, "{line}");
                self.write_remarks(out);
            }
            _ => {
                let _ = writeln!(out, "  {name}:");
                for (key, value) in &self.keys {
                    let line = format!("    {key}: {}", value.flow());
                    if matches!(value, Value::One(_)) || value.is_short() && is_short(&line) {
                        let _ = writeln!(out, "{line}");
                        continue;
                    }
                    let _ = writeln!(out, "    {key}:");
                    for line in value.lines() {
                        let _ = writeln!(out, "      {line}");
                    }
                }
                self.write_remarks(out);
            }
        }
    }

    fn write_remarks(&self, out: &mut String) {
        for remark in &self.remarks {
            let _ = writeln!(out, "    # {remark}");
        }
    }
}

/// Says of some things why they are not written. The things are harmless text.
pub(super) fn remark(why: &str, mut things: Vec<String>) -> Vec<String> {
    things.sort();
    match things.len() {
        0 => Vec::new(),
        1..=SHORT => vec![format!("{why}: {}", things.join(", "))],
        _ => {
            let things = things.into_iter().map(|thing| format!("  {thing}"));
            std::iter::once(format!("{why}:")).chain(things).collect()
        }
    }
}

/// The same as a paragraph of its own.
pub(super) fn note(why: &str, mut things: Vec<String>, out: &mut String) {
    if things.is_empty() {
        return;
    }
    things.sort();
    let _ = writeln!(out, "\n# {why}:");
    for thing in things {
        let _ = writeln!(out, "#   {thing}");
    }
}
