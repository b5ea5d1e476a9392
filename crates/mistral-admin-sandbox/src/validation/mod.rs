//! Checks the parts of a request as the vendor's FastAPI does: every error is reported at once, each with its location.
//!
//! A body is read as a JSON value first, then taken apart field by field. What comes out is well formed; whether it can
//! be done is the organization's business.

mod query;
mod roles;

pub(crate) use query::{Page, Query};
pub(crate) use roles::{
    ORGANIZATION, WORKSPACE, assigned_roles, named, planned_seat, planned_seats, roles, seats, spelled,
};

use crate::text::is_address;
use serde::Serialize;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;
use uuid::Uuid;

/// The most errors that one answer lists: a body can have millions.
const MOST: usize = 100;

/// One step on the way to a location.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    /// A part of the request, or a key of an object.
    Key(&'a str),
    /// A position in a list, or in a text that is no JSON.
    Index(usize),
}

/// Where in a request something is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Location<'a> {
    above: Option<&'a Location<'a>>,
    step: Step<'a>,
}

impl<'a> Location<'a> {
    pub(crate) const BODY: Location<'static> = Location::part("body");

    pub(crate) const fn part(name: &'a str) -> Self {
        Self { above: None, step: Step::Key(name) }
    }

    pub(crate) fn to(&'a self, step: Step<'a>) -> Self {
        Self { above: Some(self), step }
    }

    fn steps(&self) -> Vec<Value> {
        let mut steps = self.above.map_or_else(Vec::new, Location::steps);
        steps.push(match self.step {
            Step::Key(key) => key.into(),
            Step::Index(index) => index.into(),
        });
        steps
    }
}

#[derive(Debug, Serialize)]
struct ValidationError {
    loc: Vec<Value>,
    msg: String,
    r#type: &'static str,
}

/// The errors of a request, in the shape of the vendor's `HTTPValidationError`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ValidationErrors {
    detail: Vec<ValidationError>,
}

impl ValidationErrors {
    pub(crate) fn add(&mut self, at: &Location<'_>, kind: &'static str, message: impl Into<String>) {
        if !self.is_full() {
            self.detail.push(ValidationError { loc: at.steps(), msg: message.into(), r#type: kind });
        }
    }

    /// Whether further errors would not be reported, so that there is no need to look for them.
    fn is_full(&self) -> bool {
        self.detail.len() >= MOST
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.detail.is_empty()
    }
}

impl fmt::Display for ValidationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |step: &Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
        for (number, error) in self.detail.iter().enumerate() {
            let place: Vec<String> = error.loc.iter().skip(1).map(plain).collect();
            let (stop, place) = (if number > 0 { "; " } else { "" }, place.join("."));
            let colon = if place.is_empty() { "" } else { ": " };
            write!(f, "{stop}{place}{colon}{}", error.msg)?;
        }
        Ok(())
    }
}

/// A value of a body, with its location. Each method that reads it reports what is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    value: &'a Value,
    at: Location<'a>,
    errors: &'a RefCell<ValidationErrors>,
    /// Whether words that the vendor's document does not list are valid.
    unknown_words: bool,
}

impl<'a> Input<'a> {
    pub(crate) fn body(value: &'a Value, errors: &'a RefCell<ValidationErrors>) -> Self {
        Self { value, at: Location::BODY, errors, unknown_words: false }
    }

    /// Sets whether words that the document does not list are valid.
    pub(crate) fn with_unknown_words(self, unknown_words: bool) -> Self {
        Self { unknown_words, ..self }
    }

