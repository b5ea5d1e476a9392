//! Which texts are addresses.

/// The longest address that mail can carry (RFC 5321, with erratum 1690).
const MAX_LEN: usize = 254;

/// Whether a text is an address: ASCII, an unquoted local part of at most 64 characters, and a domain with at least one
/// dot.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= MAX_LEN && local.len() <= 64 && local.split('.').all(is_atom) && is_domain(domain)
}

fn is_atom(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn malformed_addresses_are_refused() {
        assert!(is_address("Ada.Lovelace@ACME.Example"));
        for text in [
            "",
            "ada",
            "a@b@acme.example",
            "@acme.example",
            "\"ada l\"@acme.example",
            "ada,bob@acme.example",
            "ada\n@acme.example",
            ".ada@acme.example",
            "ada@acme",
            "ada@-acme.example",
            "ada@acme.example.",
            "ädä@acme.example",
        ] {
            assert!(!is_address(text), "{text:?}");
        }
        assert!(!is_address(&format!("ada@{}example", "a.".repeat(130))));
    }
}
