//! Parameters of queries and paths.

use super::{At, Faults, Step};
use uuid::Uuid;

/// The most digits that Python, and so FastAPI, reads as a number.
const MOST_DIGITS: usize = 4300;

/// The parameters of `GET /users`.
#[derive(Debug)]
pub(crate) struct PageQuery {
    /// From 1.
    pub(crate) page: u64,
    /// From 1.
    pub(crate) page_size: u64,
    /// The only address that is asked for.
    pub(crate) email: Option<String>,
}

impl PageQuery {
    /// Reads the parameters; of one that is given twice, the last counts, and unknown ones are ignored.
    pub(crate) fn read(pairs: &[(String, String)], faults: &mut Faults) -> Self {
        let last =
            |name: &str| pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        Self {
            page: last("page").map_or(1, |text| positive(text, "page", faults)),
            page_size: last("page_size").map_or(25, |text| positive(text, "page_size", faults)),
            email: last("email").filter(|email| !email.is_empty()).map(str::to_owned),
        }
    }

    /// How many rows stand before this page.
    pub(crate) fn skipped(&self) -> usize {
        usize::try_from((self.page - 1).saturating_mul(self.page_size)).unwrap_or(usize::MAX)
    }

    /// How many rows the page has at most.
    pub(crate) fn length(&self) -> usize {
        usize::try_from(self.page_size).unwrap_or(usize::MAX)
    }
}

/// A number from 1 on; 1 once it is told that it is none. No largest one is documented: what exceeds a machine word
/// counts as the largest that fits.
fn positive(text: &str, name: &str, faults: &mut Faults) -> u64 {
    let part = At::part("query");
    let at = part.to(Step::Key(name));
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        faults.add(&at, "int_parsing", message);
    } else if digits.len() > MOST_DIGITS {
        let message = "Unable to parse input string as an integer, exceeded maximum size";
        faults.add(&at, "int_parsing_size", message);
    } else if text.starts_with('-') || digits.bytes().all(|byte| byte == b'0') {
        faults.add(&at, "greater_than", "Input should be greater than 0");
    } else {
        return digits.parse::<i64>().map_or(i64::MAX.unsigned_abs(), i64::unsigned_abs);
    }
    1
}

/// The id in a path; the nil one once it is told that it is none.
pub(crate) fn path_id(text: &str, name: &str, faults: &mut Faults) -> Uuid {
    Uuid::parse_str(text).unwrap_or_else(|_| {
        faults.add(&At::part("path").to(Step::Key(name)), "uuid_parsing", "Input should be a valid UUID");
        Uuid::nil()
    })
}
