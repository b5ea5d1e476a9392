//! Wraps text to the width of a terminal.

use crate::escape;
use unicode_width::UnicodeWidthStr;

/// The minimum width of wrapped text, whatever its indent.
pub const NARROWEST: usize = 16;

/// Wraps a text between the parts of a list, otherwise between words. Continuation lines are indented. A first word is
/// never alone on its line.
#[must_use]
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    const FURTHER: &str = "  ";
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut make_room = |line: &mut String, piece: &str, least: usize| {
        if line.trim().width() > least && line.width() + piece.trim_end().width() > room {
            lines.push(std::mem::replace(line, FURTHER.to_owned()));
        }
    };
    for part in parts(text) {
        make_room(&mut line, part, room / 4);
        for word in part.split_inclusive(' ') {
            make_room(&mut line, word, 0);
            line.push_str(word);
        }
    }
    lines.push(line);
    // Text that is harmless within a line may be a command at its start.
    lines.iter().map(|line| escape::line(line.trim_end()).into_owned()).collect()
}

/// Wraps sentences between words. Continuation lines are not indented.
#[must_use]
pub fn wrapped_words(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && line.width() + word.trim_end().width() > room {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.iter().map(|line| escape::line(line.trim_end()).into_owned()).collect()
}

/// The parts of a list, each with its separator. Text in parentheses is one part.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    // Within a part of a list with semicolons, commas are between roles of one person.
    let has_signs = ["; + ", "; - ", "; ~ "].iter().any(|sign| text.contains(sign));
    let mut depth = 0_usize;
    let mut before = ' ';
    text.split_inclusive(move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = c == ' ' && depth == 0 && (before == ';' || before == ',' && !has_signs);
        before = c;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_between_its_parts_and_only_a_long_part_between_its_words() {
        let list = "members: ada@acme.example (dev, user), bob@acme.example (dev), cyd@acme.example (user)";
        let lines = wrapped(list, 64);
        assert_eq!(
            lines,
            ["members: ada@acme.example (dev, user), bob@acme.example (dev),", "  cyd@acme.example (user)"]
        );
        assert_eq!(wrapped("no list, though it is short", 70), ["no list, though it is short"]);
        let long = "a".repeat(200);
        assert_eq!(wrapped(&long, 10), [long.as_str()]);
        assert_eq!(wrapped_words("as in prose, with words", 14), ["as in prose,", "with words"]);
        assert_eq!(wrapped_words(&format!("a {long}"), 10), ["a", long.as_str()]);
        assert_eq!(wrapped_words("say ::error:: go", 12), ["say", r"\u{3a}:error:: go"]);
        let command = "parents: Readers, ::error::Writers";
        assert_eq!(wrapped(command, 20), ["parents: Readers,", r"  \u{3a}:error::Writers"]);
        let once = "delete, with 1 member (no file declares it)";
        assert_eq!(wrapped(once, 30), ["delete, with 1 member (no file", "  declares it)"]);
        assert_eq!(wrapped(once, 40), ["delete, with 1 member (no file declares", "  it)"]);
    }
}
