//! Values of a configuration file that are more than one word or number.

use super::yaml::{Entries, Field};
use crate::diag::Quoted;
use crate::model::{LONGEST_NAME, Limit, Unmanaged};
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

/// A text that is to be the identifier of an organization.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct OrganizationId(pub(super) String);

impl JsonSchema for OrganizationId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "OrganizationId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        })
    }
}

/// Things by a name of 1 to 255 characters.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Named<T>(pub(super) Entries<T>);

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Entries::<T>::json_schema(generator);
        let names = serde_json::json!({ "minLength": 1, "maxLength": LONGEST_NAME });
        schema.insert("propertyNames".into(), names);
        schema
    }
}

/// Things by somebody's address.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct ByAddress<T>(pub(super) Entries<T>);

impl<T: JsonSchema> JsonSchema for ByAddress<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("ByAddress_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Entries::<T>::json_schema(generator);
        schema.insert("propertyNames".into(), Address::json_schema(generator).into());
        schema
    }
}

/// `policy.unmanaged`: one word for members, invitations and groups, or a word for each kind.
#[derive(Debug, Clone)]
pub(super) enum UnmanagedFile {
    /// For members, invitations and groups.
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
    /// Groups.
    #[schemars(extend("default" = "report"))]
    pub(super) groups: Field<Unmanaged>,
    /// Who is in a declared workspace, and its `members` don't list them.
    #[schemars(extend("default" = "report"))]
    pub(super) workspace_members: Field<Unmanaged>,
    /// Who is in a declared group, and its `members` don't list them.
    #[schemars(extend("default" = "remove"))]
    pub(super) group_members: Field<Unmanaged>,
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
        const KINDS: &[&str] = &["members", "invitations", "groups", "workspace_members", "group_members"];
        deserializer.deserialize_struct("UnmanagedByKind", KINDS, UnmanagedVisitor)
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
                let Some(share) = text.strip_suffix('%') else {
                    return Err(E::invalid_value(de::Unexpected::Str(text), &self));
                };
                let digits = Some(share).filter(|share| share.bytes().all(|b| b.is_ascii_digit()));
                match digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100) {
                    Some(percent) => Ok(MaxRemovals(Limit::Percent(percent))),
                    None => {
                        let message = "a share is a whole number from `0%` to `100%`, and not";
                        Err(E::custom(format_args!("{message} {}", Quoted(text))))
                    }
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
