//! The small pieces that every body is made of.

use super::{At, Faults, Step};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The fields of an object; fields that nobody asks for are ignored.
pub(crate) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    at: At<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of a value, which should be an object.
    pub(crate) fn of(value: &'a Value, at: At<'a>, faults: &mut Faults) -> Self {
        let object = value.as_object();
        if object.is_none() {
            faults.add(
                &at,
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from",
            );
        }
        Self { object, at }
    }

    /// A field that may be absent or, which is the same, `null`; read by `read`.
    pub(crate) fn optional<T>(
        &self,
        name: &str,
        faults: &mut Faults,
        read: impl FnOnce(&Value, &At<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        let value = self.object?.get(name).filter(|value| !value.is_null())?;
        read(value, &self.at.to(Step::Key(name)), faults)
    }

    /// A field that may be absent but, unlike an [`optional`](Self::optional) one, not `null`.
    pub(crate) fn defaulted<T>(
        &self,
        name: &str,
        faults: &mut Faults,
        read: impl FnOnce(&Value, &At<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        read(self.object?.get(name)?, &self.at.to(Step::Key(name)), faults)
    }

    /// A field that must be there and may not be `null`; the type's default once that is told as a fault.
    pub(crate) fn required<T: Default>(
        &self,
        name: &str,
        faults: &mut Faults,
        read: impl FnOnce(&Value, &At<'_>, &mut Faults) -> Option<T>,
    ) -> T {
        let at = self.at.to(Step::Key(name));
        match self.object.map(|object| object.get(name)) {
            Some(Some(value)) => read(value, &at, faults).unwrap_or_default(),
            Some(None) => {
                faults.add(&at, "missing", "Field required");
                T::default()
            }
            None => T::default(),
        }
    }

    /// Refuses all fields but these.
    pub(crate) fn no_others(&self, known: &[&str], faults: &mut Faults) {
        for name in self.object.into_iter().flat_map(Map::keys) {
            if !known.contains(&name.as_str()) {
                faults.add(&self.at.to(Step::Key(name)), "extra_forbidden", "Extra inputs are not permitted");
            }
        }
    }

    /// Two fields of which only one may be given.
    pub(crate) fn exclusive(&self, one: &str, other: &str, faults: &mut Faults) {
        let given =
            |name| self.object.and_then(|object| object.get(name)).is_some_and(|value| !value.is_null());
        if given(one) && given(other) {
            let message = format!("Value error, '{one}' and '{other}' are mutually exclusive");
            faults.add(&self.at, "value_error", message);
        }
    }
}

/// A text.
pub(crate) fn text(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<String> {
    if value.as_str().is_none() {
        faults.add(at, "string_type", "Input should be a valid string");
    }
    value.as_str().map(str::to_owned)
}

/// A text of at most 255 characters.
pub(crate) fn short_text(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<String> {
    bounded_text(255, value, at, faults)
}

/// A text of at most two characters.
pub(crate) fn icon(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<String> {
    bounded_text(2, value, at, faults)
}

fn bounded_text(most: usize, value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = text(value, at, faults)?;
    if text.chars().count() > most {
        faults.add(at, "string_too_long", format!("String should have at most {most} characters"));
    }
    Some(text)
}

/// `true` or `false`.
pub(crate) fn truth(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<bool> {
    if !value.is_boolean() {
        faults.add(at, "bool_type", "Input should be a valid boolean");
    }
    value.as_bool()
}

/// A UUID in any of the usual spellings.
pub(crate) fn uuid(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Uuid> {
    let uuid = value.as_str().and_then(|text| Uuid::parse_str(text).ok());
    if uuid.is_none() {
        faults.add(at, "uuid_parsing", "Input should be a valid UUID");
    }
    uuid
}

/// A number from 0 on.
pub(crate) fn whole_number(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<u32> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    if number.is_none() {
        faults.add(at, "int_type", "Input should be a whole number from 0 on");
    }
    number
}

/// Reads a whole number within bounds.
pub(crate) fn bounded<T: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&Value, &At<'_>, &mut Faults) -> Option<T> {
    move |value, at, faults| {
        let number = value.as_u64().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            faults.add(at, "int_type", format!("Input should be a whole number from {least} to {most}"));
        }
        number
    }
}

/// A number from 0 to 1.
pub(crate) fn ratio(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<f64> {
    let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    if number.is_none() {
        faults.add(at, "float_type", "Input should be a number from 0 to 1");
    }
    number
}

/// One of the words of a table, and what it stands for there. `kind` is the type of the fault.
pub(crate) fn one_of<W: AsRef<str>, T: Copy>(
    table: &[(W, T)],
    kind: &'static str,
    value: &Value,
    at: &At<'_>,
    faults: &mut Faults,
) -> Option<T> {
    let found = table.iter().find(|(word, _)| value.as_str() == Some(word.as_ref()));
    if found.is_none() {
        let words: Vec<String> = table.iter().map(|(word, _)| format!("'{}'", word.as_ref())).collect();
        faults.add(at, kind, format!("Input should be one of {}", words.join(", ")));
    }
    found.map(|(_, meaning)| *meaning)
}

/// A list of any length, each item read by `read` until there are more faults than are told.
pub(crate) fn item_list<T>(
    value: &Value,
    at: &At<'_>,
    faults: &mut Faults,
    mut read: impl FnMut(&Value, &At<'_>, &mut Faults) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(items) = value.as_array() else {
        faults.add(at, "list_type", "Input should be a valid list");
        return None;
    };
    let mut list = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if faults.is_full() {
            break;
        }
        list.extend(read(item, &at.to(Step::Index(index)), faults));
    }
    Some(list)
}

/// [`item_list`] with at least one item.
pub(crate) fn filled_list<T>(
    value: &Value,
    at: &At<'_>,
    faults: &mut Faults,
    read: impl FnMut(&Value, &At<'_>, &mut Faults) -> Option<T>,
) -> Option<Vec<T>> {
    if value.as_array().is_some_and(Vec::is_empty) {
        faults.add(at, "too_short", "List should have at least 1 item after validation, not 0");
    }
    item_list(value, at, faults, read)
}

/// A list of UUIDs.
pub(crate) fn uuids(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Vec<Uuid>> {
    item_list(value, at, faults, uuid)
}
