//! Times in requests, answers and documents: written as RFC 3339; read without an offset too, which means UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serializer, de};

pub(crate) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = parse(&text);
    time.ok_or_else(|| de::Error::custom(format!("`{text}` is no time such as 2026-01-31T09:00:00Z")))
}

pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let naive = || text.parse::<DateTime>().ok().and_then(|time| Offset::UTC.to_timestamp(time).ok());
    text.parse::<Timestamp>().ok().or_else(naive)
}
