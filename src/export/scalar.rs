//! One text as one YAML scalar.

use crate::escape;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Words that one YAML reader or another takes for something else than text.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// A text so that every YAML reader gives it back, in block and in flow style, and that shows no hostile character.
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

/// Whether a text means itself without quotes: words of letters, and a little in between that YAML has no use for.
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