    /// The text, if it is none of the words of a table and such words are valid.
    fn unknown_word<T>(self, table: &[(impl AsRef<str>, T)]) -> Option<&'a str> {
        let text = self.value.as_str().filter(|text| self.unknown_words && !text.is_empty())?;
        Some(text).filter(|text| !table.iter().any(|(word, _)| word.as_ref() == *text))
    }

    pub(crate) fn error(self, kind: &'static str, message: impl Into<String>) {
        self.errors.borrow_mut().add(&self.at, kind, message);
    }

    /// The value where it is of the wanted type.
    fn expect<T>(self, value: Option<T>, kind: &'static str, message: impl Into<String>) -> Option<T> {
        if value.is_none() {
            self.error(kind, message);
        }
        value
    }

    pub(crate) fn fields(self) -> Fields<'a> {
        let message = "Input should be a valid dictionary or object to extract fields from";
        Fields { object: self.expect(self.value.as_object(), "model_attributes_type", message), input: self }
    }

    pub(crate) fn text(self) -> Option<String> {
        let text = self.value.as_str().map(str::to_owned);
        self.expect(text, "string_type", "Input should be a valid string")
    }

    /// Any value, as it is.
    pub(crate) fn any(self) -> Option<Value> {
        Some(self.value.clone())
    }

    /// An address.
    pub(crate) fn address(self) -> Option<String> {
        let text = self.text()?;
        if !is_address(&text) {
            self.error("value_error", "value is not a valid email address");
        }
        Some(text)
    }

    /// A text of at most 255 characters.
    pub(crate) fn short_text(self) -> Option<String> {
        self.bounded_text(255)
    }

    /// A text of at most two characters.
    pub(crate) fn icon(self) -> Option<String> {
        self.bounded_text(2)
    }

    fn bounded_text(self, most: usize) -> Option<String> {
        let text = self.text()?;
        if text.chars().count() > most {
            self.error("string_too_long", format!("String should have at most {most} characters"));
        }
        Some(text)
    }

    pub(crate) fn boolean(self) -> Option<bool> {
        self.expect(self.value.as_bool(), "bool_type", "Input should be a valid boolean")
    }

    /// A UUID in any of the usual spellings.
    pub(crate) fn uuid(self) -> Option<Uuid> {
        let uuid = self.value.as_str().and_then(|text| Uuid::parse_str(text).ok());
        self.expect(uuid, "uuid_parsing", "Input should be a valid UUID")
    }

    pub(crate) fn whole_number(self) -> Option<u32> {
        let number = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        self.expect(number, "int_type", "Input should be a whole number from 0 on")
    }

    pub(crate) fn bounded<T: TryFrom<u64>>(self, least: u64, most: u64) -> Option<T> {
        let number = self.value.as_u64().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        self.expect(number, "int_type", format!("Input should be a whole number from {least} to {most}"))
    }

    pub(crate) fn ratio(self) -> Option<f64> {
        let number = self.value.as_f64().filter(|number| (0.0..=1.0).contains(number));
        self.expect(number, "float_type", "Input should be a number from 0 to 1")
    }

    /// One of the words of a table, and its meaning there. `kind` is the type of the error.
    pub(crate) fn one_of<W: AsRef<str>, T: Clone>(self, table: &[(W, T)], kind: &'static str) -> Option<T> {
        let found = table.iter().find(|(word, _)| self.value.as_str() == Some(word.as_ref()));
        let words = || table.iter().map(|(word, _)| format!("'{}'", word.as_ref())).collect::<Vec<_>>();
        if found.is_none() {
            self.error(kind, format!("Input should be one of {}", words().join(", ")));
        }
        found.map(|(_, meaning)| meaning.clone())
    }

    /// The items of a list, until there are more errors than are reported.
    pub(crate) fn list<'s, T>(&'s self, mut read: impl FnMut(Input<'s>) -> Option<T>) -> Option<Vec<T>> {
        let items = self.expect(self.value.as_array(), "list_type", "Input should be a valid list")?;
        let mut list = Vec::new();
        for (index, value) in items.iter().enumerate() {
            if self.errors.borrow().is_full() {
                break;
            }
            list.extend(read(Input { value, at: self.at.to(Step::Index(index)), ..*self }));
        }
        Some(list)
    }

    /// [`list()`](Self::list) with at least one item.
    pub(crate) fn filled_list<'s, T>(&'s self, read: impl FnMut(Input<'s>) -> Option<T>) -> Option<Vec<T>> {
        if self.len() == Some(0) {
            self.error("too_short", "List should have at least 1 item after validation, not 0");
        }
        self.list(read)
    }

    /// The number of items, if this is a list.
    pub(crate) fn len(self) -> Option<usize> {
        self.value.as_array().map(Vec::len)
    }

    pub(crate) fn uuids(self) -> Option<Vec<Uuid>> {
        self.list(Input::uuid)
    }

    pub(crate) fn is_object(self) -> bool {
        self.value.is_object()
    }
}

/// The fields of an object. Unknown fields are ignored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    input: Input<'a>,
}

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.object?.get(name)
    }

    /// A field that may be absent or `null`, which means the same.
    pub(crate) fn optional<'s, T>(
        &'s self,
        name: &'s str,
        read: impl FnOnce(Input<'s>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name).filter(|value| !value.is_null())?;
        read(Input { value, at: self.input.at.to(Step::Key(name)), ..self.input })
    }

    /// A field that may be absent but, unlike an [`optional`](Self::optional) one, not `null`.
    pub(crate) fn defaulted<'s, T>(
        &'s self,
        name: &'s str,
        read: impl FnOnce(Input<'s>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        read(Input { value, at: self.input.at.to(Step::Key(name)), ..self.input })
    }

    /// A field that may be neither absent nor `null`. Where it is wrong, the value is the type's default.
    pub(crate) fn required<'s, T: Default>(
        &'s self,
        name: &'s str,
        read: impl FnOnce(Input<'s>) -> Option<T>,
    ) -> T {
        if self.object.is_some() && self.get(name).is_none() {
            let at = self.input.at.to(Step::Key(name));
            self.input.errors.borrow_mut().add(&at, "missing", "Field required");
        }
        self.defaulted(name, read).unwrap_or_default()
    }

    /// Refuses all fields but these.
    pub(crate) fn no_others(&self, known: &[&str]) {
        for name in self.object.into_iter().flat_map(Map::keys) {
            if !known.contains(&name.as_str()) {
                let at = self.input.at.to(Step::Key(name));
                let message = "Extra inputs are not permitted";
                self.input.errors.borrow_mut().add(&at, "extra_forbidden", message);
            }
        }
    }

    /// Refuses two fields of which only one may be given.
    pub(crate) fn exclusive(&self, one: &str, other: &str) {
        let given = |name| self.get(name).is_some_and(|value| !value.is_null());
        if given(one) && given(other) {
            let message = format!("Value error, '{one}' and '{other}' are mutually exclusive");
            self.input.error("value_error", message);
        }
    }
}
