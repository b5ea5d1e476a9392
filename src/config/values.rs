//! Values of a configuration file that are more than one word or number.

use super::yaml::Field;
use crate::model::{Limit, Unmanaged};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A text that is to be an address.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Address(pub(super) String);

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": 254,
            "pattern": "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        })
    }
}

/// A text that is to be a date, `YYYY-MM-DD`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Date(pub(super) String);

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" })
    }
}

/// `policy.unmanaged`: one word for all kinds of things, or a word for each.
#[derive(Debug, Clone)]
pub(super) enum UnmanagedFile {
    /// For all kinds.
    All(Unmanaged),
    /// By kind.
    ByKind(UnmanagedByKind),
}

/// What happens to what no file declares, by kind.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnmanagedByKind {
    /// Members.
    #[schemars(extend("default" = "report"))]
    pub(super) members: Field<Unmanaged>,
    /// Invitations.
    #[schemars(extend("default" = "report"))]
    pub(super) invitations: Field<Unmanaged>,
}

impl<'de> Deserialize<'de> for UnmanagedFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UnmanagedVisitor;

        impl<'de> Visitor<'de> for UnmanagedVisitor {
            type Value = UnmanagedFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`report`, `remove` or a mapping by kind")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
                match word {
                    "report" => Ok(UnmanagedFile::All(Unmanaged::Report)),
                    "remove" => Ok(UnmanagedFile::All(Unmanaged::Remove)),
                    _ => Err(E::unknown_variant(word, &["report", "remove"])),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                UnmanagedByKind::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(UnmanagedFile::ByKind)
            }
        }

        // The reader gives what is no mapping to the other methods of the visitor.
        deserializer.deserialize_struct("UnmanagedByKind", &["members", "invitations"], UnmanagedVisitor)
    }
}

impl JsonSchema for UnmanagedFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Unmanaged".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [generator.subschema_for::<Unmanaged>(), generator.subschema_for::<UnmanagedByKind>()],
        })
    }
}

/// `policy.max_removals`: a number, or a share such as `10%`.
#[derive(Debug, Clone, Copy)]
pub(super) struct MaxRemovals(pub(super) Limit);

impl<'de> Deserialize<'de> for MaxRemovals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LimitVisitor;

        impl Visitor<'_> for LimitVisitor {
            type Value = MaxRemovals;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number such as `5`, or a share such as `10%`")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Self::Value, E> {
                let count = u32::try_from(count);
                let limit = count.map_err(|_| E::custom("no organization is that large"))?;
                Ok(MaxRemovals(Limit::Count(limit)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let digits = text.strip_suffix('%').filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
                match digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100) {
                    Some(percent) => Ok(MaxRemovals(Limit::Percent(percent))),
                    None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(LimitVisitor)
    }
}

impl JsonSchema for MaxRemovals {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "MaxRemovals".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                { "type": "string", "pattern": "^(100|[0-9]{1,2})%$" },
            ],
        })
    }
}
