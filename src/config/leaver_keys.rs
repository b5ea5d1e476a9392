//! `policy.offboarding.api_keys`: a word, or a word with a limit.

use super::values::Days;
use super::yaml::Field;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_json::json;
use std::borrow::Cow;
use std::fmt;

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

impl<'de> Deserialize<'de> for LeaverKeysFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LeaverKeysVisitor;

        impl<'de> Visitor<'de> for LeaverKeysVisitor {
            type Value = LeaverKeysFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`report`, `revoke` or `{ revoke: { unused_for: 7d } }`")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
                match word {
                    "report" => Ok(LeaverKeysFile::Report),
                    "revoke" => Ok(LeaverKeysFile::Revoke),
                    _ => Err(E::unknown_variant(word, &["report", "revoke"])),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                RevokeFile::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(LeaverKeysFile::Limited)
            }
        }

        deserializer.deserialize_struct("RevokeFile", &["revoke"], LeaverKeysVisitor)
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
