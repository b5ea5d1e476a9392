//! Parameters of queries.

use super::{Location, Step, ValidationErrors};
use crate::instant;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The most digits that Python, and so FastAPI, reads as a number.
const MOST_DIGITS: usize = 4300;

/// The parameters of a query. Of one that is given twice, the last counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    pub(crate) pairs: &'a [(String, String)],
    pub(crate) errors: &'a RefCell<ValidationErrors>,
    /// The parameters that were read so far, whether given or not.
    pub(crate) known: &'a RefCell<BTreeSet<String>>,
}

impl<'a> Query<'a> {
    /// Reports the parameters that were not read: the path does not have them.
    pub(crate) fn refuse_others(self) {
        let known = self.known.borrow();
        for (name, _) in self.pairs.iter().filter(|(name, _)| !known.contains(name)) {
            self.error(name, "extra_forbidden", "Extra inputs are not permitted");
        }
    }

    fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.known.borrow_mut().insert(name.to_owned());
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn last(self, name: &str) -> Option<&'a str> {
        self.all(name).last()
    }

    fn error(self, name: &str, kind: &'static str, message: impl Into<String>) {
        let part = Location::part("query");
        self.errors.borrow_mut().add(&part.to(Step::Key(name)), kind, message);
    }

    /// A text. An empty one counts as absent.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.last(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A number from 1 to `most`; 1 if it is invalid.
    fn positive(self, name: &str, default: u64, most: Option<u64>) -> u64 {
        let given = self.last(name).map(|text| self.integer(text, name));
        let Some(number) = given.unwrap_or(Some(default.into())) else { return 1 };
        if number < 1 {
            self.error(name, "greater_than", "Input should be greater than 0");
        }
        if let Some(most) = most
            && number > i128::from(most)
        {
            self.error(name, "less_than_equal", format!("Input should be less than or equal to {most}"));
        }
        fitting(number).max(1)
    }

    /// A number without documented bounds. What is below `least` counts as that.
    fn number(self, name: &str, default: u64, least: u64) -> u64 {
        let given = self.last(name).and_then(|text| self.integer(text, name));
        given.map_or(default, fitting).max(least)
    }

    /// A number of rows without documented bounds.
    pub(crate) fn count(self, name: &str, default: u64) -> usize {
        usize::try_from(self.number(name, default, 0)).unwrap_or(usize::MAX)
    }

    /// A number, however large. What exceeds a machine word counts as the largest that fits.
    fn integer(self, text: &str, name: &str) -> Option<i128> {
        let text = text.trim();
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = "Input should be a valid integer, unable to parse string as an integer";
            self.error(name, "int_parsing", message);
            return None;
        }
        if digits.len() > MOST_DIGITS {
            let message = "Unable to parse input string as an integer, exceeded maximum size";
            self.error(name, "int_parsing_size", message);
            return None;
        }
        let number = digits.parse::<i64>().unwrap_or(i64::MAX);
        Some(i128::from(number) * if text.starts_with('-') { -1 } else { 1 })
    }

    /// `true` or `false`, in the words that FastAPI knows.
    pub(crate) fn boolean(self, name: &str) -> bool {
        let Some(text) = self.last(name) else { return false };
        match text.to_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => true,
            "false" | "f" | "0" | "no" | "n" | "off" => false,
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                self.error(name, "bool_parsing", message);
                false
            }
        }
    }

    pub(crate) fn time(self, name: &str) -> Option<Timestamp> {
        let text = self.last(name)?;
        let time = instant::parse(text);
        if time.is_none() {
            self.error(name, "datetime_from_date_parsing", "Input should be a valid datetime or date");
        }
        time
    }

    /// The values of a parameter that may be given several times. Each is one of the words of a table.
    pub(crate) fn words(self, name: &str, table: &'static str) -> Vec<&'static str> {
        let mut words = Vec::new();
        for (index, given) in self.all(name).enumerate() {
            match table.split_whitespace().find(|word| *word == given) {
                Some(word) => words.push(word),
                None => {
                    let (part, message) =
                        (Location::part("query"), "Input should be one of the documented words");
                    let key = part.to(Step::Key(name));
                    self.errors.borrow_mut().add(&key.to(Step::Index(index)), "enum", message);
                }
            }
        }
        words
    }
}

/// A number as the position or the count that it stands for.
fn fitting(number: i128) -> u64 {
    u64::try_from(number.max(0)).unwrap_or(u64::MAX)
}

/// The page of a list that is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) page: u64,
    /// The most rows of a page.
    pub(crate) page_size: u64,
}

impl Page {
    /// Reads the parameters; `most` is the largest page that is documented.
    pub(crate) fn read(query: Query<'_>, most: Option<u64>) -> Self {
        Self { page: query.positive("page", 1, None), page_size: query.positive("page_size", 25, most) }
    }

    /// [`Self::read`] where no bounds are documented at all.
    pub(crate) fn unbounded(query: Query<'_>) -> Self {
        Self { page: query.number("page", 1, 1), page_size: query.number("page_size", 25, 0) }
    }

    /// The number of rows before this page.
    pub(crate) fn skipped(self) -> usize {
        usize::try_from((self.page - 1).saturating_mul(self.page_size)).unwrap_or(usize::MAX)
    }

    /// The most rows of this page.
    pub(crate) fn length(self) -> usize {
        usize::try_from(self.page_size).unwrap_or(usize::MAX)
    }

    /// The rows of this page.
    pub(crate) fn of<T>(self, rows: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        rows.skip(self.skipped()).take(self.length())
    }
}
