//! Values that are one of some words, or a mapping that says more.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A value that is one of some words, or a mapping.
pub(super) trait WordOrMapping: Sized {
    type Mapping: for<'de> Deserialize<'de>;
    /// What the value is, for an error.
    const EXPECTED: &'static str;
    const WORDS: &'static [&'static str];
    /// The keys of the mapping.
    const KEYS: &'static [&'static str];

    /// The value of one of its words.
    fn of_word(word: &str) -> Option<Self>;

    fn of_mapping(mapping: Self::Mapping) -> Self;
}

/// Reads such a value.
pub(super) fn read<'de, T: WordOrMapping, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Either<T>(PhantomData<T>);

    impl<'de, T: WordOrMapping> Visitor<'de> for Either<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTED)
        }

        fn visit_str<E: de::Error>(self, word: &str) -> Result<T, E> {
            T::of_word(word).ok_or_else(|| E::unknown_variant(word, T::WORDS))
        }

        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::Mapping::deserialize(de::value::MapAccessDeserializer::new(map)).map(T::of_mapping)
        }
    }

    // The reader passes values other than mappings to the other methods of the visitor.
    deserializer.deserialize_struct("", T::KEYS, Either(PhantomData))
}
