//! The wrappers for the types of the file format.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::source::Span;

/// The name by which [`super::reader::Reader`] recognizes a [`Field`].
pub(super) const FIELD: &str = "orgsync::Field";

/// A value that may be absent or faulty, with its position.
///
/// A fault inside is recorded, and reading continues after the field.
#[derive(Debug, Clone)]
pub(crate) struct Field<T> {
    /// The value; `None` if it is absent or faulty.
    pub(crate) value: Option<T>,
    /// The position; `None` if the field is absent.
    pub(crate) span: Option<Span>,
}

/// A value to write, without a position.
impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        Self { value, span: None }
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self { value: None, span: None }
    }
}

impl<T> Field<T> {
    /// The value and its position, if it is present and valid.
    pub(crate) fn get(&self) -> Option<(&T, Span)> {
        self.value.as_ref().zip(self.span)
    }

    /// Whether the field is present, valid or not.
    pub(crate) fn is_written(&self) -> bool {
        self.span.is_some()
    }
}

impl<T> Field<Vec<Field<T>>> {
    /// Whether the list is absent, or all its items are valid.
    pub(crate) fn is_whole(&self) -> bool {
        match &self.value {
            Some(items) => items.iter().all(|item| item.value.is_some()),
            None => !self.is_written(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for FieldVisitor<T> {
            type Value = Field<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let file = parts.next_element()?;
                let start = parts.next_element()?;
                let end = parts.next_element()?;
                let span = file.zip(start).zip(end).map(|((file, start), end)| Span { file, start, end });
                // The reader has already recorded the fault.
                let value = parts.next_element::<T>().unwrap_or(None);
                Ok(Field { value, span })
            }
        }

        deserializer.deserialize_newtype_struct(FIELD, FieldVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Field<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The name by which [`super::reader::Reader`] recognizes an [`Item`].
pub(super) const ITEM: &str = "orgsync::Item";

/// A word of a list: alone, as in `admin`, or with more about it, as in `{ admin: { until: 2026-12-01 } }`.
#[derive(Debug, Clone)]
pub(crate) struct Item<T, M> {
    /// The word; `None` if it is faulty. The position is absent for a word that is alone: it is that of the item.
    word: Field<T>,
    /// What is written about it.
    pub(crate) more: Field<M>,
}

impl<T, M> Field<Item<T, M>> {
    /// The word and its position, if it is valid.
    pub(crate) fn word(&self) -> Option<(&T, Span)> {
        let item = self.value.as_ref()?;
        Some((item.word.value.as_ref()?, item.word.span.or(self.span)?))
    }
}

impl<T, M> Field<Vec<Field<Item<T, M>>>> {
    /// Whether the list is absent, or all its words are valid.
    pub(crate) fn has_all_words(&self) -> bool {
        self.is_whole() && self.value.iter().flatten().all(|item| item.word().is_some())
    }
}

/// A word to write, alone.
impl<T, M> From<T> for Item<T, M> {
    fn from(word: T) -> Self {
        Self { word: Some(word).into(), more: Field::default() }
    }
}

impl<T: Serialize, M: Serialize> Serialize for Item<T, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.more.value {
            None => self.word.serialize(serializer),
            Some(more) => serializer.collect_map([(&self.word, more)]),
        }
    }
}

impl<'de, T: Deserialize<'de>, M: Deserialize<'de>> Deserialize<'de> for Item<T, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor<T, M>(PhantomData<(T, M)>);

        impl<'de, T: Deserialize<'de>, M: Deserialize<'de>> Visitor<'de> for ItemVisitor<T, M> {
            type Value = Item<T, M>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, alone or with its terms")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, word: D) -> Result<Self::Value, D::Error> {
                T::deserialize(word).map(Item::from)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let only = "an item of a list with terms has one key: `- value: { until: 2026-12-31 }`";
                let (word, more) = map.next_entry()?.ok_or_else(|| A::Error::custom(only))?;
                match map.next_entry::<IgnoredAny, IgnoredAny>()? {
                    Some(_) => Err(A::Error::custom(only)),
                    None => Ok(Item { word, more }),
                }
            }
        }

        deserializer.deserialize_newtype_struct(ITEM, ItemVisitor(PhantomData))
    }
}

impl<T: JsonSchema + EntryKey, M: JsonSchema> JsonSchema for Item<T, M> {
    fn schema_name() -> Cow<'static, str> {
        format!("Item_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (word, more) = (generator.subschema_for::<T>(), generator.subschema_for::<M>());
        let keys = T::schema(generator).unwrap_or_else(|| word.clone());
        let with_more = schemars::json_schema!({
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "propertyNames": keys, "additionalProperties": more,
        });
        // With `anyOf`, editors would offer each form as an empty item too.
        schemars::json_schema!({ "oneOf": [word, with_more] })
    }
}

/// The type of the keys of a mapping.
pub(crate) trait EntryKey {
    /// The schema of the keys.
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// Any text.
impl EntryKey for String {}

/// A mapping with arbitrary keys, in the order of the file, including duplicates.
#[derive(Debug, Clone)]
pub(crate) struct Entries<K, T>(pub(crate) Vec<(Field<K>, Field<T>)>);

impl<'de, K: Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for Entries<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<K, T>(PhantomData<(K, T)>);

        impl<'de, K: Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<K, T> {
            type Value = Entries<K, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<K: Serialize, T: Serialize> Serialize for Entries<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<K: EntryKey, T: JsonSchema> JsonSchema for Entries<K, T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Entries_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<T>();
        let mut schema = schemars::json_schema!({ "type": "object", "additionalProperties": entry });
        if let Some(keys) = K::schema(generator) {
            schema.insert("propertyNames".into(), keys.into());
        }
        schema
    }
}
