//! Makes hostile text harmless.
//!
//! Names, descriptions and error bodies come from people whom nobody vetted. Shown raw, they could move a terminal's
//! cursor, forge lines of a log or hide letters. Every text that did not come from this program passes through here
//! before a person or a log sees it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest foreign text that is worth a person's time, in characters.
const LONGEST: usize = 300;

/// One line of harmless text: every character that is not plainly visible becomes its `\u{…}` form.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// [`line()`], cut after a length that still fits a message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line(text.get(..end).unwrap_or(text))),
        None => line(text).into_owned(),
    }
}

/// JSON text in which hostile characters are written as `\uXXXX`. It stays the same document: outside of strings, JSON
/// has none but line breaks, which are kept.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| is_hostile(c) && c != '\n';
    if !text.chars().any(hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !hostile(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

/// Control characters, line separators, marks that reorder or hide text, and what is no character at all.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_becomes_visible() {
        assert_eq!(line("a\u{1b}[31mb\r\n\u{9b}c\u{202e}d"), r"a\u{1b}[31mb\r\n\u{9b}c\u{202e}d");
        assert_eq!(line("Ада 🔬 naïve"), "Ада 🔬 naïve");
    }

    #[test]
    fn json_says_the_same_without_hostile_characters() {
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}31m\u{202e}\u{e0041}\r\n é 🔬" });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let escaped = json(&pretty);
        assert!(!escaped.contains(|c| is_hostile(c) && c != '\n'), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let cut = excerpt(&"é".repeat(1000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
    }
}
