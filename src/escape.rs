//! Escapes hostile text.
//!
//! Names, descriptions and error bodies come from others. Unescaped, they could move a terminal's cursor, forge lines
//! of a log, hide letters, or run commands of the CI that reads the log. All external text passes through here before
//! it is shown or logged.
//!
//! CI commands: on GitHub, a line that starts with `::` after optional white space, and `##[` anywhere in a line
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>); on Azure, `##vso[` and
//! `##[`; on TeamCity, `##teamcity[`.

use icu_normalizer::ComposingNormalizerBorrowed;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest external text in a message, in characters.
const LONGEST: usize = 300;

/// Escapes a text to one line: every character that is not visible, or that could start a CI command, becomes its
/// `\u{…}` form. A colon at the start is escaped too, so that the line starts no command wherever it is put.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    let colon = text
        .find(|c: char| !c.is_whitespace())
        .filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(':')));
    if colon.is_none() && !text.chars().any(is_hostile) && !has_mark(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) || colon == Some(at) || is_mark(text, at) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Two texts that differ, each on one line, so that the difference can be seen: [`line()`], unless they look alike. Then
/// each character besides those of ASCII is escaped, and each space that is not between two words.
///
/// Letters that only resemble each other, such as those of two scripts, are not alike.
#[must_use]
pub fn apart<'t>(one: &'t str, other: &'t str) -> [Cow<'t, str>; 2] {
    if one == other || appearance(one) != appearance(other) {
        return [line(one), line(other)];
    }
    [spelled(one), spelled(other)].map(Cow::Owned)
}

/// Equal for texts that look the same: without what is not visible, composed, with one space between words.
fn appearance(text: &str) -> String {
    let visible = |c: &char| !is_hostile(*c) && !matches!(c, '\u{fe00}'..='\u{fe0f}');
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(visible).collect();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&words.join(" ")).into_owned()
}

fn spelled(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let single = c == ' ' && before != ' ' && rest.peek().is_some_and(|next| *next != ' ');
        if c.is_ascii_graphic() || single {
            out.push(c);
        } else {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        before = c;
    }
    line(&out).into_owned()
}

/// [`line()`], cut to a length that fits into a message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line(text.get(..end).unwrap_or(text))),
        None => line(text).into_owned(),
    }
}

/// The longest text in a code span, in characters: longer than any message of orgsync.
const LONGEST_CODE: usize = 1000;

/// A code span of Markdown with a text, on one line.
///
/// A code span disables markup, HTML and links. It also disables `@name` and `#1`, which entities and backslashes
/// don't: GitHub would still send notifications.
#[must_use]
pub fn code(text: &str) -> String {
    let text = line(text);
    let text = match text.char_indices().nth(LONGEST_CODE) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(""))),
        None => text,
    };
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A backtick next to the fence would become part of it. Of two outer spaces, one each is dropped.
    let backtick = text.starts_with('`') || text.ends_with('`');
    let pad =
        if backtick || text.is_empty() || (text.starts_with(' ') && text.ends_with(' ')) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// [`code()`] for a cell of a table, which a `|` would end.
#[must_use]
pub fn code_in_cell(text: &str) -> String {
    // After a backslash, a second one would be read as the escaped character.
    code(&line(text).replace("\\|", r"\\u{7c}")).replace('|', r"\|")
}

