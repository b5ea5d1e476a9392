//! Words of the API that this version of orgsync doesn't know.
//!
//! The API is a preview, and its lists may grow (<https://docs.mistral.ai/admin/admin-api/overview>). An unknown word
//! never ends a run: it is kept as it is, counted here, and shown.

use std::collections::BTreeMap;
use strum::IntoStaticStr;

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum WordKind {
    Role,
    #[strum(serialize = "workspace role")]
    WorkspaceRole,
    Product,
    Plan,
    #[strum(serialize = "subscription status")]
    Status,
}

impl WordKind {
    /// The kind in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The unknown words of a live organization, and how often each occurs. The words are hostile text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownWords(BTreeMap<(WordKind, String), usize>);

impl UnknownWords {
    /// Counts a word.
    pub fn note(&mut self, kind: WordKind, word: &str) {
        *self.0.entry((kind, word.to_owned())).or_default() += 1;
    }

    /// Whether a role or workspace role is one of them, and not a custom one.
    #[must_use]
    pub fn contains(&self, kind: WordKind, word: &str) -> bool {
        self.0.contains_key(&(kind, word.to_owned()))
    }

    /// Each word, and how often it occurs.
    pub fn iter(&self) -> impl Iterator<Item = (WordKind, &str, usize)> {
        self.0.iter().map(|((kind, word), count)| (*kind, word.as_str(), *count))
    }
}
