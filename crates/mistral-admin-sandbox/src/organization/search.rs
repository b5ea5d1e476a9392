//! How texts are searched for: without letter case and without accents.

/// Whether a text holds what is looked for; nothing looked for is in every text.
pub(super) fn contains(text: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| plain(text).contains(&plain(wanted)))
}

/// A text without letter case and accents.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().chars().map(bare).collect()
}

/// A letter without its accent, for the languages of the vendor's list.
fn bare(letter: char) -> char {
    match letter {
        'à'..='å' | 'ą' => 'a',
        'ç' | 'ć' => 'c',
        'è'..='ë' | 'ę' => 'e',
        'ì'..='ï' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' => 'o',
        'ś' => 's',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' => 'z',
        other => other,
    }
}
