//! Suggests the address that a misspelt one probably means.
//!
//! Comparing whole addresses would not work, because all addresses of a domain are similar.

use super::Email;
use crate::diag::nearest;

/// The known address that is most similar: a similar name at the same domain, or the same name at a similar domain.
pub fn nearest_email<'a>(email: &Email, known: impl Iterator<Item = &'a Email> + Clone) -> Option<&'a Email> {
    let others = known.filter(|other| *other != email);
    let colleagues = others.clone().filter(|other| other.domain() == email.domain());
    let misspelt = colleagues.filter(|other| is_misspelt(email.local(), other.local()));
    let namesakes = others.filter(|other| other.local() == email.local());
    nearest_by(Email::local, email, misspelt).or_else(|| nearest_by(Email::domain, email, namesakes))
}

fn nearest_by<'a>(
    part: fn(&Email) -> &str,
    email: &Email,
    known: impl Iterator<Item = &'a Email> + Clone,
) -> Option<&'a Email> {
    let near = nearest(part(email), known.clone().map(part))?;
    known.into_iter().find(|known| part(known) == near)
}

/// Whether a few edits lead from one name to the other: one for each four characters, at least one.
fn is_misspelt(name: &str, other: &str) -> bool {
    let edits = (name.len() / 4).max(1);
    name.len().abs_diff(other.len()) <= edits && strsim::osa_distance(name, other) <= edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_and_the_shared_domain_is_not() {
        let known: Vec<Email> = ["alan@acme.example", "ada.lovelace@acme.example", "bob@partner.org"]
            .into_iter()
            .map(|text| Email::parse(text).unwrap())
            .collect();
        let near = |text| nearest_email(&Email::parse(text).unwrap(), known.iter()).map(|near| near.as_str());
        assert_eq!(near("alna@acme.example"), Some("alan@acme.example"));
        assert_eq!(near("ada.lovlace@acme.example"), Some("ada.lovelace@acme.example"));
        assert_eq!(near("alan@acme.exmaple"), Some("alan@acme.example"));
        assert_eq!(near("bob@parnter.org"), Some("bob@partner.org"));
        for far in ["eva@acme.example", "alan@other.org", "alan@acme.example", "adalovelace1815@acme.example"]
        {
            assert_eq!(near(far), None, "{far}");
        }
    }
}