/// [`line()`] for a text of a document that its reader may show as Markdown, as GitHub does with results of a code scan:
/// the starts of links, HTML, mentions and references become visible. Emphasis stays, because it does nothing.
#[must_use]
pub fn inert(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let starts_something = match c {
            '(' => before == ']',
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            '@' => next.is_alphanumeric() && !(before.is_alphanumeric() || before == '_'),
            '#' => next.is_ascii_digit(),
            _ => false,
        };
        if starts_something {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

/// [`line()`] for a cell of a CSV file. A spreadsheet would compute a cell that starts like a formula, so that such a cell
/// starts with an apostrophe.
#[must_use]
pub fn cell(text: &str) -> String {
    let text = line(text);
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    format!("{}{text}", if is_formula { "'" } else { "" })
}

/// JSON text in which hostile characters and the starts of commands are written as `\uXXXX`. It stays the same
/// document: outside of strings, JSON has no such characters except line breaks, which are kept.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| is_hostile(c) && c != '\n';
    if !text.chars().any(hostile) && !has_mark(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if !hostile(c) && !is_mark(text, at) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

/// Whether a line of a log is a CI command. The name of the command follows `::`.
#[must_use]
pub fn is_command(line: &str) -> bool {
    let name = line.trim_start().strip_prefix("::");
    name.is_some_and(|name| !name.starts_with([':', ' '])) || has_mark(line)
}

/// Whether `##[`, `##vso[` or the like, which are commands anywhere in a line, starts at the byte `at`.
#[must_use]
pub fn is_mark(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix("##")) else { return false };
    rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[')
}

fn has_mark(text: &str) -> bool {
    text.contains("##") && text.char_indices().any(|(at, _)| is_mark(text, at))
}

/// Whether a character is a control character, a line separator, a mark that reorders or hides text, invisible, or not
/// a character at all. Of the ignorable code points
/// (<https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>), only the variation selectors of emoji are
/// allowed.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e0fff}')
        // The last two code points of each plane are not characters.
        || u32::from(c) & 0xfffe == 0xfffe
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
    fn a_difference_that_cannot_be_seen_is_escaped() {
        for (one, other, shown) in [
            ("Lab", "Office", ["Lab", "Office"]),
            ("Café", "Cafè", ["Café", "Cafè"]),
            ("Lab", "Lab ", ["Lab", r"Lab\u{20}"]),
            ("a b", "a\u{a0}b", ["a b", r"a\u{a0}b"]),
            ("a b", "a  b", ["a b", r"a\u{20}\u{20}b"]),
            ("Café", "Cafe\u{301}", [r"Caf\u{e9}", r"Cafe\u{301}"]),
            ("☎", "☎\u{fe0f}", [r"\u{260e}", r"\u{260e}\u{fe0f}"]),
            ("ab", "a\u{200b}b", ["ab", r"a\u{200b}b"]),
            ("", " ", ["", r"\u{20}"]),
            (": a", ":  a", [r"\u{3a} a", r"\u{3a}\u{20}\u{20}a"]),
        ] {
            assert_eq!(apart(one, other), shown);
            assert_eq!(apart(other, one), [shown[1], shown[0]]);
        }
    }

    #[test]
    fn what_a_ci_would_obey_becomes_visible() {
        for (text, harmless) in [
            ("::error::x", r"\u{3a}:error::x"),
            (" \u{a0}::x", " \u{a0}\\u{3a}:x"),
            (":", r"\u{3a}"),
            ("a ##[error]b", r"a \u{23}#[error]b"),
            ("####vso[a", r"##\u{23}#vso[a"),
            ("##teamcity[", r"\u{23}#teamcity["),
        ] {
            assert!(is_command(text) || text == ":", "{text}");
            assert_eq!(line(text), harmless);
            assert!(!is_command(&line(text)) && !is_command(&format!("  {}: x", line(text))), "{text}");
        }
        assert!(!is_command("  ::: orgsync.yaml:1:1"), "a further place, as diagnostics show it");
        for text in ["a::b", "a: b", "## b", "##1[", "#[a]", "###"] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn json_says_the_same_without_hostile_characters() {
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}31m\u{202e}\u{e0041}\r\n é 🔬 ##[x] ###vso[" });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let escaped = json(&pretty);
        assert!(!escaped.contains(|c| is_hostile(c) && c != '\n'), "{escaped}");
        assert!(!escaped.lines().any(is_command), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }

    #[test]
    fn what_a_log_would_obey_in_the_middle_of_a_line_is_broken() {
        assert_eq!(line("a ###[add-mask]b ##vso[task]"), r"a #\u{23}#[add-mask]b \u{23}#vso[task]");
        assert_eq!(line("## [x] #1"), "## [x] #1");
        assert_eq!(json(r###"{"a": "##[x]"}"###), r###"{"a": "\u0023#[x]"}"###);
    }

    #[test]
    fn a_code_span_holds_any_text() {
        let cases = [
            ("plain", "`plain`"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            ("`", "`` ` ``"),
            (" a ", "`  a  `"),
            (" a", "` a`"),
            ("", "`  `"),
            ("a\n<b>", r"`a\n<b>`"),
        ];
        for (text, span) in cases {
            assert_eq!(code(text), span, "{text:?}");
        }
        assert!(code(&"x".repeat(5000)).chars().count() < 1010);
        assert_eq!(code_in_cell(r"a|b\|c"), r"`a\|b\\u{7c}c`");
    }

    #[test]
    fn a_document_links_and_mentions_nothing() {
        for (text, harmless) in [
            ("[own](http://evil.example)", r"[own]\u{28}http://evil.example)"),
            ("![own](x)", r"![own]\u{28}x)"),
            ("<img src=x> </b> <!-- <?x", r"\u{3c}img src=x> \u{3c}/b> \u{3c}!-- \u{3c}?x"),
            ("@everyone (@team) `@x`", r"\u{40}everyone (\u{40}team) `\u{40}x`"),
            ("#1 a/b#2", r"\u{23}1 a/b\u{23}2"),
            ("ada@acme.example (a < b, 3 @ 4) # [x] #x", "ada@acme.example (a < b, 3 @ 4) # [x] #x"),
            ("a\n::error::b", r"a\n::error::b"),
        ] {
            assert_eq!(inert(text), harmless);
        }
    }

    #[test]
    fn a_spreadsheet_computes_no_cell() {
        for (text, harmless) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("\t=1", "\\t=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(cell(text), harmless);
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let cut = excerpt(&"é".repeat(1000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
    }
}
