//! Which requests a rule is about.

use super::{Aside, Kind, Rule};

/// What can be left undone in parts.
const PARTIAL: [(&str, &str); 3] =
    [("POST", "/users"), ("POST", "/users-invite"), ("DELETE", "/workspaces/*/remove-users")];

impl Rule {
    /// Whether a request is one that the rule names, and that its kind can do something to. `path` is that below the
    /// Admin API.
    pub(super) fn is_about(&self, method: &str, path: &str) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(&method))
            && self.paths.as_ref().is_none_or(|paths| paths.iter().any(|pattern| matches(pattern, path)))
            && match self.kind {
                Kind::Aside(Aside::Partial { .. }) => {
                    PARTIAL.iter().any(|(partial, pattern)| *partial == method && matches(pattern, path))
                }
                Kind::Aside(Aside::StaleReads { .. }) => method == "GET" && is_list(path),
                Kind::Aside(Aside::Latency { .. } | Aside::SeatTaken { .. }) | Kind::Ending(_) => true,
            }
    }
}

/// Whether a path ends in a word, not in an id, as that of each list does: words and ids take turns.
fn is_list(path: &str) -> bool {
    path.split('/').filter(|piece| !piece.is_empty()).count() % 2 == 1
}

/// Whether a text is as a pattern says, in which `*` stands for any text, slashes and nothing included.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, behind)) = text.split_once(piece) else { return false };
        text = behind;
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("/users", "/users", true),
            ("/users", "/users/1", false),
            ("/users*", "/users", true),
            ("/users*", "/users-invite/1", true),
            ("*", "", true),
            ("*/members", "/user-groups/1/members", true),
            ("*/members", "/user-groups/1/members/2", false),
            ("/a*b*c", "/abxbc", true),
            ("/a*b*c", "/acb", false),
            ("/ab*bc", "/abc", false),
            ("/a**c", "/ac", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
