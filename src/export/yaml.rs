//! Writes values of the file format as YAML in a handwritten style, with comments.
//!
//! Short values are on one line, long ones in a block with one part per line. Scalars are quoted so that every YAML
//! reader returns them unchanged and a terminal shows no hostile character. Comments must already be escaped.

use crate::config::MARK;
use crate::escape;
use serde::Serialize;
use serde_yaml::{Mapping, Value};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Lists of more parts than this are written as a block, one part per line.
const SHORT: usize = 4;

/// The most characters of a line that could be broken.
const WIDTH: usize = 110;

/// A top-level key, which may be in its own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    key: &'static str,
    /// From the key on; empty where there is nothing to declare.
    pub(super) content: String,
    /// Comments on what is not declared.
    pub(super) notes: String,
}

impl Section {
    pub(super) fn new(key: &'static str) -> Self {
        Self { key, content: String::new(), notes: String::new() }
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, entry: &str) {
        if self.content.is_empty() {
            self.content = format!("{}:\n", self.key);
        }
        self.content += entry;
    }
}

/// An entry of a resource, with comments on what is not written, and why.
pub(super) fn entry(name: &str, entry: &impl Serialize, remarks: &[String]) -> String {
    let value = value(entry);
    let line = format!("  {}", pair(&name.into(), &value));
    let keys = value.as_mapping().filter(|keys| !keys.is_empty());
    let fits = fits(&line) && keys.is_none_or(|keys| keys.values().all(is_short));
    match (remarks, keys) {
        ([], _) if fits => line + "\n",
        ([remark], None) => format!("{line}    # {remark}\n"),
        _ => {
            let mut out = keys.map_or(line + "\n", |keys| format!("  {}:\n{}", scalar(name), block(keys)));
            remarks.iter().for_each(|remark| out += &format!("    # {remark}\n"));
            out
        }
    }
}

/// A key of a section with its value and a comment, which may be empty, on one line.
pub(super) fn line(key: &str, of: &impl Serialize, comment: &str) -> String {
    let pair = pair(&key.into(), &value(of));
    if comment.is_empty() { format!("  {pair}\n") } else { format!("  {pair}    # {comment}\n") }
}

/// A comment that marks a value to correct.
pub(super) fn task(what: &str) -> String {
    format!("{MARK} {what}")
}

/// A comment on why resources are not written: one line, or a line for each of many.
pub(super) fn remark(why: &str, mut names: Vec<String>) -> Vec<String> {
    names.sort();
    match names.len() {
        0 => Vec::new(),
        1..=SHORT => vec![format!("{why}: {}", names.join(", "))],
        _ => {
            let names = names.into_iter().map(|name| format!("  {name}"));
            std::iter::once(format!("{why}:")).chain(names).collect()
        }
    }
}

/// The same as a separate paragraph.
pub(super) fn note(why: &str, mut names: Vec<String>) -> String {
    names.sort();
    let lines: String = names.iter().map(|name| format!("#   {name}\n")).collect();
    if names.is_empty() { lines } else { format!("\n# {why}:\n{lines}") }
}

/// The value without the keys that are absent. All types of the file format serialize.
fn value(of: &impl Serialize) -> Value {
    let mut value = serde_yaml::to_value(of).unwrap_or_default();
    if let Value::Mapping(keys) = &mut value {
        keys.retain(|_, value| !value.is_null());
    }
    value
}

/// The keys of an entry, one below the other.
fn block(keys: &Mapping) -> String {
    let mut out = String::new();
    for (key, value) in keys {
        let line = format!("    {}", pair(key, value));
        let parts: Vec<String> = match value {
            Value::Sequence(items) => items.iter().map(|item| format!("- {}", flow(item))).collect(),
            Value::Mapping(entries) => entries.iter().map(|(key, value)| pair(key, value)).collect(),
            _ => Vec::new(),
        };
        if parts.is_empty() || is_short(value) && fits(&line) {
            out += &(line + "\n");
            continue;
        }
        out += &format!("    {}:\n", flow(key));
        parts.iter().for_each(|part| out += &format!("      {part}\n"));
    }
    out
}

fn fits(line: &str) -> bool {
    line.chars().count() <= WIDTH
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.len() <= SHORT,
        Value::Mapping(entries) => entries.len() <= SHORT,
        _ => true,
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::String(text) => scalar(text).into_owned(),
        Value::Sequence(items) => format!("[{}]", joined(items.iter().map(flow).collect())),
        Value::Mapping(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Mapping(entries) => {
            format!("{{ {} }}", joined(entries.iter().map(|(key, value)| pair(key, value)).collect()))
        }
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Null | Value::Tagged(_) => String::new(),
    }
}

/// A key and its value; nothing after the colon if there is no value.
fn pair(key: &Value, value: &Value) -> String {
    let space = if value.is_null() { "" } else { " " };
    format!("{}:{space}{}", flow(key), flow(value))
}

/// Words that some YAML reader does not read as text.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// A text that every YAML reader returns unchanged, in block and flow style, without hostile characters.
pub(super) fn scalar(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (at, c) in text.char_indices() {
        match (c, u32::from(c)) {
            ('"' | '\\', _) => out.extend(['\\', c]),
            _ if !escape::is_hostile(c) && !escape::is_mark(text, at) => out.push(c),
            (_, code @ ..=0xff) => drop(write!(out, "\\x{code:02x}")),
            (_, code @ ..=0xffff) => drop(write!(out, "\\u{code:04x}")),
            (_, code) => drop(write!(out, "\\U{code:08x}")),
        }
    }
    out.push('"');
    Cow::Owned(out)
}

/// Whether a text needs no quotes: words of letters, and separators without a meaning in YAML.
fn is_plain(text: &str) -> bool {
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '\'' | '@' | '+');
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && text.chars().all(letters)
        && !WORDS.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_words_stand_as_they_are_and_traps_are_quoted() {
        for text in ["Ada Lovelace", "Jean-Luc O'Neill", "ada+x@acme.example", "Ада", "Zoë"] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "", "no", "On", "1e3", "- a", "a: b", "a #b", "a, b", "{a}", "*a", "&a", "!a", "'a", " a", "a ",
            "NULL",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(scalar("a\u{1b}\u{202e}\u{e0041}\n\"\\"), r#""a\x1b\u202e\U000e0041\x0a\"\\""#);
        assert_eq!(scalar("a ##[error]"), r##""a \x23#[error]""##);
    }

    proptest! {
        #[test]
        fn another_reader_gives_every_text_back(text in any::<String>()) {
            for yaml in [format!("key: {}", scalar(&text)), format!("{{ key: {}, other: [] }}", scalar(&text))] {
                let read: serde_yaml::Value = serde_yaml::from_str(&yaml).unwrap();
                prop_assert_eq!(read.get("key").and_then(|value| value.as_str()), Some(text.as_str()), "{}", yaml);
            }
        }
    }
}
