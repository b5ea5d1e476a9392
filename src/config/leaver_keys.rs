//! `policy.offboarding.api_keys`: a word, or a word with a limit.

use super::values::Days;
use super::word_or_mapping::{self, WordOrMapping};
use super::yaml::Field;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};
use serde_json::json;
use std::borrow::Cow;

/// What happens to the API keys of people who leave or have left.
#[derive(Debug, Clone)]
pub(crate) enum LeaverKeysFile {
    Report,
    Revoke,
    Limited(RevokeFile),
}

/// The keys that are deleted.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["revoke"]))]
pub(crate) struct RevokeFile {
    /// # Keys to delete
    ///
    /// orgsync deletes only keys that are not used any more.
    #[schemars(example = json!({ "unused_for": "7d" }))]
    pub(super) revoke: Field<UnusedFile>,
}

/// Which keys are not used any more.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["unused_for"]))]
pub(crate) struct UnusedFile {
    /// # Days without use
    ///
    /// Keys that were used within this time are kept and listed: from `1d` to `365d` (UTC). A key that was never used
    /// counts from its creation.
    #[schemars(example = "7d")]
    pub(super) unused_for: Field<Days>,
}

impl WordOrMapping for LeaverKeysFile {
    type Mapping = RevokeFile;
    const EXPECTED: &'static str = "`report`, `revoke` or `{ revoke: { unused_for: 7d } }`";
    const WORDS: &'static [&'static str] = &["report", "revoke"];
    const KEYS: &'static [&'static str] = &["revoke"];

    fn of_word(word: &str) -> Option<Self> {
        match word {
            "report" => Some(Self::Report),
            "revoke" => Some(Self::Revoke),
            _ => None,
        }
    }

    fn of_mapping(mapping: Self::Mapping) -> Self {
        Self::Limited(mapping)
    }
}

impl<'de> Deserialize<'de> for LeaverKeysFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_mapping::read(deserializer)
    }
}

impl JsonSchema for LeaverKeysFile {
    fn schema_name() -> Cow<'static, str> {
        "LeaverKeysPolicy".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut limit = generator.subschema_for::<RevokeFile>();
        limit.remove("description");
        let words = json_schema!({ "oneOf": [
            { "const": "report", "description": "They are listed, and go on working." },
            { "const": "revoke", "description": "orgsync deletes them, which can't be undone." },
        ] });
        json_schema!({ "anyOf": [words, limit] })
    }
}
