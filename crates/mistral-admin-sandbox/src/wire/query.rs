//! Parameters of queries and paths.

use super::{At, Faults, Step};
use crate::instant;
use jiff::Timestamp;
use uuid::Uuid;

/// The most digits that Python, and so FastAPI, reads as a number.
const MOST_DIGITS: usize = 4300;

/// The parameters of a query; of one that is given twice, the last counts, and unknown ones are ignored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a>(pub(crate) &'a [(String, String)]);

impl<'a> Query<'a> {
    /// All values of a parameter.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter.
    fn last(self, name: &str) -> Option<&'a str> {
        self.all(name).last()
    }

    /// A text; an empty one counts as absent.
    pub(super) fn text(self, name: &str) -> Option<String> {
        self.last(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A number from 1 to `most`; 1 once it is told that it is none.
    pub(super) fn positive(self, name: &str, usual: u64, most: Option<u64>, faults: &mut Faults) -> u64 {
        let Some(number) =
            self.last(name).map_or(Some(i128::from(usual)), |text| integer(text, name, faults))
        else {
            return 1;
        };
        let at = At::part("query");
        let at = at.to(Step::Key(name));
        if number < 1 {
            faults.add(&at, "greater_than", "Input should be greater than 0");
        }
        if let Some(most) = most
            && number > i128::from(most)
        {
            faults.add(&at, "less_than_equal", format!("Input should be less than or equal to {most}"));
        }
        fitting(number).max(1)
    }

    /// A number of which no bounds are documented: what is below `least` counts as that.
    pub(super) fn number(self, name: &str, usual: u64, least: u64, faults: &mut Faults) -> u64 {
        let given = self.last(name).and_then(|text| integer(text, name, faults));
        given.map_or(usual, fitting).max(least)
    }

    /// `true` or `false`, in the words that FastAPI knows.
    pub(super) fn truth(self, name: &str, faults: &mut Faults) -> bool {
        let Some(text) = self.last(name) else { return false };
        match text.to_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => true,
            "false" | "f" | "0" | "no" | "n" | "off" => false,
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                faults.add(&At::part("query").to(Step::Key(name)), "bool_parsing", message);
                false
            }
        }
    }

    /// A time.
    pub(super) fn time(self, name: &str, faults: &mut Faults) -> Option<Timestamp> {
        let text = self.last(name)?;
        let time = instant::parse(text);
        if time.is_none() {
            let message = "Input should be a valid datetime or date";
            faults.add(&At::part("query").to(Step::Key(name)), "datetime_from_date_parsing", message);
        }
        time
    }

    /// Words of a table, each given on its own.
    pub(super) fn words(self, name: &str, table: &[&'static str], faults: &mut Faults) -> Vec<&'static str> {
        let mut words = Vec::new();
        for (index, given) in self.all(name).enumerate() {
            match table.iter().find(|word| **word == given) {
                Some(word) => words.push(*word),
                None => {
                    let (part, message) = (At::part("query"), "Input should be one of the documented words");
                    faults.add(&part.to(Step::Key(name)).to(Step::Index(index)), "enum", message);
                }
            }
        }
        words
    }
}

/// A number, however large. What exceeds a machine word counts as the largest that fits.
fn integer(text: &str, name: &str, faults: &mut Faults) -> Option<i128> {
    let part = At::part("query");
    let at = part.to(Step::Key(name));
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        faults.add(&at, "int_parsing", message);
        return None;
    }
    if digits.len() > MOST_DIGITS {
        let message = "Unable to parse input string as an integer, exceeded maximum size";
        faults.add(&at, "int_parsing_size", message);
        return None;
    }
    let number = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(i128::from(number) * if text.starts_with('-') { -1 } else { 1 })
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
    pub(super) fn read(query: Query<'_>, most: Option<u64>, faults: &mut Faults) -> Self {
        Self {
            page: query.positive("page", 1, None, faults),
            page_size: query.positive("page_size", 25, most, faults),
        }
    }

    /// [`Self::read`] where no bounds are documented at all.
    pub(crate) fn unbounded(query: Query<'_>, faults: &mut Faults) -> Self {
        Self { page: query.number("page", 1, 1, faults), page_size: query.number("page_size", 25, 0, faults) }
    }

    /// How many rows stand before this page.
    pub(crate) fn skipped(self) -> usize {
        usize::try_from((self.page - 1).saturating_mul(self.page_size)).unwrap_or(usize::MAX)
    }

    /// How many rows the page has at most.
    pub(crate) fn length(self) -> usize {
        usize::try_from(self.page_size).unwrap_or(usize::MAX)
    }

    /// The rows of this page.
    pub(crate) fn of<T>(self, rows: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        rows.skip(self.skipped()).take(self.length())
    }
}

/// The id in a path; the nil one once it is told that it is none.
pub(crate) fn path_id(text: &str, name: &str, faults: &mut Faults) -> Uuid {
    Uuid::parse_str(text).unwrap_or_else(|_| {
        faults.add(&At::part("path").to(Step::Key(name)), "uuid_parsing", "Input should be a valid UUID");
        Uuid::nil()
    })
}
