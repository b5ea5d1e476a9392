//! What a name may look like in the files.

use crate::escape;

/// Why a text can't be a name, or `None` if it can. Names that look alike would be confused, and people would search
/// for a difference that they can't see.
#[must_use]
pub fn unfit_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.trim().is_empty() {
        Some("has only white space")
    } else if name.contains(escape::is_hostile) {
        Some("has a line break, or a character that can't be seen")
    } else if name.trim() != name {
        Some("starts or ends with white space")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen_as_a_whole() {
        for name in ["a", "Ада 🔬", "e\u{301}", "a\u{a0}b", "☎\u{fe0f}"] {
            assert_eq!(unfit_name(name), None, "{name:?}");
        }
        let unfit = [
            "",
            " ",
            "\u{3000}",
            "a ",
            "\u{a0}a",
            "a\nb",
            "a\n",
            "a\u{200b}b",
            "\u{200d}",
            "a\u{fdd0}",
            "\u{1fffe}",
            "\u{10ffff}",
            "\u{ffff}",
        ];
        for name in unfit {
            assert!(unfit_name(name).is_some(), "{name:?}");
        }
    }
}
