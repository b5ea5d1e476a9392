//! Texts: which ones are addresses, and how foreign text is shown in messages.
//!
//! Foreign text is made harmless before it is part of a message: no terminal obeys it, and it stays one line. CI systems
//! read commands such as `##[error]` and `##vso[…]` anywhere in a line of their log, so `##` is escaped too.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest address that mail can carry (RFC 5321, with erratum 1690).
const LONGEST_ADDRESS: usize = 254;

/// The longest foreign text in a message, in characters.
const LONGEST_EXCERPT: usize = 300;

/// Whether a text is an address: ASCII, an unquoted local part of at most 64 characters, and a domain with at least one
/// dot.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= LONGEST_ADDRESS
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_atom(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The text on one line, with its invisible characters as `\u{…}`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) || (c == '#' && rest.as_str().starts_with('#')) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// [`line()`], cut after a length that still fits a message.
pub(crate) fn excerpt(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => format!("{}…", line(text.get(..end).unwrap_or(text))),
        None => line(text).into_owned(),
    }
}

/// Control characters, line separators, marks that reorder or hide text, letters that show as nothing, and code points
/// that are no characters. Variation selectors belong to emoji and pass.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{excerpt, is_address, line};

    #[test]
    fn malformed_addresses_are_refused() {
        assert!(is_address("Ada.Lovelace@ACME.Example"));
        let malformed = [
            "",
            "ada",
            "a@b@acme.example",
            "@acme.example",
            "\"ada l\"@acme.example",
            "ada,bob@acme.example",
        ];
        let others =
            ["ada\n@acme.example", ".ada@acme.example", "ada@acme", "ada@-acme.example", "ada@acme.example."];
        for text in malformed.into_iter().chain(others) {
            assert!(!is_address(text), "{text:?}");
        }
        assert!(!is_address("ädä@acme.example"));
        assert!(!is_address(&format!("ada@{}example", "a.".repeat(130))));
    }

    #[test]
    fn invisible_characters_are_written_out() {
        assert_eq!(line("a\u{1b}[31mb\r\n\u{9b}c\u{202e}d"), r"a\u{1b}[31mb\r\n\u{9b}c\u{202e}d");
        assert_eq!(line("Ада 🔬 naïve #1"), "Ада 🔬 naïve #1");
        assert_eq!(line("a ###[error]b"), r"a \u{23}\u{23}#[error]b");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(excerpt(&"é".repeat(1000)).chars().count(), 301);
    }
}
