//! Folds text for a search that ignores letter case and accents.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// The same for texts that differ only in letter case, accents, or the form in which they are encoded.
///
/// Letters with a stroke and ligatures count as accented, although Unicode does not take them apart.
pub(super) fn folded(text: &str) -> String {
    let marks = CanonicalCombiningClassMapBorrowed::new();
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let letters = decomposed.chars().filter(|c| marks.get_u8(*c) == 0);
    // Through both cases: `ß` and `ẞ` become `ss`, `ς` becomes `σ`.
    let lower =
        letters.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for c in lower {
        match unstroked(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The letters that people type for one that has a stroke or is a ligature.
fn unstroked(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letter_case_and_accents_do_not_matter() {
        for (one, other) in [
            ("ÉMILIE", "emilie"),
            ("Émilie", "E\u{301}milie"),
            ("Gödel", "GODEL"),
            ("Straße", "STRASSE"),
            ("ẞ", "ß"),
            ("Łukasz", "lukasz"),
            ("Søren Ærø", "soren aero"),
            ("Đặng", "dang"),
            ("İpek", "ipek"),
            ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
            ("ﬁnn", "Finn"),
            ("Ａda", "ada"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        for (one, other) in [("ada", "adb"), ("a b", "ab"), ("и", "i")] {
            assert_ne!(folded(one), folded(other));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once_and_parts_stay_parts(before in "\\PC*", part in "[a-zA-Zé-ſ]*", after in "[a-z]*") {
            let whole = format!("{before}{part}{after}");
            prop_assert!(folded(&whole).contains(&folded(&part)), "{whole:?} {part:?}");
            prop_assert_eq!(folded(&folded(&whole)), folded(&whole));
        }
    }
}
